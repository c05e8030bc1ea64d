package seatbook_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// token is a row that parts write.
type token struct{ Team, ID string }

var tokens = store.NewTable("host.token", func(k *token) (string, store.Key) { return k.Team, store.String(k.ID) })

// minted happens when a part has written its row.
type minted struct{ id string }

// Tell says so.
func (h minted) Tell() rule.Telling {
	return rule.Telling{Name: "minted", Stream: "acme", Facts: map[string]string{"id": h.id}}
}

var chores = rule.DueKind{Name: "host.chore", Rank: 99}

var errPart = errors.New("the part fails")

// parts is a command of several parts, of which some fail after they did all that
// a command can do.
type parts struct {
	Fails []bool `json:"fails"`
	// Inner makes each part one of another part, which goes on.
	Inner bool `json:"inner"`
}

func (c parts) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, "acme") }

func (c parts) Do(s *rule.Scope) ([]string, error) {
	made := []string{}
	for _, fails := range c.Fails {
		part := func(s *rule.Scope) error {
			id, err := s.NewID("tok", "acme")
			if err != nil {
				return err
			}
			made = append(made, id)
			err = errors.Join(
				tokens.Put(s.Tx(), token{"acme", id}),
				s.Queue(rule.Item{At: s.Now().Add(time.Hour), Kind: chores, Key: id, Streams: []rule.Stream{"acme"}}),
				s.Emit(minted{id}),
			)
			if err == nil && fails {
				err = errPart
			}
			return err
		}
		run := part
		if c.Inner {
			run = func(s *rule.Scope) error {
				if err := s.Try(part); !errors.Is(err, errPart) {
					return err
				}
				return nil
			}
		}
		if err := s.Try(run); err != nil && !errors.Is(err, errPart) {
			return nil, err
		}
	}
	return made, nil
}

func TestAPartThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	play := func(inner bool, fails ...bool) (made, kept []string) {
		module := rule.Module{
			Name: "host", Tables: []store.Described{tokens},
			Commands: []rule.Definition{rule.Does[parts]("host.parts", account.Operate, "has parts")},
			Due: []rule.DueWork{{Kind: chores, Do: func(s *rule.Scope, item rule.Item) error {
				return tokens.Delete(s.Tx(), "acme", store.String(item.Key))
			}}},
		}
		s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Modules: []rule.Module{module}})
		stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test"})
		got := stage.Do(s, rule.Operator, parts{Fails: fails, Inner: inner})
		kept = []string{}
		require.NoError(t, s.Store.View(t.Context(), func(tx store.Tx) error {
			for row, err := range tokens.Scan(tx, "acme", store.Part{}) {
				if err != nil {
					return err
				}
				kept = append(kept, row.ID)
			}
			return nil
		}))
		told := 0
		events, err := s.Events(t.Context(), seatbook.Cursor{}, 100)
		require.NoError(t, err)
		for _, e := range events {
			if e.Name == "minted" {
				told++
			}
		}
		require.Equal(t, len(kept), told)
		next, due, err := s.NextDue(t.Context())
		require.NoError(t, err)
		require.Equal(t, len(kept) > 0, due, "%s", next)
		return got, kept
	}
	for _, inner := range []bool{false, true} {
		got, kept := play(inner, true, false, true, false)
		require.Equal(t, []string{"tok_acme_2", "tok_acme_2", "tok_acme_2.2", "tok_acme_2.2"}, got, "a failed part uses no identifier up")
		require.Equal(t, []string{"tok_acme_2", "tok_acme_2.2"}, kept)
		_, kept = play(inner, true, true)
		require.Empty(t, kept)
	}
}
