package rule

import (
	"fmt"
	"time"

	"github.com/seatbook/seatbook/period"
)

// KindHours is the kind of a parameter whose value is a part of the day.
const KindHours Kind = "part of the day"

// Hours is a parameter whose value is a part of the day.
type Hours struct{ p *Param }

func (h Hours) param() *Param { return h.p }

// Of returns the value in force.
func (h Hours) Of(v *View) period.Hours { return value[period.Hours](v.book, h.p) }

// NewHours declares a parameter that is a part of the day.
func NewHours(name, def string) Hours {
	return Hours{&Param{
		Name: name, Kind: KindHours, Default: def, Bounds: "such as 09:00-17:00",
		parse: func(text string) (any, error) { return period.ParseHours(text) },
	}}
}

const maxElapsed = 1000 * time.Hour

// NewElapsed declares a parameter that is a list of so many spans of hours and
// minutes, each longer than no time and up to 1,000 hours.
func NewElapsed(name, def string, count int) Spans {
	p := NewSpans(name, def).p
	spans := p.parse
	p.Bounds = fmt.Sprintf("%d spans of hours and minutes, such as %s", count, def)
	p.parse = func(text string) (any, error) {
		list, err := spans(text)
		if err != nil {
			return nil, err
		}
		if n := len(list.([]period.Span)); n != count { //nolint:forcetypeassert // NewSpans parses these
			return nil, fmt.Errorf("there are %d of them", n)
		}
		for _, s := range list.([]period.Span) { //nolint:forcetypeassert // NewSpans parses these
			if s.Years+s.Months+s.Days != 0 || s.Elapsed <= 0 || s.Elapsed > maxElapsed {
				return nil, fmt.Errorf("%s is not more than no time and up to 1000 hours, in hours and minutes", s)
			}
		}
		return list, nil
	}
	return Spans{p}
}
