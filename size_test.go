package seatbook_test

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// counter is a store that counts what is asked of it: a look-up, a row of a
// scan, a row written.
type counter struct {
	store.Store
	reads, writes int
}

// Sequential says what the store says.
func (c *counter) Sequential() bool { return store.IsSequential(c.Store) }

func (c *counter) View(ctx context.Context, fn func(store.Tx) error) error {
	return c.Store.View(ctx, func(tx store.Tx) error { return fn(&counted{tx, c}) })
}

func (c *counter) Update(ctx context.Context, fn func(store.Tx) error) error {
	return c.Store.Update(ctx, func(tx store.Tx) error { return fn(&counted{tx, c}) })
}

type counted struct {
	store.Tx
	c *counter
}

func (t *counted) Get(key string) (any, bool, error) {
	t.c.reads++
	return t.Tx.Get(key)
}

func (t *counted) Put(key string, value any) error {
	t.c.writes++
	return t.Tx.Put(key, value)
}

func (t *counted) Delete(key string) error {
	t.c.writes++
	return t.Tx.Delete(key)
}

// Scan counts the scan itself as a row too: finding where it begins costs as much.
func (t *counted) Scan(r store.Range) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		t.c.reads++
		for row, err := range t.Tx.Scan(r) {
			t.c.reads++
			if !yield(row, err) {
				return
			}
		}
	}
}

func (t *counted) Try(fn func(store.Tx) error) error {
	return t.Tx.Try(func(tx store.Tx) error { return fn(&counted{tx, t.c}) })
}

// The large team, and how many people a group of it has.
const (
	crewSize    = 25
	manyProduct = 200
	atSizeStart = "2026-01-05T09:00:00Z"
	// longSeats are those of the first product that last longest.
	longSeats = 500
)

// teamSizes are those that tests compare; benchmarks go on to largest.
var teamSizes = []int{1_000, 2_000, 4_000}

const largest = 50_000

// rosterOf is a CSV text of people by number. Their names are in another order
// than their addresses.
func rosterOf(from, to int) account.Roster {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "%c%c,Number %05d,p%05d@acme.test\n", 'A'+i%26, 'a'+i/26%26, i, i)
	}
	return account.Roster(b.String())
}

func numbered(i int) rule.Address { return rule.Address(fmt.Sprintf("p%05d@acme.test", i)) }

func wideCatalog() *licensing.Catalog {
	c := &licensing.Catalog{Tokens: licensing.TokenOffer{Price: money.Must("1.00 USD"), Minimum: 100}}
	for i := range manyProduct {
		c.Products = append(c.Products, licensing.Product{
			ID: fmt.Sprintf("p%03d", i), Name: fmt.Sprintf("Product %d", i), FlexRate: licensing.Rates{{Rate: 1}},
			Prices: []licensing.Price{{Term: licensing.Annual, New: money.Must("0.01 USD")}, {Term: licensing.ThreeYear, New: money.Must("0.01 USD")}},
		})
	}
	return c
}

// grown makes states of one team that grows to some sizes: by size, a store that
// is not to be changed but forked. Everyone holds the first product, of which the
// team has a few seats for long and many for a year; a tenth the second, pinned to
// its subscription; ten people the third; a tenth are invited and have not answered.
func grown(sizes ...int) map[int]*memstore.Store {
	states := map[int]*memstore.Store{}
	s := stage.Begin(plainTB{}, atSizeStart, seatbook.Config{Catalog: wideCatalog(), Policy: map[string]string{"invites-per-day": "100000"}})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.OnInvoice, Token: "tok"})
	off := false
	stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "p000", Seats: 60_000, Term: licensing.Annual, AutoRenew: &off})
	pin := ""
	for i := range manyProduct {
		seats := 20
		switch i {
		case 0:
			seats = longSeats
		case 1:
			seats = 60_000
		}
		sub := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: fmt.Sprintf("p%03d", i), Seats: seats, Term: licensing.ThreeYear})
		if i == 1 {
			pin = sub.Subscription.ID
		}
	}
	stage.Do(s, ada, licensing.SetDefaults{Team: "acme", Products: []string{"p000"}})
	done := 0
	for _, size := range sizes {
		for done < size {
			next := min(done+500, size)
			stage.Do(s, rule.Operator, account.Import{Team: "acme", CSV: rosterOf(done, next)})
			settleIn(s, pin, done, next)
			done = next
		}
		states[size] = s.Store.Fork()
	}
	return states
}

