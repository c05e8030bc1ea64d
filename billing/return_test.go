package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// gave is what a return gave back: by the way it was paid, of what was not paid
// yet, and as credit.
func gave(r billing.ReturnResult) [3]string {
	return [3]string{r.Refunded.String(), r.Cancelled.String(), r.Credited.String()}
}

// ready is what can be returned in a team, each with its kind and amount.
func (s scene) ready(team string) []string {
	s.Helper()
	list := []string{}
	for _, r := range stage.Ask(s.Stage, ada, billing.ReturnableQuery{Team: team}) {
		line := string(r.Order.Kind) + " " + r.Amount.String()
		if !r.Available {
			line = string(r.Order.Kind) + " " + r.Code
		}
		list = append(list, line)
	}
	return list
}

func TestAPurchaseCanBeReturnedForSomeDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		start string
		zone  string
		term  licensing.Term
		at    string
		ok    bool
	}{
		{"in the second it was bought", "2026-01-05T09:00:00Z", "", licensing.Monthly, "2026-01-05T09:00:00Z", true},
		{"a month, in the last second of 15 days", "2026-01-05T09:00:00Z", "", licensing.Monthly, "2026-01-20T08:59:59Z", true},
		{"a month, but not after 15 days", "2026-01-05T09:00:00Z", "", licensing.Monthly, "2026-01-20T09:00:00Z", false},
		{"a year, in the last second of 30 days", "2026-01-05T09:00:00Z", "", licensing.Annual, "2026-02-04T08:59:59Z", true},
		{"a year, but not after 30 days", "2026-01-05T09:00:00Z", "", licensing.Annual, "2026-02-04T09:00:00Z", false},
		{"three years, in the last second of 30 days", "2026-01-05T09:00:00Z", "", licensing.ThreeYear, "2026-02-04T08:59:59Z", true},
		{"three years, but not after 30 days", "2026-01-05T09:00:00Z", "", licensing.ThreeYear, "2026-02-04T09:00:00Z", false},
		{"over a leap day", "2028-02-20T09:00:00Z", "", licensing.Monthly, "2028-03-06T08:59:59Z", true},
		{"over a leap day, but not after", "2028-02-20T09:00:00Z", "", licensing.Monthly, "2028-03-06T09:00:00Z", false},
		{"over the end of a month", "2026-01-31T09:00:00Z", "", licensing.Annual, "2026-03-02T08:59:59Z", true},
		{"over the end of a month, but not after", "2026-01-31T09:00:00Z", "", licensing.Annual, "2026-03-02T09:00:00Z", false},
		{"by the clock of the team, which went forward", "2026-03-20T09:00:00Z", "Europe/Paris", licensing.Monthly, "2026-04-04T07:59:59Z", true},
		{"by the clock of the team, but not after", "2026-03-20T09:00:00Z", "Europe/Paris", licensing.Monthly, "2026-04-04T08:00:00Z", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, c.start)
			team, renews := "acme", true
			if c.zone != "" {
				team = "paris"
				stage.Do(s.Stage, operator, account.CreateTeam{Team: team, Owner: "ada@acme.test", Country: "FR", Zone: period.Zone(c.zone)})
			}
			p := stage.Do(s.Stage, ada, billing.Purchase{Team: team, Product: "sketch-lt", Seats: 2, Term: c.term, AutoRenew: &renews})
			s.At(c.at)
			if !c.ok {
				refusal := stage.Refused(s.Stage, ada, rule.TooLate, billing.Return{Order: p.Order.ID})
				require.Equal(t, "BIL-18", refusal.Rule.ID)
				require.Empty(t, s.ready(team))
				require.Empty(t, s.bank.back())
				return
			}
			require.Equal(t, []string{"subscription " + p.Invoice.Total.String()}, s.ready(team))
			r := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
			require.Equal(t, [3]string{p.Invoice.Total.String(), "0.00 USD", "0.00 USD"}, gave(r))
			require.Equal(t, billing.Returned, r.Subscription.Status)
			require.Equal(t, billing.OrderReturned, r.Order.Status)
			require.Equal(t, []string{p.Invoice.Total.String()}, s.bank.back())
			require.Equal(t, billing.RefundPaid, r.Refunds[0].Status)
			require.Empty(t, s.ready(team))
			refusal := stage.Refused(s.Stage, ada, rule.Conflict, billing.Return{Order: p.Order.ID})
			require.Contains(t, refusal.Text, "once")
			s.Audit()
		})
	}
}

