package simulatortest_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/simulatortest"
)

func TestAnInvitationEnds(t *testing.T) {
	t.Parallel()
	tl := simulatortest.Start(t, simulator.Config{})
	simulatortest.Do(tl, account.CreateTeam{Team: "acme", Owner: "ada@acme.test"})
	simulatortest.Do(tl.As("ada@acme.test"), account.Invite{Team: "acme", Email: "bob@acme.test"})
	tl.Advance("6d23h59m59s")
	simulatortest.Want(tl, account.InvitationsQuery{Team: "acme"}, []account.InvitationShown{{Status: account.Pending}})
	tl.Advance("1s")
	simulatortest.Want(tl, account.InvitationsQuery{Team: "acme"}, []account.InvitationShown{{Status: account.Expired}})
}

// failing is a test that ends at its first failure, as a real one does, but tells
// of it.
type failing struct {
	testing.TB
	ctx  context.Context
	text string
}

func (f *failing) Helper()                  {}
func (f *failing) Context() context.Context { return f.ctx }
func (f *failing) Fatalf(format string, args ...any) {
	f.text = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// failure is what a test prints that ends, empty where it does not.
func failure(t *testing.T, test func(tb testing.TB)) string {
	t.Helper()
	f := &failing{TB: t, ctx: t.Context()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(f)
	}()
	<-done
	// go-cmp writes spaces of two kinds, by chance, so that nobody relies on them.
	return strings.ReplaceAll(f.text, "\u00a0", " ")
}

// bought is a team whose admin has bought two seats for a year.
func bought(tb testing.TB) (ada *simulatortest.Timeline, subscription string) {
	tb.Helper()
	tl := simulatortest.Start(tb, simulator.Config{})
	simulatortest.Do(tl, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	ada = tl.As("ada@acme.test")
	simulatortest.Do(ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1"})
	paid := simulatortest.Do(ada, billing.Purchase{Product: "autocad", Seats: 2, Term: "annual"})
	return ada, paid.Subscription.ID
}

func query(id string) billing.SubscriptionQuery { return billing.SubscriptionQuery{Subscription: id} }

func sold(s billing.SubscriptionShown) billing.SubscriptionResult {
	return billing.SubscriptionResult{Subscription: s}
}

func TestAFailureShowsTheDifferenceAndTheTimelineAroundIt(t *testing.T) {
	t.Parallel()
	text := failure(t, func(tb testing.TB) {
		ada, id := bought(tb)
		ada.Advance("1y")
		simulatortest.Want(ada, query(id), sold(billing.SubscriptionShown{Seats: 3, Product: "autocad"}))
	})
	assert.Contains(t, text, "2027-01-05T09:00:00Z: billing.subscription asked by ada@acme.test is not as wanted (-want +got):")
	assert.Regexp(t, `-\s+Seats:\s+3,`, text)
	assert.Regexp(t, `\+\s+Seats:\s+2,`, text)
	assert.NotContains(t, text, "-       Product", "what is as wanted is no difference")
	assert.Contains(t, text, "the timeline until then, the last 12 of")
	assert.Regexp(t, `2027-01-05T09:00:00Z\s+due\s+3\s+time\s+billing.renewal `, text)
	assert.Regexp(t, `ok\s+4\s+ada@acme.test\s+billing.subscription`, text, "the last line is the question itself")
}

func TestARefusalShowsTheRulesThatDecided(t *testing.T) {
	t.Parallel()
	text := failure(t, func(tb testing.TB) {
		ada, id := bought(tb)
		simulatortest.Do(ada, billing.AddSeats{Subscription: id, Seats: -1})
	})
	assert.Contains(t, text, "billing.add_seats by ada@acme.test is not done:")
	assert.Contains(t, text, "\n  ACC-")

	ada, id := bought(t)
	refusal := simulatortest.Refused(ada, billing.AddSeats{Subscription: id, Seats: -1}, rule.Invalid)
	assert.Equal(t, rule.Invalid, refusal.Code)
	denied := simulatortest.Denied(ada.As("eve@acme.test"), query(id), rule.NotFound)
	assert.Equal(t, rule.NotFound, denied.Code)
}

func TestEverythingThatGoesWrongEndsTheTest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		test func(ada *simulatortest.Timeline, id string)
		want string
	}{
		"done where a refusal is wanted": {func(ada *simulatortest.Timeline, id string) {
			simulatortest.Refused(ada, billing.AddSeats{Subscription: id, Seats: 1}, rule.Invalid)
		}, "billing.add_seats by ada@acme.test: want refusal invalid, got it done"},
		"another refusal": {func(ada *simulatortest.Timeline, id string) {
			simulatortest.Refused(ada, billing.AddSeats{Subscription: id, Seats: -1}, rule.NotFound)
		}, "want refusal not-found, got: "},
		"an answer where a refusal is wanted": {func(ada *simulatortest.Timeline, id string) {
			simulatortest.Denied(ada, query(id), rule.NotFound)
		}, "want refusal not-found, got it done"},
		"a question that is refused": {func(ada *simulatortest.Timeline, _ string) {
			simulatortest.Ask(ada, query("sub_acme_99"))
		}, "billing.subscription by ada@acme.test is not answered"},
		"a preview that is refused": {func(ada *simulatortest.Timeline, _ string) {
			simulatortest.Preview(ada, billing.AddSeats{Subscription: "sub_acme_99", Seats: 1})
		}, "billing.add_seats by ada@acme.test would not be done"},
		"fewer than wanted": {func(ada *simulatortest.Timeline, _ string) {
			simulatortest.Want(ada, account.InvitationsQuery{Team: "acme"}, []account.InvitationShown{{}})
		}, "account.invitations asked by ada@acme.test is not as wanted"},
		"more than wanted": {func(ada *simulatortest.Timeline, _ string) {
			simulatortest.Do(ada, account.Invite{Team: "acme", Email: "bob@acme.test"})
			simulatortest.Want(ada, account.InvitationsQuery{Team: "acme"}, []account.InvitationShown{})
		}, "account.invitations asked by ada@acme.test is not as wanted"},
		"a zero that is wanted exactly": {func(ada *simulatortest.Timeline, id string) {
			simulatortest.WantExactly(ada, query(id), sold(billing.SubscriptionShown{}))
		}, "billing.subscription asked by ada@acme.test is not as wanted"},
		"no span":          {func(ada *simulatortest.Timeline, _ string) { ada.Advance("soon") }, `not a span`},
		"back in time":     {func(ada *simulatortest.Timeline, _ string) { ada.AdvanceTo(ada.Now().Add(-1)) }, "time never goes back"},
		"no such mark":     {func(ada *simulatortest.Timeline, _ string) { ada.Rewind(simulator.Marked("x")) }, `nothing is marked as "x"`},
		"no such place":    {func(ada *simulatortest.Timeline, _ string) { ada.Fork(simulator.At(ada.Now().Add(1))) }, "lies ahead"},
		"nobody":           {func(ada *simulatortest.Timeline, _ string) { ada.As("nobody") }, `"nobody" is no address`},
		"a job of no time": {func(ada *simulatortest.Timeline, _ string) { ada.Every("0s", func() {}) }, "a span of no time never passes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := failure(t, func(tb testing.TB) {
				ada, id := bought(tb)
				c.test(ada, id)
			})
			assert.Contains(t, text, c.want)
			assert.Contains(t, text, "the timeline until then")
		})
	}
	assert.Contains(t, failure(t, func(tb testing.TB) {
		simulatortest.Start(tb, simulator.Config{Policy: map[string]string{"invitation-lif": "3d"}})
	}), "invitation-lif")
}