var smallerTeams = sync.OnceValue(func() map[int]*memstore.Store { return grown(teamSizes...) })

// settleIn lets those who were asked in come into the team, but for a tenth.
func settleIn(s *stage.Stage, pin string, from, to int) {
	err := s.Store.Update(s.Context(), func(tx store.Tx) error {
		within := s.Within(tx)
		for i := from; i < to; i++ {
			if i%10 == 9 {
				continue
			}
			if _, err := seatbook.Do(s.Context(), within, rule.Operator, account.AcceptInvitation{Team: "acme", Email: numbered(i)}); err != nil {
				return err
			}
			if i%10 != 0 && i >= 10 {
				continue
			}
			assign := licensing.Assign{Team: "acme", Product: "p001", User: numbered(i), Subscription: pin}
			if i < 10 {
				assign.Product, assign.Subscription = "p002", ""
			}
			if _, err := seatbook.Do(s.Context(), within, rule.Operator, assign); err != nil {
				return err
			}
		}
		for i := from; i < to; i += crewSize {
			var users []rule.Address
			for j := i; j < i+crewSize; j++ {
				if j%10 != 9 {
					users = append(users, numbered(j))
				}
			}
			group := account.CreateGroup{Team: "acme", Group: fmt.Sprintf("g%04d", i/crewSize), Users: users}
			if _, err := seatbook.Do(s.Context(), within, rule.Operator, group); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(s, err)
}

// plainTB is what a fixture that several tests share fails with.
type plainTB struct{ testing.TB }

func (plainTB) Helper()                  {}
func (plainTB) Context() context.Context { return background }
func (plainTB) Errorf(format string, args ...any) {
	panic(fmt.Sprintf(format, args...))
}
func (plainTB) FailNow() { panic("the large team cannot be built") }

// large is an engine on a fork of a state, and what counts there.
func large(t testing.TB, state *memstore.Store) (*stage.Stage, *counter) {
	t.Helper()
	fork := state.Fork()
	c := &counter{Store: fork}
	clock := stage.NewClock(stage.At(atSizeStart))
	engine, err := seatbook.New(c, seatbook.Config{Clock: clock, Catalog: wideCatalog(), Payments: stage.Pays, Policy: map[string]string{"invites-per-day": "100000"}})
	require.NoError(t, err)
	return &stage.Stage{TB: t, Engine: engine, Clock: clock, Store: fork}, c
}

// page is a list that is asked for, and how many look-ups its rows need: each row
// by itself, and what is shown of it.
type page struct {
	name, args string
	needed     int
}

// A page has 50 rows. A row of people is listed (1), is a member or is invited (2)
// and has one or two products (2 each).
var pagesAsked = []page{
	{"licensing.people", `{"team":"acme"}`, 250},
	{"licensing.people", `{"team":"acme","sort":"name"}`, 250},
	{"licensing.people", `{"team":"acme","after":"p00500@acme.test"}`, 250},
	{"licensing.people", `{"team":"acme","sort":"name","after":"p00500@acme.test"}`, 250},
	{"licensing.people", `{"team":"acme","product":"p000"}`, 250},
	{"licensing.people", `{"team":"acme","product":"p001","sort":"name"}`, 250},
	{"licensing.people", `{"team":"acme","product":"p002"}`, 50},
	{"licensing.people", `{"team":"acme","role":"guest"}`, 5},
	{"licensing.people", `{"team":"acme","role":"primary"}`, 5},
	{"licensing.people", `{"team":"acme","role":"user"}`, 250},
	{"licensing.people", `{"team":"acme","status":"invited"}`, 250},
	{"licensing.people", `{"team":"acme","status":"active"}`, 250},
	{"licensing.people", `{"team":"acme","group":"g0003"}`, 115},
	{"licensing.people", `{"team":"acme","search":"p0050"}`, 50},
	{"licensing.people", `{"team":"acme","search":"p"}`, 250},
	{"licensing.people", `{"team":"acme","search":"n"}`, 250},
	{"licensing.products", `{"team":"acme"}`, 450},
	{"licensing.products", `{"team":"acme","user":"p00500@acme.test"}`, 200},
	{"licensing.groups", `{"team":"acme"}`, 1300},
	{"licensing.groups", `{"team":"acme","after":"g0010"}`, 1300},
	{"licensing.groups", `{"team":"acme","user":"p00500@acme.test"}`, 30},
	{"licensing.groups", `{"team":"acme","product":"p001"}`, 5},
	{"licensing.groups", `{"team":"acme","role":"user"}`, 1400},
	{"licensing.groups", `{"team":"acme","role":"guest"}`, 5},
	{"licensing.groups", `{"team":"acme","status":"active"}`, 1350},
	{"licensing.groups", `{"team":"acme","status":"invited"}`, 5},
	{"licensing.products", `{"team":"acme","role":"user"}`, 500},
	{"licensing.products", `{"team":"acme","role":"secondary"}`, 200},
	{"licensing.products", `{"team":"acme","status":"invited"}`, 200},
	{"licensing.people", `{"team":"acme","status":"expired"}`, 5},
	{"account.permissions", `{"team":"acme"}`, 300},
	{"account.permissions", `{"team":"acme","role":"guest"}`, 5},
	{"account.permissions", `{"team":"acme","permission":"buy"}`, 15},
	{"account.permissions", `{"team":"acme","product":"p001"}`, 350},
	{"account.permissions", `{"team":"acme","product":"p002","permission":"buy"}`, 15},
	{"account.permissions", `{"team":"acme","status":"invited"}`, 150},
	{"account.permissions", `{"team":"acme","status":"expired"}`, 5},
	{"account.invitations", `{"team":"acme","limit":50}`, 100},
	{"account.invitations", `{"team":"acme","after":"p00009@acme.test","limit":50}`, 100},
	{"account.activity", `{"team":"acme"}`, 600},
	{"account.notices", `{"team":"acme","limit":50}`, 100},
	{"account.notices", `{"team":"acme","user":"p00500@acme.test","limit":50}`, 5},
	{"account.cases", `{"team":"acme"}`, 205},
	{"account.hubs", `{"team":"acme"}`, 5},
	{"licensing.trial_downloads", `{"team":"acme","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`, 5},
	{"licensing.seats", `{"team":"acme","product":"p000"}`, 5},
	{"flex.access", `{"user":"p00500@acme.test","product":"p000"}`, 10},
}

// look asks for a page and returns how many rows of the store were read for it.
func (p page) look(tb testing.TB, s *stage.Stage, c *counter) int {
	c.reads = 0
	_, err := s.Query(tb.Context(), ada, p.name, []byte(p.args))
	require.NoError(tb, err, p.name+" "+p.args)
	return c.reads
}

// A page costs at most three times the look-ups that its rows need, and no more
// in a large team than in a small one.
func TestAPageDoesNotCostMoreInALargeTeam(t *testing.T) {
	t.Parallel()
	for _, p := range pagesAsked {
		t.Run(p.name+" "+p.args, func(t *testing.T) {
			t.Parallel()
			reads := map[int]int{}
			for _, size := range teamSizes {
				s, c := large(t, smallerTeams()[size])
				reads[size] = p.look(t, s, c)
				require.LessOrEqual(t, reads[size], 3*p.needed, "of %d people", size)
			}
			last := len(teamSizes) - 1
			before := reads[teamSizes[last-1]]
			require.LessOrEqual(t, reads[teamSizes[last]], before+before/10+few, "%v", reads)
		})
	}
}

// few is by how much two counts can differ without one growing: other people are
// on the page, with a product more or less.
const few = 10

// works are commands about one person, which cost the same in any team.
var works = [][2]string{
	{"licensing.assign", `{"team":"acme","product":"p001","user":"p00501@acme.test"}`},
	{"licensing.assign", `{"team":"acme","product":"p001","user":"p00501@acme.test","subscription":"$pin"}`},
	{"licensing.assign", `{"team":"acme","product":"p001","user":"Nora New <new@acme.test>","subscription":"$pin"}`},
	{"licensing.assign", `{"team":"acme","product":"p003","user":"Nora New <new@acme.test>"}`},
	{"licensing.unassign", `{"team":"acme","product":"p001","user":"p00500@acme.test"}`},
	{"account.invite", `{"team":"acme","email":"new@acme.test","groups":["g0003"]}`},
	{"account.add_to_group", `{"team":"acme","group":"g0003","user":"p00502@acme.test"}`},
	{"account.change_role", `{"team":"acme","user":"p00502@acme.test","role":"secondary"}`},
	{"account.remove_member", `{"team":"acme","user":"p00503@acme.test"}`},
	{"flex.assign", `{"team":"acme","user":"p00504@acme.test","products":"all"}`},
}

func TestAnAssignmentDoesNotCostMoreInALargeTeam(t *testing.T) {
	t.Parallel()
	for _, work := range works {
		t.Run(work[0]+" "+work[1], func(t *testing.T) {
			t.Parallel()
			var counts []int
			for _, size := range teamSizes {
				s, c := large(t, smallerTeams()[size])
				args := strings.ReplaceAll(work[1], "$pin", pinOf(s))
				c.reads, c.writes = 0, 0
				_, err := s.Run(ada, work[0], args)
				require.NoError(t, err)
				counts = append(counts, c.reads+c.writes)
			}
			require.LessOrEqual(t, counts[len(counts)-1], counts[0]+few, "%v", counts)
		})
	}
}

// pinOf is the subscription that a tenth of the people are pinned to.
func pinOf(s *stage.Stage) string {
	q := licensing.PeopleProductsQuery{Team: "acme", Products: []string{"p001"}, Users: []rule.Address{"p00500@acme.test"}}
	return stage.Ask(s, ada, q).Rows[0].From
}

// times are when access is asked for: while the seats of the first product end at
// two instants, so that it counts who comes before whom, and when most are gone.
var times = map[string]string{"with seats for all": atSizeStart, "with seats for a few": "2027-01-06T09:00:00Z"}

// toOpen is how many rows are looked at for the answer whether somebody may open a
// product, on average over people all along the line.
func toOpen(tb testing.TB, s *stage.Stage, c *counter, size int) int {
	c.reads = 0
	const people = 25
	for i := range people {
		_, err := seatbook.Ask(tb.Context(), s.Engine, ada, flex.AccessQuery{User: numbered(i*size/people/10*10 + 1), Product: "p000"})
		require.NoError(tb, err)
	}
	return c.reads / people
}

// Whether somebody has one of too few seats, or which of several, is found by
// counting a few rungs and not everyone who came before.
func TestAccessDoesNotCostMoreInALargeTeam(t *testing.T) {
	t.Parallel()
	for when, now := range times {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			var counts []int
			for _, size := range teamSizes {
				s, c := large(t, smallerTeams()[size])
				s.Clock.Set(stage.At(now))
				require.NoError(t, s.RunDue(t.Context()))
				counts = append(counts, toOpen(t, s, c, size))
			}
			t.Log(counts)
			require.LessOrEqual(t, counts[len(counts)-1], 100)
			require.LessOrEqual(t, counts[len(counts)-1], counts[0]*3/2, "%v", counts)
		})
	}
}

// What repeats the records for the sake of lists agrees with them.
func TestALargeTeamIsInOrder(t *testing.T) {
	t.Parallel()
	s, _ := large(t, smallerTeams()[teamSizes[0]])
	s.Audit()
}