func TestAReturnedPurchaseEndsAccessAndDropsNobody(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 2, licensing.Annual, true)
	s.assign("sketch")
	stage.Do(s.Stage, ada, licensing.Assign{Team: "acme", Product: "sketch", User: "ada@acme.test", Subscription: p.Subscription.ID})
	s.At("2026-01-15T09:00:00Z")
	more := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	s.At("2026-01-20T09:00:00Z")
	offer := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID}, seatbook.Preview())
	r := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
	require.Equal(t, offer, r, "it was asked first (BIL-27)")
	whole, err := p.Invoice.Total.Add(more.Invoice.Total)
	require.NoError(t, err)
	require.Equal(t, [3]string{whole.String(), "0.00 USD", "0.00 USD"}, gave(r), "the added seats go with it")
	require.Equal(t, []string{p.Invoice.Total.String(), more.Invoice.Total.String()}, s.bank.back())
	require.Equal(t, "ref-"+s.bank.refunds[0].Charge, s.bank.refunds[0].Payment, "by the way it was paid")

	require.Equal(t, licensing.None, s.source(bob, "sketch"))
	seats := stage.Ask(s.Stage, ada, licensing.SeatsQuery{Team: "acme", Product: "sketch"})
	require.Equal(t, 0, seats.Owned)
	require.Equal(t, 1, seats.Assigned, "Bob stays assigned without a seat, and what was pinned has fallen (LIC-5)")
	for _, order := range []string{p.Order.ID, more.Order.ID} {
		stage.Refused(s.Stage, ada, rule.Conflict, billing.Return{Order: order})
	}
	stage.Refused(s.Stage, ada, rule.TooLate, billing.Renew{Subscription: p.Subscription.ID})
	stage.Refused(s.Stage, ada, rule.TooLate, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})

	s.buy("sketch", 1, licensing.Annual, false)
	require.Equal(t, licensing.Seat, s.source(bob, "sketch"), "and has the seat again when one is bought")
	s.At("2027-06-01T09:00:00Z")
	require.Equal(t, billing.Returned, s.show(p.Subscription.ID).Status)
	require.Len(t, s.bank.amounts(), 3, "what is returned is not renewed")
	s.Audit()
}

func TestAReturnIsByItsPurchaserAlone(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "globex", Owner: "dan@globex.test", Country: "US"})
	stage.Refused(s.Stage, bob, rule.NotPermitted, billing.Return{Order: p.Order.ID})
	stage.Refused(s.Stage, dan, rule.NotFound, billing.Return{Order: p.Order.ID})
	stage.Refused(s.Stage, ada, rule.NotFound, billing.Return{Order: "ord_globex_1"})
	stage.Refused(s.Stage, ada, rule.NotFound, billing.Return{Order: "nothing"})
	stage.Do(s.Stage, operator, billing.Return{Order: p.Order.ID})
	s.Audit()
}

func TestWhatIsNotSoldDirectlyIsReturnedWhereItWasBought(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		channel billing.Channel
		plan    string
		country string
		code    rule.Code
		contact string
	}{
		{"direct", billing.Direct, "", "US", "", ""},
		{"from a reseller", billing.Reseller, "", "US", rule.NotSelfService, "the reseller"},
		{"by an older system", billing.LegacyProcessor, "", "US", rule.NotSelfService, "support"},
		{"from sales", billing.Sales, "", "US", rule.NotSelfService, "support"},
		{"in a country without self-service", billing.Direct, "", "JP", rule.NotSelfService, "support"},
		{"a maintenance plan", billing.Direct, "maintenance", "US", rule.NotSelfService, "support"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			stage.Do(s.Stage, operator, account.CreateTeam{Team: "shop", Owner: "ada@acme.test", Country: c.country})
			no := false
			p := stage.Do(s.Stage, ada, billing.Purchase{Team: "shop", Product: "sketch", Seats: 1, Term: licensing.Annual, Channel: c.channel, Plan: c.plan, AutoRenew: &no})
			if c.code == "" {
				stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
				return
			}
			refusal := stage.Refused(s.Stage, ada, c.code, billing.Return{Order: p.Order.ID})
			require.Equal(t, "BIL-1", refusal.Rule.ID)
			require.Equal(t, c.contact, refusal.Contact)
			list := stage.Ask(s.Stage, ada, billing.ReturnableQuery{Team: "shop"})
			require.Len(t, list, 1)
			require.False(t, list[0].Available)
			require.Equal(t, c.contact, list[0].Contact)
			require.Equal(t, refusal.Text, list[0].Reason, "one answer for both")
			stage.Do(s.Stage, operator, billing.Return{Order: p.Order.ID})
			s.Audit()
		})
	}
}

