package seatbook_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// sealedAs closes lines with a last one that fits them.
func sealedAs(lines []string) string {
	text := strings.Join(lines, "")
	sum := sha256.Sum256([]byte(text))
	return text + fmt.Sprintf(`{"records":%d,"sha256":"%s"}`+"\n", len(lines)-2, hex.EncodeToString(sum[:]))
}

// linesOf are the lines of an export, with their ends, but for the last.
func linesOf(text []byte) []string {
	lines := strings.SplitAfter(string(text), "\n")
	return lines[:len(lines)-2]
}

// refusedImport imports a text that is to be refused, and returns why. Nothing of it
// is kept.
func refusedImport(t testing.TB, r io.Reader) error {
	t.Helper()
	into := memstore.New()
	engine, err := seatbook.Import(t.Context(), r, into, movingConfig())
	require.Error(t, err)
	require.Nil(t, engine)
	require.Zero(t, into.Len(), "nothing is kept")
	return err
}

func TestATornExportIsRefused(t *testing.T) {
	t.Parallel()
	text := exportOf(t, moving(t).Engine)
	at, count := 0, 0
	for line := range bytes.Lines(text) {
		for _, torn := range []int{at, at + []int{1, len(line) / 2, len(line) - 1}[count%3]} {
			if torn >= len(text)-1 {
				break // only the end of the last line is missing
			}
			var wrong *seatbook.ImportError
			require.ErrorAs(t, refusedImport(t, bytes.NewReader(text[:torn])), &wrong)
			at := count + 1
			if count == 0 && torn == len(line)-1 {
				at++ // the first line is whole but for its end, and the second is missing
			}
			require.Equal(t, at, wrong.Line, "torn at byte %d: %v", torn, wrong)
		}
		at, count = at+len(line), count+1
	}
	require.Greater(t, count, 100)
	c := imported(t, moving(t), text[:len(text)-1], movingConfig())
	require.Equal(t, string(text), string(exportOf(t, c.Engine)), "without the end of its last line it is whole")
	require.EqualError(t, refusedImport(t, bytes.NewReader(text[:strings.LastIndex(string(text), `{"records"`)])),
		fmt.Sprintf("seatbook: line %d of the export: the export is torn: it ends here, after %d records, without its last line", count, count-3))
}

func TestAFlippedByteIsFound(t *testing.T) {
	t.Parallel()
	text := exportOf(t, moving(t).Engine)
	at, count := 0, 0
	for line := range bytes.Lines(text) {
		flipped := bytes.Clone(text)
		flipped[at+[]int{0, len(line) / 3, 2 * len(line) / 3, len(line) - 2}[count%4]] ^= 1
		var wrong *seatbook.ImportError
		require.ErrorAs(t, refusedImport(t, bytes.NewReader(flipped)), &wrong)
		at, count = at+len(line), count+1
	}
}

// changed replaces a text in the first line that holds both, and seals the whole anew.
func changed(t testing.TB, text []byte, holds, old, replaced string) string {
	t.Helper()
	lines := linesOf(text)
	for i, line := range lines {
		if strings.Contains(line, holds) && strings.Contains(line, old) {
			lines[i] = strings.Replace(line, old, replaced, 1)
			return sealedAs(lines)
		}
	}
	require.Failf(t, "no line", "with %s and %s", holds, old)
	return ""
}

