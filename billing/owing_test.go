package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// owing is a scene whose subscription was bought on account and is not paid.
func owing(t *testing.T, term licensing.Term) (scene, billing.Purchased) {
	t.Helper()
	s := begin(t, "2026-01-05T09:00:00Z", "net-terms=30d")
	p := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "sketch-lt", Seats: 1, Term: term, PaymentMethod: s.byInvoice()})
	s.assign("sketch-lt")
	return s, p
}

func TestTheDueDateOfAnUnpaidInvoiceBeginsTheStages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		term   licensing.Term
		at     string
		status billing.Status
		access bool
	}{
		{"active until it is due", licensing.Annual, "2026-02-04T08:59:59Z", billing.Active, true},
		{"expired from the due date", licensing.Annual, "2026-02-04T09:00:00Z", billing.Expired, true},
		{"expired for 15 days", licensing.Annual, "2026-02-19T08:59:59Z", billing.Expired, true},
		{"then suspended", licensing.Annual, "2026-02-19T09:00:00Z", billing.Suspended, false},
		{"suspended for 30 days", licensing.Annual, "2026-03-21T08:59:59Z", billing.Suspended, false},
		{"then cancelled", licensing.Annual, "2026-03-21T09:00:00Z", billing.Cancelled, false},
		{"the due date comes before the end of a month", licensing.Monthly, "2026-02-04T09:00:00Z", billing.Expired, true},
		{"a month, suspended for 15 days", licensing.Monthly, "2026-03-06T08:59:59Z", billing.Suspended, false},
		{"a month, then cancelled", licensing.Monthly, "2026-03-06T09:00:00Z", billing.Cancelled, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, p := owing(t, c.term)
			s.At(c.at)
			require.Equal(t, c.status, s.show(p.Subscription.ID).Status)
			require.Equal(t, c.access, s.source(bob, "sketch-lt") == licensing.Seat)
			s.Audit()
		})
	}
}

func TestTheEarlierOfTheEndAndTheDueDateCounts(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z", "net-terms=60d")
	p := stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: "sketch-lt", Seats: 1, Term: licensing.Monthly, PaymentMethod: s.byInvoice()})
	stage.Do(s.Stage, operator, billing.PayInvoice{Invoice: p.Invoice.ID})
	s.At("2026-02-05T09:00:00Z") // The second month, on account, is due 6 April.
	require.Equal(t, billing.Active, s.show(p.Subscription.ID).Status)
	list := stage.Ask(s.Stage, ada, billing.InvoicesQuery{Team: "acme"})
	require.Equal(t, stage.At("2026-04-06T09:00:00Z"), *list[len(list)-1].Due)
	s.At("2026-04-06T08:59:59Z")
	require.Equal(t, billing.Active, s.show(p.Subscription.ID).Status, "the third month runs, though the second is not paid")
	s.At("2026-04-06T09:00:00Z")
	require.Equal(t, billing.Expired, s.show(p.Subscription.ID).Status)
	s.Audit()
}

func TestPayingInTimeRestoresEverything(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, at string
		paid     bool
	}{
		{"before it is due", "2026-02-04T08:59:59Z", true},
		{"while expired", "2026-02-04T09:00:00Z", true},
		{"at the last instant of the suspension", "2026-03-21T08:59:59Z", true},
		{"at its end, when it is too late", "2026-03-21T09:00:00Z", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, p := owing(t, licensing.Annual)
			s.At(c.at)
			paid := stage.Do(s.Stage, ada, billing.PayInvoice{Invoice: p.Invoice.ID})
			require.Equal(t, billing.InvoicePaid, paid.Invoice.Status)
			require.Equal(t, billing.OrderCompleted, paid.Order.Status)
			if !c.paid {
				require.Equal(t, billing.Cancelled, s.show(p.Subscription.ID).Status, "what was cancelled stays so; the debt is paid all the same")
				return
			}
			require.Equal(t, billing.Active, s.show(p.Subscription.ID).Status)
			require.Equal(t, licensing.Seat, s.source(bob, "sketch-lt"), "who held a seat holds it")
			s.At("2027-01-05T08:59:59Z")
			require.Equal(t, billing.Active, s.show(p.Subscription.ID).Status)
			stage.Refused(s.Stage, ada, rule.Conflict, billing.PayInvoice{Invoice: p.Invoice.ID})
			s.Audit()
		})
	}
}

func TestAnOpenInvoiceThreatensNobodyBeforeItIsDue(t *testing.T) {
	t.Parallel()
	s, _ := owing(t, licensing.Annual)
	until := func() string {
		return rule.Show(*stage.Ask(s.Stage, bob, flex.AccessQuery{User: "bob@acme.test", Product: "sketch-lt"}).Until)
	}
	s.At("2026-02-04T08:59:59Z")
	require.Equal(t, "2027-01-05T09:00:00Z", until())
	s.At("2026-02-04T09:00:00Z")
	require.Equal(t, "2026-02-19T09:00:00Z", until())
}

