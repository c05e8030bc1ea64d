package billing

import (
	"time"

	"github.com/seatbook/seatbook/rule"
)

// guard counts the invoice lines of a subscription by civil days in the team's
// zone, those of its tax left out. With more of them than a day can have the subscription is parked: nothing
// is charged for it until the operator frees it, and the others go on (BIL-28).
func (s Subscription) guard(sc *rule.Scope, zone *time.Location, lines int) Subscription {
	s = s.counting(sc.Now(), zone, lines)
	most := LinesPerDay.Of(&sc.View)
	sc.Cite(GuardRule, rule.Fig("lines", s.Lines), rule.Fig("lines-per-day", most), rule.Fig("day", s.Day))
	if s.Lines > most {
		s.Parked = sc.Now()
	}
	return s
}

// counting counts lines among those of the day. The line of the order that makes a
// subscription is its first.
func (s Subscription) counting(now time.Time, zone *time.Location, lines int) Subscription {
	if day := now.In(zone).Format(time.DateOnly); s.Day != day {
		s.Day, s.Lines = day, 0
	}
	s.Lines += lines
	return s
}

// parked is the refusal to charge anything for the subscription.
func parked(subscription string) error {
	return rule.Refusef(rule.Parked, GuardRule, "the subscription %s had too many invoice lines in a day and is parked; support can free it", subscription).To("support")
}

// Free lets a parked subscription be charged again.
type Free struct {
	Subscription string `json:"subscription"`
}

// About names the subscription.
func (c Free) About(v *rule.View) (rule.Subject, error) { return aboutSubscription(v, c.Subscription) }

// Do frees it. A renewal that the end of the term called for meanwhile is ordered
// now, and one that was to be tried again meanwhile is tried now (BIL-28).
func (c Free) Do(s *rule.Scope) (SubscriptionResult, error) {
	sub, err := subscriptionByID(&s.View, c.Subscription)
	if err != nil {
		return SubscriptionResult{}, err
	}
	if sub.Parked.IsZero() {
		return SubscriptionResult{}, rule.Refuse(rule.Conflict, GuardRule, "the subscription is not parked")
	}
	s.Cite(GuardRule, rule.Fig("parked", sub.Parked))
	sub.Parked, sub.Day, sub.Lines = time.Time{}, "", 0
	if sub, err = sub.tellStage(s); err != nil {
		return SubscriptionResult{}, err
	}
	if err := sub.keep(s); err != nil {
		return SubscriptionResult{}, err
	}
	if sub.overdue(s.Now()) {
		if err := sub.orderNext(s); err != nil {
			return SubscriptionResult{}, err
		}
	}
	if sub.Renewing != "" && !sub.Retry.IsZero() && !sub.Retry.After(s.Now()) {
		if err := retry(s, sub.item(retries, s.Now())); err != nil {
			return SubscriptionResult{}, err
		}
	}
	if sub, err = subscriptionByID(&s.View, c.Subscription); err != nil {
		return SubscriptionResult{}, err
	}
	shown, err := sub.shown(&s.View)
	return SubscriptionResult{shown}, err
}

// Finish returns the subscription as the renewal left it.
func (c Free) Finish(v *rule.View, _ SubscriptionResult) (SubscriptionResult, error) {
	return SubscriptionQuery(c).Answer(v)
}
