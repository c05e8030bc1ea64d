package seatbook_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/go-memdb"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// typedPages are the pages' queries as a host written in Go asks them: no JSON is read.
var typedPages = map[string]func(testing.TB, string) func(*seatbook.Engine){
	"licensing.people":          typed[licensing.PeopleQuery, licensing.PeoplePage],
	"licensing.products":        typed[licensing.ProductsQuery, licensing.ProductsPage],
	"licensing.groups":          typed[licensing.GroupsQuery, licensing.GroupsPage],
	"licensing.trial_downloads": typed[licensing.TrialDownloadsQuery, []licensing.TrialDownload],
	"licensing.seats":           typed[licensing.SeatsQuery, licensing.Seats],
	"account.permissions":       typed[account.PermissionsQuery, account.PermissionsPage],
	"account.invitations":       typed[account.InvitationsQuery, []account.InvitationShown],
	"account.activity":          typed[account.ActivityQuery, account.ActivityPage],
	"account.notices":           typed[account.NoticesQuery, []account.NoticeShown],
	"account.cases":             typed[account.CasesQuery, account.CasesShown],
	"account.hubs":              typed[account.HubsQuery, []account.HubShown],
	"flex.access":               typed[flex.AccessQuery, flex.Access],
}

func typed[Q rule.Query[R], R any](tb testing.TB, args string) func(*seatbook.Engine) {
	var query Q
	require.NoError(tb, json.Unmarshal([]byte(args), &query))
	return func(e *seatbook.Engine) {
		if _, err := seatbook.Ask(tb.Context(), e, ada, query); err != nil {
			tb.Fatal(err)
		}
	}
}

// sought are the keys of the rows that a page is made of, each once, and of the places
// at which an index was looked into in vain.
type sought struct{ rows, vain []string }

func soughtBy(tb testing.TB, s store.Store, log []operation) sought {
	keys, vain := map[string]bool{}, map[string]bool{}
	require.NoError(tb, s.View(tb.Context(), func(tx store.Tx) error {
		for _, op := range log {
			switch {
			case op.kind == "get":
				keys[op.key] = true
			case op.kind == "scan" && op.limit == 0:
				vain[op.key] = true
			case op.kind == "scan":
				for row, err := range tx.Scan(store.Range{From: op.key, To: op.to, Reverse: op.back, Limit: op.limit}) {
					if err != nil {
						return err
					}
					keys[row.Key] = true
				}
			}
		}
		return nil
	}))
	return sought{slices.Sorted(maps.Keys(keys)), slices.Sorted(maps.Keys(vain))}
}

// lookUp looks for the same in raw go-memdb, each by its key.
func (s sought) lookUp(tb testing.TB, db *memdb.MemDB) {
	txn := db.Txn(false)
	for _, key := range s.rows {
		if _, err := txn.First("rows", "id", key); err != nil {
			tb.Fatal(err)
		}
	}
	for _, key := range s.vain {
		it, err := txn.LowerBound("rows", "id", key)
		if err != nil {
			tb.Fatal(err)
		}
		it.Next()
	}
}

// Every list of a team of fifty thousand. The floors are raw go-memdb looking up one by
// one what the page is made of, and doing the same look-ups and scans.
func BenchmarkPageOfALargeTeam(b *testing.B) {
	state := grown(largest)[largest]
	raw := rawCopy(b, state)
	for _, p := range pagesAsked {
		s, c := large(b, state)
		require.LessOrEqual(b, p.look(b, s, c), 3*p.needed)
		r := &recorder{Store: state}
		for _, over := range []store.Store{r, state} {
			var err error
			s.Engine, err = s.Over(over, s.Clock, nil, nil)
			require.NoError(b, err)
			if over == r {
				p.look(b, s, c)
			}
		}
		ask, what := typedPages[p.name](b, p.args), soughtBy(b, state, r.log)
		b.Run(p.name+" "+p.args+"/seatbook", func(b *testing.B) {
			for b.Loop() {
				ask(s.Engine)
			}
			b.ReportMetric(float64(len(what.rows)+len(what.vain)), "rows/op")
		})
		b.Run(p.name+" "+p.args+"/raw look-ups", func(b *testing.B) {
			for b.Loop() {
				what.lookUp(b, raw)
			}
		})
		b.Run(p.name+" "+p.args+"/raw", func(b *testing.B) {
			for b.Loop() {
				rawRun(b, raw, r.log)
			}
		})
	}
}

// One assignment after another in teams of several sizes: the curve is flat.
func BenchmarkAssignmentBySize(b *testing.B) {
	sizes := []int{1_000, 10_000, largest}
	states := grown(sizes...)
	for _, size := range sizes {
		b.Run(fmt.Sprintf("%d people", size), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s, _ := large(b, states[size])
				b.StartTimer()
				for i := 501; i < 509; i++ {
					stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "p001", User: numbered(i)})
				}
			}
		})
		b.Run(fmt.Sprintf("pinned, %d people", size), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s, _ := large(b, states[size])
				pin := pinOf(s)
				b.StartTimer()
				for i := 501; i < 509; i++ {
					stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "p001", User: numbered(i), Subscription: pin})
				}
			}
		})
		b.Run(fmt.Sprintf("access, %d people", size), func(b *testing.B) {
			s, c := large(b, states[size])
			for b.Loop() {
				toOpen(b, s, c, size)
			}
			b.ReportMetric(float64(toOpen(b, s, c, size)), "rows/op")
		})
	}
}
