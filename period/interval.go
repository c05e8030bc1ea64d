package period

import "time"

// Interval is the time from Start to End, half-open: at End it is already over (TIM-1).
// One whose End is not after its Start is empty, as the zero Interval is; there are no
// intervals without an end.
type Interval struct {
	// Start is the first instant inside.
	Start time.Time
	// End is the first instant after.
	End time.Time
}

// Empty reports whether no instant is inside.
func (i Interval) Empty() bool { return !i.Start.Before(i.End) }

// Contains reports whether t is inside: at Start it is, at End it is not.
func (i Interval) Contains(t time.Time) bool { return !t.Before(i.Start) && t.Before(i.End) }

// Overlaps reports whether some instant is inside both. Nothing overlaps an empty interval.
func (i Interval) Overlaps(o Interval) bool {
	return !i.Empty() && !o.Empty() && i.Start.Before(o.End) && o.Start.Before(i.End)
}

// Abuts reports whether one ends at the instant at which the other starts, so that
// together they are one interval without a gap. Nothing abuts an empty interval.
func (i Interval) Abuts(o Interval) bool {
	return !i.Empty() && !o.Empty() && (i.End.Equal(o.Start) || o.End.Equal(i.Start))
}
