package flex_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// lease is the command to take one as its person.
func lease(who rule.Actor, product, device string) flex.TakeLease {
	return flex.TakeLease{User: rule.Address(who.Email()), Product: product, Device: device}
}

// offline takes a lease and returns when it ends and why then.
func offline(s *stage.Stage, who rule.Actor, product, device string) (string, flex.LeaseLimit) {
	s.Helper()
	l := stage.Do(s, who, lease(who, product, device)).Lease
	require.True(s.TB, l.Running)
	require.Equal(s.TB, device, l.Device)
	return rule.Show(*l.Ends), l.Limit
}

func leased(s *stage.Stage, asker, who rule.Actor, product string) flex.LeaseShown {
	s.Helper()
	return stage.Ask(s, asker, flex.LeaseQuery{User: rule.Address(who.Email()), Product: product})
}

func TestASeatIsLeasedForThirtyDaysOfTheTeam(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, start, end string
		term                   licensing.Term
		limit                  flex.LeaseLimit
	}{
		{"thirty days", "UTC", "2026-03-02T08:00:00Z", "2026-04-01T08:00:00Z", licensing.Annual, flex.BySeatSpan},
		{"thirty days over the clock change", "Europe/Paris", "2026-03-02T08:00:00Z", "2026-04-01T07:00:00Z", licensing.Annual, flex.BySeatSpan},
		{"thirty days over a leap day", "UTC", "2028-02-01T08:00:00Z", "2028-03-02T08:00:00Z", licensing.Annual, flex.BySeatSpan},
		{"the term where that ends before", "UTC", "2026-02-01T08:00:00Z", "2026-03-01T08:00:00Z", licensing.Monthly, flex.ByRight},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, c.start, period.Zone(c.zone))
			seat(s, "draft", c.term, "bob@acme.test")
			install(s, bob, "draft", "desk", "laptop")
			end, limit := offline(s, bob, "draft", "laptop")
			require.Equal(t, c.end, end)
			require.Equal(t, c.limit, limit)
			s.At(c.end)
			require.False(t, leased(s, bob, bob, "draft").Running, "at its end it is over")
			require.Equal(t, []string{"draft desk", "draft laptop"}, inUse(s, bob, bob, ""))
			s.Audit()
		})
	}
}

func TestALeasedProductIsInUseUntilTheLastInstant(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	seat(s, "draft", licensing.Annual, "bob@acme.test")
	install(s, bob, "draft", "desk", "laptop")
	offline(s, bob, "draft", "laptop")
	stage.Do(s, bob, on(bob, "draft", "laptop"))
	s.At("2026-04-01T07:59:59.999999999Z")
	refused := stage.Refused(s, bob, rule.DeviceInUse, on(bob, "draft", "desk"))
	require.Contains(t, refused.Error(), "offline until 2026-04-01T08:00:00Z")
	stage.Refused(s, bob, rule.DeviceInUse, lease(bob, "draft", "desk"))
	stage.Refused(s, bob, rule.DeviceInUse, licensing.Uninstall{User: "bob@acme.test", Product: "draft", Device: "laptop"})
	stage.Do(s, bob, licensing.Uninstall{User: "bob@acme.test", Product: "draft", Device: "desk"})
	s.Audit()
}

func TestAnEndedLeaseLeavesTheOtherDeviceFree(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	seat(s, "draft", licensing.Annual, "bob@acme.test")
	install(s, bob, "draft", "desk", "laptop")
	offline(s, bob, "draft", "laptop")
	s.At("2026-04-01T08:00:00Z")
	stage.Do(s, bob, on(bob, "draft", "desk"))
	stage.Do(s, bob, licensing.Uninstall{User: "bob@acme.test", Product: "draft", Device: "laptop"})
	s.Audit()
}

