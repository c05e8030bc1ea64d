package main

import (
	"strings"
	"testing"
	"time"

	ical "github.com/arran4/golang-ical"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/simulator"
)

// entry is what a calendar reads of an event.
type entry struct {
	at            time.Time
	summary, text string
}

// exported makes the file as it is now and reads it back.
func exported(t *testing.T, timeline *simulator.Timeline, subscriptions []string) map[string]entry {
	t.Helper()
	text, err := export(t.Context(), timeline.World().Engine(), timeline.Now(), subscriptions)
	require.NoError(t, err)
	assert.Equal(t, strings.Count(text, "\n"), strings.Count(text, "\r\n"), "every line ends as RFC 5545 says")
	for line := range strings.SplitSeq(text, "\r\n") {
		assert.LessOrEqual(t, len(line), 75, "a longer line is folded: %s", line)
		if strings.HasPrefix(line, "DTSTART") || strings.HasPrefix(line, "DTSTAMP") {
			assert.Regexp(t, `^DT(START|STAMP):\d{8}T\d{6}Z$`, line, "instants are in UTC")
		}
	}
	calendar, err := ical.ParseCalendar(strings.NewReader(text))
	require.NoError(t, err)
	entries := map[string]entry{}
	for _, event := range calendar.Events() {
		at, err := event.GetStartAt()
		require.NoError(t, err)
		assert.NotContains(t, entries, event.Id(), "every entry has a name of its own")
		entries[event.Id()] = entry{at, event.GetProperty(ical.ComponentPropertySummary).Value, event.GetProperty(ical.ComponentPropertyDescription).Value}
	}
	return entries
}

func begin(t *testing.T) (*simulator.Timeline, []string) {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	world, err := simulator.NewWorld(simulator.Config{Start: time.Date(2026, 1, 5, 9, 0, 0, 0, paris), Zone: paris})
	require.NoError(t, err)
	subscriptions, err := buy(t.Context(), world.Engine())
	require.NoError(t, err)
	return simulator.NewTimeline(world), subscriptions
}

func TestACalendarHasTheOpeningAndTheRenewalOfEach(t *testing.T) {
	t.Parallel()
	timeline, subscriptions := begin(t)
	entries := exported(t, timeline, subscriptions)
	require.Len(t, entries, 4)
	at := func(text string) time.Time {
		instant, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return instant
	}
	// The opening is ninety days before by the clock of Paris, where it is summer then.
	for id, want := range map[string]string{
		"opening-" + subscriptions[0] + "-20270105T080000Z@seatbook": "2026-10-07T07:00:00Z",
		"renewal-" + subscriptions[0] + "-20270105T080000Z@seatbook": "2027-01-05T08:00:00Z",
		"opening-" + subscriptions[1] + "-20290105T080000Z@seatbook": "2028-10-07T07:00:00Z",
		"renewal-" + subscriptions[1] + "-20290105T080000Z@seatbook": "2029-01-05T08:00:00Z",
	} {
		require.Contains(t, entries, id)
		assert.True(t, at(want).Equal(entries[id].at), "%s is at %s, not at %s", id, entries[id].at, want)
	}
	assert.Equal(t, "It renews itself. Seats: 3, term: annual.", entries["renewal-"+subscriptions[0]+"-20270105T080000Z@seatbook"].text, "commas are read back")
	assert.Equal(t, "It ends unless it is renewed by hand. Seats: 1, term: three-year.", entries["renewal-"+subscriptions[1]+"-20290105T080000Z@seatbook"].text)
}

func TestALaterExportRewordsTheSameEntries(t *testing.T) {
	t.Parallel()
	timeline, subscriptions := begin(t)
	before := exported(t, timeline, subscriptions)
	require.NoError(t, timeline.Advance(t.Context(), timeline.Now().AddDate(0, 2, 0)))
	_, err := seatbook.Do(t.Context(), timeline.World().Engine(), ada, billing.ReduceSeats{Subscription: subscriptions[0], To: 2})
	require.NoError(t, err)
	after := exported(t, timeline, subscriptions)
	require.Len(t, after, len(before))
	for id, e := range before {
		require.Contains(t, after, id)
		assert.Equal(t, e.at, after[id].at)
	}
	renewal := "renewal-" + subscriptions[0] + "-20270105T080000Z@seatbook"
	assert.Equal(t, "It renews itself. Seats: 2, term: annual.", after[renewal].text)

	// While renewal is open, its opening has passed and is told as before; once it
	// has renewed, the entries are those of the next year.
	require.NoError(t, timeline.Advance(t.Context(), before[renewal].at.Add(-time.Second)))
	assert.Equal(t, before[strings.Replace(renewal, "renewal", "opening", 1)].at, exported(t, timeline, subscriptions)[strings.Replace(renewal, "renewal", "opening", 1)].at)
	require.NoError(t, timeline.Advance(t.Context(), before[renewal].at))
	next := exported(t, timeline, subscriptions)
	assert.NotContains(t, next, renewal)
	assert.Contains(t, next, "renewal-"+subscriptions[0]+"-20280105T080000Z@seatbook")
}

func TestWhatIsUpgradedHasNoEntries(t *testing.T) {
	t.Parallel()
	timeline, subscriptions := begin(t)
	_, err := seatbook.Do(t.Context(), timeline.World().Engine(), ada, billing.Upgrade{Subscription: subscriptions[0], To: "aec"})
	require.NoError(t, err)
	assert.Len(t, exported(t, timeline, subscriptions), 2, "those of the other subscription")
}
