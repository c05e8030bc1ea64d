package period

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ErrSpan means that a text or a Span is not a length of time within bounds.
var ErrSpan = errors.New("period: not a span")

// The bounds of a Span. They keep every sum far from overflowing: the calendar parts
// are 10,000 years each, the elapsed part is what a time.Duration can hold.
const (
	maxYears   = 10_000
	maxMonths  = 12 * maxYears
	maxDays    = 366 * maxYears
	maxElapsed = 2_500_000 * time.Hour
)

// Span is a length of time: a calendar part of years, months and days (TIM-2) and an
// elapsed part (TIM-3). The zero Span is no time at all. No part may be negative.
// Spans are comparable as values, not by length: a month is neither 30 days nor 31.
type Span struct {
	// Years, at most 10,000, are twelve months each.
	Years int
	// Months, at most 120,000, are clipped to the last day of the month they end in.
	Months int
	// Days, at most 3,660,000, are civil days, which a change of clock makes longer or shorter than 24 hours.
	Days int
	// Elapsed, at most 2,500,000 hours (some 285 years), passes whatever the clocks show.
	Elapsed time.Duration
}

// IsZero reports whether the span is no time at all.
func (s Span) IsZero() bool { return s == Span{} }

// After returns the instant that comes s after t: months and years first, clipped to the
// month's last day, then days, all at the wall-clock time that t has in loc (TIM-2);
// then the elapsed part (TIM-3). A span without a calendar part does not look at the clock.
func (s Span) After(t time.Time, loc *time.Location) time.Time {
	return s.shift(t, loc, 1)
}

// Before returns the instant that comes s before t: months and years are taken away
// first, clipped to the month's last day, then days, then the elapsed part.
//
// It is not always the inverse of After. A month after 31 January is 28 February, and a
// month before that is 28 January; and a wall-clock time that one of them moved out of a
// gap in the clock stays where it was moved.
func (s Span) Before(t time.Time, loc *time.Location) time.Time {
	return s.shift(t, loc, -1)
}

// shift applies the span forward for a sign of 1, backward for -1.
func (s Span) shift(t time.Time, loc *time.Location, sign int) time.Time {
	loc = orUTC(loc)
	t = t.Round(0).In(loc)
	if months := 12*s.Years + s.Months; months != 0 || s.Days != 0 {
		t = at(DateOf(t, loc).AddMonths(sign*months).AddDays(sign*s.Days), t, loc)
	}
	return t.Add(time.Duration(sign) * s.Elapsed)
}

// check returns an ErrSpan that names the first part out of bounds.
func (s Span) check() error {
	for _, part := range []struct {
		name       string
		value, max int
	}{{"years", s.Years, maxYears}, {"months", s.Months, maxMonths}, {"days", s.Days, maxDays}} {
		if part.value < 0 || part.value > part.max {
			return fmt.Errorf("%w: %d %s: want 0 to %d", ErrSpan, part.value, part.name, part.max)
		}
	}
	if s.Elapsed < 0 || s.Elapsed > maxElapsed {
		return fmt.Errorf("%w: %s: want 0 to %d hours of elapsed time", ErrSpan, s.Elapsed, maxElapsed/time.Hour)
	}
	return nil
}

// String writes the span in canonical form: the parts that are not zero, as in
// "1y6mo", "29d23h59m59s" or "4m59.999s", and "0d" for no time. Minutes and seconds are
// carried into hours; hours stay hours and months stay months. ParseSpan reads it back.
func (s Span) String() string {
	if s.IsZero() {
		return "0d"
	}
	hours, rest := s.Elapsed/time.Hour, s.Elapsed%time.Hour
	minutes, rest := rest/time.Minute, rest%time.Minute
	var b strings.Builder
	for _, part := range []struct {
		value int64
		unit  string
	}{
		{int64(s.Years), "y"}, {int64(s.Months), "mo"}, {int64(s.Days), "d"}, {int64(hours), "h"}, {int64(minutes), "m"},
	} {
		if part.value != 0 {
			b.WriteString(strconv.FormatInt(part.value, 10) + part.unit)
		}
	}
	if rest != 0 {
		// Below a second, a Duration would choose units of its own.
		seconds := fmt.Sprintf("%d.%09d", rest/time.Second, (rest % time.Second).Abs())
		b.WriteString(strings.TrimSuffix(strings.TrimRight(seconds, "0"), ".") + "s")
	}
	return b.String()
}

// MarshalText writes the span as String does. A span out of bounds is an ErrSpan, for it
// could not be read back.
func (s Span) MarshalText() ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads a span as ParseSpan does.
func (s *Span) UnmarshalText(text []byte) error {
	parsed, err := ParseSpan(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}
