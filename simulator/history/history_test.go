package history

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/store"
)

func TestRandomHistoriesHold(t *testing.T) {
	t.Parallel()
	for _, seed := range []int64{1} {
		o, err := Run(t.Context(), Config{Seed: seed, Teams: 6, Years: 1, AuditEvery: 30 * aDay, File: "x.yaml"})
		require.NoError(t, err)
		if o.Failure != nil {
			t.Fatalf("seed %d: %s\n%s", seed, o.Failure.Says, o.Failure.Scenario)
		}
		assert.Equal(t, 2, o.Histories)
		assert.Regexp(t, "^[0-9a-f]{64}$", o.Digest)
		assert.Greater(t, o.Accepted, 2*o.Refused, "most commands are accepted")
		assert.Positive(t, o.Refused, "and some are not")
		assert.GreaterOrEqual(t, o.Days, 2*365)
		assert.Greater(t, len(o.Rules), o.AllRules*3/4)
	}
}

// The same seed makes the same histories, also on one processor, and another makes others.
func TestTheSameSeedIsTheSameOutcome(t *testing.T) {
	config := Config{Seed: 5, Teams: 6, Years: 1, AuditEvery: 30 * aDay, File: "x.yaml"}
	one, err := Run(t.Context(), config)
	require.NoError(t, err)
	before := runtime.GOMAXPROCS(1)
	two, err := Run(t.Context(), config)
	runtime.GOMAXPROCS(before)
	require.NoError(t, err)
	assert.Equal(t, one, two)
	config.Seed, config.Teams = 6, 1
	other, err := Run(t.Context(), config)
	require.NoError(t, err)
	assert.NotEqual(t, one.Digest, other.Digest)
}

// more is how many histories must be enough for every command and query to be done.
var more = flag.Int("histories", 12, "in so many histories of five teams every command and query is done at least once")

// never are the commands and queries that no history does, and why.
var never = map[string]string{}

// Every command and query there is comes to pass, and is not only refused.
func TestEveryCommandAndQueryIsDone(t *testing.T) {
	t.Parallel()
	r, err := newRun(Config{Seed: 2, Teams: 1, Years: 1, File: "x.yaml"})
	require.NoError(t, err)
	stories := make([]*story, *more)
	var group sync.WaitGroup
	for i := range stories {
		group.Go(func() {
			s, err := r.makeUp(t.Context(), i, PerWorld)
			assert.NoError(t, err)
			stories[i] = s
		})
	}
	group.Wait()
	done := map[string]bool{}
	for _, s := range stories {
		for i := range s.steps {
			done[s.steps[i].name] = done[s.steps[i].name] || s.steps[i].fails == ""
		}
	}
	for _, s := range r.vocabulary.Signatures() {
		assert.Equal(t, never[s.Name] == "", done[s.Name], "%s in %d histories", s.Name, *more)
	}
}

// A command of a module of one's own is drawn like any other, whatever its fields are.
func TestACommandThatIsNewIsDrawn(t *testing.T) {
	t.Parallel()
	r, err := newRun(Config{Seed: 2, Teams: 1, Years: 1, File: "x.yaml", Modules: []rule.Module{trap}})
	require.NoError(t, err)
	c := r.cast(source(2, 0), PerWorld)
	for _, of := range r.vocabulary.Signatures() {
		if strings.HasPrefix(of.Name, "trap.") {
			s, ok := c.draw(&of, c.teams[0], time.Unix(0, 0))
			require.True(t, ok, of.Name)
			assert.Equal(t, c.teams[0].name, s.field("team"))
		}
	}
}

// What a plot names there is.
func TestPlotsAreOfTheVocabulary(t *testing.T) {
	t.Parallel()
	r, err := newRun(Config{Seed: 2, Teams: 1, Years: 1, File: "x.yaml"})
	require.NoError(t, err)
	fields := map[string][]string{}
	for _, s := range r.vocabulary.Signatures() {
		for _, f := range s.Fields {
			fields[s.Name] = append(fields[s.Name], f.Name)
		}
	}
	for _, plot := range plots {
		require.Greater(t, len(plot), 1)
		for _, b := range plot {
			require.Contains(t, fields, b.name)
			require.Subset(t, fields[b.name], b.given, b.name)
			for name := range b.with {
				require.Contains(t, fields[b.name], name, b.name)
			}
		}
	}
	for _, names := range [][]string{slices.Collect(maps.Keys(frequent)), slices.Collect(maps.Keys(after))} {
		for _, name := range names {
			require.Contains(t, fields, name)
		}
	}
}

// trap breaks when it is sprung, twice at least, ten days after it was set in the
// same team, or later. Only histories that have all of it fail.
var trap = rule.Module{
	Name: "trap",
	Commands: []rule.Definition{
		rule.Does[Set]("trap.set", account.Operate, "sets a trap"),
		rule.Does[Spring]("trap.spring", account.Operate, "springs it"),
	},
	Tables: []store.Described{traps},
}

type set struct {
	Team rule.Stream
	At   time.Time
}

var traps = store.NewTable("trap.set", func(s *set) (string, store.Key) { return string(s.Team), "" })

type Set struct {
	Team string `json:"team"`
	Note string `json:"note,omitempty"`
}

func about(team string) rule.Subject {
	return rule.Subject{Team: rule.Stream(team), What: "team", Name: team, Touches: []rule.Stream{rule.Stream(team)}}
}

func (c Set) About(*rule.View) (rule.Subject, error) { return about(c.Team), nil }

