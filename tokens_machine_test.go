package seatbook_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// tokenMachine is an engine beside the model of its tokens.
type tokenMachine struct {
	machine
	purse *purse
	// given and got are what transfers took out of each team and brought into it.
	given, got map[string]int64
}

var (
	tokenTeams    = []string{"acme", "beta"}
	tokenUsers    = []string{"bob@acme.test", "cyd@acme.test", "dan@beta.test"}
	tokenProducts = []string{"draft", "lite"}
)

func tokenCatalog() *licensing.Catalog {
	prices := []licensing.Price{{Term: licensing.ThreeYear, New: money.Must("100.00 USD")}}
	return &licensing.Catalog{
		Products: []licensing.Product{
			{ID: "draft", FlexRate: licensing.Rates{{Rate: 7}, {From: dearer, Rate: 9}}, Prices: prices},
			{ID: "lite", FlexRate: licensing.Rates{{Rate: 2}}, Prices: prices},
		},
		Tokens: licensing.TokenOffer{Price: money.Must("1.01 USD"), Minimum: 1},
	}
}

func newTokenMachine(t *rapid.T) *tokenMachine {
	m := &tokenMachine{given: map[string]int64{}, got: map[string]int64{}}
	m.clock = stage.NewClock(stage.At("2026-03-08T23:50:00Z"))
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	m.purse = &purse{
		now: m.clock.Now(), zones: map[string]*time.Location{"acme": time.UTC, "beta": tokyo}, windows: map[desk]*charged{}, seats: map[desk]bool{},
		rows: map[string]map[usageRow]int64{"acme": {}, "beta": {}},
	}
	m.engine, err = seatbook.New(memstore.New(), seatbook.Config{
		Clock: m.clock, Payments: stage.Pays, Random: &secrets{}, Catalog: tokenCatalog(),
		Policy: map[string]string{"token-life": "5d", "token-end-notice": "[1d]", "net-terms": "10y"},
	})
	require.NoError(t, err)
	for i, team := range tokenTeams {
		owner := []rule.Address{"ada@acme.test", "eve@beta.test"}[i]
		accepted(&m.machine, t, rule.Operator, account.CreateTeam{Team: team, Owner: owner, Country: "US", Zone: []period.Zone{"UTC", "Asia/Tokyo"}[i]})
		accepted(&m.machine, t, rule.ByEmail(string(owner)), billing.AddPaymentMethod{Kind: billing.OnInvoice, Token: "terms"})
		for _, user := range tokenUsers {
			accepted(&m.machine, t, rule.Operator, account.Invite{Team: team, Email: rule.Address(user)})
			accepted(&m.machine, t, rule.Operator, account.AcceptInvitation{Team: team, Email: rule.Address(user)})
			accepted(&m.machine, t, rule.Operator, flex.Assign{Team: team, User: rule.Address(user), Products: flex.Products{All: true}})
		}
		accepted(&m.machine, t, rule.Operator, billing.Purchase{Team: team, Product: "draft", Seats: 3, Term: licensing.ThreeYear})
		m.buy(t, team, 20)
	}
	return m
}

// pass brings the model to the instant of the clock.
func (m *tokenMachine) pass() { m.purse.advance(m.clock.Now()) }

func (m *tokenMachine) buy(t *rapid.T, team string, tokens int64) {
	m.pass()
	r := accepted(&m.machine, t, rule.Operator, billing.BuyTokens{Team: team, Tokens: tokens})
	require.Equal(t, 101*tokens, r.Invoice.Total.Minor(), "%d tokens at 1.01 USD", tokens)
	now := m.now().In(m.purse.zones[team])
	m.purse.lots = append(m.purse.lots, &lot{
		id: r.Pack.ID, team: team, tokens: tokens, left: tokens, bought: m.now(), ends: now.AddDate(0, 0, 5).UTC(),
	})
}

func (m *tokenMachine) drawBuy(t *rapid.T) {
	m.buy(t, drawn(t, "team", tokenTeams...), int64(drawn(t, "tokens", 7, 1, 3, 9, 9, 20, 41)))
}

