package billing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

func TestTermsCountFromTheAnchor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, start string
		zone        period.Zone
		term        licensing.Term
		ends        []string
	}{
		{"monthly from the 31st", "2027-01-31T09:00:00Z", "UTC", licensing.Monthly, []string{"2027-02-28T09:00:00Z", "2027-03-31T09:00:00Z", "2027-04-30T09:00:00Z", "2027-05-31T09:00:00Z"}},
		{"monthly from the 31st of a leap year", "2028-01-31T09:00:00Z", "UTC", licensing.Monthly, []string{"2028-02-29T09:00:00Z", "2028-03-31T09:00:00Z"}},
		{"annual from a leap day", "2028-02-29T09:00:00Z", "UTC", licensing.Annual, []string{"2029-02-28T09:00:00Z", "2030-02-28T09:00:00Z", "2031-02-28T09:00:00Z", "2032-02-29T09:00:00Z"}},
		{"three years", "2025-01-01T00:00:00Z", "UTC", licensing.ThreeYear, []string{"2028-01-01T00:00:00Z", "2031-01-01T00:00:00Z"}},
		{"over a clock change", "2026-03-15T09:00:00Z", "Europe/Paris", licensing.Monthly, []string{"2026-04-15T08:00:00Z", "2026-05-15T08:00:00Z"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, c.start)
			stage.Do(s.Stage, operator, account.CreateTeam{Team: "zoned", Owner: "ada@acme.test", Country: "US", Zone: c.zone})
			p := stage.Do(s.Stage, ada, billing.Purchase{Team: "zoned", Product: "sketch", Seats: 1, Term: c.term})
			require.Equal(t, stage.At(c.ends[0]), p.Subscription.Ends)
			for i, end := range c.ends[1:] {
				s.At(c.ends[i])
				require.Equal(t, stage.At(end), s.show(p.Subscription.ID).Ends)
			}
			require.Equal(t, c.ends[:len(c.ends)-1], s.bank.instants()[1:])
			s.Audit()
		})
	}
}

