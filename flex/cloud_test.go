package flex_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// clouds makes acme of Ada, Bob and Cyd, with a seat of a cloud product and one
// of a collection that holds it for Bob, and tokens for everyone.
func clouds(t *testing.T) *stage.Stage {
	t.Helper()
	prices := []licensing.Price{{Term: licensing.Annual, New: money.Must("100.00 USD")}}
	s := stage.Begin(t, week("Mon 08:00"), seatbook.Config{Catalog: &licensing.Catalog{
		Products: []licensing.Product{
			{ID: "sky", Kind: licensing.Cloud, FlexRate: licensing.Rates{{Rate: 4}}, Services: []string{"render"}, Prices: prices},
			{ID: "ground", Prices: prices, FlexRate: licensing.Rates{{Rate: 2}}, Services: []string{"print"}},
			{ID: "both", Kind: licensing.Collection, Members: []string{"sky", "ground"}, Prices: prices},
		},
		Tokens: licensing.TokenOffer{Price: money.Must("1.00 USD"), Minimum: 1},
	}})
	found(s, "acme", "ada@acme.test", "UTC")
	join(s, "acme", "bob@acme.test", account.User)
	join(s, "acme", "cyd@acme.test", account.User)
	return s
}

func withhold(s *stage.Stage, email string) {
	s.Helper()
	stage.Do(s, ada, account.WithholdBenefit{Team: "acme", User: rule.Address(email), Benefit: account.CloudServices})
}

func TestWithheldCloudServicesCloseCloudProducts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		give func(*stage.Stage)
	}{
		{"by a seat", func(s *stage.Stage) { seat(s, "sky", licensing.Annual, "bob@acme.test") }},
		{"by a seat of a collection", func(s *stage.Stage) { seat(s, "both", licensing.Annual, "bob@acme.test") }},
		{"by tokens", func(s *stage.Stage) { buy(s, 100); grant(s, "acme", "bob@acme.test", "all") }},
		{"by the defaults of tokens", func(s *stage.Stage) {
			buy(s, 100)
			stage.Do(s, ada, flex.SetDefaults{Team: "acme", Products: flex.Products{All: true}})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := clouds(t)
			c.give(s)
			require.True(t, stage.Ask(s, bob, flex.AccessQuery{User: "bob@acme.test", Product: "sky"}).Allowed)
			withhold(s, "bob@acme.test")
			a := stage.Ask(s, bob, flex.AccessQuery{User: "bob@acme.test", Product: "sky"})
			require.False(t, a.Allowed)
			require.Equal(t, licensing.None, a.Source)
			require.Contains(t, a.Rules, "ACC-23")
			for _, team := range []string{"", "acme"} {
				refused := stage.Refused(s, bob, rule.NotAssigned, flex.Open{User: "bob@acme.test", Product: "sky", Team: team})
				require.Equal(t, "ACC-23", refused.Rule.ID)
				require.Equal(t, "the team's admin ada@acme.test", refused.Contact)
			}
			refused := stage.Refused(s, cyd, rule.NotAssigned, flex.Open{User: "cyd@acme.test", Product: "both"})
			require.Equal(t, "FLX-8", refused.Rule.ID)
			stage.Do(s, ada, account.GrantBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.CloudServices})
			launch(s, bob, "sky")
			s.Audit()
		})
	}
}