func (c Set) Do(s *rule.Scope) (account.Nothing, error) {
	s.Cite(rule.Permissions)
	if _, err := account.TeamByHandle(&s.View, rule.Stream(c.Team)); err != nil {
		return account.Nothing{}, err
	}
	return account.Nothing{}, traps.Put(s.Tx(), set{rule.Stream(c.Team), s.Now()})
}

type Spring struct {
	Team  string `json:"team"`
	Times int    `json:"times"`
}

func (c Spring) About(*rule.View) (rule.Subject, error) { return about(c.Team), nil }

var errSprung = errors.New("the trap is sprung")

func (c Spring) Do(s *rule.Scope) (account.Nothing, error) {
	s.Cite(rule.Permissions)
	trap, found, err := traps.Get(s.Tx(), c.Team, "")
	if err == nil && found && c.Times > 1 && s.Now().Sub(trap.At) >= 10*aDay {
		err = fmt.Errorf("in %s after %d: %w", c.Team, c.Times, errSprung)
	}
	return account.Nothing{}, err
}

// What fails is shrunk to the steps that it takes, with the roundest span and the
// least quantities, and the file fails in the same way.
func TestAFailureIsShrunk(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "found.yaml")
	var shrinking int
	o, err := Run(t.Context(), Config{Seed: 1, Teams: 100, Years: 1, AuditEvery: 300 * aDay, File: file, Modules: []rule.Module{trap}, Progress: func(p Progress) {
		if p.Shrinking {
			shrinking++
		}
	}})
	require.NoError(t, err)
	f := o.Failure
	require.NotNil(t, f)
	assert.Contains(t, f.Says, "the trap is sprung")
	assert.Positive(t, shrinking)
	assert.Greater(t, f.From, 50)
	assert.Equal(t, 3, f.Steps, "%s", f.Scenario)
	assert.Contains(t, string(f.Scenario), "do: trap.set, with: {team: ")
	assert.Regexp(t, `\{after: 10d, do: trap\.spring, with: \{team: [a-z]+, times: 2\}\}`, string(f.Scenario))

	require.NoError(t, os.WriteFile(file, f.Scenario, 0o600))
	vocabulary, err := simulator.NewVocabulary(append(everything(t), trap)...)
	require.NoError(t, err)
	scenario, err := simulator.Load(file, vocabulary)
	require.NoError(t, err)
	result, err := scenario.Run(t.Context(), simulator.RunOptions{Modules: []rule.Module{trap}})
	require.NoError(t, err)
	require.False(t, result.OK())
	assert.Equal(t, 1, result.Failed)
	assert.Contains(t, result.Broken().Error, "the trap is sprung")
}

// What a proof finds is shrunk too, and the file names the proof.
func TestAFailedProofIsShrunk(t *testing.T) {
	t.Parallel()
	o, err := Run(t.Context(), Config{Seed: 1, Teams: 50, Years: 1, AuditEvery: 300 * aDay, File: "x.yaml", Modules: []rule.Module{fickle()}})
	require.NoError(t, err)
	require.NotNil(t, o.Failure)
	assert.Contains(t, o.Failure.Says, "seed: with the same seed")
	assert.Contains(t, string(o.Failure.Scenario), "prove: [seed]\n")
	assert.LessOrEqual(t, o.Failure.Steps, 2)
}

// What fails once and never again is told all the same, with a word on it.
func TestAFailureThatGoesAwayIsTold(t *testing.T) {
	t.Parallel()
	o, err := Run(t.Context(), Config{Seed: 3, Teams: 1, Years: 1, Prove: []simulator.Proof{}, File: "x.yaml", Modules: []rule.Module{fleeting()}})
	require.NoError(t, err)
	require.NotNil(t, o.Failure)
	assert.Contains(t, o.Failure.Says, "it was there a moment ago; run once more it does not fail in this way, so something outside of the world decides")
	assert.Contains(t, string(o.Failure.Scenario), "so something outside of the world decides\n")
	assert.Contains(t, string(o.Failure.Scenario), "do: fleeting.look, ")
	assert.Equal(t, o.Failure.From, o.Failure.Steps)
}

func TestConfigsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		config Config
		says   string
	}{
		{Config{Teams: 0, Years: 1}, "there can be 1 to 100000 teams, and not 0"},
		{Config{Teams: MaxTeams + 1, Years: 1}, "and not 100001"},
		{Config{Teams: 1, Years: 0}, "they can live 1 to 20 years, and not 0"},
		{Config{Teams: 1, Years: MaxYears + 1}, "and not 21"},
		{Config{Teams: 1, Years: 1, AuditEvery: -1}, "cannot be negative"},
		{Config{Teams: 1, Years: 1, Catalog: "nowhere.yaml"}, `the catalogue "nowhere.yaml" cannot be read`},
		{Config{Teams: 1, Years: 1, Modules: []rule.Module{trap, trap}}, "defined twice"},
	} {
		_, err := Run(t.Context(), c.config)
		require.ErrorContains(t, err, c.says)
	}
}

func TestAnInterruptedRunIsAnError(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Run(ctx, Config{Seed: 1, Teams: 1000, Years: 1, AuditEvery: 300 * aDay, File: "x.yaml", Progress: func(Progress) { cancel() }})
	require.ErrorIs(t, err, context.Canceled)
}

func TestSpansAreWrittenAsTheyAreRead(t *testing.T) {
	t.Parallel()
	for d, text := range map[time.Duration]string{
		time.Second: "1s", 299 * time.Second: "4m59s", aDay: "1d", 40*aDay + time.Hour + time.Millisecond: "40d1h0.001s", aDay - time.Second: "23h59m59s",
	} {
		assert.Equal(t, text, span(d))
	}
}
