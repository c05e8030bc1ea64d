package flex_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

func TestAnOlderReleaseIsOpenedWhereItWasGranted(t *testing.T) {
	t.Parallel()
	chart := licensing.Product{
		ID: "chart", FlexRate: licensing.Rates{{Rate: 1}}, PreviousUse: []string{"1"},
		Prices: []licensing.Price{{Term: licensing.Annual, New: money.Must("100.00 USD")}},
	}
	for i := range 5 {
		chart.Releases = append(chart.Releases, licensing.Release{Version: fmt.Sprint(i + 1), On: period.Date{Year: 2020 + i, Month: 3, Day: 1}})
	}
	s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Catalog: &licensing.Catalog{
		Products: []licensing.Product{chart}, Tokens: licensing.TokenOffer{Price: money.Must("1.00 USD"), Minimum: 1},
	}})
	bob := rule.ByEmail("bob@mill.test")
	for _, team := range []string{"mill", "quay"} {
		stage.Do(s, rule.Operator, account.CreateTeam{Team: team, Owner: rule.Address("ada@" + team + ".test"), Country: "US"})
		stage.Do(s, rule.Operator, account.Invite{Team: team, Email: "bob@mill.test"})
		stage.Do(s, rule.Operator, account.AcceptInvitation{Team: team, Email: "bob@mill.test"})
		stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: team, Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	}
	stage.Do(s, rule.Operator, billing.Purchase{Team: "mill", Product: "chart", Seats: 1, Term: licensing.Annual, Plan: "maintenance"})
	stage.Do(s, rule.Operator, licensing.Assign{Team: "mill", Product: "chart", User: "bob@mill.test"})
	stage.Do(s, rule.Operator, billing.BuyTokens{Team: "quay", Tokens: 10})
	stage.Do(s, rule.Operator, flex.Assign{Team: "quay", User: "bob@mill.test", Products: flex.Products{All: true}})
	stage.Do(s, rule.Operator, licensing.GrantPreviousUse{Team: "mill", User: "bob@mill.test", Product: "chart", Version: "1"})

	old := flex.Open{User: "bob@mill.test", Product: "chart", Release: "1"}
	opened := stage.Do(s, bob, old)
	require.Equal(t, licensing.Seat, opened.Source)
	old.Team = "quay"
	stage.Refused(s, bob, rule.VersionTooOld, old)
	old.Team = "mill"
	require.Equal(t, "mill", stage.Do(s, bob, old).Session.Team)
	stage.Do(s, bob, licensing.Install{User: "bob@mill.test", Product: "chart", Device: "laptop"})
	stage.Do(s, bob, flex.TakeLease{User: "bob@mill.test", Product: "chart", Device: "laptop", Release: "1"})

	stage.Do(s, rule.ByEmail("ada@mill.test"), licensing.EndPreviousUse{Team: "mill", User: "bob@mill.test", Product: "chart", Version: "1"})
	stage.Refused(s, bob, rule.VersionTooOld, old)
	require.Nil(t, stage.Do(s, bob, flex.Activity{Session: opened.Session.ID}).Session.Closed, "what is open stays open")
	s.Audit()
}
