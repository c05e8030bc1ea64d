package period

import "time"

// The calendar repeats every 400 years, which are a whole number of days.
const (
	yearsPerEra = 400
	daysPerEra  = 400*365 + 97
)

// number is the count of days from 1 March of the year 0 to d. It needs no loop and no
// table: with the year begun in March, the leap day is its last and the months before
// it have lengths of 31, 30, 31, 30, 31 in turn, which is 153 days for every five.
func (d Date) number() int {
	year, month := monthOf(d.Year, int(d.Month)-2) // March is month 1.
	era, yearOfEra := quotient(year, yearsPerEra), modulo(year, yearsPerEra)
	beforeMonth := (153*(int(month)-1) + 2) / 5
	beforeYear := 365*yearOfEra + yearOfEra/4 - yearOfEra/100
	return era*daysPerEra + beforeYear + beforeMonth + d.Day - 1
}

// dateOfNumber is the date whose number is n.
func dateOfNumber(n int) Date {
	era, dayOfEra := quotient(n, daysPerEra), modulo(n, daysPerEra)
	// Taking the leap days before it out of a day of the era leaves years of 365 days.
	leapDays := dayOfEra/(4*365) - dayOfEra/(100*365+24) + dayOfEra/(daysPerEra-1)
	yearOfEra := (dayOfEra - leapDays) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	month := (5*dayOfYear + 2) / 153
	day := dayOfYear - (153*month+2)/5 + 1
	year, civil := monthOf(era*yearsPerEra+yearOfEra, month+3) // Month 0 is March.
	return Date{year, civil, day}
}

// monthOf carries a month outside January to December over into the year.
func monthOf(year, month int) (int, time.Month) {
	return year + quotient(month-1, 12), time.Month(modulo(month-1, 12) + 1)
}

// lastDay is the number of days of the month.
func lastDay(year int, month time.Month) int {
	first := Date{year, month, 1}
	next, after := monthOf(year, int(month)+1)
	return Date{next, after, 1}.number() - first.number()
}

// quotient is x / y rounded down, where Go's own rounds towards zero.
func quotient(x, y int) int { return (x - modulo(x, y)) / y }

// modulo is what quotient leaves over. It is never negative.
func modulo(x, y int) int { return ((x % y) + y) % y }