func drawDesk(t *rapid.T) desk {
	return desk{drawn(t, "team", tokenTeams...), drawn(t, "user", tokenUsers...), drawn(t, "product", tokenProducts...)}
}

func (m *tokenMachine) drawLaunch(t *rapid.T) {
	at := drawDesk(t)
	m.pass()
	r, reasons := m.purse.launch(at)
	o, ok := answer(&m.machine, t, rule.Operator, flex.Open{User: rule.Address(at.user), Product: at.product, Team: at.team}, reasons)
	if ok {
		r.id = o.Session.ID
		require.Equal(t, r.covered, o.Source == licensing.Seat, "invariant 11: a seat pays before tokens")
		require.Equal(t, r.tokens, o.Session.Tokens, "invariant 9: the rate in force")
	}
}

func (m *tokenMachine) drawClose(t *rapid.T) {
	if len(m.purse.runs) == 0 {
		return
	}
	var open []*run
	for _, r := range m.purse.runs {
		if !r.closed {
			open = append(open, r)
		}
	}
	r := m.purse.runs[len(m.purse.runs)-1]
	if len(open) > 0 {
		r = drawn(t, "run", open...)
	}
	m.pass()
	m.purse.end(r)
	s := accepted(&m.machine, t, rule.Operator, flex.Close{Session: r.id}).Session
	require.Equal(t, r.tokens, s.Tokens, "what the run %s cost", r.id)
}

func (m *tokenMachine) drawTransfer(t *rapid.T) {
	m.pass()
	l, to := drawn(t, "lot", m.purse.lots...), drawn(t, "to", tokenTeams...)
	from := l.team
	reasons := m.purse.move(l, to)
	if _, ok := answer(&m.machine, t, rule.Operator, flex.Transfer{Pack: l.id, To: to}, reasons); ok {
		m.given[from] += l.tokens
		m.got[to] += l.tokens
	}
}

func (m *tokenMachine) drawSeat(t *rapid.T) {
	at := desk{drawn(t, "team", tokenTeams...), drawn(t, "user", tokenUsers...), "draft"}
	m.pass()
	if m.purse.seats[at] {
		m.purse.unseat(at)
		accepted(&m.machine, t, rule.Operator, licensing.Unassign{Team: at.team, Product: at.product, User: rule.Address(at.user)})
		return
	}
	m.purse.seats[at] = true
	accepted(&m.machine, t, rule.Operator, licensing.Assign{Team: at.team, Product: at.product, User: rule.Address(at.user)})
}

func (m *tokenMachine) drawTime(t *rapid.T) {
	span := drawn(t, "span", time.Minute, 5*time.Minute-time.Millisecond, time.Millisecond, 10*time.Minute, 5*time.Hour, 24*time.Hour-time.Millisecond, 24*time.Hour, 49*time.Hour)
	m.clock.Set(m.now().Add(span))
	if rapid.Bool().Draw(t, "worked") {
		require.NoError(t, m.engine.RunDue(background))
		require.NoError(t, m.engine.RunDue(background), "invariant 15: run twice")
	}
	if rapid.IntRange(0, 9).Draw(t, "audited") == 0 {
		require.NoError(t, m.engine.RunDue(background))
		require.NoError(t, m.engine.Audit(background))
	}
}