func TestAChangeOfTermKeepsTheAnchor(t *testing.T) {
	t.Parallel()
	s := begin(t, "2027-01-31T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Monthly, true)
	s.At("2027-02-10T09:00:00Z")
	change := func(term licensing.Term) billing.SubscriptionShown {
		return stage.Do(s.Stage, ada, billing.ChangeTerm{Subscription: p.Subscription.ID, Term: term}).Subscription
	}
	change(licensing.ThreeYear)
	shown := change(licensing.Annual)
	require.Equal(t, []licensing.Term{licensing.Monthly, licensing.Annual}, []licensing.Term{shown.Term, shown.RenewalTerm}, "it is changed again before")
	s.At("2027-02-28T09:00:00Z")
	shown = s.show(p.Subscription.ID)
	require.Equal(t, stage.At("2028-02-29T09:00:00Z"), shown.Ends, "13 months after the 31st of January")
	require.Equal(t, licensing.Annual, shown.Term)
	require.Equal(t, "900.00 USD", s.bank.amounts()[1])
	change(licensing.Monthly)
	s.At("2028-02-29T09:00:00Z")
	require.Equal(t, stage.At("2028-03-31T09:00:00Z"), s.show(p.Subscription.ID).Ends)
	s.Audit()
}

func TestATermThatIsNotSoldCannotBeChosen(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("plain", 1, licensing.Annual, true)
	require.Equal(t, billing.TermRule, stage.Refused(s.Stage, ada, rule.Invalid, billing.ChangeTerm{Subscription: p.Subscription.ID, Term: licensing.Monthly}).Rule)
	stage.Refused(s.Stage, ada, rule.Invalid, billing.ChangeTerm{Subscription: p.Subscription.ID})
	s.At("2026-12-05T09:00:00Z")
	stage.Refused(s.Stage, ada, rule.Invalid, billing.Renew{Subscription: p.Subscription.ID, Term: licensing.Monthly})
	s.Audit()
}

func TestRenewalIsOpenFromNinetyDaysBeforeTheEndUntilLongAfter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		term licensing.Term
		at   string
		code rule.Code
		ends string
	}{
		{"a second before it opens", licensing.Annual, "2026-10-07T08:59:59Z", rule.TooEarly, ""},
		{"at the opening", licensing.Annual, "2026-10-07T09:00:00Z", "", "2028-01-05T09:00:00Z"},
		{"a second before the end", licensing.Annual, "2027-01-05T08:59:59Z", "", "2028-01-05T09:00:00Z"},
		{"at the end", licensing.Annual, "2027-01-05T09:00:00Z", "", "2028-01-05T09:00:00Z"},
		{"a second before 45 days after", licensing.Annual, "2027-02-19T08:59:59Z", "", "2028-01-05T09:00:00Z"},
		{"45 days after", licensing.Annual, "2027-02-19T09:00:00Z", rule.TooLate, ""},
		{"a second before 45 days after three years", licensing.ThreeYear, "2029-02-19T08:59:59Z", "", "2032-01-05T09:00:00Z"},
		{"45 days after three years", licensing.ThreeYear, "2029-02-19T09:00:00Z", rule.TooLate, ""},
		{"at the start of a month", licensing.Monthly, "2026-01-05T09:00:00Z", "", "2026-03-05T09:00:00Z"},
		{"a second before 30 days after a month", licensing.Monthly, "2026-03-07T08:59:59Z", "", "2026-03-05T09:00:00Z"},
		{"30 days after a month", licensing.Monthly, "2026-03-07T09:00:00Z", rule.TooLate, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			p := s.buy("sketch", 2, c.term, false)
			s.At(c.at)
			renew := billing.Renew{Subscription: p.Subscription.ID}
			if c.code != "" {
				r := stage.Refused(s.Stage, ada, c.code, renew)
				require.Equal(t, billing.RenewalRule, r.Rule)
				if c.code == rule.TooEarly {
					require.Contains(t, r.Figures, rule.Fig("opens", stage.At("2026-10-07T09:00:00Z")))
				}
				return
			}
			r := stage.Do(s.Stage, ada, renew)
			require.Equal(t, stage.At(c.ends), r.Subscription.Ends, "the new term starts at the old end")
			require.Equal(t, p.Subscription.Starts, r.Subscription.Starts)
			s.Audit()
		})
	}
}

func TestRenewalOpensInTheTeamsZone(t *testing.T) {
	t.Parallel()
	// Ninety days before 2026-12-05T14:00Z, 9 o'clock in New York, it is summer there.
	for _, c := range []struct {
		at string
		ok bool
	}{{"2026-09-06T12:59:59Z", false}, {"2026-09-06T13:00:00Z", true}} {
		s := begin(t, "2025-12-05T14:00:00Z")
		stage.Do(s.Stage, operator, account.CreateTeam{Team: "zoned", Owner: "ada@acme.test", Country: "US", Zone: "America/New_York"})
		p := stage.Do(s.Stage, ada, billing.Purchase{Team: "zoned", Product: "sketch", Seats: 1, Term: licensing.Annual})
		s.At(c.at)
		if c.ok {
			stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
		} else {
			stage.Refused(s.Stage, ada, rule.TooEarly, billing.Renew{Subscription: p.Subscription.ID})
		}
		s.Audit()
	}
}

func TestOneTermAheadAtMostIsPaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		term  licensing.Term
		at    string
		opens string
	}{
		{"a month", licensing.Monthly, "2026-01-10T09:00:00Z", "2026-02-05T09:00:00Z"},
		{"a year, which opens ninety days before its own end", licensing.Annual, "2026-10-07T09:00:00Z", "2027-10-07T09:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			p := s.buy("sketch", 1, c.term, true)
			renew := billing.Renew{Subscription: p.Subscription.ID}
			s.At(c.at)
			stage.Do(s.Stage, ada, renew)
			r := stage.Refused(s.Stage, ada, rule.TooEarly, renew)
			require.Contains(t, r.Figures, rule.Fig("opens", stage.At(c.opens)))
			s.Clock.Set(stage.At(c.opens).Add(-time.Second))
			stage.Refused(s.Stage, ada, rule.TooEarly, renew)
			s.At(c.opens)
			require.Equal(t, billing.OrderCompleted, stage.Do(s.Stage, ada, renew).Order.Status)
			require.Len(t, s.bank.amounts(), 3, "automatic renewal pays nothing twice")
			s.Audit()
		})
	}
}

func TestTheRenewalPriceIsKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		product string
		at      string
		term    licensing.Term
		policy  []string
		total   string
	}{
		{"by hand at the opening", "sketch", "2026-10-07T09:00:00Z", "", nil, "900.00 USD"},
		{"by hand a second before the end", "sketch", "2027-01-05T08:59:59Z", "", nil, "900.00 USD"},
		{"and not by hand at the end", "sketch", "2027-01-05T09:00:00Z", "", nil, "1000.00 USD"},
		{"and not by hand after the end", "sketch", "2027-02-01T09:00:00Z", "", nil, "1000.00 USD"},
		{"with a shorter term", "sketch", "2026-12-05T09:00:00Z", licensing.Monthly, nil, "90.00 USD"},
		{"with a longer term", "sketch", "2026-12-05T09:00:00Z", licensing.ThreeYear, nil, "2500.00 USD"},
		{"with a term that has none", "sketch-lt", "2026-12-05T09:00:00Z", licensing.ThreeYear, nil, "1100.00 USD"},
		{"and not where none is listed", "plain", "2026-12-05T09:00:00Z", "", nil, "200.00 USD"},
		{"and not for a product excluded", "sketch", "2026-12-05T09:00:00Z", "", []string{"renewal-price-exclusions=[plain, sketch]"}, "1000.00 USD"},
		{"and not for a term excluded", "sketch", "2026-12-05T09:00:00Z", "", []string{"renewal-price-exclusions=[annual]"}, "1000.00 USD"},
		{"and not for a plan excluded", "sketch", "2026-12-05T09:00:00Z", "", []string{"renewal-price-exclusions=[standard]"}, "1000.00 USD"},
		{"and not for a channel excluded", "sketch", "2026-12-05T09:00:00Z", "", []string{"renewal-price-exclusions=[direct]"}, "1000.00 USD"},
		{"and not for a country excluded", "sketch", "2026-12-05T09:00:00Z", "", []string{"renewal-price-exclusions=[US]"}, "1000.00 USD"},
		{"where others are excluded", "sketch", "2026-12-05T09:00:00Z", "", []string{"renewal-price-exclusions=[plain, monthly, premium, sales, FR]"}, "900.00 USD"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z", c.policy...)
			p := s.buy(c.product, 1, licensing.Annual, false)
			s.At(c.at)
			r := stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID, Term: c.term})
			require.Equal(t, amount(c.total), r.Invoice.Total)
			s.Audit()
		})
	}
}

func TestAutomaticRenewalChargesANewTermAtTheEnd(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 2, licensing.Annual, true)
	s.At("2027-01-05T08:59:59Z")
	require.Equal(t, p.Subscription.Ends, s.show(p.Subscription.ID).Ends)
	s.At("2027-01-05T09:00:00Z")
	require.Equal(t, stage.At("2028-01-05T09:00:00Z"), s.show(p.Subscription.ID).Ends)
	require.Equal(t, []string{"2000.00 USD", "1800.00 USD"}, s.bank.amounts())
	require.NoError(t, s.RunDue(t.Context()))
	require.Len(t, s.bank.amounts(), 2, "run again, it charges nothing")
	s.Audit()
	s.At("2030-06-01T00:00:00Z")
	require.Equal(t, stage.At("2031-01-05T09:00:00Z"), s.show(p.Subscription.ID).Ends, "a late worker makes up for it")
	require.Equal(t, []string{"2026-01-05T09:00:00Z", "2027-01-05T09:00:00Z", "2028-01-05T09:00:00Z", "2029-01-05T09:00:00Z", "2030-01-05T09:00:00Z"}, s.bank.instants())
	s.Audit()
}

