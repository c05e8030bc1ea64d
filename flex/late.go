package flex

import (
	"time"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// past is when the last window of a person in a product ended, so that none that
// is dated back reaches into it.
type past struct {
	Team    rule.Stream
	Person  rule.Person
	Product string
	End     time.Time
}

var pastWindows = store.NewTable("flex.past", func(p *past) (string, store.Key) { return string(p.Team), windowKey(p.Person, p.Product) })

// happened returns when something that is reported took place: now, or at an
// instant that is named, late-event back at most and never in the future
// (FLX-16).
func happened(v *rule.View, at time.Time) (time.Time, error) {
	if at.IsZero() {
		return v.Now(), nil
	}
	at = at.UTC()
	earliest := LateEvent.Of(v).Before(v.Now(), time.UTC)
	v.Cite(LateRule, rule.Fig("at", at), rule.Fig("earliest", earliest))
	switch {
	case at.After(v.Now()):
		return at, rule.Refuse(rule.Invalid, LateRule, "what has not happened yet cannot be reported", rule.Fig("at", at), rule.Fig("now", v.Now()))
	case at.Before(earliest):
		return at, rule.Refusef(rule.TooLate, LateRule, "what is reported can have happened %s ago at most", LateEvent.Of(v)).
			With(rule.Fig("at", at), rule.Fig("earliest", earliest))
	}
	return at, nil
}

// happened returns when something in the session took place, which is not before
// it was opened.
func (s Session) happened(v *rule.View, at time.Time) (time.Time, error) {
	when, err := happened(v, at)
	if err == nil && when.Before(s.Opened) {
		err = rule.Refuse(rule.Invalid, LateRule, "the session was opened after that", rule.Fig("at", when), rule.Fig("opened", s.Opened))
	}
	return when, err
}

// awake reports whether the charge that the session waits with is to be made: a
// sign of work that is reported late, and that is so old that the session was
// idle at the window's end all the same, changes nothing (FLX-5).
func (s Session) awake(v *rule.View) (bool, error) {
	if !s.Waiting {
		return false, nil
	}
	last, _, err := pastWindows.Get(v.Tx(), string(s.Team), windowKey(s.Person, s.Product))
	return IdleAfter.Of(v).After(s.Active, time.UTC).After(last.End), err
}

// next returns what the next window of a session costs that is in use since an
// instant: the rate in force at the window's start.
func next(v *rule.View, product *licensing.Product, on Session, since time.Time) (spending, error) {
	start, err := startOf(v, product, on, since)
	rate, _ := product.FlexRate.At(start)
	return spending{on.Team, on.Person, on.Product, rate, start}, err
}

// startOf returns when the window of a session starts that is in use since an
// instant. Where that lies back, the window does not reach into the one before it,
// nor into a right that cost no tokens then, nor into a time in which the product
// had no rate; and one that would be over by now starts now.
func startOf(v *rule.View, product *licensing.Product, on Session, since time.Time) (time.Time, error) {
	if !since.Before(v.Now()) {
		return v.Now(), nil
	}
	last, _, err := pastWindows.Get(v.Tx(), string(on.Team), windowKey(on.Person, on.Product))
	if err != nil {
		return since, err
	}
	start := since
	if last.End.After(start) {
		start = last.End
	}
	if start, err = afterCover(v, on, start); err != nil {
		return start, err
	}
	if _, had := product.FlexRate.At(start); !had {
		start = product.FlexRate.Begins()
	}
	if !start.Before(v.Now()) || !DayLength.Of(v).After(start, time.UTC).After(v.Now()) {
		start = v.Now()
	}
	v.Cite(LateRule, rule.Fig("since", since), rule.Fig("starts", start))
	return start, nil
}

// afterCover returns the first instant from start on at which no seat, overlap or
// trial paid for the session, and now where there is none before (FLX-7).
func afterCover(v *rule.View, on Session, start time.Time) (time.Time, error) {
	for start.Before(v.Now()) {
		cover, err := licensing.CoverOf(v.At(start), on.Person, on.Product, []rule.Stream{on.Team})
		if err != nil || cover.Source == licensing.None || !cover.Until.After(start) {
			return start, err
		}
		start = cover.Until
	}
	return v.Now(), nil
}
