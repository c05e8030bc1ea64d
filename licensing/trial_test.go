package licensing_test

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

func TestATrialLastsThirtyDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, started, last, end string
		config                   seatbook.Config
	}{
		{"and not one second more", monday, "2026-02-04T08:59:59Z", "2026-02-04T09:00:00Z", seatbook.Config{}},
		{"of the person's zone, which is UTC, and not of the engine's", "2026-03-15T09:00:00Z", "2026-04-14T08:59:59Z", "2026-04-14T09:00:00Z", seatbook.Config{Zone: zone(t, "Europe/Paris")}},
		{"or as many as the policy says", monday, "2026-01-12T08:59:59Z", "2026-01-12T09:00:00Z", seatbook.Config{Policy: map[string]string{"trial-life": "7d"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := stage.Begin(t, c.started, c.config)
			began := stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "maya"}).Trial
			require.Equal(t, licensing.TrialShown{User: "bob@acme.test", Product: "maya", Starts: stage.At(c.started), Ends: stage.At(c.end)}, began)
			require.Equal(t, licensing.OnTrial, source(s.At(c.last), "bob@acme.test", "maya"))
			require.Equal(t, licensing.None, source(s.At(c.end), "bob@acme.test", "maya"))
			s.Audit()
		})
	}
}

func TestATrialIsOncePerPersonAndProduct(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	trial := licensing.StartTrial{User: "bob@acme.test", Product: "maya"}
	stage.Do(s, bob, trial)
	stage.Refused(s, bob, rule.TrialUsed, trial)
	stage.Refused(s, rule.Operator, rule.TrialUsed, licensing.StartTrial{User: "Bob <BOB@acme.test>", Product: "maya"})
	s.At("2026-02-04T08:59:59Z")
	stage.Refused(s, bob, rule.TrialUsed, trial)
	s.At("2026-02-04T09:00:00Z")
	refusal := stage.Refused(s, bob, rule.TrialUsed, trial)
	require.Equal(t, licensing.TrialRule, refusal.Rule)
	s.At("2036-02-04T09:00:00Z")
	stage.Refused(s, bob, rule.TrialUsed, trial)
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "revit"})
	stage.Do(s, eve, licensing.StartTrial{User: "eve@acme.test", Product: "maya"})
	s.Audit()
}

func TestATrialOutlivesTheTeam(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "maya"})
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	require.Equal(t, licensing.OnTrial, source(s, "bob@acme.test", "maya"))
	s.Audit()
}

func TestATrialIsStartedByThePersonAlone(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Refused(s, ada, rule.NotPermitted, licensing.StartTrial{User: "bob@acme.test", Product: "maya"})
	stage.Refused(s, rule.ByEmail("zoe@gamma.test"), rule.NotFound, licensing.StartTrial{User: "bob@acme.test", Product: "maya"})
	stage.Refused(s, rule.Actor{}, rule.NotFound, licensing.StartTrial{User: "bob@acme.test", Product: "maya"})
	stage.Refused(s, bob, rule.NotFound, licensing.StartTrial{User: "bob@acme.test", Product: "no-such"})
	stage.Do(s, rule.ByEmail("zoe@gamma.test"), licensing.StartTrial{User: "zoe@gamma.test", Product: "maya"})
	s.Audit()
}

func TestATrialOfACollectionCoversItsMembers(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "media"})
	require.Equal(t, []licensing.AccessSource{licensing.OnTrial, licensing.OnTrial},
		[]licensing.AccessSource{source(s, "bob@acme.test", "media"), source(s, "bob@acme.test", "maya")})
	s.At("2026-02-04T09:00:00Z")
	require.Equal(t, licensing.None, source(s, "bob@acme.test", "maya"))
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "maya"})
	s.Audit()
}

func TestWhatIsRetiredOrNotOfferedYetHasNoTrial(t *testing.T) {
	t.Parallel()
	catalog := &licensing.Catalog{Products: []licensing.Product{
		priced(licensing.Product{ID: "old", Retired: true}),
		priced(licensing.Product{ID: "young", Since: stage.At("2026-02-01T00:00:00Z")}),
	}}
	s := house(t, seatbook.Config{Catalog: catalog})
	stage.Refused(s, bob, rule.Invalid, licensing.StartTrial{User: "bob@acme.test", Product: "old"})
	s.At("2026-01-31T23:59:59Z")
	stage.Refused(s, bob, rule.NotFound, licensing.StartTrial{User: "bob@acme.test", Product: "young"})
	s.At("2026-02-01T00:00:00Z")
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "young"})
	s.Audit()
}

func TestATrialEndsWhereThePersonBuysTheProduct(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, licensing.StartTrial{User: "ada@acme.test", Product: "maya"})
	stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Annual})
	assign(s, "maya", "ada@acme.test")
	require.Equal(t, licensing.Seat, source(s, "ada@acme.test", "maya"))
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", User: "ada@acme.test"})
	require.Equal(t, licensing.None, source(s, "ada@acme.test", "maya"))
	stage.Refused(s, ada, rule.TrialUsed, licensing.StartTrial{User: "ada@acme.test", Product: "maya"})
	s.Audit()
}