func TestWithheldCloudServicesLeaveOtherProductsAlone(t *testing.T) {
	t.Parallel()
	s := clouds(t)
	seat(s, "both", licensing.Annual, "bob@acme.test")
	withhold(s, "bob@acme.test")
	require.Equal(t, licensing.Seat, access(s, bob, "ground"))
	require.Equal(t, licensing.None, access(s, bob, "sky"))
	tiles := []string{}
	for _, tile := range stage.Ask(s, bob, licensing.TilesQuery{User: "bob@acme.test"}) {
		tiles = append(tiles, tile.Product)
	}
	require.Equal(t, []string{"ground", "both"}, tiles, "what one cannot open has no tile")
	withhold(s, "cyd@acme.test")
	refused := stage.Refused(s, cyd, rule.NotAssigned, flex.Open{User: "cyd@acme.test", Product: "sky"})
	require.Equal(t, "FLX-8", refused.Rule.ID, "who was given nothing lacks more than the benefit")
	stage.Do(s, cyd, licensing.StartTrial{User: "cyd@acme.test", Product: "sky"})
	require.Equal(t, licensing.OnTrial, access(s, cyd, "sky"), "a trial is the person's own")
	s.Audit()
}

func TestATeamThatGrantsCloudServicesOpensThemStill(t *testing.T) {
	t.Parallel()
	s := clouds(t)
	found(s, "globex", "dan@globex.test", "UTC")
	join(s, "globex", "bob@acme.test", account.User)
	buy(s, 100)
	stage.Do(s, dan, billing.BuyTokens{Team: "globex", Tokens: 50})
	grant(s, "acme", "bob@acme.test", "all")
	grant(s, "globex", "bob@acme.test", "all")
	stage.Refused(s, bob, rule.Invalid, flex.Open{User: "bob@acme.test", Product: "sky"})
	withhold(s, "bob@acme.test")
	require.Equal(t, "globex", launch(s, bob, "sky").Session.Team)
	s.Audit()
}

func TestWithholdingEndsWhatIsOpenOfCloudProducts(t *testing.T) {
	t.Parallel()
	s := clouds(t)
	buy(s, 100)
	grant(s, "acme", "bob@acme.test", "all")
	grant(s, "acme", "cyd@acme.test", "all")
	tokens := launch(s, bob, "sky")
	other := launch(s, bob, "ground")
	seat(s, "sky", licensing.Annual, "ada@acme.test")
	seated := launch(s, ada, "sky")
	stage.Do(s, cyd, licensing.StartTrial{User: "cyd@acme.test", Product: "sky"})
	trial := launch(s, cyd, "sky")
	for _, email := range []string{"ada@acme.test", "bob@acme.test", "cyd@acme.test"} {
		stage.Do(s, operator, account.WithholdBenefit{Team: "acme", User: rule.Address(email), Benefit: account.CloudServices})
	}
	open := func(who rule.Actor, o flex.Opened) bool {
		_, err := seatbook.Do(t.Context(), s.Engine, who, flex.Activity{Session: o.Session.ID})
		return err == nil
	}
	require.False(t, open(bob, tokens))
	require.EqualValues(t, 98, balance(s).Left, "a short run of the cloud product gives back what it held")
	require.True(t, open(bob, other))
	require.False(t, open(ada, seated), "her tokens do not take over")
	require.True(t, open(cyd, trial))
	s.At("2026-04-01T08:00:00Z")
	require.False(t, open(cyd, trial), "no tokens follow on the trial")
	s.Audit()
}

func TestServicesOfAWithheldCloudProductAreOutOfReach(t *testing.T) {
	t.Parallel()
	s := clouds(t)
	services := func(product string) []licensing.ServiceShown {
		return stage.Ask(s, bob, licensing.ServicesQuery{Team: "acme", User: "bob@acme.test", Product: product})
	}
	withhold(s, "bob@acme.test")
	require.Equal(t, []licensing.ServiceShown{{Service: "render"}}, services("sky"))
	require.Equal(t, []licensing.ServiceShown{{Service: "print", Granted: true}}, services("ground"))
	granted := stage.Do(s, ada, licensing.GrantService{Team: "acme", User: "bob@acme.test", Product: "sky", Service: "render"})
	require.False(t, granted.Service.Granted)
	stage.Do(s, ada, account.GrantBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.CloudServices})
	require.True(t, services("sky")[0].Granted)
}