func TestALeaseIsRenewedOnItsDeviceAndGivenBackEarly(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	seat(s, "draft", licensing.Annual, "bob@acme.test")
	install(s, bob, "draft", "desk", "laptop")
	offline(s, bob, "draft", "laptop")
	s.At(week("Wed 09:00"))
	end, _ := offline(s, bob, "draft", "laptop")
	require.Equal(t, "2026-04-03T09:00:00Z", end)
	given := stage.Do(s, bob, flex.ReturnLease{User: "bob@acme.test", Product: "draft"}).Lease
	require.False(t, given.Running)
	require.Nil(t, given.Ends)
	stage.Refused(s, bob, rule.NotFound, flex.ReturnLease{User: "bob@acme.test", Product: "draft"})
	stage.Do(s, bob, on(bob, "draft", "desk"))
	stage.Refused(s, bob, rule.DeviceInUse, lease(bob, "draft", "laptop"))
	s.Audit()
}

func TestALeaseOutlivesTheSeatThatIsFreeAtOnce(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	seat(s, "plain", licensing.Annual, "bob@acme.test")
	install(s, bob, "plain", "desk", "laptop")
	end, _ := offline(s, bob, "plain", "laptop")
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "plain", User: "bob@acme.test"})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "plain", User: "cyd@acme.test"})
	require.Equal(t, licensing.Seat, access(s, cyd, "plain"))
	l := leased(s, ada, bob, "plain")
	require.True(t, l.Running)
	require.False(t, l.Standing)
	require.Equal(t, end, rule.Show(*l.Ends))
	stage.Refused(s, bob, rule.NotAssigned, lease(bob, "plain", "laptop"))
	stage.Refused(s, bob, rule.NotAssigned, on(bob, "plain", "laptop"))
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	l = leased(s, bob, bob, "plain")
	require.True(t, l.Running, "the machine cannot be reached")
	require.False(t, l.Standing)
	s.At(end)
	require.False(t, leased(s, bob, bob, "plain").Running)
	s.Audit()
}

func TestALeaseOnTrialEndsWithIt(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "plain"})
	install(s, bob, "plain", "laptop")
	s.At(week("Wed 08:00"))
	l := stage.Do(s, bob, lease(bob, "plain", "laptop")).Lease
	require.Equal(t, licensing.OnTrial, l.Source)
	require.Empty(t, l.Team)
	require.Equal(t, flex.ByRight, l.Limit)
	require.Equal(t, "2026-04-01T08:00:00Z", rule.Show(*l.Ends))
	require.True(t, leased(s, ada, bob, "plain").Running, "an admin of a team of his sees it")
	s.Audit()
}

func TestALeaseOnTokensIsChargedLikeALaunchForADay(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	buy(s, 14)
	install(s, bob, "draft", "desk", "laptop")
	end, limit := offline(s, bob, "draft", "laptop")
	require.Equal(t, week("Tue 08:00"), end)
	require.Equal(t, flex.ByTokenSpan, limit)
	require.EqualValues(t, 7, balance(s).Left)
	require.Zero(t, balance(s).Held, "nothing is only held")
	require.Equal(t, []string{"2026-03-02 bob draft 7"}, usage(s))
	s.At(week("Mon 08:04"))
	stage.Do(s, bob, flex.ReturnLease{User: "bob@acme.test", Product: "draft"})
	require.EqualValues(t, 7, balance(s).Left, "there are no free five minutes")
	s.At(week("Mon 20:00"))
	end, limit = offline(s, bob, "draft", "desk")
	require.Equal(t, week("Tue 08:00"), end, "inside the window it costs nothing and ends with it")
	require.Equal(t, flex.ByWindow, limit)
	require.EqualValues(t, 7, balance(s).Left)
	s.At(week("Tue 08:00"))
	require.False(t, leased(s, bob, bob, "draft").Running)
	require.EqualValues(t, 7, balance(s).Left, "nobody was at work, so no window follows")
	offline(s, bob, "draft", "desk")
	require.Zero(t, balance(s).Left)
	s.Audit()
}

func TestALeaseOnTokensIsElapsedTime(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-28T12:00:00Z", "Europe/Paris")
	buy(s, 7)
	install(s, bob, "draft", "laptop")
	end, _ := offline(s, bob, "draft", "laptop")
	require.Equal(t, "2026-03-29T12:00:00Z", end)
}

