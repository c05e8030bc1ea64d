package main

import (
	"context"
	"fmt"
	"time"

	ical "github.com/arran4/golang-ical"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
)

// export writes two entries for each subscription that is active: its renewal,
// and the opening of it. Instants are in UTC, and every calendar shows them in its own zone.
func export(ctx context.Context, engine *seatbook.Engine, now time.Time, subscriptions []string) (string, error) {
	calendar := ical.NewCalendarFor("seatbook")
	calendar.SetMethod(ical.MethodPublish)
	for _, id := range subscriptions {
		shown, err := seatbook.Ask(ctx, engine, ada, billing.SubscriptionQuery{Subscription: id})
		if err != nil {
			return "", err
		}
		s := shown.Subscription
		if s.Status != billing.Active {
			continue
		}
		opens, err := opening(ctx, engine, id)
		if err != nil {
			return "", err
		}
		renewal := "ends unless it is renewed by hand"
		if s.AutoRenew {
			renewal = "renews itself"
		}
		what := fmt.Sprintf("%s, %s", s.Product, s.ID)
		add(calendar, now, "opening", s, opens, "Renewal opens: "+what, "From now on the next term can be paid, at the renewal price.")
		add(calendar, now, "renewal", s, s.Ends, "Renewal: "+what, fmt.Sprintf("It %s. Seats: %d, term: %s.", renewal, s.RenewalSeats, s.RenewalTerm))
	}
	return calendar.Serialize(ical.WithNewLineWindows), nil
}

// opening asks when the next term can first be paid. A renewal that is only
// previewed is charged to nobody, and tells it, be it refused as too early or not.
func opening(ctx context.Context, engine *seatbook.Engine, id string) (opens time.Time, err error) {
	var why seatbook.Explanation
	_, err = seatbook.Do(ctx, engine, ada, billing.Renew{Subscription: id}, seatbook.Preview(), seatbook.Explain(&why))
	for _, c := range why.Citations {
		for _, figure := range c.Figures {
			if at, ok := figure.Value.(time.Time); ok && c.Rule == billing.RenewalRule && figure.Name == "opens" {
				return at, nil
			}
		}
	}
	return opens, err
}

// add adds an entry of no length. Its name is made of the subscription and of the
// term's end, so that the same renewal has the same name in every export.
func add(calendar *ical.Calendar, now time.Time, kind string, s billing.SubscriptionShown, at time.Time, summary, text string) {
	event := calendar.AddEvent(fmt.Sprintf("%s-%s-%s@seatbook", kind, s.ID, s.Ends.UTC().Format("20060102T150405Z")))
	event.SetDtStampTime(now.UTC())
	event.SetStartAt(at.UTC())
	event.SetSummary(summary)
	event.SetDescription(text)
}
