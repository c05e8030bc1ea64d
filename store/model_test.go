package store_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
)

// model is the desks that should be there, written down as simply as can be.
type model []Desk

func samePlace(a, b Desk) bool {
	return a.Team == b.Team && a.Floor == b.Floor && a.Number == b.Number
}

func (m model) with(d Desk) model {
	return append(m.without(d), d)
}

func (m model) without(d Desk) model {
	return slices.DeleteFunc(slices.Clone(m), func(o Desk) bool { return samePlace(o, d) })
}

// taken reports whether another desk of the team has the holder.
func (m model) taken(d Desk) bool {
	return d.Holder != "" && slices.ContainsFunc(m, func(o Desk) bool {
		return o.Team == d.Team && o.Holder == d.Holder && !samePlace(o, d)
	})
}

// rows returns the desks of a team that are wanted, in order, as a scan with
// these options should hand them out.
func (m model) rows(team string, p store.Part, want func(Desk) bool, order func(a, b Desk) int) []Desk {
	list := []Desk{}
	for _, d := range m {
		if d.Team == team && want(d) {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, order)
	if p.Reverse {
		slices.Reverse(list)
	}
	if p.Limit > 0 && p.Limit < len(list) {
		list = list[:p.Limit]
	}
	return list
}

func byPlace(a, b Desk) int {
	return cmp.Or(cmp.Compare(a.Floor, b.Floor), cmp.Compare(a.Number, b.Number))
}

func byRank(a, b Desk) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), byPlace(a, b)) }

func byHolder(a, b Desk) int { return cmp.Compare(a.Holder, b.Holder) }

func anyDesk(Desk) bool   { return true }
func isFree(d Desk) bool  { return d.Holder == "" }
func isTaken(d Desk) bool { return d.Holder != "" }

// only is the desk that was found, or none.
func only(d Desk, found bool) []Desk {
	if !found {
		return []Desk{}
	}
	return []Desk{d}
}

var (
	teams    = rapid.SampledFrom([]string{"a", "a1", "a\x00"})
	anyPlace = rapid.Custom(func(t *rapid.T) Desk {
		return Desk{
			Team: teams.Draw(t, "team"), Floor: rapid.SampledFrom([]string{"", "f", "f\x00", "f1"}).Draw(t, "floor"),
			Number: rapid.IntRange(-1, 1).Draw(t, "number"), Rank: rapid.IntRange(-2, 2).Draw(t, "rank"),
			Holder: rapid.SampledFrom([]string{"", "ada", "ada1", "bob\x00"}).Draw(t, "holder"),
		}
	})
)

var errUndone = errors.New("undone on purpose")

// act draws operations, does them to tx and to m alike, and returns what m is
// afterwards.
func act(t *rapid.T, tx store.Tx, m model, depth int) model {
	for range rapid.IntRange(1, 6).Draw(t, "operations") {
		switch rapid.IntRange(0, 5).Draw(t, "operation") {
		case 0:
			d := anyPlace.Draw(t, "removed")
			require.NoError(t, desks.Delete(tx, d.Team, d.key()))
			m = m.without(d)
		case 1:
			if depth == 0 {
				continue
			}
			fails := rapid.Bool().Draw(t, "fails")
			var inside model
			err := tx.Try(func(tx store.Tx) error {
				if inside = act(t, tx, m, depth-1); fails {
					return errUndone
				}
				return nil
			})
			if fails {
				require.ErrorIs(t, err, errUndone)
				continue
			}
			require.NoError(t, err)
			m = inside
		default:
			d := anyPlace.Draw(t, "put")
			err := tx.Try(func(tx store.Tx) error { return desks.Put(tx, d) })
			if m.taken(d) {
				require.ErrorIs(t, err, store.ErrTaken)
				continue
			}
			require.NoError(t, err)
			m = m.with(d)
		}
	}
	return m
}

// compare requires that the table and its indexes hand out what the model says.
func compare(t *rapid.T, tx store.Tx, m model) {
	team := teams.Draw(t, "team looked at")
	p := store.Part{Reverse: rapid.Bool().Draw(t, "reverse"), Limit: rapid.IntRange(0, 3).Draw(t, "limit")}
	require.Equal(t, m.rows(team, p, anyDesk, byPlace), all(t, desks.Scan(tx, team, p)))
	require.Equal(t, m.rows(team, p, anyDesk, byRank), all(t, rank.Scan(tx, team, p)))
	require.Equal(t, m.rows(team, p, isFree, byRank), all(t, free.Scan(tx, team, p)))
	require.Equal(t, m.rows(team, p, isTaken, byHolder), all(t, holder.Scan(tx, team, p)))

	from, to := rapid.IntRange(-3, 3).Draw(t, "from"), rapid.IntRange(-3, 3).Draw(t, "to")
	p.From, p.To = store.Int(from), store.Int(to)
	within := func(n int) bool { return n >= from && n < to }
	require.Equal(t, m.rows(team, p, func(d Desk) bool { return within(d.Rank) }, byRank), all(t, rank.Scan(tx, team, p)))
	floor := rapid.SampledFrom([]string{"", "f", "f\x00", "f1", "g"}).Draw(t, "floor looked at")
	p.Prefix = store.String(floor)
	require.Equal(t, m.rows(team, p, func(d Desk) bool { return d.Floor == floor && within(d.Number) }, byPlace), all(t, desks.Scan(tx, team, p)))

	sought := anyPlace.Draw(t, "sought")
	at := m.rows(sought.Team, store.Part{}, func(d Desk) bool { return samePlace(d, sought) }, byPlace)
	got, found, err := desks.Get(tx, sought.Team, sought.key())
	require.NoError(t, err)
	require.Equal(t, at, only(got, found))
	of := m.rows(sought.Team, store.Part{}, func(d Desk) bool { return isTaken(d) && d.Holder == sought.Holder }, byPlace)
	got, found, err = holder.Get(tx, sought.Team, store.String(sought.Holder))
	require.NoError(t, err)
	require.Equal(t, of, only(got, found))

	// Nothing is kept but the rows and an index row for each index they stand in.
	require.Len(t, all(t, tx.Scan(store.Range{})), 3*len(m), "a row, its rank, and either its holder or its being free")
}

func TestATableDoesWhatANaiveModelDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := memstore.New()
		m := model{}
		for range rapid.IntRange(1, 5).Draw(t, "updates") {
			kept := rapid.Bool().Draw(t, "kept")
			var inside model
			err := s.Update(context.Background(), func(tx store.Tx) error {
				inside = act(t, tx, m, 2)
				compare(t, tx, inside)
				if !kept {
					return errUndone
				}
				return nil
			})
			if kept {
				require.NoError(t, err)
				m = inside
			}
			require.NoError(t, s.View(context.Background(), func(tx store.Tx) error {
				compare(t, tx, m)
				return nil
			}))
		}
	})
}
