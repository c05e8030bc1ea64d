package period_test

import (
	"testing"
	"time"

	"github.com/seatbook/seatbook/period"
	"github.com/stretchr/testify/assert"
)

// between is the interval of those seconds after the epoch.
func between(start, end int64) period.Interval {
	return period.Interval{Start: time.Unix(start, 0), End: time.Unix(end, 0)}
}

func TestIntervalContains(t *testing.T) {
	t.Parallel()
	i := between(10, 20)
	tests := []struct {
		name string
		at   time.Time
		want bool
	}{
		{name: "nothing before its start", at: i.Start.Add(-1), want: false},
		{name: "its start", at: i.Start, want: true},
		{name: "the last nanosecond", at: i.End.Add(-1), want: true},
		{name: "not its end", at: i.End, want: false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, i.Contains(test.at))
		})
	}
}

func TestIntervalPairs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		a, b     period.Interval
		overlaps bool
		abuts    bool
	}{
		{name: "neither across a gap", a: between(0, 9), b: between(10, 20)},
		{name: "abut end to start", a: between(0, 10), b: between(10, 20), abuts: true},
		{name: "overlap by a second", a: between(0, 11), b: between(10, 20), overlaps: true},
		{name: "overlap when one is inside", a: between(12, 13), b: between(10, 20), overlaps: true},
		{name: "overlap when they are the same", a: between(10, 20), b: between(10, 20), overlaps: true},
		{name: "neither when one is empty inside the other", a: between(15, 15), b: between(10, 20)},
		{name: "neither when one is empty at the other's end", a: between(20, 20), b: between(10, 20)},
		{name: "neither when one runs backward", a: between(18, 12), b: between(10, 20)},
		{name: "neither with the zero interval", b: between(10, 20)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.overlaps, test.a.Overlaps(test.b))
			assert.Equal(t, test.overlaps, test.b.Overlaps(test.a))
			assert.Equal(t, test.abuts, test.a.Abuts(test.b))
			assert.Equal(t, test.abuts, test.b.Abuts(test.a))
		})
	}
}

func TestIntervalEmpty(t *testing.T) {
	t.Parallel()
	assert.False(t, between(10, 11).Empty())
	assert.True(t, between(10, 10).Empty())
	assert.True(t, between(11, 10).Empty())
	assert.True(t, period.Interval{}.Empty())
}
