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
	sub, err := subscriptionByID(&s.View, item.Key)
	if err != nil {
		return err
	}
	team, err := account.TeamByHandle(&s.View, sub.Team)
	if err != nil {
		return err
	}
	if err := s.Queue(sub.item(shutOffs, sub.stages(&s.View, team.Location()).assignments)); err != nil {
		return err
	}
	return sub.orderNext(s)
}

// overdue reports whether a subscription that renews itself has ended and
// nothing is on its way to pay the next term.
func (s Subscription) overdue(now time.Time) bool {
	return s.AutoRenew && !now.Before(s.Ends()) && s.Pending == "" && s.Renewing == "" && s.Upgraded.IsZero() && s.Cancelled.IsZero()
}

// catchUp orders the next term where the subscription's own came while another
// order waited for its answer.
func (o Order) catchUp(s *rule.Scope) error {
	if o.Subscription == "" {
		return nil
	}
	sub, err := subscriptionByID(&s.View, o.Subscription)
	if err != nil || !sub.overdue(s.Now()) {
		return err
	}
	return sub.orderNext(s)
}

// orderNext orders the next term of a subscription that renews itself. Where a
// rule forbids it, as the term is no longer sold or nothing can pay it, the
// subscription goes the way of one that is not paid.
func (s Subscription) orderNext(sc *rule.Scope) error {
	sc.Cite(AutoRenewRule, rule.Fig("ended", s.Ends()))
	if !s.overdue(sc.Now()) {
		return nil
	}
	o := s.renewal("")
	o.Automatic = true
	err := o.priceRenewal(sc, s, true)
	if err == nil {
		var lines []Line
		if lines, err = o.renewalLines(sc); err == nil {
			_, err = o.place(sc, lines)
		}
	}
	if refusal := rule.AsRefusal(err); refusal != nil {
		sc.Cite(ShutOffRule, rule.Fig("not renewed", refusal.Text))
		return nil
	}
	return err
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

// retryLater keeps the renewal for the next of its retry days, or where an
// answer came after all of them and after the days of suspension, shuts off
// (BIL-10).
func (o Order) retryLater(s *rule.Scope) (Order, error) {
	sub, err := subscriptionByID(&s.View, o.Subscription)
	if err != nil {
		return o, err
	}
	team, err := account.TeamByHandle(&s.View, o.Team)
	if err != nil {
		return o, err
	}
	s.Cite(ShutOffRule, rule.Fig("attempt", o.Attempt+1), rule.Fig("ended", sub.Ends()))
	sub.Renewing = o.ID
	for {
		o.Attempt++
		at, more := sub.retryDay(&s.View, team.Location(), o.Attempt)
		if !more {
			break
		}
		if at.After(s.Now()) {
			if err := s.Queue(sub.item(retries, at)); err != nil {
				return o, err
			}
			break
		}
	}
	if err := subscriptions.Put(s.Tx(), sub); err != nil {
		return o, err
	}
	if err := orders.Put(s.Tx(), o); err != nil || s.Now().Before(sub.stages(&s.View, team.Location()).assignments) {
		return o, err
	}
	if err := sub.shutOff(s); err != nil {
		return o, err
	}
	return orderByID(&s.View, o.ID)
}

// retry asks once more for a renewal that was declined.
func retry(s *rule.Scope, item rule.Item) error {
	sub, err := subscriptionByID(&s.View, item.Key)
	if err != nil || sub.Renewing == "" {
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
	team, err := account.TeamByHandle(&sc.View, s.Team)
	if err != nil {
		return err
	}
	if at, queued := s.retryDay(&sc.View, team.Location(), o.Attempt); queued {
		if err := sc.Unqueue(s.item(retries, at)); err != nil {
			return err
		}
	}
	_, err = o.cancel(sc)
	return err
}

// endSuspension shuts off a subscription that was not paid in time. One whose
// payment was asked for in time waits for the answer.
func endSuspension(s *rule.Scope, item rule.Item) error {
	sub, err := subscriptionByID(&s.View, item.Key)
	if err != nil || sub.Pending != "" {
		return err
	}
	return sub.shutOff(s)
}

// shutOff cancels the subscription: the people who held its seats are unassigned
// where none are left.
func (s Subscription) shutOff(sc *rule.Scope) error {
	sc.Cite(ShutOffRule, rule.Fig("ended", s.Ends()), rule.Fig("cancelled", sc.Now()))
	if s.Renewing != "" {
		if err := s.giveUpRetry(sc); err != nil {
			return err
		}
	}
	s.Cancelled, s.Renewing = sc.Now(), ""
	if err := subscriptions.Put(sc.Tx(), s); err != nil {
		return err
	}
	return licensing.Shed(sc, s.Team, s.Product, s.ID)
}

// expectUnpaid lists what must be queued for a subscription that has ended and
// is to renew itself.
func (s Subscription) expectUnpaid(v *rule.View) ([]rule.Item, error) {
	team, err := account.TeamByHandle(v, s.Team)
	if err != nil {
		return nil, err
	}
	var items []rule.Item
	if over := s.stages(v, team.Location()).assignments; over.After(v.Now()) {
		items = append(items, s.item(shutOffs, over))
	}
	if s.Renewing == "" || s.Pending != "" {
		return items, nil
	}
	o, err := orderByID(v, s.Renewing)
	if err != nil {
		return nil, err
	}
	if at, queued := s.retryDay(v, team.Location(), o.Attempt); queued && at.After(v.Now()) {
		items = append(items, s.item(retries, at))
	}
	return items, nil
}
