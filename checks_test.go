package seatbook_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// meddle is a command with a fault: it rewrites records of a table past all rules.
type meddle struct {
	Table string `json:"table"`
	// Change returns what stands in a record's place, nil for nothing.
	Change func(any) any `json:"-"`
}

func (c meddle) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, "acme") }

func (c meddle) Do(s *rule.Scope) (struct{}, error) {
	var rows []store.Row
	for row, err := range s.Tx().Scan(store.Prefix(string(store.String("acme") + store.String(c.Table)))) {
		if err != nil {
			return struct{}{}, err
		}
		rows = append(rows, row)
	}
	for _, row := range rows {
		changed := c.Change(row.Value)
		if changed == nil {
			if err := s.Tx().Delete(row.Key); err != nil {
				return struct{}{}, err
			}
			continue
		}
		if err := s.Tx().Put(row.Key, changed); err != nil {
			return struct{}{}, err
		}
	}
	return struct{}{}, nil
}

// change makes a change of records of one type; others stay as they are.
func change[V any](do func(*V)) func(any) any {
	return func(value any) any {
		v := value.(V) //nolint:forcetypeassert // the table's own type
		do(&v)
		return v
	}
}

// wronged is a team with something of everything, whose records can be meddled with.
func wronged(t *testing.T) *stage.Stage {
	t.Helper()
	module := rule.Module{Name: "host", Commands: []rule.Definition{rule.Does[meddle]("host.meddle", account.Operate, "has a fault")}}
	s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Modules: []rule.Module{module}})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1"})
	bought := stage.Do(s, ada, purchase)
	for _, who := range []rule.Address{"bob@acme.test", "cy@acme.test"} {
		stage.Do(s, ada, account.Invite{Team: "acme", Email: who})
		stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: who})
	}
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "dee@acme.test"})
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "desk", Users: []rule.Address{"cy@acme.test"}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad", User: "bob@acme.test", Subscription: bought.Subscription.ID})
	for range 2 {
		stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 100})
		s.Clock.Set(s.Clock.Now().Add(time.Hour))
	}
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "cy@acme.test", Products: flex.Products{All: true}})
	stage.Do(s, rule.Operator, flex.Open{User: "cy@acme.test", Product: "autocad"})
	return s
}

