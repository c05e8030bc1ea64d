package rule

import (
	"fmt"

	"github.com/seatbook/seatbook/period"
)

// KindDay is the kind of a parameter whose value is a day of the calendar.
const KindDay Kind = "date"

// Day is a parameter whose value is a day of the calendar, in no zone yet.
type Day struct{ p *Param }

func (d Day) param() *Param { return d.p }

// Of returns the value in force.
func (d Day) Of(v *View) period.Date { return value[period.Date](v.book, d.p) }

// Name returns the parameter's name.
func (d Day) Name() string { return d.p.Name }

// The first and the last day that a parameter takes.
var (
	firstDay = period.Date{Year: 2000, Month: 1, Day: 1}
	lastDay  = period.Date{Year: 2099, Month: 12, Day: 31}
)

// NewDay declares a parameter that is a day of the years 2000 to 2099.
func NewDay(name, def string) Day {
	return Day{&Param{
		Name: name, Kind: KindDay, Default: def, Bounds: fmt.Sprintf("such as 2015-03-13; %s to %s", firstDay, lastDay),
		parse: func(text string) (any, error) {
			day, err := period.ParseDate(text)
			if err != nil {
				return nil, err
			}
			if day.Before(firstDay) || day.After(lastDay) {
				return nil, fmt.Errorf("%s is out of bounds", day)
			}
			return day, nil
		},
	}}
}
