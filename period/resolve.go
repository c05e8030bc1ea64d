package period

import "time"

// reach is more than any zone has ever been away from UTC (the most is some 15 hours,
// and a zone that changed sides of the date line moved by 24).
const reach = 48 * time.Hour

// Resolve returns the instant at which the clocks of loc show that date and time (TIM-2).
//
// A time that a change of clock skips moves forward by the gap: 02:30 in a gap from
// 02:00 to 03:00 is 03:30, and a skipped day is the day after. Of a time that comes
// twice the first counts. Values outside their ranges carry over as in time.Date:
// hour 24 is midnight of the next day.
//
// time.Date would do but for these cases, for which it promises neither.
func Resolve(date Date, hour, minute, sec, nsec int, loc *time.Location) time.Time {
	loc = orUTC(loc)
	wall := time.Date(date.Year, date.Month, date.Day, hour, minute, sec, nsec, time.UTC)

	// A zone is a sequence of stretches with one offset each. In each, the wall-clock
	// time belongs to one instant, which counts if it lies within the stretch. The first
	// stretch that does not end before its instant decides: either the instant is in it,
	// or the clock jumped over the wall-clock time on entering it, and then the offset of
	// the stretch before is the one that moves it forward by the gap.
	var before time.Duration
	for probe := wall.Add(-reach); probe.Before(wall.Add(reach)); {
		local := probe.In(loc)
		start, end := local.ZoneBounds()
		if !end.IsZero() && !end.After(probe) {
			// On 31 December of a leap year beyond the recorded changes, ZoneBounds ends the
			// year a day early. Nothing changes then, so an hour on is still the same stretch.
			end = probe.Add(time.Hour)
		}
		_, seconds := local.Zone()
		offset := time.Duration(seconds) * time.Second
		instant := wall.Add(-offset)
		if !start.IsZero() && instant.Before(start) {
			break
		}
		if end.IsZero() || instant.Before(end) {
			return instant.In(loc)
		}
		before, probe = offset, end
	}
	return wall.Add(-before).In(loc)
}

// at returns the instant at which the clocks of loc show, on date, the time that they show at t.
func at(date Date, t time.Time, loc *time.Location) time.Time {
	t = t.In(loc)
	hour, minute, sec := t.Clock()
	return Resolve(date, hour, minute, sec, t.Nanosecond(), loc)
}

// Step returns anchor moved by months, which may be negative, at the anchor's wall-clock
// time in loc to the nanosecond (TIM-4).
//
// Terms are stepped from their first start by the total of months so far and not from
// one to the next, so that being clipped to a short month's last day does not last:
// from 31 January, one month is 28 or 29 February and two are 31 March. Zero months
// are the anchor itself, even if its wall-clock time comes twice.
func Step(anchor time.Time, months int, loc *time.Location) time.Time {
	loc = orUTC(loc)
	if months == 0 {
		return anchor.Round(0).In(loc)
	}
	return at(DateOf(anchor, loc).AddMonths(months), anchor, loc)
}

// Days returns how many civil days lie from the date of from to the date of to, in loc,
// the end exclusive (TIM-5): 0 on the same date whatever the time of day, negative when
// to is before from. A day that the zone skipped (Apia, 30 December 2011) counts, for it
// has a date.
func Days(from, to time.Time, loc *time.Location) int {
	return DateOf(from, loc).Days(DateOf(to, loc))
}
