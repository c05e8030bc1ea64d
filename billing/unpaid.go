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

// retryLater keeps the renewal for the next try (BIL-10).
func (o Order) retryLater(s *rule.Scope) (Order, error) {
	sub, err := subscriptionByID(&s.View, o.Subscription)
	if err != nil {
		return o, err
	}
	team, err := account.TeamByHandle(&s.View, o.Team)
	if err != nil {
		return o, err
	}
	schedule := RetryDays.Of(&s.View)
	s.Cite(ShutOffRule, rule.Fig("attempt", o.Attempt+1), rule.Fig("ended", sub.Ends()))
	sub.Renewing = o.ID
	if o.Attempt < len(schedule) {
		n, err := days(schedule[o.Attempt])
		if err != nil {
			return o, err
		}
		if at := (period.Span{Days: n}).After(sub.Ends(), team.Location()).UTC(); at.After(s.Now()) {
			if err := s.Queue(sub.item(retries, at)); err != nil {
				return o, err
			}
		}
	}
	o.Attempt++
	if err := subscriptions.Put(s.Tx(), sub); err != nil {
		return o, err
	}
	return o, orders.Put(s.Tx(), o)
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
	schedule := RetryDays.Of(&sc.View)
	if o.Attempt > 0 && o.Attempt <= len(schedule) {
		team, err := account.TeamByHandle(&sc.View, s.Team)
		if err != nil {
			return err
		}
		n, err := days(schedule[o.Attempt-1])
		if err != nil {
			return err
		}
		at := (period.Span{Days: n}).After(s.Ends(), team.Location()).UTC()
		if err := sc.Unqueue(s.item(retries, at)); err != nil {
			return err
		}
	}
	_, err = o.cancel(sc)
	return err
}

// shutOff cancels a subscription that was not paid in time: the people who held
// its seats are unassigned where none are left.
func shutOff(s *rule.Scope, item rule.Item) error {
	sub, err := subscriptionByID(&s.View, item.Key)
	if err != nil {
		return err
	}
	s.Cite(ShutOffRule, rule.Fig("ended", sub.Ends()), rule.Fig("cancelled", s.Now()))
	if sub.Renewing != "" {
		if err := sub.giveUpRetry(s); err != nil {
			return err
		}
	}
	sub.Cancelled, sub.Renewing = s.Now(), ""
	if err := subscriptions.Put(s.Tx(), sub); err != nil {
		return err
	}
	return licensing.Shed(s, sub.Team, sub.Product, sub.ID)
}

// expectUnpaid lists what must be queued for a subscription that has ended and
// is to renew itself.
func (s Subscription) expectUnpaid(v *rule.View) ([]rule.Item, error) {
	team, err := account.TeamByHandle(v, s.Team)
	if err != nil {
		return nil, err
	}
	items := []rule.Item{s.item(shutOffs, s.stages(v, team.Location()).assignments)}
	if s.Renewing == "" {
		return items, nil
	}
	o, err := orderByID(v, s.Renewing)
	if err != nil {
		return nil, err
	}
	schedule := RetryDays.Of(v)
	if s.Pending == "" && o.Attempt > 0 && o.Attempt <= len(schedule) {
		n, err := days(schedule[o.Attempt-1])
		if err != nil {
			return nil, err
		}
		if at := (period.Span{Days: n}).After(s.Ends(), team.Location()).UTC(); at.After(v.Now()) {
			items = append(items, s.item(retries, at))
		}
	}
	return items, nil
}
