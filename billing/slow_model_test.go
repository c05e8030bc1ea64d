package billing_test

import (
	"math/big"
	"time"
)

// This file is a second way to the same numbers, which shares nothing with the
// packages period and money: days are counted one by one on a calendar made of
// the lengths of the months, and money is a fraction until it is rounded. It is
// slow, and nothing in it is clever.

// civil is a day of the calendar.
type civil struct{ year, month, day int }

func leap(year int) bool { return year%4 == 0 && year%100 != 0 || year%400 == 0 }

// length is how many days a month has.
func length(year, month int) int {
	switch month {
	case 2:
		if leap(year) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	default:
		return 31
	}
}

// next is the day after.
func (d civil) next() civil {
	switch {
	case d.day < length(d.year, d.month):
		d.day++
	case d.month < 12:
		d.month, d.day = d.month+1, 1
	default:
		d = civil{d.year + 1, 1, 1}
	}
	return d
}

// calendar has the days from 1 January 1970 on, and the number of each.
type calendar struct {
	days    []civil
	numbers map[civil]int
}

func countDays() calendar {
	c := calendar{numbers: map[civil]int{}}
	for d := (civil{1970, 1, 1}); d.year < 2120; d = d.next() {
		c.numbers[d] = len(c.days)
		c.days = append(c.days, d)
	}
	return c
}

const secondsOfDay = 24 * 60 * 60

// offset is how far the clocks of a zone are before UTC.
func offset(t time.Time, zone *time.Location) int64 {
	_, seconds := t.In(zone).Zone()
	return int64(seconds)
}

// wall is what the clocks of a zone show: a day, and the seconds of it.
func (c calendar) wall(t time.Time, zone *time.Location) (day civil, seconds int64) {
	shown := t.Unix() + offset(t, zone)
	return c.days[shown/secondsOfDay], shown % secondsOfDay
}

// instant is when the clocks of a zone first show a day, the seconds of it and the
// nanoseconds; a time that they skip is as much later as they skip.
func (c calendar) instant(day civil, seconds int64, nanoseconds int, zone *time.Location) time.Time {
	shown := int64(c.numbers[day])*secondsOfDay + seconds
	before := offset(time.Unix(shown-2*secondsOfDay, 0), zone)
	var first time.Time
	for hours := int64(-48); hours <= 48; hours++ {
		try := shown - offset(time.Unix(shown+hours*3600, 0), zone)
		t := time.Unix(try, int64(nanoseconds))
		if try+offset(t, zone) == shown && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	if first.IsZero() {
		first = time.Unix(shown-before, int64(nanoseconds))
	}
	return first.UTC()
}

// later is the day so many months after another, one by one, and not beyond the
// end of the month.
func (d civil) later(months int) civil {
	for range months {
		if d.month++; d.month > 12 {
			d.year, d.month = d.year+1, 1
		}
	}
	for d.day > length(d.year, d.month) {
		d.day--
	}
	return d
}

// between counts the days from one to another, the other excluded.
func between(from, to civil) int64 {
	n := int64(0)
	for ; from != to; from = from.next() {
		n++
	}
	return n
}

// termEnd is when a term ends that counts so many months from an anchor.
func (c calendar) termEnd(anchor time.Time, months int, zone *time.Location) time.Time {
	day, seconds := c.wall(anchor, zone)
	return c.instant(day.later(months), seconds, anchor.Nanosecond(), zone)
}

// leftOf is the part of a term that is left at an instant, by days or by whole seconds.
func (c calendar) leftOf(starts, ends, at time.Time, zone *time.Location, seconds bool) *big.Rat {
	if seconds {
		return big.NewRat(int64(ends.Sub(at)/1e9), int64(ends.Sub(starts)/1e9))
	}
	first, _ := c.wall(starts, zone)
	last, _ := c.wall(ends, zone)
	now, _ := c.wall(at, zone)
	return big.NewRat(between(now, last), between(first, last))
}

// rounded is a number of smallest units, half of one away from zero.
func rounded(r *big.Rat) int64 {
	twice := new(big.Rat).Add(new(big.Rat).Abs(r), big.NewRat(1, 2))
	n := new(big.Int).Quo(twice.Num(), twice.Denom()).Int64()
	if r.Sign() < 0 {
		return -n
	}
	return n
}

// product is a price of so many smallest units, for so many seats, for a part.
func product(unit, seats int64, part *big.Rat) *big.Rat {
	price := new(big.Rat).SetInt64(unit)
	price.Mul(price, new(big.Rat).SetInt64(seats))
	return price.Mul(price, part)
}