func TestALeaseOnTooFewTokensLeavesNothing(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	buy(s, 6)
	install(s, bob, "draft", "laptop")
	stage.Refused(s, bob, rule.InsufficientTokens, lease(bob, "draft", "laptop"))
	require.EqualValues(t, 6, balance(s).Left)
	require.False(t, leased(s, bob, bob, "draft").Running)
	s.Audit()
}

func TestALeaseTakesWhatAShortRunHolds(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	buy(s, 100)
	install(s, bob, "draft", "laptop")
	run := stage.Do(s, bob, on(bob, "draft", "laptop"))
	require.EqualValues(t, 7, balance(s).Held)
	s.At(week("Mon 08:04"))
	end, _ := offline(s, bob, "draft", "laptop")
	require.Equal(t, week("Tue 08:00"), end)
	require.Zero(t, balance(s).Held)
	shut(s, bob, run)
	require.EqualValues(t, 93, balance(s).Left, "the lease is paid for")
	require.Equal(t, []string{"2026-03-02 bob draft 7"}, usage(s))
	s.Audit()
}

func TestParametersMoveTheEndOfALease(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC", "offline-seat=2d", "offline-tokens=1h")
	buy(s, 100)
	seat(s, "plain", licensing.Annual, "bob@acme.test")
	install(s, bob, "plain", "laptop")
	install(s, bob, "draft", "laptop")
	end, _ := offline(s, bob, "plain", "laptop")
	require.Equal(t, week("Wed 08:00"), end)
	end, limit := offline(s, bob, "draft", "laptop")
	require.Equal(t, week("Mon 09:00"), end)
	require.Equal(t, flex.ByTokenSpan, limit)
}

func TestALeaseOfOneTitleKeepsTheCollectionOnItsDevice(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	seat(s, "suite", licensing.Annual, "bob@acme.test")
	install(s, bob, "suite", "desk", "laptop")
	offline(s, bob, "draft", "laptop")
	stage.Refused(s, bob, rule.DeviceInUse, on(bob, "plain", "desk"))
	offline(s, bob, "plain", "laptop")
	stage.Refused(s, bob, rule.DeviceInUse, licensing.Uninstall{User: "bob@acme.test", Product: "suite", Device: "laptop"})
	s.Audit()
}

func TestALeaseIsItsPersonsOwn(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	found(s, "globex", "dan@globex.test", "UTC")
	buy(s, 100)
	install(s, bob, "draft", "laptop")
	take := lease(bob, "draft", "laptop")
	stage.Refused(s, ada, rule.NotPermitted, take)
	stage.Refused(s, dan, rule.NotFound, take)
	stage.Do(s, bob, take)
	join(s, "globex", "bob@acme.test", account.User)
	require.True(t, leased(s, ada, bob, "draft").Running)
	require.False(t, leased(s, dan, bob, "draft").Running, "it goes by another team's tokens")
	stage.Refused(s, ada, rule.NotPermitted, flex.ReturnLease{User: "bob@acme.test", Product: "draft"})
	stage.Do(s, dan, billing.BuyTokens{Team: "globex", Tokens: 50})
	grant(s, "globex", "bob@acme.test", "all")
	stage.Refused(s, bob, rule.Invalid, take)
	take.Team = "globex"
	require.Equal(t, "globex", stage.Do(s, bob, take).Lease.Team)
	s.Audit()
}

func TestALeaseOnTokensNamesTheRelease(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	buy(s, 100)
	install(s, bob, "draft", "laptop")
	take := lease(bob, "draft", "laptop")
	take.Release = "1999"
	stage.Refused(s, bob, rule.NotFound, take)
	take.Release = "2025"
	stage.Do(s, bob, take)
	rows := stage.Ask(s, ada, flex.UsageQuery{Team: "acme", From: s.Clock.Now(), To: s.Clock.Now().Add(1)})
	require.Len(t, rows, 1)
	require.Equal(t, "2025", rows[0].Release)
}