func TestWhatIsWantedInPart(t *testing.T) {
	t.Parallel()
	ada, id := bought(t)
	simulatortest.Want(ada, query(id), sold(billing.SubscriptionShown{}), cmpopts.EquateEmpty())
	want := sold(billing.SubscriptionShown{Product: "autocad", Ends: ada.Now().AddDate(1, 0, 0)})
	simulatortest.Want(ada, query(id), want)
	assert.Zero(t, want.Subscription.Seats, "what is wanted is not changed")
	whole := simulatortest.Ask(ada, query(id))
	simulatortest.WantExactly(ada, query(id), whole)
	zoned := want
	zoned.Subscription.Ends = want.Subscription.Ends.In(time.FixedZone("x", 3600))
	simulatortest.Want(ada, query(id), zoned)

	elsewhere := failure(t, func(tb testing.TB) {
		ada, id := bought(tb)
		simulatortest.Want(ada, query(id), sold(billing.SubscriptionShown{Ends: want.Subscription.Ends.Add(1)}))
	})
	assert.Contains(t, elsewhere, "Ends")
}

func TestAPreviewKeepsNothing(t *testing.T) {
	t.Parallel()
	ada, id := bought(t)
	offer := simulatortest.Preview(ada, billing.AddSeats{Subscription: id, Seats: 1})
	assert.Equal(t, "2030.00 USD", offer.Invoice.Total.String())
	simulatortest.Want(ada, query(id), sold(billing.SubscriptionShown{Seats: 2}))
}

