package portfolio_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator/portfolio"
)

// shard cuts a shard out of the whole file, as a run over it is tested to make it.
func shard(index, of int) []byte {
	first, count := portfolio.Shard{Index: index, Of: of}.Range(inAll)
	head := strings.Replace(lines()[0], `"shard":"1/1"`, fmt.Sprintf(`"shard":"%d/%d"`, index, of), 1)
	return []byte(head + strings.Join(lines()[first:first+count], ""))
}

func TestShardsMergeIntoTheFileOfOneRun(t *testing.T) {
	t.Parallel()
	for _, of := range []int{2, 9} {
		for i := 1; i <= of; i++ {
			c := config()
			c.Shard = portfolio.Shard{Index: i, Of: of}
			require.Equal(t, string(shard(i, of)), string(run(t, c)), "shard %d/%d", i, of)
		}
	}
	for _, of := range []int{1, 2, 3, 7, 9} {
		for seed := range uint64(3) {
			var parts []portfolio.Part
			for i := 1; i <= of; i++ {
				parts = append(parts, part(fmt.Sprint(i), shard(i, of)))
			}
			rand.New(rand.NewPCG(seed, 0)).Shuffle(of, func(i, j int) { parts[i], parts[j] = parts[j], parts[i] }) //nolint:gosec // it has a seed, and guards nothing
			var merged bytes.Buffer
			require.NoError(t, portfolio.Merge(&merged, parts))
			require.Equal(t, string(whole()), merged.String(), "%d shards", of)
		}
	}
}

func TestShardsThatDoNotBelongTogetherAreRefused(t *testing.T) {
	t.Parallel()
	one, two, three := part("one", shard(1, 3)), part("two", shard(2, 3)), part("three", shard(3, 3))
	changed := func(from, to string) portfolio.Part {
		text := string(shard(2, 3))
		other := strings.Replace(text, from, to, 1)
		require.NotEqual(t, text, other)
		return part("other", []byte(other))
	}
	short := shard(2, 3)
	for _, c := range []struct {
		name  string
		parts []portfolio.Part
		says  string
	}{
		{"none", nil, "nothing to merge"},
		{"one is missing", []portfolio.Part{one, three}, "2 of 3 shards are given, and the first that is missing is shard 2/3 (teams 3 to 4)"},
		{"one stands twice", []portfolio.Part{two, one, part("copy", shard(2, 3)), three}, "two and copy are both shard 2/3 (teams 3 to 4)"},
		{"another split", []portfolio.Part{one, part("half", shard(2, 2)), three}, "one is shard 1/3 (teams 1 to 2) and half is shard 2/2 (teams 4 to 7)"},
		{"another seed", []portfolio.Part{one, changed(`"seed":3`, `"seed":4`), three}, "other beside one: it belongs to another portfolio: seed: 4 and 3"},
		{"another policy", []portfolio.Part{one, changed(`"token-life":"3mo"`, `"token-life":"4mo"`), three}, "policy: map[token-life:4mo] and map[token-life:3mo]"},
		{"another catalogue", []portfolio.Part{one, changed(`"catalog":"`, `"catalog":"0`), three}, "catalog: 0"},
		{"another rule book", []portfolio.Part{one, changed(`"rules":"`, `"rules":"0`), three}, "rules: 0"},
		{"another build", []portfolio.Part{one, changed(`"build":"`, `"build":"v9`), three}, "build: v9"},
		{"another version", []portfolio.Part{one, changed(`"version":1`, `"version":2`), three}, "other: line 1: its form has version 2"},
		{"another workload", []portfolio.Part{one, changed(`"joins":20`, `"joins":21`), three}, "workload: "},
		{"another start", []portfolio.Part{one, changed(`"start":"2026-01-05"`, `"start":"2026-01-06"`), three}, "start: 2026-01-06 and 2026-01-05"},
		{"more teams", []portfolio.Part{one, changed(`"teams":7`, `"teams":8`), three}, "teams: 8 and 7"},
		{"one is cut off", []portfolio.Part{one, part("two", short[:len(short)-1]), three}, "two is not at its end: 1 of its teams are missing, from team 4 on"},
		{"one lacks a line", []portfolio.Part{one, part("two", short[:bytes.LastIndexByte(short[:len(short)-1], '\n')+1]), three}, "two is not at its end: 1 of its teams are missing, from team 4 on"},
		{"one is cut off in the header", []portfolio.Part{one, part("two", short[:10]), three}, "two: portfolio: the last line is cut off"},
		{"one is empty", []portfolio.Part{one, part("two", nil), three}, "two: portfolio: the last line is cut off"},
		{"one cannot be opened", []portfolio.Part{one, {Name: "two", Open: func() (io.ReadCloser, error) { return nil, errors.New("no disk") }}, three}, "two: no disk"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, portfolio.Merge(io.Discard, c.parts), c.says)
		})
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestAMergeThatCannotBeWrittenFails(t *testing.T) {
	t.Parallel()
	assert.ErrorContains(t, portfolio.Merge(full{}, []portfolio.Part{part("whole", whole())}), "full")
}