func TestACloudProductKnowsNoDevice(t *testing.T) {
	t.Parallel()
	s := clouds(t)
	seat(s, "sky", licensing.Annual, "bob@acme.test")
	stage.Refused(s, bob, rule.Invalid, licensing.Install{User: "bob@acme.test", Product: "sky", Device: "desk"})
	stage.Refused(s, bob, rule.Invalid, lease(bob, "sky", "desk"))
	require.Empty(t, stage.Do(s, bob, on(bob, "sky", "desk")).Session.Device)
	stage.Do(s, bob, on(bob, "sky", "laptop"))
	s.Audit()
}

func TestAHubIsClosedToWhomCloudServicesAreWithheldFrom(t *testing.T) {
	t.Parallel()
	s := clouds(t)
	seat(s, "sky", licensing.Annual, "bob@acme.test")
	stage.Do(s, ada, account.CreateHub{Team: "acme", Hub: "dock"})
	stage.Do(s, ada, account.AddToHub{Team: "acme", Hub: "dock", User: "bob@acme.test"})
	withhold(s, "bob@acme.test")
	refused := stage.Refused(s, bob, rule.NotAssigned, account.EnterHub{Team: "acme", Hub: "dock"})
	require.Equal(t, "ACC-23", refused.Rule.ID)
	stage.Do(s, ada, account.EnterHub{Team: "acme", Hub: "dock"})
	stage.Do(s, ada, account.GrantBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.CloudServices})
	stage.Do(s, bob, account.EnterHub{Team: "acme", Hub: "dock"})
	s.Audit()
}

// Results of a cloud product are part of it: where it is withheld they are, too,
// and a team that does not withhold it pays.
func TestResultsOfAWithheldCloudProductAreOutOfReach(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, "2026-03-02T09:00:00Z", seatbook.Config{Catalog: &licensing.Catalog{
		Products: []licensing.Product{
			{ID: "sky", Kind: licensing.Cloud, ResultRates: []licensing.ResultRate{{Result: "image", Rate: 2}}},
			{ID: "ground", ResultRates: []licensing.ResultRate{{Result: "print", Rate: 3}}},
		},
		Tokens: licensing.TokenOffer{Price: money.Must("1.00 USD"), Minimum: 10},
	}})
	found(s, "acme", "ada@acme.test", "UTC")
	join(s, "acme", "bob@acme.test", account.User)
	buy(s, 100)
	grant(s, "acme", "bob@acme.test", "all")
	image := flex.Submit{User: "bob@acme.test", Product: "sky", Jobs: []flex.ResultWanted{{Result: "image"}}}
	price := flex.ResultPriceQuery(image)
	withhold(s, "bob@acme.test")
	_, err := seatbook.Ask(t.Context(), s.Engine, bob, price)
	for _, refused := range []*rule.Refusal{stage.Refused(s, bob, rule.NotAssigned, image), rule.AsRefusal(err)} {
		require.Equal(t, "ACC-23", refused.Rule.ID)
		require.Equal(t, "the team's admin ada@acme.test", refused.Contact)
	}
	stage.Do(s, bob, flex.Submit{User: "bob@acme.test", Product: "ground", Jobs: []flex.ResultWanted{{Result: "print"}}})
	require.EqualValues(t, 97, balance(s).Left, "what is no cloud product is not withheld")

	found(s, "globex", "dan@globex.test", "UTC")
	join(s, "globex", "bob@acme.test", account.User)
	stage.Do(s, dan, billing.BuyTokens{Team: "globex", Tokens: 50})
	grant(s, "globex", "bob@acme.test", "all")
	require.Equal(t, "globex", stage.Do(s, bob, image).Jobs[0].Team)
	stage.Do(s, ada, account.GrantBenefit{Team: "acme", User: "bob@acme.test", Benefit: account.CloudServices})
	stage.Refused(s, bob, rule.Invalid, image)
	s.Audit()
}
