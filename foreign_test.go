package seatbook_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/rule"
)

// identifying are the fields that name a thing of a team or a person.
var identifying = []string{
	"team", "owner", "email", "user", "users", "group", "groups", "hub", "subscription", "case", "session", "pack", "charge",
	"purchaser", "payment_method",
}

// doers are who runs an example, the first that may: its own team's people, then
// the operator.
func (s side) doers() []rule.Actor {
	return []rule.Actor{rule.ByEmail(s["boss"]), rule.ByEmail(s["member"]), rule.ByEmail(s["invited"]), rule.Operator}
}

// Every field of every command and query that names something is in an example,
// so that a new one cannot be forgotten here.
func TestEveryIdentifierStandsInAnExample(t *testing.T) {
	t.Parallel()
	e := office(t).Engine
	for _, d := range e.Definitions() {
		name := d.Name
		if d.Query {
			name += "?"
		}
		given := map[string]bool{}
		for _, args := range calls[name] {
			var fields map[string]json.RawMessage
			require.NoError(t, json.Unmarshal([]byte(args), &fields), "%s %s", name, args)
			for field, value := range fields {
				given[field] = given[field] || strings.Contains(string(value), "$")
			}
		}
		require.NotEmpty(t, calls[name], "%s has no example in calls", name)
		for i := range d.Type.NumField() {
			field, _, _ := strings.Cut(d.Type.Field(i).Tag.Get("json"), ",")
			if slices.Contains(identifying, field) {
				require.True(t, given[field], "no example of %s names a %s", name, field)
			}
		}
	}
}

// For every command and query, each identifier in turn is that of another team,
// and the answer is the one that an unknown identifier gets (invariant 46).
func TestWhatIsForeignIsLikeWhatIsUnknown(t *testing.T) {
	t.Parallel()
	s, sides := neighbours(t)
	own, foreign := sides[0], sides[1]
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		for _, args := range calls[name] {
			doer := -1
			for i, actor := range own.doers() {
				if _, err := outcome(t, s.Store, s.Clock, actor, name, own.fill(args)); err == nil {
					doer = i
					break
				}
			}
			require.GreaterOrEqual(t, doer, 0, "nobody may do %s %s, which is to be an example of what works", name, own.fill(args))
			for _, one := range slices.Compact(slices.Sorted(slices.Values(thing.FindAllString(args, -1)))) {
				for _, actor := range own.doers()[:3] {
					compareForeign(t, s, actor, name, args, one[1:], own, foreign)
				}
			}
		}
	}
}

// compareForeign puts a thing of the other team, and then one of nobody, in the
// place of the own one.
func compareForeign(t *testing.T, s *stage.Stage, actor rule.Actor, name, args, one string, own, foreign side) {
	t.Helper()
	swapped := func(with side) string {
		rest := maps.Clone(own)
		rest[one] = with[one]
		text, _ := outcome(t, s.Store, s.Clock, actor, name, rest.fill(args))
		for _, word := range []string{with[one], string(rule.PersonOf(with[one]))} {
			text = strings.ReplaceAll(text, word, "IT")
		}
		return text
	}
	got := swapped(foreign)
	for _, unknown := range nobody(own) {
		require.Equal(t, swapped(unknown), got, "invariant 46: %s does %s %s with the %s of another team", actor, name, args, one)
	}
}

// Two teams live through random commands, and no answer to anyone of one of them
// has a word of the other (invariant 47).
func TestNoAnswerHasAWordOfAnotherTeam(t *testing.T) {
	t.Parallel()
	s, sides := neighbours(t)
	names := slices.Sorted(maps.Keys(calls))
	isQuery := func(name string) bool { return strings.HasSuffix(name, "?") }
	commands := slices.DeleteFunc(slices.Clone(names), isQuery)
	rapid.Check(t, func(t *rapid.T) {
		e, err := seatbook.New(s.Store.Fork(), foreignConfig(s.Clock, stage.Pays))
		require.NoError(t, err)
		for range rapid.IntRange(1, 20).Draw(t, "commands") {
			name, at := drawn(t, "command", commands...), rapid.IntRange(0, 1).Draw(t, "side")
			args := sides[at].fill(drawn(t, "args", calls[name]...))
			actor := drawn(t, "actor", append(sides[1-at].doers()[:3], sides[at].doers()...)...)
			_, _ = spoken(t, e, actor, name, args)
		}
		for at, own := range sides {
			other := sides[1-at]["team"]
			for _, name := range names {
				if !isQuery(name) {
					continue
				}
				for _, args := range calls[name] {
					for _, actor := range own.doers()[:2] {
						text, _ := spoken(t, e, actor, name, own.fill(args))
						require.NotContains(t, text, other, "invariant 47: %s asks %s %s", actor, name, own.fill(args))
					}
				}
			}
		}
	})
}