func TestWhatIsWrongWithAnExport(t *testing.T) {
	t.Parallel()
	text := exportOf(t, moving(t).Engine)
	lines := linesOf(text)
	require.Equal(t, string(text), sealedAs(lines), "what is sealed anew is sealed alike")
	with := func(more ...string) string { return sealedAs(append(append([]string{}, lines...), more...)) }
	without := func(part string) string {
		for i, line := range lines {
			if strings.Contains(line, part) {
				return sealedAs(append(append([]string{}, lines[:i]...), lines[i+1:]...))
			}
		}
		panic(part)
	}
	alter := func(holds, old, replaced string) string { return changed(t, text, holds, old, replaced) }
	next := fmt.Sprintf("line %d of the export: ", len(lines)+1)
	cases := []struct{ name, text, want string }{
		{"nothing at all", "", "line 1 of the export: this is no export of a store"},
		{"something else", "name: x\n", "line 1 of the export: this is no export of a store"},
		{"another JSON", `{"format":"backup"}` + "\n", "line 1 of the export: this is no export of a store"},
		{"a newer format", alter(`"format"`, `"version":1`, `"version":2`), "line 1 of the export: the export has version 2 of the format, and version 1 is read here"},
		{"no version of the format", alter(`"format"`, `"version":1`, `"version":0`), "line 1 of the export: the export has version 0 of the format"},
		{"a field that the first line has not", alter(`"format"`, `"zone"`, `"zones"`), `line 1 of the export: the line cannot be read: json: unknown field "zones"`},
		{"an instant that no clock shows", alter(`"format"`, `"at":"2026-02-01T10:00:00Z"`, `"at":"9999-12-31T23:00:00-05:00"`), "line 1 of the export: it would last beyond the year 9999"},
		{"an instant before what is in it", alter(`"format"`, `"at":"2026-02-01T10:00:00Z"`, `"at":"2026-02-01T09:59:59Z"`), "line 1 of the export: it says that it was written 2026-02-01T09:59:59Z, and acme changed 2026-02-01T10:00:00Z"},
		{"no catalogue", alter(`"catalog"`, `{"catalog":`, `{"catalog":null}`+"\n{"), "line 2 of the export: the second line has no catalogue"},
		{"a catalogue with a fault", alter(`"catalog"`, `"id":"autocad"`, `"id":"AUTOCAD"`), "line 2 of the export: the catalogue has"},
		{"an unknown table", with(`{"table":"account.team","version":1,"record":{}}`+"\n", `{"table":"account.temas","version":1,"record":{}}`+"\n"), fmt.Sprintf(`line %d of the export: no module has the table "account.temas"; the nearest is "account.team"`, len(lines)+2)},
		{"a newer table", alter(`"account.team","version":1`, `"version":1`, `"version":2`), "the record of account.team has version 2, and the first line says 1"},
		{"a record twice", with(lines[len(lines)-1]), next + "store: the key is taken by another row: "},
		{"two records with one unique key", alter(`"table":"account.member"`, `"Role":"secondary"`, `"Role":"primary"`), "store: the key is taken by another row: account.member/primary"},
		{"a line that is no JSON", with("what\n"), next + "the line cannot be read: invalid character 'w'"},
		{"two values in a line", with(`{"table":"account.team","version":1,"record":{}} {}` + "\n"), next + "something stands behind the value of the line"},
		{"an empty line", with("\n"), next + "the line cannot be read: EOF"},
		{"a record of another shape", with(`{"table":"account.team","version":1,"record":[]}` + "\n"), next + "store: table account.team: json: cannot unmarshal array"},
		{"no record", with(`{"table":"account.team","version":1}` + "\n"), next + "store: table account.team: unexpected end of JSON input"},
		{"something behind the last line", string(text) + "\n", fmt.Sprintf("line %d of the export: something follows what is the last line by its form", len(lines)+2)},
		{"two last lines", string(text) + `{"records":0,"sha256":""}` + "\n", "something follows what is the last line by its form"},
		{"another count", strings.Replace(string(text), fmt.Sprintf(`{"records":%d`, len(lines)-2), `{"records":1`, 1), "the export was altered: it says that it has 1 records and the sum "},
		{"a record that is left out", strings.Replace(string(text), lines[9], "", 1), fmt.Sprintf("and it has %d and ", len(lines)-3)},
		{"lines in another order", strings.Replace(string(text), lines[8]+lines[9], lines[9]+lines[8], 1), "the export was altered: "},
		{"an invoice that does not add up", alter(`"table":"billing.invoice"`, `"Total":"`, `"Total":"1`), "broken invariant: the invoice "},
		{"a team without its primary admin", without(`"Role":"primary"`), "broken invariant: the team acme names ~"},
		{"a journal with a gap", without(`"table":"seatbook.journal","version":1,"record":{"Stream":"acme","Sequence":2,`), "the journal of acme is broken at 3"},
		{"a journal that was edited", alter(`"table":"seatbook.journal","version":1,"record":{"Stream":"acme","Sequence":2,`, `"Name":"account.invite"`, `"Name":"account.revoke"`), "the journal of acme is broken at 2"},
		{"a queue that lacks something", without(`"table":"seatbook.due","version":1,"record":{"Stream":"acme"`), "does not hold together"},
		{"a queue with something more", with(`{"table":"seatbook.due","version":1,"record":{"Stream":"acme","Item":{"At":"2099-01-01T00:00:00Z","Kind":{"Name":"x","Rank":1},"Key":"k","Streams":["acme"]}}}` + "\n"), "x is queued for acme at 2099-01-01T00:00:00Z and no record says so"},
		{"a stream that nothing wakes", without(`"table":"seatbook.wake"`), "nothing wakes "},
		{"a stream that is woken for nothing", with(`{"table":"seatbook.wake","version":1,"record":{"At":"2099-01-01T00:00:00Z","Stream":"acme"}}` + "\n"), "acme is woken at 2099-01-01T00:00:00Z for nothing"},
		{"a stream without a head", without(`"table":"seatbook.head","version":1,"record":{"Stream":"acme"`), "and no head"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, refusedImport(t, strings.NewReader(c.text)), c.want)
		})
	}
}

