package billing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// renewItself orders the next term at the end of the last (BIL-9).
func renewItself(s *rule.Scope, item rule.Item) error {
	sub, err := subscriptionIn(&s.View, item.Streams[0], item.Key)
	if err != nil {
		return err
	}
	if !sub.Overdue.IsZero() {
		sub.Overdue = time.Time{}
		if err := sub.put(s); err != nil {
			return err
		}
	}
	return sub.orderNext(s)
}

// overdue reports whether a subscription that renews itself has ended and
// nothing is on its way to pay the next term.
func (s Subscription) overdue(now time.Time) bool {
	return s.AutoRenew && !now.Before(s.Ends()) && s.Pending == "" && s.Renewing == "" && s.Parked.IsZero() && s.over() == ""
}

// orderNext orders the next term of a subscription that renews itself. Where a
// rule forbids it, as the term is no longer sold or nothing can pay it, the
// subscription goes the way of one that is not paid.
func (s Subscription) orderNext(sc *rule.Scope) error {
	sc.Cite(AutoRenewRule, rule.Fig("ended", s.Ends()))
	if !s.overdue(sc.Now()) {
		return s.unrenewed(sc)
	}
	if none, err := s.nothingToPlan(&sc.View); err != nil {
		return err
	} else if none {
		s.AutoRenew = false
		if err := s.put(sc); err != nil {
			return err
		}
		return s.unrenewed(sc)
	}
	o := s.renewal("")
	o.Automatic = true
	err := o.priceRenewal(&sc.View, s, true)
	if err == nil {
		var lines []Line
		if lines, err = o.renewalLines(&sc.View); err == nil {
			if o, err = o.place(sc, lines); err == nil && o.Status != OrderParked {
				return nil
			}
		}
	}
	if refusal := rule.AsRefusal(err); refusal != nil {
		sc.Cite(ShutOffRule, rule.Fig("not renewed", refusal.Text))
	} else if err != nil {
		return err
	}
	return s.unrenewed(sc)
}

// unrenewed lets the days count from the end of a term that nothing renews, and
// tells of it.
func (s Subscription) unrenewed(sc *rule.Scope) error {
	s, err := subscriptionIn(&sc.View, s.Team, s.ID)
	if err != nil || s.over() != "" {
		return err
	}
	if s.Pending == "" {
		if s, err = s.tellStage(sc); err != nil {
			return err
		}
	}
	if err := s.put(sc); err != nil {
		return err
	}
	return s.turn(sc)
}

// retryDay returns when a declined renewal is tried for the n-th time again,
// counted from 1, and whether it is at all.
func (s Subscription) retryDay(v *rule.View, zone *time.Location, n int) (time.Time, bool) {
	schedule := RetryDays.Of(v)
	if n < 1 || n > len(schedule) {
		return time.Time{}, false
	}
	count, err := days(schedule[n-1])
	return (period.Span{Days: count}).After(s.Ends(), zone).UTC(), err == nil
}

// schedule sets when a declined renewal is tried again: on the next of its retry
// days that is still to come, or never.
func (s Subscription) schedule(sc *rule.Scope, zone *time.Location, o *Order) Subscription {
	s.Renewing, s.Retry = o.ID, time.Time{}
	for {
		o.Attempt++
		at, more := s.retryDay(&sc.View, zone, o.Attempt)
		if !more {
			return s
		}
		if at.After(sc.Now()) {
			s.Retry = at
			return s
		}
	}
}

// retryLater keeps the renewal for the next of its retry days, and tells who
// pays (BIL-10).
func (o Order) retryLater(s *rule.Scope) (Order, error) {
	sub, team, err := o.subscription(s)
	if err != nil {
		return o, err
	}
	s.Cite(ShutOffRule, rule.Fig("attempt", o.Attempt+1), rule.Fig("ended", sub.Ends()))
	sub = sub.schedule(s, team.Location(), &o)
	if err := orders.Put(s.Tx(), o); err != nil {
		return o, err
	}
	i, err := invoiceByID(&s.View, o.Team, o.Invoice)
	if err != nil {
		return o, err
	}
	open, err := o.toPay(i)
	if err != nil {
		return o, err
	}
	if err := sub.tellFailed(s, open); err != nil {
		return o, err
	}
	if sub, err = sub.tellStage(s); err != nil {
		return o, err
	}
	return o, sub.put(s)
}

