package account

import (
	"time"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// severities is how many severities there are: 1, 2 and 3.
const severities = 3

// weekend reports whether nobody works on the day.
func weekend(day period.Date) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}

// DueBy returns the instant by which so much business time has passed since an
// instant (ACC-17). Business time is what elapses within the business hours of
// Monday to Friday, in a zone; there are no holidays. What is opened outside of
// them counts from when they next begin, and what is used up exactly at their
// end is due at that end and not when they begin again.
func DueBy(opened time.Time, hours time.Duration, zone *time.Location, business period.Hours) time.Time {
	left := hours
	for day := period.DateOf(opened, zone); ; day = day.AddDays(1) {
		if weekend(day) {
			continue
		}
		from, to := business.On(day, zone)
		if from.Before(opened) {
			from = opened
		}
		if !from.Before(to) {
			continue
		}
		if open := to.Sub(from); left > open {
			left -= open
			continue
		}
		return from.Add(left).UTC()
	}
}

// within reports whether a stretch of time lies in the business hours of one day.
func within(from, to time.Time, zone *time.Location, business period.Hours) bool {
	day := period.DateOf(from, zone)
	opens, closes := business.On(day, zone)
	return !weekend(day) && !from.Before(opens) && !to.After(closes)
}

// firstResponse returns the business time in which a case is to be answered.
func firstResponse(v *rule.View, level Level, severity int) time.Duration {
	targets := FirstResponseStandard
	switch level {
	case Advanced:
		targets = FirstResponseAdvanced
	case EnterprisePriority:
		targets = FirstResponsePriority
	case NoLevel, Basic, Standard:
	}
	return targets.Of(v)[severity-1].Elapsed
}