func TestAutomaticRenewalIsSwitchedUpToTheLastInstant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		flips  []bool
		status billing.Status
		ends   string
	}{
		{"off", []bool{false}, billing.Ended, "2027-01-05T09:00:00Z"},
		{"off and on", []bool{false, true}, billing.Active, "2028-01-05T09:00:00Z"},
		{"off, on and off", []bool{false, true, false}, billing.Ended, "2027-01-05T09:00:00Z"},
		{"off twice", []bool{false, false}, billing.Ended, "2027-01-05T09:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			p := s.buy("sketch", 1, licensing.Annual, true)
			s.assign("sketch")
			s.Clock.Set(p.Subscription.Ends.Add(-1))
			for _, on := range c.flips {
				shown := stage.Do(s.Stage, ada, billing.SetAutoRenew{Subscription: p.Subscription.ID, On: on}).Subscription
				require.Equal(t, on, shown.AutoRenew)
				require.Equal(t, billing.Active, shown.Status)
				s.Audit()
			}
			require.Equal(t, licensing.Seat, s.source(bob, "sketch"), "there is access to the end")
			s.Clock.Set(p.Subscription.Ends)
			shown := s.show(p.Subscription.ID)
			require.Equal(t, c.status, shown.Status)
			require.Equal(t, stage.At(c.ends), shown.Ends)
			require.Equal(t, c.status == billing.Active, s.source(bob, "sketch") == licensing.Seat)
			require.Equal(t, c.status == billing.Active, len(s.bank.amounts()) == 2)
			s.Audit()
		})
	}
}

func TestAnEndedSubscriptionIsNotSwitchedOnButRenewed(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, false)
	s.assign("sketch")
	s.At("2027-02-01T09:00:00Z")
	stage.Refused(s.Stage, ada, rule.TooLate, billing.SetAutoRenew{Subscription: p.Subscription.ID, On: true})
	require.Equal(t, licensing.None, s.source(bob, "sketch"))
	r := stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
	require.Equal(t, billing.Active, r.Subscription.Status)
	require.False(t, r.Subscription.AutoRenew)
	require.Equal(t, licensing.Seat, s.source(bob, "sketch"), "the assignment was kept")
	s.Audit()
}

func TestWhatDoesNotRenewItselfCannotBeSwitchedOn(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "once", Seats: 1, Term: licensing.Annual})
	require.False(t, p.Subscription.AutoRenew)
	stage.Refused(s.Stage, ada, rule.Invalid, billing.SetAutoRenew{Subscription: p.Subscription.ID, On: true})
	stage.Do(s.Stage, ada, billing.SetAutoRenew{Subscription: p.Subscription.ID, On: false})
	p = stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual, Channel: billing.Reseller})
	require.False(t, p.Subscription.AutoRenew)
	stage.Refused(s.Stage, operator, rule.Invalid, billing.SetAutoRenew{Subscription: p.Subscription.ID, On: true})
	s.At("2027-01-05T09:00:00Z")
	require.Equal(t, billing.Ended, s.show(p.Subscription.ID).Status)
	s.Audit()
}

func TestADeclinedRenewalByHandChangesNothing(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.At("2026-12-05T09:00:00Z")
	s.bank.set(true, false)
	declined(s, billing.Renew{Subscription: p.Subscription.ID, Term: licensing.Monthly})
	shown := s.show(p.Subscription.ID)
	require.Equal(t, p.Subscription, shown)
	require.Equal(t, []string{"1000.00 USD paid", "90.00 USD cancelled"}, s.invoices())
	s.bank.set(false, false)
	s.At("2027-01-05T09:00:00Z")
	require.Equal(t, stage.At("2028-01-05T09:00:00Z"), s.show(p.Subscription.ID).Ends)
	s.Audit()
}

