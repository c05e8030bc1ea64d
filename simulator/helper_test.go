package simulator

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/rule"
)

func vocabulary(tb testing.TB) *Vocabulary {
	tb.Helper()
	v, err := Everything()
	require.NoError(tb, err)
	return v
}

// faultsOf parses a text and returns the lines of what is wrong with it, without
// the name of the file.
func faultsOf(t *testing.T, text string) []string {
	t.Helper()
	_, err := Parse("s.yaml", []byte(text), vocabulary(t))
	if err == nil {
		return nil
	}
	var lines []string
	for _, f := range err.(Faults) { //nolint:errorlint,forcetypeassert // Parse returns nothing else
		lines = append(lines, strings.TrimPrefix(f.Error(), "s.yaml:"))
	}
	return lines
}

func parsed(t *testing.T, text string) *Scenario {
	t.Helper()
	s, err := Parse("s.yaml", []byte(text), vocabulary(t))
	require.NoError(t, err)
	return s
}

// run runs a scenario whose head is written for it.
func run(t *testing.T, steps string) *Result {
	t.Helper()
	r, err := parsed(t, head+steps).Run(context.Background(), RunOptions{})
	require.NoError(t, err)
	return r
}

const head = `name: test
start: 2026-01-05T09:00:00Z
catalog:
  products:
    - {id: sketch, flex_rate: 7, prices: [{term: monthly, new: 100.00 USD}, {term: annual, new: 1000.00 USD}]}
  tokens: {price: 3.00 USD, minimum: 100}
steps:
`

// failures returns how the steps came out otherwise than written, each behind
// its number.
func failures(r *Result) []string {
	var list []string
	for _, record := range r.Records {
		for _, text := range record.Failures {
			list = append(list, record.Step+": "+text)
		}
	}
	return list
}

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

// world returns a timeline over a team with a member and a card.
func world(t *testing.T, seed int64) *Timeline {
	t.Helper()
	w, err := NewWorld(Config{Start: at("2026-01-05T09:00:00Z"), Seed: seed})
	require.NoError(t, err)
	line := NewTimeline(w)
	do(t, line, rule.Operator, "account.create_team", `{"team": "acme", "owner": "ada@acme.test", "country": "US"}`)
	return line
}

func do(t *testing.T, line *Timeline, actor rule.Actor, name, args string) any {
	t.Helper()
	result, err := line.Do(context.Background(), actor, name, []byte(args))
	require.NoError(t, err)
	return result
}

func digest(t *testing.T, line *Timeline) string {
	t.Helper()
	d, err := line.Digest(context.Background())
	require.NoError(t, err)
	return d
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
