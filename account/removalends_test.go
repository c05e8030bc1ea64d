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

func TestThePreviewListsWhatIsForgottenToo(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, monday, seatbook.Config{Catalog: serviced()})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	join(s, "acme", "bob@acme.test", account.User)
	join(s, "acme", "sam@acme.test", account.Secondary)
	for _, b := range []account.Benefit{account.HomeUse, account.Downloads} {
		stage.Do(s, ada, account.WithholdBenefit{Team: "acme", User: "bob@acme.test", Benefit: b})
	}
	stage.Do(s, ada, licensing.WithholdService{Team: "acme", User: "bob@acme.test", Product: "serviced", Service: "render"})
	stage.Do(s, ada, licensing.GrantUpdate{Team: "acme", Product: "revit", Update: "Revit 2025.1", Users: []rule.Address{"bob@acme.test"}})
	without := removal(s, ada, "acme", "sam@acme.test").Ends
	require.Equal(t, []account.Ending{
		{What: "role", Name: "user"},
		{What: "withheld", Name: "downloads", Source: "benefit"},
		{What: "withheld", Name: "home-use", Source: "benefit"},
		{What: "withheld", Name: "render", Source: "service", From: "serviced"},
		{What: "update", Name: "Revit 2025.1", Source: "grant", From: "revit"},
	}, removal(s, ada, "acme", "bob@acme.test").Ends)
	stage.Do(s, ada, account.GrantBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.HomeUse})
	require.NotContains(t, removal(s, ada, "acme", "bob@acme.test").Ends, account.Ending{What: "withheld", Name: "home-use", Source: "benefit"})
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	join(s, "acme", "bob@acme.test", account.User)
	require.Equal(t, []account.Ending{{What: "role", Name: "user"}}, removal(s, ada, "acme", "bob@acme.test").Ends, "who comes back starts anew")
	require.Equal(t, without, removal(s, ada, "acme", "sam@acme.test").Ends)
	s.Audit()
}

func TestThePreviewListsWhomAPurchaserNamed(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, sam, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	off := false
	stage.Do(s, sam, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Monthly, Plan: "success", AutoRenew: &off})
	stage.Do(s, sam, account.NamePhoneUser{Team: "acme", User: "bob@acme.test"})
	stage.Do(s, sam, account.DelegateCases{Team: "acme", User: "ola@acme.test"})
	require.Equal(t, []account.Ending{
		{What: "role", Name: "secondary"},
		{What: "support", Name: "phone", Source: "named", From: "bob@acme.test"},
		{What: "support", Name: "delegate", Source: "named", From: "ola@acme.test"},
	}, removal(s, ada, "acme", "sam@acme.test").Ends)
	require.Contains(t, removal(s, ada, "acme", "bob@acme.test").Ends, account.Ending{What: "support", Name: "phone"})
	s.At("2026-02-05T09:00:00Z")
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "sam@acme.test"})
	require.Equal(t, []account.Ending{{What: "role", Name: "user"}}, removal(s, ada, "acme", "bob@acme.test").Ends)
	s.Audit()
}
