package seatbook_test

import (
	"cmp"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// moneyMachine is an engine beside the model of its books.
type moneyMachine struct {
	machine
	books *books
	// charges are what the provider was asked for.
	charges []charge
	// card is what the team on account pays its invoices with.
	card string
}

func cents(t require.TestingT, n int64) money.Amount {
	a, err := money.New(n, "USD")
	require.NoError(t, err)
	return a
}

func moneyCatalog(t require.TestingT) *licensing.Catalog {
	c := &licensing.Catalog{}
	for _, id := range []string{"lt", "full", "set"} {
		p := licensing.Product{ID: id}
		switch id {
		case "lt":
			p.Kind, p.UpgradesTo = licensing.LT, "full"
		case "set":
			p.Kind, p.Members = licensing.Collection, []string{"full"}
		}
		for _, term := range []licensing.Term{licensing.Monthly, licensing.Annual} {
			renewal := cents(t, list[id][term][1])
			p.Prices = append(p.Prices, licensing.Price{Term: term, New: cents(t, list[id][term][0]), Renewal: &renewal})
		}
		c.Products = append(c.Products, p)
	}
	return c
}

func newMoneyMachine(t *rapid.T) *moneyMachine {
	m := &moneyMachine{}
	m.clock = stage.NewClock(stage.At("2027-01-31T20:30:00Z"))
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	m.books = &books{now: m.clock.Now(), zones: map[string]*time.Location{"acme": time.UTC, "beta": tokyo}, bills: map[string][]*bill{}}
	provider := stage.Provider(func(c billing.Charge) (billing.Answer, error) {
		m.charges = append(m.charges, charge{string(c.Team), c.At.Format(time.RFC3339Nano), c.Amount.Minor(), m.books.declines})
		if m.books.declines {
			return billing.Answer{Outcome: billing.Declined}, nil
		}
		return billing.Answer{Outcome: billing.Paid}, nil
	})
	m.engine, err = seatbook.New(memstore.New(), seatbook.Config{
		Clock: m.clock, Payments: provider, Random: &secrets{}, Catalog: moneyCatalog(t), Taxes: billing.TaxTable{"US": {Name: "Tax", Rate: 725}},
		Policy: map[string]string{"net-terms": "30d", "lines-per-day": "1000"},
	})
	require.NoError(t, err)
	for i, team := range []string{"acme", "beta"} {
		owner := []rule.Address{"ada@acme.test", "eve@beta.test"}[i]
		accepted(&m.machine, t, rule.Operator, account.CreateTeam{Team: team, Owner: owner, Country: []string{"US", "CA"}[i], Zone: []period.Zone{"UTC", "Asia/Tokyo"}[i]})
		kind := []billing.MethodKind{billing.Card, billing.OnInvoice}[i]
		accepted(&m.machine, t, rule.ByEmail(string(owner)), billing.AddPaymentMethod{Kind: kind, Token: "tok"})
		m.card = accepted(&m.machine, t, rule.ByEmail(string(owner)), billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_2"}).PaymentMethod.ID
	}
	for i, team := range []string{"acme", "beta"} {
		m.purchase(t, team, "lt", 2+int64(i), licensing.Monthly, true)
		m.purchase(t, team, "full", 1, licensing.Annual, true)
	}
	return m
}

func (m *moneyMachine) purchase(t *rapid.T, team, product string, seats int64, term licensing.Term, auto bool) {
	d, reasons := m.books.purchase(team, product, seats, term, auto)
	r, ok := answer(&m.machine, t, rule.Operator, billing.Purchase{Team: team, Product: product, Seats: int(seats), Term: term, AutoRenew: &auto}, reasons)
	if ok {
		d.id = r.Subscription.ID
	}
}

func drawTerm(t *rapid.T) licensing.Term {
	return drawn(t, "term", licensing.Monthly, licensing.Monthly, licensing.Annual)
}

func (m *moneyMachine) drawPurchase(t *rapid.T) {
	if len(m.books.deals) < 2*most {
		m.purchase(t, drawn(t, "team", "acme", "beta"), drawn(t, "product", "lt", "full", "set"), int64(rapid.IntRange(1, 4).Draw(t, "seats")), drawTerm(t), rapid.Bool().Draw(t, "auto"))
	}
}

func (m *moneyMachine) drawDeal(t *rapid.T) *deal {
	var live []*deal
	for _, d := range m.books.deals {
		if d.over == "" {
			live = append(live, d)
		}
	}
	if len(live) == 0 || rapid.IntRange(0, 9).Draw(t, "any") == 0 {
		return drawn(t, "deal", m.books.deals...)
	}
	return drawn(t, "deal", live...)
}

func (m *moneyMachine) drawSeats(t *rapid.T) {
	d, n := m.drawDeal(t), int64(rapid.IntRange(1, 3).Draw(t, "seats"))
	answer(&m.machine, t, rule.Operator, billing.AddSeats{Subscription: d.id, Seats: int(n)}, m.books.addSeats(d, n))
}

func (m *moneyMachine) drawReduction(t *rapid.T) {
	d, to := m.drawDeal(t), int64(rapid.IntRange(0, 4).Draw(t, "to"))
	bad := m.books.active(d)
	if bad == nil && (to < 1 || to > d.last().seats()) {
		bad = []rule.Code{rule.Invalid}
	}
	if bad == nil {
		d.seats = to
	}
	answer(&m.machine, t, rule.Operator, billing.ReduceSeats{Subscription: d.id, To: int(to)}, bad)
}

func (m *moneyMachine) drawQueued(t *rapid.T) {
	d, term, on := m.drawDeal(t), drawTerm(t), rapid.IntRange(0, 3).Draw(t, "on") > 0
	bad := m.books.active(d)
	if rapid.Bool().Draw(t, "switched") {
		if bad == nil {
			d.auto = on
		}
		answer(&m.machine, t, rule.Operator, billing.SetAutoRenew{Subscription: d.id, On: on}, bad)
		return
	}
	if bad == nil {
		d.term = term
	}
	answer(&m.machine, t, rule.Operator, billing.ChangeTerm{Subscription: d.id, Term: term}, bad)
}

func (m *moneyMachine) drawRenew(t *rapid.T) {
	d, term := m.drawDeal(t), drawn(t, "term", "", licensing.Monthly, licensing.Annual)
	answer(&m.machine, t, rule.Operator, billing.Renew{Subscription: d.id, Term: term}, m.books.renew(d, term))
}

func (m *moneyMachine) drawUpgrade(t *rapid.T) {
	d, to := m.drawDeal(t), drawn(t, "to", "full", "set")
	next, memo, reasons := m.books.upgrade(d, to)
	r, ok := answer(&m.machine, t, rule.Operator, billing.Upgrade{Subscription: d.id, To: to}, reasons)
	if ok {
		next.id, memo.id = r.Subscription.ID, r.CreditMemo.ID
		require.Equal(t, []int64{memo.total, memo.left}, []int64{r.CreditMemo.Total.Minor(), r.CreditMemo.Left.Minor()}, "invariant 34: the credit of %s", d.id)
	}
}

// drawPay pays an invoice, mostly one that is open.
func (m *moneyMachine) drawPay(t *rapid.T) {
	team := drawn(t, "team", "acme", "beta")
	var open []int
	for i, b := range m.books.bills[team] {
		if b.open() > 0 {
			open = append(open, i)
		}
	}
	n := rapid.IntRange(0, len(m.books.bills[team])-1).Draw(t, "bill")
	if len(open) > 0 {
		n = drawn(t, "open", open...)
	}
	pay := billing.PayInvoice{Invoice: asking(&m.machine, t, billing.InvoicesQuery{Team: team})[n].ID}
	if team == "beta" {
		pay.PaymentMethod = m.card
	}
	answer(&m.machine, t, rule.Operator, pay, m.books.payBill(team, m.books.bills[team][n]))
}

func (m *moneyMachine) drawCredit(t *rapid.T) {
	var left []*credit
	for _, c := range m.books.credits {
		if c.left > 0 && c.id != "" { // of what is given back nobody is told the identifier
			left = append(left, c)
		}
	}
	if len(left) == 0 {
		return
	}
	c, most := drawn(t, "credit", left...), int64(0)
	apply := billing.ApplyCredit{CreditMemo: c.id}
	if rapid.Bool().Draw(t, "a part") {
		most = rapid.Int64Range(1, c.left).Draw(t, "most")
		a := cents(t, most)
		apply.Amount = &a
	}
	applied, bad := m.books.apply(c, most)
	if r, ok := answer(&m.machine, t, rule.Operator, apply, bad); ok {
		require.Equal(t, []int64{applied, c.left}, []int64{r.Applied.Minor(), r.CreditMemo.Left.Minor()}, "invariants 25 and 34")
	}
}

func (m *moneyMachine) drawDeclines(*rapid.T) { m.books.declines = !m.books.declines }

func (m *moneyMachine) drawTime(t *rapid.T) {
	const day = 24 * time.Hour
	m.clock.Set(m.now().Add(drawn(t, "span", time.Nanosecond, time.Hour, day, 2*day, 9*day, 15*day, 15*day-time.Nanosecond, 28*day, 60*day)))
	require.NoError(t, m.engine.RunDue(background))
	m.books.advance(m.now())
	if rapid.IntRange(0, 3).Draw(t, "again") == 0 {
		require.NoError(t, m.engine.RunDue(background), "invariant 28: run again for the same instant")
		require.NoError(t, m.engine.Audit(background))
	}
}

// recount compares every answer about money with the model's books. What became due
// by what was done, at its own instant, is done first: the term behind one that was
// paid when it was over already.
func (m *moneyMachine) recount(t *rapid.T) {
	require.NoError(t, m.engine.RunDue(background))
	byTime := func(a, b charge) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.team, b.team), cmp.Compare(a.cents, b.cents))
	}
	slices.SortStableFunc(m.charges, byTime)
	slices.SortStableFunc(m.books.charges, byTime)
	require.Equal(t, m.books.charges, m.charges, "invariants 27, 28 and 33: what was charged, and when")
	var charged, received, applied int64
	for _, c := range m.charges {
		if !c.declined {
			charged += c.cents
		}
	}
	for _, team := range []string{"acme", "beta"} {
		received += m.recountBills(t, team)
	}
	for _, c := range m.books.credits {
		applied += c.total - c.left
	}
	require.Equal(t, charged+applied, received, "invariant 38: what was charged and credited is what invoices have")
	for _, d := range m.books.deals {
		m.recountDeal(t, d)
	}
}