func TestARenewalThatWaitsForItsAnswerIsNotChargedAgainAtTheEnd(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	s.At("2027-01-05T08:59:00Z")
	s.bank.set(false, true)
	_, err := s.Engine.Run(t.Context(), ada, "billing.renew", []byte(`{"subscription": "`+p.Subscription.ID+`"}`))
	require.ErrorIs(t, err, billing.ErrUnanswered)
	s.At("2027-01-05T10:00:00Z")
	require.NoError(t, s.RunDue(t.Context()), "the line is still dead when the term ends")
	s.bank.set(false, false)
	s.At("2027-01-05T11:00:00Z")
	require.Equal(t, stage.At("2028-01-05T09:00:00Z"), s.show(p.Subscription.ID).Ends, "one term is paid")
	require.Equal(t, []string{"1000.00 USD", "900.00 USD"}, s.bank.amounts())
	s.Audit()
}

func TestALateMonthThatIsOverWhenItIsPaidIsFollowedByTheNext(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Monthly, true)
	s.bank.set(true, false)
	s.At("2026-03-06T09:00:00Z")
	require.Equal(t, billing.Suspended, s.show(p.Subscription.ID).Status)
	s.bank.set(false, false)
	r := stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
	require.Equal(t, amount("100.00 USD"), r.Invoice.Total)
	s.Audit()
	shown := s.show(p.Subscription.ID)
	require.Equal(t, stage.At("2026-04-05T09:00:00Z"), shown.Ends, "the term to 5 March was paid, and automatic renewal pays the next")
	require.Equal(t, billing.Active, shown.Status)
	s.Audit()
}

// A month that is paid when it is over already is charged as it was asked. That the
// next one is due too is an order of its own, which comes at the same instant.
func TestALateRenewalChargesWhatItSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, at string
		ends     string
		status   billing.Status
		more     int
	}{
		{"in the last second of the month that is paid", "2026-03-05T08:59:59Z", "2026-03-05T09:00:00Z", billing.Active, 0},
		{"once that month is over", "2026-03-05T09:00:00Z", "2026-03-05T09:00:00Z", billing.Expired, 1},
	} {
		for _, by := range []string{"renewed by hand", "paying the invoice"} {
			t.Run(by+" "+c.name, func(t *testing.T) {
				t.Parallel()
				s := begin(t, "2026-01-05T09:00:00Z")
				sub := s.buy("sketch-lt", 1, licensing.Monthly, true).Subscription.ID
				s.bank.set(true, false)
				s.At("2026-02-05T09:00:00Z")
				require.NoError(t, s.RunDue(t.Context()))
				s.At("2026-03-04T09:00:00Z")
				require.NoError(t, s.RunDue(t.Context()))
				s.bank.set(false, false)
				s.At(c.at)
				asked := len(s.bank.amounts())
				var total string
				if by == "renewed by hand" {
					seen := stage.Do(s.Stage, ada, billing.Renew{Subscription: sub}, seatbook.Preview())
					got := stage.Do(s.Stage, ada, billing.Renew{Subscription: sub})
					require.Equal(t, seen, got)
					require.Equal(t, c.ends, rule.Show(got.Subscription.Ends))
					total = got.Invoice.Total.String()
				} else {
					list := stage.Ask(s.Stage, ada, billing.InvoicesQuery{Team: "acme"})
					open := list[len(list)-1]
					total = open.Open.String()
					stage.Do(s.Stage, ada, billing.PayInvoice{Invoice: open.ID})
				}
				require.Equal(t, []string{total}, s.bank.amounts()[asked:], "one charge, of what was said")
				shown := stage.Ask(s.Stage, ada, billing.SubscriptionQuery{Subscription: sub}).Subscription
				require.Equal(t, c.ends, rule.Show(shown.Ends))
				require.Equal(t, c.status, shown.Status)
				s.Audit()
				require.NoError(t, s.RunDue(t.Context()))
				require.Len(t, s.bank.amounts(), asked+1+c.more)
				require.Equal(t, billing.Active, s.show(sub).Status)
				s.Audit()
			})
		}
	}
}
