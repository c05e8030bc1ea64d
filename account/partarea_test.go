package account_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestAPayerFindsTheInvoicesAndNothingElseOfBilling(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "acme", "maya", 1)
	require.Empty(t, areas(s, bob))
	stage.Do(s, ada, billing.AppointPayer{Team: "acme", User: "bob@acme.test"})
	require.Equal(t, []string{"billing-and-orders invoices-and-credit-memos"}, areas(s, bob))
	stage.Do(s, ada, billing.AppointPayer{Team: "acme", User: "sam@acme.test"})
	require.Contains(t, areas(s, sam), "billing-and-orders subscriptions-and-contracts invoices-and-credit-memos", "an admin who pays finds both")
	stage.Do(s, ada, billing.DismissPayer{Team: "acme", User: "bob@acme.test"})
	require.Empty(t, areas(s, bob))
	s.Audit()
}

func TestWhoBoughtLearnsAlsoAsAUser(t *testing.T) {
	t.Parallel()
	maya := licensing.Product{
		ID: "maya", Learning: []string{"First steps"}, Prices: licensing.Sample().Products[0].Prices,
	}
	s := house(t, seatbook.Config{Catalog: &licensing.Catalog{Products: []licensing.Product{maya}}})
	off := false
	stage.Do(s, sam, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	stage.Do(s, sam, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Monthly, AutoRenew: &off})
	stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "sam@acme.test", Role: account.User})
	lessons := func(actor rule.Actor) []licensing.Lesson { return stage.Ask(s, actor, licensing.HomeQuery{}).Learning }
	require.Equal(t, []licensing.Lesson{{Product: "maya", Lesson: "First steps"}}, lessons(sam))
	require.Len(t, lessons(ada), 1, "who administers the team learns too, once")
	require.Empty(t, lessons(bob))
	s.At("2026-02-05T08:59:59Z")
	require.Len(t, lessons(sam), 1)
	s.At("2026-02-05T09:00:00Z")
	require.Empty(t, lessons(sam))
	s.Audit()
}

func TestEnterprisePriorityNamesAnAccountManagerToo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ plan, manager string }{{"success", "Max Poe"}, {"premium", ""}, {"standard", ""}} {
		s := house(t, seatbook.Config{})
		plan(s, "acme", "maya", c.plan, billing.Direct)
		stage.Do(s, rule.Operator, account.SetSupportContacts{Team: "acme", Specialist: "Ines Roy", AccountManager: "Max Poe"})
		require.Equal(t, c.manager, stage.Ask(s, bob, account.SupportQuery{Team: "acme"}).AccountManager, c.plan)
	}
}

// The notice is the inviting admin's: it names who was invited, which is no
// business of a user.
func TestWhoIsNoAdminAnyMoreIsNotToldOfInvitations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		role account.Role
		want []string
	}{{account.SSO, []string{"sam@acme.test en"}}, {account.User, []string{}}, {account.Guest, []string{}}} {
		s := house(t, seatbook.Config{})
		stage.Do(s, sam, account.Invite{Team: "acme", Email: "eve@acme.test"})
		stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "sam@acme.test", Role: c.role})
		require.Empty(t, mail(s.At("2026-01-12T08:59:59Z"), "acme", account.InvitationEndedNotice))
		require.Equal(t, c.want, mail(s.At("2026-01-12T09:00:00Z"), "acme", account.InvitationEndedNotice))
		s.Audit()
	}
}