func TestARenewalIsReturnedAsIfItHadNotBeen(t *testing.T) {
	t.Parallel()
	t.Run("before its term has begun", func(t *testing.T) {
		t.Parallel()
		s := begin(t, "2026-01-05T09:00:00Z")
		p := s.buy("sketch", 2, licensing.Annual, true)
		s.At("2026-12-20T09:00:00Z")
		renewed := stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
		s.At("2027-01-03T09:00:00Z")
		r := stage.Do(s.Stage, ada, billing.Return{Order: renewed.Order.ID})
		require.Equal(t, [3]string{"1800.00 USD", "0.00 USD", "0.00 USD"}, gave(r))
		require.Equal(t, stage.At("2027-01-05T09:00:00Z"), r.Subscription.Ends)
		require.Equal(t, billing.Active, r.Subscription.Status, "the term that runs goes on")
		require.False(t, r.Subscription.AutoRenew)
		s.At("2027-01-05T09:00:00Z")
		require.Equal(t, billing.Ended, s.show(p.Subscription.ID).Status)
		require.Equal(t, []string{"2000.00 USD", "1800.00 USD"}, s.bank.amounts(), "nothing is charged at the end")
		s.Audit()
	})
	t.Run("after it renewed itself", func(t *testing.T) {
		t.Parallel()
		s := begin(t, "2026-01-05T09:00:00Z")
		p := s.buy("sketch", 1, licensing.Monthly, true)
		s.assign("sketch")
		s.At("2026-02-20T08:59:59Z")
		require.NoError(t, s.RunDue(t.Context()))
		list := stage.Ask(s.Stage, ada, billing.ReturnableQuery{Team: "acme"})
		require.Len(t, list, 1, "the purchase has had its days")
		require.Equal(t, stage.At("2026-02-20T09:00:00Z"), list[0].Until, "15 days from the renewal")
		r := stage.Do(s.Stage, ada, billing.Return{Order: list[0].Order.ID})
		require.Equal(t, [3]string{"90.00 USD", "0.00 USD", "0.00 USD"}, gave(r))
		require.Equal(t, billing.Ended, r.Subscription.Status)
		require.Equal(t, stage.At("2026-02-05T09:00:00Z"), r.Subscription.Ends)
		require.Equal(t, licensing.None, s.source(bob, "sketch"), "access ends at once")
		again := stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
		require.Equal(t, stage.At("2026-03-05T09:00:00Z"), again.Subscription.Ends, "and it can be renewed late (BIL-6)")
		require.Equal(t, licensing.Seat, s.source(bob, "sketch"))
		s.Audit()
	})
	t.Run("with the seats that were added to its term", func(t *testing.T) {
		t.Parallel()
		s := begin(t, "2026-01-05T09:00:00Z")
		p := s.buy("sketch", 2, licensing.Annual, false)
		s.At("2026-12-20T09:00:00Z")
		renewed := stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
		s.At("2026-12-27T09:00:00Z")
		more := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 3})
		require.Len(t, more.Invoice.Lines, 2)
		require.Equal(t, []string{"renewal 4800.00 USD", "seats " + more.Invoice.Total.String()}, s.ready("acme"))
		r := stage.Do(s.Stage, ada, billing.Return{Order: renewed.Order.ID})
		require.Equal(t, "4800.00 USD", r.Total.String(), "1800.00 of the renewal and 3000.00 of the seats in it")
		require.Equal(t, 5, r.Subscription.Seats, "the seats stay in the term that runs")
		require.Equal(t, []string{"seats " + more.Invoice.Lines[0].Amount.String()}, s.ready("acme"), "and what they cost there can still be returned")
		r = stage.Do(s.Stage, ada, billing.Return{Order: more.Order.ID})
		require.Equal(t, more.Invoice.Lines[0].Amount, r.Total)
		require.Equal(t, 2, r.Subscription.Seats)
		require.Equal(t, 2, r.Subscription.RenewalSeats)
		s.Audit()
	})
	t.Run("not before the one that came after it", func(t *testing.T) {
		t.Parallel()
		s := begin(t, "2026-01-05T09:00:00Z", "return-monthly=60d")
		p := s.buy("sketch", 1, licensing.Monthly, true)
		s.At("2026-02-10T09:00:00Z")
		require.NoError(t, s.RunDue(t.Context()))
		second := stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
		list := stage.Ask(s.Stage, ada, billing.ReturnableQuery{Team: "acme"})
		require.Len(t, list, 3)
		first := list[1].Order
		refusal := stage.Refused(s.Stage, ada, rule.Conflict, billing.Return{Order: first.ID})
		require.Contains(t, refusal.Text, "later term")
		stage.Do(s.Stage, ada, billing.Return{Order: second.Order.ID})
		r := stage.Do(s.Stage, ada, billing.Return{Order: first.ID})
		require.Equal(t, stage.At("2026-02-05T09:00:00Z"), r.Subscription.Ends, "the term before is remembered by the order")
		require.Equal(t, billing.Ended, r.Subscription.Status)
		refusal = stage.Refused(s.Stage, ada, rule.TooLate, billing.Return{Order: p.Order.ID})
		require.Contains(t, refusal.Text, "was over")
		s.Audit()
	})
}