func TestAFaultIsFoundBeforeAnythingIsKept(t *testing.T) {
	t.Parallel()
	more := func(a money.Amount) money.Amount {
		sum, err := a.Add(a)
		require.NoError(t, err)
		return sum
	}
	gone := func(any) any { return nil }
	leaves := func(who string) func(any) any {
		return func(value any) any {
			if m := value.(account.Member); m.Person != rule.ByEmail(who).Person() { //nolint:forcetypeassert // the table's own type
				return m
			}
			return nil
		}
	}
	cases := []struct {
		name   string
		table  string
		change func(any) any
		says   string
	}{
		{"a pack with more tokens than were bought", "flex.pack", change(func(p *flex.Pack) { p.Left++ }), "of 100 tokens has"},
		{"a pack that owes tokens", "flex.pack", change(func(p *flex.Pack) { p.Left, p.Used = -1, p.Tokens+1-p.Held }), "has -1 left"},
		{"a pack that grows", "flex.pack", change(func(p *flex.Pack) { p.Left, p.Tokens = p.Left+5, p.Tokens+5 }), "becomes one of 105"},
		{"a pack that lasts longer", "flex.pack", change(func(p *flex.Pack) { p.Ends = p.Ends.Add(time.Second) }), "becomes one of 100"},
		{"tokens taken out of turn", "flex.pack", change(func(p *flex.Pack) {
			if p.Held == 0 {
				p.Left, p.Used = p.Left-1, p.Used+1
			}
		}), "comes before it"},
		{"a pack that vanishes", "flex.pack", gone, "there is no pack"},
		{"a window that is half paid", "flex.window", change(func(w *flex.Window) { w.Debits = w.Debits[:0] }), "and 0 were taken"},
		{"a window at another rate", "flex.window", change(func(w *flex.Window) {
			w.Start, w.End, w.Rate = w.End, w.End.Add(time.Hour), 1
			w.Debits = []flex.Debit{{Tokens: 1}}
		}), "takes 1 tokens, and the rate"},
		{"a window beside another", "flex.window", change(func(w *flex.Window) { w.Start = w.Start.Add(time.Hour) }), "another runs until"},
		{"a seat that nobody sold", "licensing.tally", change(func(c *licensing.Tally) { c.Assigned += 10 }), "has 2 seats of autocad"},
		{"a seat for no reason", "licensing.holding", change(func(h *licensing.Holding) { h.Sources = nil }), "has no reason"},
		{"a seat with one reason twice", "licensing.holding", change(func(h *licensing.Holding) { h.Sources = append(slices.Clone(h.Sources), h.Sources...) }), "has a reason twice"},
		{"a seat of somebody else", "licensing.holding", change(func(h *licensing.Holding) { h.Person = "nobody" }), "is no member"},
		{"a team without a primary admin", "account.member", change(func(m *account.Member) { m.Role = account.User }), "primary admin"},
		{"a second primary admin", "account.member", change(func(m *account.Member) { m.Role = account.Primary }), "is primary"},
		{"a team that loses its primary admin", "account.member", leaves("ada@acme.test"), "loses its primary admin"},
		{"a member who leaves and keeps a seat", "account.member", leaves("bob@acme.test"), "holds autocad"},
		{"a member who leaves and stays in a group", "account.member", leaves("cy@acme.test"), "is in the group desk"},
		{"a team that names another primary", "account.team", change(func(t *account.Team) { t.Primary = "nobody" }), "who is none"},
		{"an invitation accepted after its end", "account.invitation", change(func(i *account.Invitation) {
			if i.Accepted.IsZero() {
				i.Accepted = i.Ends
			}
		}), "and is accepted"},
		{"an invitation to be primary", "account.invitation", change(func(i *account.Invitation) { i.Role = account.Primary }), "asks for a primary"},
		{"an invitation answered again", "account.invitation", change(func(i *account.Invitation) { i.Revoked = i.Sent.Add(time.Hour) }), "a second time"},
		{"a stranger in a group", "account.group_member", change(func(m *account.GroupMember) { m.Person = "nobody" }), "is no member"},
		{"an invoice that asks for more than its lines", "billing.invoice", change(func(i *billing.Invoice) { i.Total = more(i.Total) }), "its lines"},
		{"an invoice that is paid twice", "billing.invoice", change(func(i *billing.Invoice) { i.Paid = more(i.Paid) }), "is paid"},
		{"an invoice that is edited", "billing.invoice", change(func(i *billing.Invoice) {
			i.Lines = []billing.Line{{Description: "something else", Amount: i.Total}}
		}), "is edited"},
		{"an invoice that vanishes", "billing.invoice", gone, "is deleted"},
		{"a charge answered otherwise", "billing.charge", change(func(c *billing.Charge) { c.Outcome = billing.Declined }), "was ok and is declined"},
		{"a charge for more", "billing.charge", change(func(c *billing.Charge) { c.Amount = more(c.Amount) }), "asks for"},
		{"an order that opens again", "billing.order", change(func(o *billing.Order) { o.Status = billing.OrderPending }), "was completed"},
		{"a term that leaves a gap", "billing.subscription", change(func(s *billing.Subscription) {
			next := s.Terms[0]
			next.Starts, next.Ends = next.Ends.Add(time.Hour), next.Ends.AddDate(1, 0, 0)
			s.Terms = append(slices.Clone(s.Terms), next)
		}), "does not follow"},
		{"an anchor that drifts", "billing.subscription", change(func(s *billing.Subscription) { s.Anchor = s.Anchor.Add(time.Hour) }), "counted 1 months"},
		{"a subscription of another product", "billing.subscription", change(func(s *billing.Subscription) { s.Product = "revit" }), "is for revit"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := wronged(t)
			before := s.Digest()
			_, err := seatbook.Do(t.Context(), s.Engine, rule.Operator, meddle{Table: c.table, Change: c.change})
			var broken *rule.Broken
			if c.says == "there is no pack" {
				require.ErrorContains(t, err, c.says)
			} else {
				require.ErrorAs(t, err, &broken)
				require.ErrorContains(t, err, c.says)
			}
			require.Equal(t, before, s.Digest())
			s.Audit()
		})
	}
	s := wronged(t)
	before := s.Digest()
	stage.Do(s, rule.Operator, meddle{Table: "flex.pack", Change: change(func(*flex.Pack) {})})
	require.NotEqual(t, before, s.Digest(), "the command that changes nothing amiss is kept, and stands in the journal")
}