func TestSeveralInvoicesAreOwedTheFirstDueFirst(t *testing.T) {
	t.Parallel()
	s, p := owing(t, licensing.Annual)
	s.At("2026-01-15T09:00:00Z")
	more := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: 1})
	s.At("2026-02-10T09:00:00Z")
	require.Equal(t, billing.Expired, s.show(p.Subscription.ID).Status)
	stage.Do(s.Stage, ada, billing.PayInvoice{Invoice: p.Invoice.ID})
	require.Equal(t, billing.Active, s.show(p.Subscription.ID).Status, "the other invoice is due on the 14th")
	s.At("2026-02-14T09:00:00Z")
	require.Equal(t, billing.Expired, s.show(p.Subscription.ID).Status)
	stage.Do(s.Stage, ada, billing.PayInvoice{Invoice: more.Invoice.ID})
	require.Equal(t, billing.Active, s.show(p.Subscription.ID).Status)
	s.Audit()
}

func TestADeclinedRenewalIsMadeWhenItsInvoiceIsPaid(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"2027-01-05T09:00:01Z", "2027-01-07T00:00:00Z", "2027-02-19T08:59:59Z"} {
		s := begin(t, "2026-01-05T09:00:00Z")
		p := s.buy("sketch-lt", 1, licensing.Annual, true)
		s.assign("sketch-lt")
		s.bank.set(true, false)
		s.At(at)
		require.NoError(t, s.RunDue(t.Context()))
		list := stage.Ask(s.Stage, ada, billing.InvoicesQuery{Team: "acme"})
		failed := list[len(list)-1]
		require.Equal(t, billing.InvoiceOpen, failed.Status)
		declined(s, billing.PayInvoice{Invoice: failed.ID})
		require.NotEqual(t, billing.Active, s.show(p.Subscription.ID).Status)
		s.bank.set(false, false)
		other := stage.Do(s.Stage, ada, billing.AddPaymentMethod{Kind: billing.PayPal, Token: "tok_2"}).PaymentMethod.ID
		stage.Do(s.Stage, ada, billing.PayInvoice{Invoice: failed.ID, PaymentMethod: other})
		shown := s.show(p.Subscription.ID)
		require.Equal(t, billing.Active, shown.Status)
		require.Equal(t, stage.At("2028-01-05T09:00:00Z"), shown.Ends, "the new term begins where the old one ended")
		require.Equal(t, licensing.Seat, s.source(bob, "sketch-lt"))
		s.At("2027-06-01T00:00:00Z")
		require.NoError(t, s.RunDue(t.Context()))
		require.Len(t, stage.Ask(s.Stage, ada, billing.InvoicesQuery{Team: "acme"}), 2, "nothing is tried again")
		s.Audit()
	}
}

func TestWhoMayPayAnInvoiceAndWithWhat(t *testing.T) {
	t.Parallel()
	s, p := owing(t, licensing.Annual)
	pay := billing.PayInvoice{Invoice: p.Invoice.ID}
	stage.Refused(s.Stage, bob, rule.NotPermitted, pay)
	stage.Refused(s.Stage, dan, rule.NotFound, pay)
	stage.Refused(s.Stage, ada, rule.NotFound, billing.PayInvoice{Invoice: "ivc_acme_99"})
	stage.Refused(s.Stage, ada, rule.NotFound, billing.PayInvoice{Invoice: "nothing"})
	terms := stage.Do(s.Stage, ada, billing.AddPaymentMethod{Kind: billing.OnInvoice, Token: "terms"}).PaymentMethod.ID
	stage.Refused(s.Stage, ada, rule.Invalid, billing.PayInvoice{Invoice: p.Invoice.ID, PaymentMethod: terms})
	stage.Do(s.Stage, ada, billing.AppointPayer{Team: "acme", User: "bob@acme.test"})
	stage.Refused(s.Stage, bob, rule.Invalid, pay)
	stage.Do(s.Stage, bob, billing.AddPaymentMethod{Kind: billing.DirectDebit, Token: "tok_bob"})
	s.bank.set(false, true)
	_, err := seatbook.Do(t.Context(), s.Engine, bob, pay)
	require.ErrorIs(t, err, billing.ErrUnanswered)
	stage.Refused(s.Stage, ada, rule.Conflict, pay)
	s.bank.set(false, false)
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, "tok_bob", s.bank.charges[len(s.bank.charges)-1].Token, "a payer pays with what is theirs")
	require.Equal(t, billing.InvoicePaid, stage.Ask(s.Stage, ada, billing.InvoicesQuery{Team: "acme"})[0].Status)
	s.Audit()
}

