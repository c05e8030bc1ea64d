package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestAnUnpaidSubscriptionIsShutOffInStages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		term     licensing.Term
		at       string
		status   billing.Status
		access   bool
		assigned int
	}{
		{"active to the end", licensing.Annual, "2027-01-05T08:59:59Z", billing.Active, true, 1},
		{"expired from the end", licensing.Annual, "2027-01-05T09:00:00Z", billing.Expired, true, 1},
		{"expired for 15 days", licensing.Annual, "2027-01-20T08:59:59Z", billing.Expired, true, 1},
		{"then suspended", licensing.Annual, "2027-01-20T09:00:00Z", billing.Suspended, false, 1},
		{"suspended for 30 days", licensing.Annual, "2027-02-19T08:59:59Z", billing.Suspended, false, 1},
		{"then cancelled", licensing.Annual, "2027-02-19T09:00:00Z", billing.Cancelled, false, 0},
		{"a month, active to the end", licensing.Monthly, "2026-02-05T08:59:59Z", billing.Active, true, 1},
		{"a month, expired from the end", licensing.Monthly, "2026-02-05T09:00:00Z", billing.Expired, true, 1},
		{"a month, expired for 15 days", licensing.Monthly, "2026-02-20T08:59:59Z", billing.Expired, true, 1},
		{"a month, then suspended", licensing.Monthly, "2026-02-20T09:00:00Z", billing.Suspended, false, 1},
		{"a month, suspended for 15 days", licensing.Monthly, "2026-03-07T08:59:59Z", billing.Suspended, false, 1},
		{"a month, then cancelled", licensing.Monthly, "2026-03-07T09:00:00Z", billing.Cancelled, false, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			p := s.buy("sketch", 1, c.term, true)
			s.assign("sketch")
			s.bank.set(true, false)
			s.At(c.at)
			require.Equal(t, c.status, s.show(p.Subscription.ID).Status)
			require.Equal(t, c.access, s.source(bob, "sketch") == licensing.Seat)
			require.Equal(t, c.assigned, stage.Ask(s.Stage, ada, licensing.SeatsQuery{Team: "acme", Product: "sketch"}).Assigned)
			s.Audit()
		})
	}
}

func TestAFailedRenewalIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.bank.set(true, false)
	s.At("2028-01-05T09:00:00Z")
	require.Equal(t, billing.Cancelled, s.show(p.Subscription.ID).Status)
	require.Equal(t, []string{
		"2026-01-05T09:00:00Z", "2027-01-05T09:00:00Z", "2027-01-06T09:00:00Z", "2027-01-08T09:00:00Z", "2027-01-10T09:00:00Z", "2027-01-12T09:00:00Z",
	}, s.bank.instants())
	require.Equal(t, []string{"1000.00 USD paid", "900.00 USD cancelled"}, s.invoices())
	stage.Refused(s.Stage, ada, rule.TooLate, billing.Renew{Subscription: p.Subscription.ID})
	s.Audit()
}

func TestARetryThatIsPaidRestoresTheSubscription(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		paid    string
		charges int
	}{
		{"2027-01-06T08:59:59Z", 3},
		{"2027-01-08T08:59:59Z", 4},
		{"2027-01-10T08:59:59Z", 5},
		{"2027-01-12T08:59:59Z", 6},
	} {
		s := begin(t, "2026-01-05T09:00:00Z")
		p := s.buy("sketch", 1, licensing.Annual, true)
		s.assign("sketch")
		s.bank.set(true, false)
		s.At(c.paid)
		require.Equal(t, billing.Expired, s.show(p.Subscription.ID).Status)
		s.bank.set(false, false)
		s.At("2027-06-01T00:00:00Z")
		shown := s.show(p.Subscription.ID)
		require.Equal(t, billing.Active, shown.Status)
		require.Equal(t, stage.At("2028-01-05T09:00:00Z"), shown.Ends)
		require.Len(t, s.bank.amounts(), c.charges)
		require.Equal(t, []string{"1000.00 USD paid", "900.00 USD paid"}, s.invoices(), "at the renewal price")
		require.Equal(t, licensing.Seat, s.source(bob, "sketch"))
		s.Audit()
	}
}