func TestBranchesAndRewindsOfATest(t *testing.T) {
	t.Parallel()
	ada, id := bought(t)
	ada.Mark("bought")
	branch := ada.Fork(simulator.Marked("bought"))
	simulatortest.Do(branch, billing.SetAutoRenew{Subscription: id, On: false})
	branch.Advance("1y")
	simulatortest.Want(branch, query(id), sold(billing.SubscriptionShown{Status: billing.Ended}))
	ada.Advance("1y")
	simulatortest.Want(ada, query(id), sold(billing.SubscriptionShown{Status: billing.Active}))
	ada.Rewind(simulator.Ago(mustSpan(t, "1y")))
	simulatortest.Want(ada, query(id), sold(billing.SubscriptionShown{Ends: ada.Now().AddDate(1, 0, 0)}))
}

// reminder is a host's own code: each night it notes which subscriptions end
// within a week, by the clock it was given.
type reminder struct {
	engine *seatbook.Engine
	clock  clock.Clock
	told   []string
}

func (r *reminder) night(ctx context.Context) error {
	list, err := seatbook.Ask(ctx, r.engine, rule.Operator, billing.SubscriptionsQuery{Team: "acme"})
	if err != nil {
		return err
	}
	for _, s := range list.Subscriptions {
		if left := s.Ends.Sub(r.clock.Now()); left > 0 && left <= 7*24*time.Hour {
			r.told = append(r.told, fmt.Sprintf("%s: %s ends in %d days", r.clock.Now().Format(time.DateOnly), s.Product, int(left.Hours()/24)))
		}
	}
	return nil
}

func TestAHostIsDrivenByTheSameClock(t *testing.T) {
	t.Parallel()
	ada, id := bought(t)
	host := &reminder{engine: ada.Engine(), clock: ada.Clock()}
	ada.Every("1d", func() { require.NoError(t, host.night(t.Context())) })
	simulatortest.Do(ada, billing.SetAutoRenew{Subscription: id, On: false})
	ada.Advance("1y")
	assert.Len(t, host.told, 7)
	assert.Equal(t, "2026-12-29: autocad ends in 7 days", host.told[0])
	assert.Equal(t, "2027-01-04: autocad ends in 1 days", host.told[6])
}

func TestWhatAHostDoesShowsInTheTimeline(t *testing.T) {
	t.Parallel()
	text := failure(t, func(tb testing.TB) {
		ada, _ := bought(tb)
		nights := 0
		ada.Every("12h", func() {
			nights++
			_, err := seatbook.Do(tb.Context(), ada.Engine(), rule.Operator, account.Invite{Team: "acme", Email: rule.Address(fmt.Sprintf("p%d@acme.test", nights))})
			assert.NoError(t, err)
		})
		ada.Every("12h", func() { assert.NotZero(t, nights, "jobs come in the order in which they were named") })
		ada.Advance("1d")
		ada.Rewind(simulator.Ago(mustSpan(t, "12h")))
		assert.Equal(t, 2, nights)
		ada.Advance("36h")
		assert.Equal(t, 5, nights, "after a rewind the jobs come again")
		simulatortest.Want(ada, flex.AccessQuery{User: "ada@acme.test", Product: "autocad"}, flex.Access{Source: licensing.OnTrial})
	})
	assert.Regexp(t, `2026-01-06T21:00:00Z\s+ok\s+\d+\s+the host\s+account.invite`, text)
	assert.Less(t, strings.Count(text, "\n"), 60)
}

func TestAnErrorOfAnothersMakingEndsTheTest(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	f := &failing{TB: t, ctx: ctx}
	done := make(chan struct{})
	go func() {
		defer close(done)
		ada, _ := bought(f)
		cancel(errors.New("enough"))
		ada.Advance("1d")
	}()
	<-done
	assert.Contains(t, f.text, "time does not pass until 2026-01-06T09:00:00Z: context canceled")
}

func mustSpan(t *testing.T, text string) period.Span {
	t.Helper()
	span, err := period.ParseSpan(text)
	require.NoError(t, err)
	return span
}