func TestAddedSeatsAreReturnedFromEachTermTheyWereAddedTo(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 2, licensing.Annual, true)
	s.assign("sketch")
	stage.Do(s.Stage, ada, licensing.Assign{Team: "acme", Product: "sketch", User: "ada@acme.test"})
	join(s.Stage, "acme", "cyd@acme.test", account.User)
	s.At("2026-06-01T09:00:00Z")
	more := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	stage.Do(s.Stage, ada, licensing.Assign{Team: "acme", Product: "sketch", User: "cyd@acme.test"})
	s.At("2026-07-01T08:59:59Z")
	require.Equal(t, []string{"seats " + more.Invoice.Total.String()}, s.ready("acme"))
	r := stage.Do(s.Stage, ada, billing.Return{Order: more.Order.ID})
	require.Equal(t, more.Invoice.Total, r.Refunded)
	require.Equal(t, 2, r.Subscription.Seats)
	require.Equal(t, 2, r.Subscription.RenewalSeats)
	seats := stage.Ask(s.Stage, ada, licensing.SeatsQuery{Team: "acme", Product: "sketch"})
	require.Equal(t, 3, seats.Assigned)
	require.Equal(t, 2, seats.Owned, "over-assigned (LIC-5)")
	require.Equal(t, licensing.None, s.source(rule.ByEmail("cyd@acme.test"), "sketch"), "who came last has no access")
	require.Equal(t, licensing.Seat, s.source(bob, "sketch"))
	s.At("2027-01-05T09:00:00Z")
	s.show(p.Subscription.ID)
	require.Equal(t, "1800.00 USD", s.bank.amounts()[2], "two seats are renewed")

	late := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	s.At("2027-02-04T09:00:00Z")
	stage.Refused(s.Stage, ada, rule.TooLate, billing.Return{Order: late.Order.ID})
	s.Audit()
}

func TestSeatsOfATermThatIsOverAreNotReturned(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.At("2026-12-31T09:00:00Z")
	more := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	s.At("2027-01-05T08:59:59Z")
	require.Equal(t, []string{"seats " + more.Invoice.Total.String()}, s.ready("acme"))
	s.At("2027-01-05T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	stage.Refused(s.Stage, ada, rule.TooLate, billing.Return{Order: more.Order.ID})
	require.Equal(t, []string{"seats too-late", "renewal 1800.00 USD"}, s.ready("acme"), "they are in the renewal, which has days of its own")
	s.Audit()
}

func TestAnUpgradeAndWhatItReplacedAreNotReturned(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch-lt", 1, licensing.Annual, true)
	up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "sketch"})
	refusal := stage.Refused(s.Stage, ada, rule.TooLate, billing.Return{Order: p.Order.ID})
	require.Contains(t, refusal.Text, "upgraded")
	stage.Refused(s.Stage, ada, rule.Invalid, billing.Return{Order: up.Order.ID})
	require.Equal(t, []string{"subscription too-late"}, s.ready("acme"))
	s.Audit()
}

