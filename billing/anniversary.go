package billing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// anniversaries are the instants, a year or years after the anchor, at which the
// seats of a plan are counted within what is paid. At the end of it they are
// counted by the renewal.
func (s Subscription) anniversaries(zone *time.Location) []rule.Item {
	if !s.plan() {
		return nil
	}
	var items []rule.Item
	for months := licensing.Annual.Months(); ; months += licensing.Annual.Months() {
		at := period.Step(s.Anchor, months, zone).UTC()
		if !at.Before(s.Ends()) {
			return items
		}
		items = append(items, s.item(anniversaries, at))
	}
}

// trueUp orders the premium seats that came to a team since they were counted
// last, for what is left of the term (BIL-13). Fewer seats change nothing before
// the renewal. While another order waits for its charge, or the plan is parked,
// they wait for the next count.
func trueUp(s *rule.Scope, item rule.Item) error {
	sub, err := subscriptionIn(&s.View, item.Streams[0], item.Key)
	if err != nil || sub.over() != "" || sub.Pending != "" || !sub.Parked.IsZero() {
		return err
	}
	_, seats, err := eligible(&s.View, sub.Team)
	if err != nil {
		return err
	}
	had := sub.at(s.Now()).Seats()
	s.Cite(PremiumRule, rule.Fig("eligible seats", seats), rule.Fig("premium seats", had))
	if seats <= had {
		return nil
	}
	team, err := account.TeamByHandle(&s.View, sub.Team)
	if err != nil {
		return err
	}
	o, lines, err := sub.seatsMore(&s.View, team, seats-had, nil)
	if err != nil {
		return err
	}
	o.Automatic = true
	_, err = o.place(s, lines)
	return err
}

// tellUnpaid tells who pays that what time brought about was not paid, and is not
// tried again.
func (o Order) tellUnpaid(s *rule.Scope) error {
	sub, _, err := o.subscription(s)
	if err != nil {
		return err
	}
	i, err := invoiceByID(&s.View, o.Team, o.Invoice)
	if err != nil {
		return err
	}
	open, err := i.Open()
	if err != nil {
		return err
	}
	sub.Retry = time.Time{}
	return sub.tellFailed(s, open)
}