func TestARefusedRecordIsNamedByItsLine(t *testing.T) {
	t.Parallel()
	text := exportOf(t, moving(t).Engine)
	altered := changed(t, text, `"table":"billing.invoice"`, `"Total":"`, `"Total":"1`)
	head, _, found := strings.Cut(altered, `"table":"billing.invoice"`)
	require.True(t, found)
	at := 1 + strings.Count(head, "\n")
	var wrong *seatbook.ImportError
	err := refusedImport(t, strings.NewReader(altered))
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, at, wrong.Line)
	require.ErrorContains(t, errors.Unwrap(err), "asks for 1")
}

// endless is a line without an end.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read += len(p)
	return len(p), nil
}

func TestALineHasABound(t *testing.T) {
	t.Parallel()
	lines := linesOf(exportOf(t, moving(t).Engine))
	for _, before := range []string{"", lines[0], strings.Join(lines[:9], "")} {
		forever := &endless{}
		err := refusedImport(t, io.MultiReader(strings.NewReader(before), forever))
		require.ErrorContains(t, err, fmt.Sprintf("the line has more than %d bytes", seatbook.MaxExportLine))
		require.Less(t, forever.read, seatbook.MaxExportLine+1<<20)
	}
}

func TestAReadThatFailsIsTold(t *testing.T) {
	t.Parallel()
	text := exportOf(t, moving(t).Engine)
	gone := errors.New("the disk is gone")
	for _, at := range []int{0, 10, len(text) / 2, len(text) - 10, len(text)} {
		err := refusedImport(t, io.MultiReader(bytes.NewReader(text[:at]), iotest.ErrReader(gone)))
		require.ErrorIs(t, err, gone)
	}
	digest := moving(t).Digest()
	for _, r := range []io.Reader{iotest.OneByteReader(bytes.NewReader(text)), iotest.DataErrReader(bytes.NewReader(text)), iotest.HalfReader(bytes.NewReader(text))} {
		engine, err := seatbook.Import(t.Context(), r, memstore.New(), movingConfig())
		require.NoError(t, err, "however it comes")
		same, err := engine.Digest(t.Context())
		require.NoError(t, err)
		require.Equal(t, digest, same)
	}
}

// cancelling calls off what reads it, after so many bytes.
type cancelling struct {
	io.Reader
	after int
	stop  context.CancelFunc
}

func (c *cancelling) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p[:min(len(p), 512)])
	if c.after -= n; c.after <= 0 {
		c.stop()
	}
	return n, err
}

