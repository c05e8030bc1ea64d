package account

import (
	"time"

	"github.com/seatbook/seatbook/period"
)

// Rhythm is how often a usage notice is sent.
type Rhythm string

// The rhythms of usage notices.
const (
	Never       Rhythm = "off"
	Weekly      Rhythm = "weekly"
	Fortnightly Rhythm = "fortnightly"
	EveryMonth  Rhythm = "monthly"
	Quarterly   Rhythm = "quarterly"
)

var rhythms = []Rhythm{Never, Weekly, Fortnightly, EveryMonth, Quarterly}

// Words returns the words a rhythm is written with.
func (Rhythm) Words() []string { return Words(rhythms) }

// UnmarshalText takes one of the words.
func (r *Rhythm) UnmarshalText(text []byte) error { return OneOf(r, Rhythm(text), rhythms) }

// At returns the instant of the n-th notice. All are counted from the anchor, so
// that a short month moves one of them and none of those after it (TIM-4).
func (r Rhythm) At(anchor time.Time, n int, zone *time.Location) time.Time {
	switch r {
	case Weekly:
		return period.Span{Days: 7 * n}.After(anchor, zone)
	case Fortnightly:
		return period.Span{Days: 14 * n}.After(anchor, zone)
	case EveryMonth:
		return period.Step(anchor, n, zone)
	case Quarterly:
		return period.Step(anchor, 3*n, zone)
	case Never:
	}
	return time.Time{}
}

// Inactivity is for how long somebody has not opened a product.
type Inactivity string

// The lengths of inactivity that notices are about.
const (
	ThirtyDays   Inactivity = "30d"
	ThreeMonths  Inactivity = "3mo"
	SixMonths    Inactivity = "6mo"
	NineMonths   Inactivity = "9mo"
	TwelveMonths Inactivity = "12mo"
)

var inactivities = []Inactivity{ThirtyDays, ThreeMonths, SixMonths, NineMonths, TwelveMonths}

// Words returns the words an inactivity is written with.
func (Inactivity) Words() []string { return Words(inactivities) }

// UnmarshalText takes one of the words.
func (i *Inactivity) UnmarshalText(text []byte) error {
	return OneOf(i, Inactivity(text), inactivities)
}

func (i Inactivity) span() period.Span {
	switch i {
	case ThreeMonths:
		return period.Span{Months: 3}
	case SixMonths:
		return period.Span{Months: 6}
	case NineMonths:
		return period.Span{Months: 9}
	case TwelveMonths:
		return period.Span{Months: 12}
	case ThirtyDays:
	}
	return period.Span{Days: 30}
}

// Since returns the instant since which somebody has done nothing who counts as
// inactive at now: who was last active at that very instant does (TIM-1).
func (i Inactivity) Since(now time.Time, zone *time.Location) time.Time {
	return i.span().Before(now, zone)
}