// recount compares every answer about tokens with what the model counts.
func (m *tokenMachine) recount(t *rapid.T) {
	m.pass()
	all := int64(0)
	for _, team := range tokenTeams {
		b := asking(&m.machine, t, flex.BalanceQuery{Team: team})
		var want flex.Balance
		bought := m.got[team] - m.given[team]
		for _, l := range m.purse.lots {
			require.Equal(t, l.tokens, l.left+l.held+l.used+l.lost, "the model itself")
			if l.team == team {
				want.Bought, want.Used, want.Left, want.Held, want.Ended = want.Bought+l.tokens, want.Used+l.used, want.Left+l.left, want.Held+l.held, want.Ended+l.lost
			}
			if origin, _ := rule.StreamOfID("pack", l.id); string(origin) == team {
				bought += l.tokens
			}
		}
		require.Equal(t, []int64{want.Bought, want.Used, want.Left, want.Held, want.Ended}, []int64{b.Bought, b.Used, b.Left, b.Held, b.Ended},
			"invariants 1 to 5, 7 and 13: bought, used, left, held and ended in %s", team)
		require.Equal(t, bought, b.Bought, "invariant 12: what was bought, received and given away by %s", team)
		all += b.Bought
		m.recountLots(t, team, b.Packs)
		m.recountUsage(t, team)
	}
	sum := int64(0)
	for _, l := range m.purse.lots {
		sum += l.tokens
	}
	require.Equal(t, sum, all, "invariant 12: a transfer makes no tokens")
	m.recountDesks(t)
}

// recountLots: the packs in their order, each with what is left (invariants 2 to 6).
func (m *tokenMachine) recountLots(t *rapid.T, team string, packs []flex.PackShown) {
	want := []string{}
	for _, l := range m.purse.live(team) {
		want = append(want, fmt.Sprint(l.id, " ", l.left, " of ", l.tokens, " to ", l.ends))
	}
	got := []string{}
	for _, p := range packs {
		got = append(got, fmt.Sprint(p.ID, " ", p.Left, " of ", p.Tokens, " to ", p.Expires))
	}
	require.Equal(t, want, got, "invariants 2 to 6: the packs of %s", team)
}

// recountUsage: what was charged, at which rate, and what was free (invariants 8 to 11).
func (m *tokenMachine) recountUsage(t *rapid.T, team string) {
	got := map[usageRow]int64{}
	rows := asking(&m.machine, t, flex.UsageQuery{Team: team, From: stage.At("2026-01-01T00:00:00Z"), To: stage.At("2035-01-01T00:00:00Z")})
	for _, r := range rows {
		got[usageRow{r.Day.String(), r.User, r.Product}] += r.Tokens
	}
	require.Equal(t, m.purse.rows[team], got, "invariants 8 to 11: the usage of %s", team)
}

// recountDesks: who may open what, by what (invariants 11 and 14).
func (m *tokenMachine) recountDesks(t *rapid.T) {
	for _, team := range tokenTeams {
		for _, user := range tokenUsers[:1] {
			for _, product := range tokenProducts {
				at := desk{team, user, product}
				a := asking(&m.machine, t, flex.AccessQuery{User: rule.Address(user), Product: product, Team: team})
				w := m.purse.windows[at]
				require.Equal(t, m.purse.seats[at], a.Source == licensing.Seat, "invariant 11: %v", at)
				if !m.purse.seats[at] {
					require.Equal(t, w != nil || m.purse.left(team) >= m.purse.rate(product), a.Allowed, "invariant 14: %v with %d left", at, m.purse.left(team))
				}
				if w != nil && !m.purse.seats[at] {
					require.Equal(t, w.end, *a.Until, "invariant 8: the window of %v", at)
				}
			}
		}
	}
}

var tokenCommands atomic.Int64

// Tokens are what a naive ledger says, token by token, whatever anyone does
// (invariants 1 to 15). More is run with -rapid.checks and -rapid.steps.
func TestTokensAreRecounted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := newTokenMachine(t)
		actions := map[string]func(*rapid.T){
			"": m.recount, "buy": m.drawBuy, "launch": m.drawLaunch, "launch too": m.drawLaunch, "launch again": m.drawLaunch, "close": m.drawClose,
			"close too": m.drawClose, "transfer": m.drawTransfer, "seat": m.drawSeat, "time": m.drawTime, "time too": m.drawTime,
		}
		t.Repeat(actions)
		t.Repeat(actions)
		require.NoError(t, m.engine.RunDue(background))
		require.NoError(t, m.engine.Audit(background))
		tokenCommands.Add(int64(m.commands))
	})
	t.Logf("%d commands", tokenCommands.Load())
}
