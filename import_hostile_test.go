package seatbook_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
)

// resealed closes a text with a last line that fits it.
func resealed(text string) string {
	lines := strings.SplitAfter(text, "\n")
	lines = slices.DeleteFunc(lines, func(line string) bool { return line == "" || strings.HasPrefix(line, `{"records":`) })
	if len(lines) < 2 {
		return text
	}
	return sealedAs(lines)
}

// letIn imports a text. What is let in holds together, and comes out as it went in.
func letIn(t testing.TB, text string) bool {
	t.Helper()
	into := memstore.New()
	config := movingConfig()
	config.Clock = stage.NewClock(stage.At("2026-02-01T10:00:00Z"))
	engine, err := seatbook.Import(t.Context(), strings.NewReader(text), into, config)
	if err != nil {
		require.Zero(t, into.Len())
		return false
	}
	require.NoError(t, engine.Audit(t.Context()))
	out := exportOf(t, engine)
	again, err := seatbook.Import(t.Context(), bytes.NewReader(out), memstore.New(), config)
	require.NoError(t, err)
	require.Equal(t, string(out), string(exportOf(t, again)))
	return true
}

// FuzzImport looks for a text that makes the reader panic or run on, or that it lets
// in and that does not hold together; also where the last line fits.
func FuzzImport(f *testing.F) {
	s := stage.Begin(f, exportStart, seatbook.Config{Catalog: smallCatalog(), Random: stage.Zeros{}})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	text := string(exportOf(f, s.Engine))
	f.Add(text)
	lines := linesOf([]byte(text))
	f.Add(sealedAs(lines[:2]))
	f.Add(sealedAs(lines[:9]))
	f.Add(text[:len(text)/2])
	f.Add("{}\n{}\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<18 {
			return // long texts are no other texts
		}
		letIn(t, text)
		if again := resealed(text); again != text {
			letIn(t, again)
		}
	})
}

// odd are values that no record has, and that fit some field.
var odd = []string{
	`null`, `""`, `"x"`, `0`, `-1`, `9223372036854775807`, `true`, `[]`, `{}`, `[null]`, `"0001-01-01T00:00:00Z"`, `"9999-12-31T23:59:59Z"`,
	`"-1.00 USD"`, `"1.00 XXX"`, `"~nobody"`, `"acme"`, `"\u0000"`, `"!feed"`,
}

// places are the fields of a value and of what is in it, by their paths.
func places(value any, path []any) (list [][]any) {
	switch of := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(of)) {
			at := append(slices.Clone(path), name)
			list = append(append(list, at), places(of[name], at)...)
		}
	case []any:
		for i := range of {
			at := append(slices.Clone(path), i)
			list = append(append(list, at), places(of[i], at)...)
		}
	}
	return list
}

// set puts a value at a path.
func set(value any, path []any, to json.RawMessage) any {
	if len(path) == 0 {
		return to
	}
	switch of := value.(type) {
	case map[string]any:
		name := path[0].(string) //nolint:forcetypeassert // places made it so
		of[name] = set(of[name], path[1:], to)
	case []any:
		i := path[0].(int) //nolint:forcetypeassert // places made it so
		of[i] = set(of[i], path[1:], to)
	}
	return value
}

func TestOddValuesAreRefusedOrHoldTogether(t *testing.T) {
	t.Parallel()
	lines := linesOf(exportOf(t, moving(t).Engine))
	const seed = 5
	random := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // chance, and no secret
	refused := 0
	for range hostileTries {
		at := 2 + random.IntN(len(lines)-2)
		var record any
		decoder := json.NewDecoder(strings.NewReader(lines[at]))
		decoder.UseNumber()
		require.NoError(t, decoder.Decode(&record))
		all := places(record, nil)
		value := odd[random.IntN(len(odd))]
		path := all[random.IntN(len(all))]
		altered := slices.Clone(lines)
		altered[at] = marshalled(t, set(record, path, json.RawMessage(value))) + "\n"
		if !letIn(t, sealedAs(altered)) {
			refused++
		}
	}
	require.Greater(t, refused, hostileTries/4, "seed %d", seed)
}

const hostileTries = 100

// Tokens go to and fro between two teams while exports are written: each is one state,
// as its import and its audit say.
func TestAnExportIsOneStateWhateverIsDoneMeanwhile(t *testing.T) {
	t.Parallel()
	s := office(t)
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "mill", Owner: "ada@acme.test", Country: "US"})
	pack := stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 500}).Pack.ID
	const transfers = 200
	var gate, done sync.WaitGroup
	var going atomic.Bool
	going.Store(true)
	gate.Add(1)
	done.Go(func() {
		defer going.Store(false)
		gate.Done()
		for i := range transfers {
			if _, err := seatbook.Do(background, s.Engine, ada, flex.Transfer{Pack: pack, To: []string{"mill", "acme"}[i%2]}); err != nil {
				panic(err)
			}
		}
	})
	gate.Wait()
	for range 20 {
		if !going.Load() {
			break
		}
		c := imported(t, s, exportOf(t, s.Engine), seatbook.Config{})
		balance := stage.Ask(c, rule.Operator, flex.BalanceQuery{Team: "acme"}).Left + stage.Ask(c, rule.Operator, flex.BalanceQuery{Team: "mill"}).Left
		require.Equal(t, int64(500), balance)
	}
	done.Wait()
	require.Equal(t, s.Digest(), imported(t, s, exportOf(t, s.Engine), seatbook.Config{}).Digest())
}

// A reader that is slow holds up no writer.
func TestAnExportHoldsUpNobody(t *testing.T) {
	t.Parallel()
	s := moving(t)
	before := s.Digest()
	r, w := io.Pipe()
	failed := make(chan error, 1)
	go func() { failed <- errors.Join(s.Export(t.Context(), w), w.Close()) }()
	first := make([]byte, 1)
	_, err := r.Read(first)
	require.NoError(t, err)
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "zoe@acme.test"})
	rest, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NoError(t, <-failed)
	c := imported(t, s, append(first, rest...), movingConfig())
	require.Equal(t, before, c.Digest(), "it is the state at the beginning")
}