func TestPayingByHandInTimeRestoresEverything(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at string
		ok bool
	}{
		{"2027-01-05T12:00:00Z", true},
		{"2027-01-09T09:00:00Z", true},
		{"2027-01-25T09:00:00Z", true},
		{"2027-02-19T08:59:59Z", true},
		{"2027-02-19T09:00:00Z", false},
	} {
		t.Run(c.at, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			p := s.buy("sketch", 1, licensing.Annual, true)
			s.assign("sketch")
			s.bank.set(true, false)
			s.At(c.at)
			require.NoError(t, s.RunDue(t.Context()))
			s.bank.set(false, false)
			renew := billing.Renew{Subscription: p.Subscription.ID}
			if !c.ok {
				stage.Refused(s.Stage, ada, rule.TooLate, renew)
				return
			}
			r := stage.Do(s.Stage, ada, renew)
			require.Equal(t, amount("1000.00 USD"), r.Invoice.Total, "by hand after the end it is the new price")
			require.Equal(t, billing.Active, r.Subscription.Status)
			require.Equal(t, stage.At("2028-01-05T09:00:00Z"), r.Subscription.Ends)
			require.Equal(t, licensing.Seat, s.source(bob, "sketch"))
			charged := len(s.bank.amounts())
			s.Audit()
			s.At("2027-06-01T00:00:00Z")
			require.Equal(t, billing.Active, s.show(p.Subscription.ID).Status)
			require.Len(t, s.bank.amounts(), charged, "nothing is tried any more")
			require.Equal(t, []string{"1000.00 USD paid", "900.00 USD cancelled", "1000.00 USD paid"}, s.invoices())
			s.At("2028-01-05T09:00:00Z")
			require.Equal(t, stage.At("2029-01-05T09:00:00Z"), s.show(p.Subscription.ID).Ends, "it renews itself again")
			s.Audit()
		})
	}
}

func TestADeclinedHandPaymentLeavesTheRetriesAlone(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.bank.set(true, false)
	s.At("2027-01-07T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	declined(s, billing.Renew{Subscription: p.Subscription.ID})
	s.Audit()
	s.bank.set(false, false)
	s.At("2027-01-08T09:00:00Z")
	require.Equal(t, stage.At("2028-01-05T09:00:00Z"), s.show(p.Subscription.ID).Ends)
	s.Audit()
}

func TestADeclineThatComesLateIsFollowedByTheRetriesThatAreLeft(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.bank.set(false, true)
	s.At("2027-01-05T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	s.At("2027-01-07T09:00:00Z")
	stage.Do(s.Stage, operator, account.CreateGroup{Team: "acme", Group: "crew"})
	s.bank.set(true, false)
	s.At("2027-01-07T10:00:00Z")
	require.Equal(t, billing.Expired, s.show(p.Subscription.ID).Status)
	s.Audit()
	s.At("2027-03-01T09:00:00Z")
	require.Equal(t, billing.Cancelled, s.show(p.Subscription.ID).Status)
	at := s.bank.instants()
	require.Equal(t, []string{"2027-01-08T09:00:00Z", "2027-01-10T09:00:00Z", "2027-01-12T09:00:00Z"}, at[max(0, len(at)-3):])
	s.Audit()
}

func TestAPaymentAskedForInTimeAndAnsweredLateRestoresEverything(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.assign("sketch")
	s.bank.set(true, false)
	s.At("2027-01-12T08:59:59Z")
	require.NoError(t, s.RunDue(t.Context()))
	s.bank.set(false, true)
	s.At("2027-02-25T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()), "the term's last retry has no answer when the time is over")
	s.bank.set(false, false)
	s.At("2027-02-26T09:00:00Z")
	require.Equal(t, billing.Active, s.show(p.Subscription.ID).Status)
	require.Equal(t, []string{"1000.00 USD paid", "900.00 USD paid"}, s.invoices(), "what was taken was for something")
	require.Equal(t, licensing.Seat, s.source(bob, "sketch"))
	s.Audit()
}

func TestThePolicySetsRetriesAndStages(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z", "retry-days=[2]", "expired-access=1d", "suspended-long=3d")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.bank.set(true, false)
	for _, c := range []struct {
		at      string
		status  billing.Status
		charges int
	}{
		{"2027-01-06T08:59:59Z", billing.Expired, 2},
		{"2027-01-06T09:00:00Z", billing.Suspended, 2},
		{"2027-01-07T09:00:00Z", billing.Suspended, 3},
		{"2027-01-09T08:59:59Z", billing.Suspended, 3},
		{"2027-01-09T09:00:00Z", billing.Cancelled, 3},
	} {
		s.At(c.at)
		require.Equal(t, c.status, s.show(p.Subscription.ID).Status)
		require.Len(t, s.bank.amounts(), c.charges)
		s.Audit()
	}
}

func TestARenewalForATermThatIsNoLongerSoldShutsOffToo(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	stage.Do(s.Stage, ada, billing.ChangeTerm{Subscription: p.Subscription.ID, Term: licensing.Monthly})
	up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "suite"})
	s.assign("suite")
	s.At("2027-02-19T09:00:00Z")
	require.Equal(t, billing.Cancelled, s.show(up.Subscription.ID).Status, "the suite is not sold by the month")
	require.Zero(t, stage.Ask(s.Stage, ada, licensing.SeatsQuery{Team: "acme", Product: "suite"}).Assigned, "assignments are removed")
	s.Audit()
}