func TestAnUpgradeTakesUnpaidInvoicesAlong(t *testing.T) {
	t.Parallel()
	s, p := owing(t, licensing.Annual)
	s.At("2026-01-10T09:00:00Z")
	up := stage.Do(s.Stage, ada, billing.Upgrade{Subscription: p.Subscription.ID, To: "sketch"})
	s.At("2026-02-04T09:00:00Z")
	require.Equal(t, billing.Expired, s.show(up.Subscription.ID).Status, "the first invoice is due")
	stage.Do(s.Stage, ada, billing.PayInvoice{Invoice: p.Invoice.ID})
	require.Equal(t, billing.Active, s.show(up.Subscription.ID).Status)
	s.At("2026-02-09T09:00:00Z")
	require.Equal(t, billing.Expired, s.show(up.Subscription.ID).Status, "that of the upgrade is")
	stage.Do(s.Stage, ada, billing.PayInvoice{Invoice: up.Invoice.ID})
	require.Equal(t, billing.Active, s.show(up.Subscription.ID).Status)
	s.Audit()
}

// told are the notices of acme of some kinds, each as instant, kind and recipient.
func (s scene) told(kinds ...account.NoticeKind) []string {
	s.Helper()
	require.NoError(s.TB, s.RunDue(s.Context()))
	list := []string{}
	for _, n := range stage.Ask(s.Stage, operator, account.NoticesQuery{Team: "acme"}) {
		for _, kind := range kinds {
			if n.Kind == kind {
				fact := n.Facts["stage"] + n.Facts["retry"]
				list = append(list, n.At.Format("2006-01-02 ")+n.To+" "+fact)
			}
		}
	}
	return list
}

func TestStagesAreToldToWhoPaysAndToTheAdmins(t *testing.T) {
	t.Parallel()
	s, p := owing(t, licensing.Annual)
	join(s.Stage, "acme", "sue@acme.test", account.Secondary)
	join(s.Stage, "acme", "pat@acme.test", account.User)
	stage.Do(s.Stage, ada, billing.AppointPayer{Team: "acme", User: "pat@acme.test"})
	s.At("2026-02-20T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	stage.Do(s.Stage, ada, billing.PayInvoice{Invoice: p.Invoice.ID})
	var want []string
	for _, stage := range []string{"2026-02-04 %s expired", "2026-02-19 %s suspended", "2026-02-20 %s active"} {
		for _, who := range []string{"ada@acme.test", "sue@acme.test", "pat@acme.test"} {
			want = append(want, sprintf(stage, who))
		}
	}
	require.ElementsMatch(t, want, s.told(billing.StageChangedNotice))
}

func TestAFailedPaymentIsToldWithTheNextTry(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z", "retry-days=[1, 3]")
	s.buy("sketch-lt", 1, licensing.Annual, true)
	s.bank.set(true, false)
	s.At("2027-03-05T09:00:00Z")
	require.Equal(t, []string{
		"2027-01-05 ada@acme.test 2027-01-06T09:00:00Z", "2027-01-06 ada@acme.test 2027-01-08T09:00:00Z", "2027-01-08 ada@acme.test ",
	}, s.told(billing.PaymentFailedNotice))
	require.Equal(t, []string{
		"2027-01-05 ada@acme.test expired", "2027-01-20 ada@acme.test suspended", "2027-02-19 ada@acme.test cancelled",
	}, s.told(billing.StageChangedNotice))
}

func TestRenewalsAreAnnounced(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch-lt", 1, licensing.Annual, true)
	s.At("2026-10-07T08:59:59Z")
	require.Empty(t, s.told(billing.RenewalOpenNotice))
	s.At("2026-10-07T09:00:00Z")
	require.Equal(t, []string{"2026-10-07 ada@acme.test "}, s.told(billing.RenewalOpenNotice))
	s.At("2026-12-06T08:59:59Z")
	require.Empty(t, s.told(billing.RenewalComingNotice))
	s.At("2026-12-10T09:00:00Z")
	require.Equal(t, []string{"2026-12-06 ada@acme.test "}, s.told(billing.RenewalComingNotice))
	stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID})
	s.At("2027-01-05T09:00:00Z")
	require.Len(t, s.told(billing.RenewalComingNotice), 1, "what is paid already is not announced a second time")
	s.At("2027-12-30T09:00:00Z")
	require.Len(t, s.told(billing.RenewalOpenNotice), 2)
	require.Len(t, s.told(billing.RenewalComingNotice), 3)
	s.Audit()
}