// catchUp does what an order put off while it waited for its answer: the order of
// the next term where the end of the last one came meanwhile, a retry whose day
// has passed, and the end of the days in which an unpaid subscription is kept.
func (o Order) catchUp(s *rule.Scope) error {
	id := o.blocked()
	if id == "" {
		return nil
	}
	sub, err := subscriptionIn(&s.View, o.Team, id)
	if err != nil || sub.over() != "" || sub.Pending != "" {
		return err
	}
	team, err := account.TeamByHandle(&s.View, sub.Team)
	if err != nil {
		return err
	}
	if sub.overdue(s.Now()) {
		return sub.keepUp(s)
	}
	from := sub.unpaidFrom(s.Now())
	if from.IsZero() {
		return nil
	}
	if !s.Now().Before(stagesFrom(&s.View, team.Location(), from, sub.last().Term).assignments) {
		return sub.shutOff(s)
	}
	if sub.Renewing != "" && !sub.Retry.IsZero() && !sub.Retry.After(s.Now()) {
		failed, err := orderByID(&s.View, sub.Renewing)
		if err != nil {
			return err
		}
		sub = sub.schedule(s, team.Location(), &failed)
		if err := orders.Put(s.Tx(), failed); err != nil {
			return err
		}
	}
	if sub, err = sub.tellStage(s); err != nil {
		return err
	}
	return sub.put(s)
}

// retry asks once more for a renewal that was declined.
func retry(s *rule.Scope, item rule.Item) error {
	sub, err := subscriptionIn(&s.View, item.Streams[0], item.Key)
	if err != nil || sub.Renewing == "" || sub.Pending != "" || !sub.Parked.IsZero() {
		return err
	}
	o, err := orderByID(&s.View, sub.Renewing)
	if err != nil {
		return err
	}
	method, err := methodOf(s, o)
	if err != nil {
		return err
	}
	invoice, err := invoiceByID(&s.View, o.Team, o.Invoice)
	if err != nil {
		return err
	}
	due, err := o.toPay(invoice)
	if err != nil {
		return err
	}
	s.Cite(ShutOffRule, rule.Fig("attempt", o.Attempt+1))
	if err := o.block(s, o.ID); err != nil {
		return err
	}
	return o.charge(s, method, due)
}

// giveUpRetry drops the automatic renewal because the term is paid by hand, or
// not at all.
func (s Subscription) giveUpRetry(sc *rule.Scope) error {
	o, err := orderByID(&sc.View, s.Renewing)
	if err != nil {
		return err
	}
	_, err = o.cancel(sc)
	return err
}

// endSuspension shuts off a subscription that was not paid in time. One whose
// payment was asked for in time waits for the answer.
func endSuspension(s *rule.Scope, item rule.Item) error {
	sub, err := subscriptionIn(&s.View, item.Streams[0], item.Key)
	if err != nil || sub.Pending != "" {
		return err
	}
	return sub.shutOff(s)
}

// shutOff cancels the subscription: the people who held its seats are unassigned
// where none are left.
func (s Subscription) shutOff(sc *rule.Scope) error {
	sc.Cite(ShutOffRule, rule.Fig("unpaid from", s.unpaidFrom(sc.Now())), rule.Fig("cancelled", sc.Now()))
	if s.Renewing != "" {
		if err := s.giveUpRetry(sc); err != nil {
			return err
		}
	}
	s, err := s.tellStage(sc)
	if err != nil {
		return err
	}
	s.Cancelled, s.Renewing, s.Retry = sc.Now(), "", time.Time{}
	if err := s.put(sc); err != nil || s.plan() {
		return err
	}
	if !sc.Now().Before(s.Ends()) {
		return licensing.Shed(sc, s.Team, s.Product, s.ID)
	}
	if err := licensing.Withdraw(sc, s.Team, s.Product, s.ID); err != nil {
		return err
	}
	return licensing.Shed(sc, s.Team, s.Product, s.ID)
}