// recountBills: each invoice in its order, with what is open (invariants 24, 27, 36
// and 41). It returns what was received for them.
func (m *moneyMachine) recountBills(t *rapid.T, team string) (received int64) {
	type shown struct {
		total, open int64
		status      billing.InvoiceStatus
	}
	var got, want []shown
	for _, i := range asking(&m.machine, t, billing.InvoicesQuery{Team: team}) {
		sum := int64(0)
		for _, l := range i.Lines {
			sum += l.Amount.Minor()
		}
		require.Equal(t, sum, i.Total.Minor(), "invariant 24: the lines of %s", i.ID)
		got = append(got, shown{i.Total.Minor(), i.Open.Minor(), i.Status})
		if i.Status != billing.InvoiceCancelled {
			received += i.Total.Minor() - i.Open.Minor()
		}
	}
	for _, b := range m.books.bills[team] {
		s := shown{b.total, b.open(), billing.InvoiceOpen}
		switch {
		case b.cancelled:
			s.status = billing.InvoiceCancelled
			received += b.credited // and is a credit again
		case b.open() == 0:
			s.status = billing.InvoicePaid
		case !b.due.IsZero() && !m.now().Before(b.due):
			s.status = billing.InvoicePastDue
		}
		want = append(want, s)
	}
	require.Equal(t, want, got, "invariants 24, 25, 27, 36 and 41: the invoices of %s", team)
	return received
}