// The days of grace after the first month end at the very instant at which an open
// invoice ends all access. What is due then is due for the second month too, and
// stays so when the grace goes because that month is paid.
func TestTheEndOfTheGraceAndOfAnUnpaidInvoiceMayBeOne(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-29T09:00:00Z", "net-terms=30d")
	p := s.buy("sketch-lt", 1, licensing.Monthly, true)
	s.assign("sketch-lt")
	stage.Do(s.Stage, operator, billing.CorrectInvoice{
		Invoice: p.Invoice.ID, Reason: "a mistake", Lines: []billing.CorrectedLine{{Line: 1, Description: "as agreed", Amount: amount("60.00 USD")}},
	})
	s.bank.set(true, false)
	s.At("2026-02-28T09:00:00Z")
	require.Equal(t, billing.Expired, s.show(p.Subscription.ID).Status)
	s.bank.set(false, false)
	s.At("2026-03-01T09:00:00Z") // The charge is tried again, and paid.
	require.Equal(t, stage.At("2026-03-29T09:00:00Z"), s.show(p.Subscription.ID).Ends)
	s.Audit()
	s.At("2026-03-15T08:59:59Z")
	require.Equal(t, licensing.Seat, s.source(bob, "sketch-lt"))
	s.At("2026-03-15T09:00:00Z")
	require.Equal(t, licensing.None, s.source(bob, "sketch-lt"))
	s.Audit()
}

// What has ended without being renewed is not shut off for an invoice that is due
// later: it has ended, and nobody is told that everybody goes on working.
func TestWhatHasEndedIsNotShutOff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, netTerms string
		// before is the status in the last second of the month, after from its end on.
		before, after billing.Status
	}{
		{"due in the second before the end", "27d23h59m59s", billing.Active, billing.Expired},
		{"due at the very end", "28d", billing.Active, billing.Ended},
		{"due after the end", "30d", billing.Active, billing.Ended},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-02-05T09:00:00Z", "net-terms="+c.netTerms)
			off := false
			p := stage.Do(s.Stage, ada, billing.Purchase{
				Team: "acme", Product: "sketch-lt", Seats: 1, Term: licensing.Monthly, AutoRenew: &off, PaymentMethod: s.byInvoice(),
			})
			s.At("2026-03-05T08:59:58Z")
			require.Equal(t, c.before, s.show(p.Subscription.ID).Status)
			for _, at := range []string{"2026-03-05T09:00:00Z", "2026-03-07T09:00:00Z"} {
				s.At(at)
				require.Equal(t, c.after, s.show(p.Subscription.ID).Status, at)
			}
			s.At("2026-04-30T09:00:00Z")
			status := s.show(p.Subscription.ID).Status
			told := 0
			for _, n := range stage.Ask(s.Stage, operator, account.NoticesQuery{Team: "acme"}) {
				if n.Kind == billing.StageChangedNotice {
					told++
				}
			}
			if c.after == billing.Expired {
				require.Equal(t, billing.Cancelled, status)
				require.Positive(t, told)
			} else {
				require.Equal(t, billing.Ended, status)
				require.Zero(t, told)
			}
			s.Audit()
		})
	}
}

// An invoice that fell due after the end counts again once the subscription is
// renewed; where it would be cancelled for it at once, the invoice comes first.
func TestAnInvoicePastDueComesBeforeALateRenewal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, at string
		status   billing.Status
	}{
		{"before it is due", "2026-03-06T09:00:00Z", billing.Active},
		{"within the days of access", "2026-03-07T09:00:00Z", billing.Expired},
		{"when they are over", "2026-03-22T09:00:00Z", billing.Suspended},
		{"in the last second of the suspension", "2026-04-06T08:59:59Z", billing.Suspended},
		{"and not after it", "2026-04-06T09:00:00Z", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-02-05T09:00:00Z", "net-terms=30d", "late-renewal-monthly=90d")
			off := false
			p := stage.Do(s.Stage, ada, billing.Purchase{
				Team: "acme", Product: "sketch-lt", Seats: 1, Term: licensing.Monthly, AutoRenew: &off, PaymentMethod: s.byInvoice(),
			})
			s.At(c.at)
			renew := billing.Renew{Subscription: p.Subscription.ID, Term: licensing.Annual}
			if c.status == "" {
				refusal := stage.Refused(s.Stage, ada, rule.Conflict, renew)
				require.Equal(t, "BIL-10", refusal.Rule.ID)
				stage.Do(s.Stage, ada, billing.PayInvoice{Invoice: p.Invoice.ID})
				c.status = billing.Active
			}
			require.Equal(t, c.status, stage.Do(s.Stage, ada, renew).Subscription.Status)
			s.Audit()
		})
	}
}