func TestBothWaysCanBeCalledOff(t *testing.T) {
	t.Parallel()
	s := moving(t)
	text := exportOf(t, s.Engine)
	for _, after := range []int{0, len(text) / 2, len(text)} {
		ctx, stop := context.WithCancel(t.Context())
		into := memstore.New()
		_, err := seatbook.Import(ctx, &cancelling{bytes.NewReader(text), after, stop}, into, movingConfig())
		require.ErrorIs(t, err, context.Canceled)
		require.Zero(t, into.Len())
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	require.ErrorIs(t, s.Export(ctx, io.Discard), context.Canceled)
}

func TestAnImportBeginsWithNothing(t *testing.T) {
	t.Parallel()
	s := moving(t)
	text, digest := exportOf(t, s.Engine), s.Digest()
	_, err := seatbook.Import(t.Context(), bytes.NewReader(text), s.Store, movingConfig())
	require.ErrorIs(t, err, seatbook.ErrNotEmpty)
	require.Equal(t, digest, s.Digest())

	x, err := seatbook.OpenExport(bytes.NewReader(text))
	require.NoError(t, err)
	_, err = x.Import(t.Context(), memstore.New(), movingConfig())
	require.NoError(t, err)
	require.Len(t, x.Sum(), 64)
	_, err = x.Import(t.Context(), memstore.New(), movingConfig())
	require.ErrorContains(t, err, "the export was read already")

	config := movingConfig()
	config.Policy = map[string]string{"invitation-lif": "1d"}
	_, err = seatbook.Import(t.Context(), bytes.NewReader(text), memstore.New(), config)
	require.ErrorContains(t, err, "invitation-life")
	_, err = seatbook.Import(t.Context(), bytes.NewReader(text), nil, movingConfig())
	require.ErrorContains(t, err, "an engine needs a store")

	// A host in no zone of the database says which one it means.
	local := changed(t, text, `"format"`, `"zone":"Europe/Paris"`, `"zone":"Local"`)
	config = movingConfig()
	config.Zone = nil
	_, err = seatbook.Import(t.Context(), strings.NewReader(local), memstore.New(), config)
	require.ErrorContains(t, err, "line 1 of the export: the zone of teams that name none")
	_, err = seatbook.Import(t.Context(), strings.NewReader(local), memstore.New(), movingConfig())
	require.NoError(t, err)
}

// twice is a store that runs every update twice, as one with conflicts may.
type twice struct{ *memstore.Store }

func (s twice) Update(ctx context.Context, fn func(store.Tx) error) error {
	lost := errors.New("lost")
	if err := s.Store.Update(ctx, func(tx store.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return lost
	}); !errors.Is(err, lost) {
		return err
	}
	return s.Store.Update(ctx, fn)
}

func TestAnImportThatIsRunAgainIsRefused(t *testing.T) {
	t.Parallel()
	into := memstore.New()
	_, err := seatbook.Import(t.Context(), bytes.NewReader(exportOf(t, moving(t).Engine)), twice{into}, movingConfig())
	require.ErrorContains(t, err, "somebody else wrote into the store during the import")
	require.Zero(t, into.Len())
}

// Badge is a record of a module of the host's own.
type Badge struct {
	Stream rule.Stream
	Label  string
}

func badges(version int, lift func(int, []byte) ([]byte, error)) rule.Module {
	table := store.NewTable("host.badge", func(b *Badge) (string, store.Key) { return string(b.Stream), store.String(b.Label) }).Versioned(version, lift)
	return rule.Module{Name: "host", Tables: []store.Described{table}}
}

func TestRecordsOfOlderVersionsAreLifted(t *testing.T) {
	t.Parallel()
	config := movingConfig()
	config.Modules = []rule.Module{badges(1, nil)}
	s := moving(t)
	text := exportOf(t, imported(t, s, exportOf(t, s.Engine), config).Engine)
	lines := append(linesOf(text), `{"table":"host.badge","version":1,"record":{"Stream":"acme","Name":"gold"}}`+"\n")
	old := sealedAs(lines)

	lift := func(version int, data []byte) ([]byte, error) {
		if version != 1 {
			return nil, fmt.Errorf("there was no version %d", version)
		}
		var was struct{ Stream, Name string }
		if err := json.Unmarshal(data, &was); err != nil {
			return nil, err
		}
		return json.Marshal(Badge{rule.Stream(was.Stream), was.Name})
	}
	config.Modules = []rule.Module{badges(2, lift)}
	now := string(exportOf(t, imported(t, s, []byte(old), config).Engine))
	require.Contains(t, now, `{"table":"host.badge","version":2,"record":{"Stream":"acme","Label":"gold"}}`)

	for _, c := range []struct {
		module rule.Module
		text   string
		want   string
	}{
		{badges(2, nil), old, fmt.Sprintf("line %d of the export: store: table host.badge has no way from version 1 to 2", len(lines))},
		{badges(1, nil), now, "store: table host.badge is at version 1 and cannot read version 2"},
		{rule.Module{Name: "other"}, old, fmt.Sprintf(`line %d of the export: no module has the table "host.badge"`, len(lines))},
	} {
		config.Modules = []rule.Module{c.module}
		into := memstore.New()
		_, err := seatbook.Import(t.Context(), strings.NewReader(c.text), into, config)
		require.ErrorContains(t, err, c.want)
		require.Zero(t, into.Len())
	}
}