func TestAnOrderThatCameToNothingIsNotReturned(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.bank.set(true, false)
	declined(s, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	id := s.bank.charges[1].Order
	stage.Refused(s.Stage, ada, rule.Conflict, billing.Return{Order: id})
	s.bank.set(false, true)
	_, err := seatbook.Do(t.Context(), s.Engine, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	require.ErrorIs(t, err, billing.ErrUnanswered)
	stage.Refused(s.Stage, ada, rule.Conflict, billing.Return{Order: p.Order.ID})
	s.bank.set(false, false)
	require.NoError(t, s.RunDue(t.Context()))
	stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
	s.Audit()
}

func TestWhatCostNothingIsReturnedForNothing(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("free", 1, licensing.Annual, false)
	r := stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
	require.Empty(t, r.CreditMemos)
	require.Equal(t, billing.Returned, r.Subscription.Status)
	require.Equal(t, "0.00 USD", r.Total.String())
	s.Audit()
}

func TestASubscriptionThatWasMovedIsReturnedFromWhereItStands(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, false)
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "globex", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s.Stage, ada, billing.MoveSubscription{Subscription: p.Subscription.ID, To: "globex"})
	first := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	second := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 2})
	require.Equal(t, []string{"subscription 4000.00 USD"}, s.ready("acme"), "the invoices stay where they were issued")
	require.Equal(t, []string{"seats 1000.00 USD", "seats 2000.00 USD"}, s.ready("globex"))
	r := stage.Do(s.Stage, ada, billing.Return{Order: second.Order.ID})
	require.Equal(t, 2, r.Subscription.Seats)
	fixed := stage.Do(s.Stage, operator, billing.CorrectInvoice{
		Invoice: p.Invoice.ID, Reason: "the agreed price", Lines: []billing.CorrectedLine{{Line: 1, Description: "as agreed", Amount: amount("1100.00 USD")}},
	})
	require.Equal(t, "100.00 USD", fixed.Correction.Open.String())
	r = stage.Do(s.Stage, ada, billing.Return{Order: p.Order.ID})
	require.Equal(t, "globex", r.Subscription.Team)
	require.Equal(t, [3]string{"2000.00 USD", "100.00 USD", "0.00 USD"}, gave(r), "with the seats that were added there")
	stage.Refused(s.Stage, ada, rule.Conflict, billing.Return{Order: first.Order.ID})
	require.Equal(t, 0, stage.Ask(s.Stage, ada, licensing.SeatsQuery{Team: "globex", Product: "sketch"}).Owned)
	s.Audit()
}

// What waits for the renewal after added seats are returned is what would wait if
// they had never been added.
func TestAddedSeatsThatAreReturnedLeaveWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	const add = 0
	for _, c := range []struct {
		name string
		// does are reductions to so many seats, and adds of two seats.
		does []int
		want int
	}{
		{"nothing was", []int{add}, 5},
		{"a reduction before them", []int{3, add}, 3},
		{"a reduction after them", []int{add, 3}, 3},
		{"a reduction after them to more than there are without them", []int{add, 6}, 5},
		{"a reduction before and one after", []int{2, add, 4}, 4},
		{"others added after a reduction", []int{3, add, add}, 5},
		{"others added before a reduction", []int{add, 3, add}, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			p := s.buy("sketch-lt", 5, licensing.Annual, true)
			first := ""
			for _, to := range c.does {
				if to != add {
					stage.Do(s.Stage, ada, billing.ReduceSeats{Subscription: p.Subscription.ID, To: to})
					continue
				}
				added := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 2})
				if first == "" {
					first = added.Order.ID
				}
			}
			r := stage.Do(s.Stage, ada, billing.Return{Order: first})
			require.Equal(t, c.want, r.Subscription.RenewalSeats)
			s.At("2027-01-05T09:00:00Z")
			require.Equal(t, c.want, s.show(p.Subscription.ID).Seats)
			s.Audit()
		})
	}
}

func TestAReturnedRenewalLeavesTheTermThatWasAskedFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		before, after licensing.Term
		want          licensing.Term
	}{
		{"the term that ran", "", "", licensing.Annual},
		{"a change that waited", licensing.Monthly, "", licensing.Monthly},
		{"a change since", licensing.Monthly, licensing.Annual, licensing.Annual},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			p := s.buy("sketch-lt", 1, licensing.Annual, true)
			if c.before != "" {
				stage.Do(s.Stage, ada, billing.ChangeTerm{Subscription: p.Subscription.ID, Term: c.before})
			}
			s.At("2026-12-01T09:00:00Z")
			renewed := stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID, Term: licensing.ThreeYear})
			require.Equal(t, licensing.ThreeYear, renewed.Subscription.RenewalTerm)
			if c.after != "" {
				stage.Do(s.Stage, ada, billing.ChangeTerm{Subscription: p.Subscription.ID, Term: c.after})
			}
			r := stage.Do(s.Stage, ada, billing.Return{Order: renewed.Order.ID})
			require.Equal(t, c.want, r.Subscription.RenewalTerm)
			s.Audit()
		})
	}
}