// recountDeal: terms, seats, what is queued, and the stage (invariants 26, 30 to 33
// and 40).
func (m *moneyMachine) recountDeal(t *rapid.T, d *deal) {
	s := asking(&m.machine, t, billing.SubscriptionQuery{Subscription: d.id}).Subscription
	require.Equal(t, d.ends(), s.Ends, "invariants 26, 30 and 31: the end of %s", d.id)
	require.Equal(t, m.books.status(d), s.Status, "invariants 32 and 33: %s", d.id)
	now := d.at(m.now())
	require.Equal(t, []int64{now.seats(), d.seats}, []int64{int64(s.Seats), int64(s.RenewalSeats)}, "invariant 40: the seats of %s", d.id)
	require.Equal(t, []licensing.Term{now.term, d.term}, []licensing.Term{s.Term, s.RenewalTerm}, "invariant 40: the term of %s", d.id)
	require.Equal(t, d.auto, s.AutoRenew, "invariant 40: %s", d.id)
}

var moneyCommands atomic.Int64

// Money is what naive books say, whatever anyone does (invariants 24 to 28, 30 to
// 36, 38, 40 and 41). More is run with -rapid.checks and -rapid.steps.
func TestMoneyIsRecounted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := newMoneyMachine(t)
		actions := map[string]func(*rapid.T){
			"": m.recount, "purchase": m.drawPurchase, "seats": m.drawSeats, "reduction": m.drawReduction, "queued": m.drawQueued, "renew": m.drawRenew,
			"upgrade": m.drawUpgrade, "pay": m.drawPay, "credit": m.drawCredit, "declines": m.drawDeclines, "time": m.drawTime, "time too": m.drawTime,
		}
		t.Repeat(actions)
		t.Repeat(actions)
		require.NoError(t, m.engine.RunDue(background))
		require.NoError(t, m.engine.Audit(background))
		moneyCommands.Add(int64(m.commands))
	})
	t.Logf("%d commands", moneyCommands.Load())
}
