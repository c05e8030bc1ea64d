package period

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrDate means that a text or a Date is not a day of the years 1 to 9999.
var ErrDate = errors.New("period: not a date")

// Date is a day of the Gregorian calendar in no zone: it becomes instants only with
// one. It is comparable. The zero Date is no date.
//
// ParseDate and DateOf make only days that exist. In one made by hand, a day or month
// out of range carries over as in time.Date wherever it is computed with.
type Date struct {
	// Year is from 1 to 9999.
	Year int
	// Month is from January, which is 1, to December.
	Month time.Month
	// Day is from 1 to the month's last, 28 to 31.
	Day int
}

// DateOf returns the date that the calendars of loc show at t.
func DateOf(t time.Time, loc *time.Location) Date {
	year, month, day := t.In(orUTC(loc)).Date()
	return Date{year, month, day}
}

// ParseDate reads a date such as "2026-01-05": four digits, two and two. What is written
// otherwise, and a day that its month does not have, is an ErrDate.
func ParseDate(s string) (Date, error) {
	if len(s) != len("2026-01-05") || s[4] != '-' || s[7] != '-' {
		return Date{}, fmt.Errorf("%w: %q: want year, month and day as in 2026-01-05", ErrDate, s)
	}
	year, errYear := strconv.ParseUint(s[:4], 10, 16)
	month, errMonth := strconv.ParseUint(s[5:7], 10, 8)
	day, errDay := strconv.ParseUint(s[8:], 10, 8)
	if err := errors.Join(errYear, errMonth, errDay); err != nil {
		return Date{}, fmt.Errorf("%w: %q: want year, month and day as in 2026-01-05", ErrDate, s)
	}
	d := Date{int(year), time.Month(month), int(day)}
	if err := d.check(); err != nil {
		return Date{}, err
	}
	return d, nil
}

// check returns an ErrDate for what is no day of the years 1 to 9999.
func (d Date) check() error {
	switch {
	case d.Year < 1 || d.Year > 9999:
		return fmt.Errorf("%w: %s: the year must be from 1 to 9999", ErrDate, d)
	case d.Month < time.January || d.Month > time.December:
		return fmt.Errorf("%w: %s: the month must be from 1 to 12", ErrDate, d)
	case d.Day < 1 || d.Day > lastDay(d.Year, d.Month):
		return fmt.Errorf("%w: %s: the day must be from 1 to %d", ErrDate, d, lastDay(d.Year, d.Month))
	}
	return nil
}

// String writes the date as in "2026-01-05".
func (d Date) String() string {
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes the date as String does, and the zero Date as an empty text. A
// Date that is no day is an ErrDate.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads a date as ParseDate does, and an empty text as the zero Date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Compare is -1, 0 or +1, as d is before, on or after other.
func (d Date) Compare(other Date) int { return cmp.Compare(d.number(), other.number()) }

// Before reports whether d is an earlier day than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After reports whether d is a later day than other.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// AddDays returns the date n days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date { return dateOfNumber(d.number() + n) }

// AddMonths returns the date n months later, or earlier when n is negative: the same day
// of that month, clipped to the month's last (TIM-4). So it does not undo itself: a
// month after 31 January and a month before that again is 28 January.
func (d Date) AddMonths(n int) Date {
	d = d.AddDays(0) // A day out of range carries over before it could be clipped.
	year, month := monthOf(d.Year, int(d.Month)+n)
	return Date{year, month, min(d.Day, lastDay(year, month))}
}

// Days returns how many days later to is than d, negative when it is earlier (TIM-5).
func (d Date) Days(to Date) int { return to.number() - d.number() }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday {
	// Day 0, 1 March of the year 0, was a Wednesday.
	return time.Weekday(modulo(d.number()+int(time.Wednesday), 7))
}

// In returns the first instant of the day in loc: midnight or, where a change of clock
// skips midnight, the instant that Resolve gives for it.
func (d Date) In(loc *time.Location) time.Time { return Resolve(d, 0, 0, 0, 0, loc) }
