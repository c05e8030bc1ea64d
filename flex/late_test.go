package flex_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// reported opens a product as Bob, reported late.
func reported(product, at string) flex.Open {
	return flex.Open{User: "bob@acme.test", Product: product, At: stage.At(at)}
}

func TestALaunchIsReportedAnHourLateAtMost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, at string
		refused  rule.Code
	}{
		{"now", "2026-03-02T12:00:00Z", ""},
		{"a second ago", "2026-03-02T11:59:59Z", ""},
		{"an hour ago", "2026-03-02T11:00:00Z", ""},
		{"a second more", "2026-03-02T10:59:59Z", rule.TooLate},
		{"a second from now", "2026-03-02T12:00:01Z", rule.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T12:00:00Z", "UTC")
			buy(s, 100)
			if c.refused != "" {
				require.Equal(t, "FLX-16", stage.Refused(s, bob, c.refused, reported("draft", c.at)).Rule.ID)
				require.Equal(t, int64(100), balance(s).Left)
				return
			}
			o := stage.Do(s, bob, reported("draft", c.at))
			require.Equal(t, stage.At(c.at), o.Session.Opened)
			require.Equal(t, stage.At(c.at).Add(24*60*60e9), *stage.Ask(s, bob, flex.AccessQuery{User: "bob@acme.test", Product: "draft"}).Until)
			s.Audit()
		})
	}
}

func TestTheFiveMinutesCountFromTheLaunchThatIsReported(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, at, shut string
		left           int64
	}{
		{"five minutes ago, it is taken at once", "2026-03-02T11:55:00Z", "2026-03-02T12:00:00Z", 93},
		{"a second less, it is held", "2026-03-02T11:55:01Z", "2026-03-02T12:00:00Z", 100},
		{"held to the last second", "2026-03-02T11:58:00Z", "2026-03-02T12:02:59Z", 100},
		{"taken five minutes after", "2026-03-02T11:58:00Z", "2026-03-02T12:03:00Z", 93},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T12:00:00Z", "UTC")
			buy(s, 100)
			o := stage.Do(s, bob, reported("draft", c.at))
			s.At(c.shut)
			shut(s, bob, o)
			require.Equal(t, c.left, balance(s).Left)
			require.Equal(t, 100-c.left, chargedAt(s, c.at))
			s.Audit()
		})
	}
}

func TestALateWindowDoesNotReachIntoTheOneBefore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, at, starts string }{
		{"which was over by then", "2026-03-03T09:30:00Z", "2026-03-03T09:30:00Z"},
		{"which ended at that instant", "2026-03-03T09:00:00Z", "2026-03-03T09:00:00Z"},
		{"which was still open", "2026-03-03T08:59:59Z", "2026-03-03T09:00:00Z"},
		{"by an hour at most", "2026-03-03T08:45:00Z", "2026-03-03T09:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T09:00:00Z", "UTC")
			buy(s, 100)
			o := launch(s, bob, "draft")
			s.At("2026-03-02T10:00:00Z")
			shut(s, bob, o)
			s.At("2026-03-03T09:45:00Z")
			stage.Do(s, bob, reported("draft", c.at))
			require.Equal(t, stage.At(c.starts).Add(24*60*60e9), *stage.Ask(s, bob, flex.AccessQuery{User: "bob@acme.test", Product: "draft"}).Until)
			require.Equal(t, int64(7), chargedAt(s, c.starts))
			require.Equal(t, int64(86), balance(s).Left)
			s.Audit()
		})
	}
}

func TestALaunchReportedLateIntoAnOpenWindowCostsNothing(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T12:00:00Z", "UTC")
	buy(s, 100)
	launch(s, bob, "draft")
	s.At("2026-03-02T12:10:00Z")
	require.Zero(t, stage.Do(s, bob, reported("draft", "2026-03-02T11:40:00Z")).Session.Tokens)
	require.Equal(t, stage.At("2026-03-03T12:00:00Z"), *stage.Ask(s, bob, flex.AccessQuery{User: "bob@acme.test", Product: "draft"}).Until, "the window stays where it is")
	s.Audit()
}

func TestTheRateIsThatOfTheLaunchThatIsReported(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at   string
		rate int64
	}{{"2026-03-02T11:59:59Z", 3}, {"2026-03-02T12:00:00Z", 9}} {
		s := begin(t, "2026-03-02T12:20:00Z", "UTC")
		buy(s, 100)
		require.Equal(t, c.rate, stage.Do(s, bob, reported("dearer", c.at)).Session.Tokens)
		s.Audit()
	}
}

func TestWhatPaysIsDecidedNow(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T12:00:00Z", "UTC")
	buy(s, 10)
	s.At("2027-03-02T11:50:00Z")
	buy(s, 100)
	s.At("2027-03-02T12:05:00Z")
	stage.Do(s, bob, reported("draft", "2027-03-02T11:40:00Z"))
	require.Equal(t, []int64{93}, left(s), "the pack that would have paid has ended, and one that was bought meanwhile pays")
	s.Audit()
	seat(s, "patient", licensing.Annual, "bob@acme.test")
	require.Equal(t, licensing.Seat, stage.Do(s, bob, reported("patient", "2027-03-02T11:40:00Z")).Source, "a seat that came meanwhile")
	s.Audit()
}

func TestALateWindowDoesNotReachIntoATrial(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T12:00:00Z", "UTC")
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "draft"})
	s.At("2026-04-01T12:20:00Z")
	buy(s, 100)
	stage.Do(s, bob, reported("draft", "2026-04-01T11:40:00Z"))
	require.Equal(t, int64(7), chargedAt(s, "2026-04-01T12:00:00Z"))
	s.Audit()
}

func TestALateCloseUndoesNoWorkThatIsDone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, now, at string
		left          int64
		refused       rule.Code
	}{
		{"reported while the tokens are held", "2026-03-02T12:04:59Z", "2026-03-02T12:01:00Z", 100, ""},
		{"reported when they are taken", "2026-03-02T12:05:00Z", "2026-03-02T12:01:00Z", 93, ""},
		{"at the launch", "2026-03-02T12:04:00Z", "2026-03-02T12:00:00Z", 100, ""},
		{"before the launch", "2026-03-02T12:04:00Z", "2026-03-02T11:59:59Z", 100, rule.Invalid},
		{"an hour ago", "2026-03-03T13:00:00Z", "2026-03-03T12:00:00Z", 86, ""},
		{"a second more", "2026-03-03T13:00:00Z", "2026-03-03T11:59:59Z", 86, rule.TooLate},
		{"in the future", "2026-03-02T12:04:00Z", "2026-03-02T12:04:01Z", 100, rule.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T12:00:00Z", "UTC")
			buy(s, 100)
			o := launch(s, bob, "draft")
			s.At(c.now)
			shuts := flex.Close{Session: o.Session.ID, At: stage.At(c.at)}
			if c.refused != "" {
				stage.Refused(s, bob, c.refused, shuts)
				return
			}
			require.Equal(t, stage.At(c.at), *stage.Do(s, bob, shuts).Session.Closed)
			require.Equal(t, c.left, balance(s).Left)
			s.Audit()
		})
	}
}

func TestALateSignOfWorkChargesFromItsInstant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, at, starts string
	}{
		{"after the window's end", "2026-03-03T08:20:00Z", "2026-03-03T08:20:00Z"},
		{"at the window's end", "2026-03-03T08:00:00Z", "2026-03-03T08:00:00Z"},
		{"shortly before it", "2026-03-03T07:45:01Z", "2026-03-03T08:00:00Z"},
		{"a quarter of an hour before it, which was idle", "2026-03-03T07:45:00Z", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T08:00:00Z", "UTC")
			buy(s, 100)
			o := launch(s, bob, "patient")
			s.At("2026-03-03T08:30:00Z")
			require.Equal(t, int64(95), balance(s).Left, "the next charge waits")
			stage.Do(s, bob, flex.Activity{Session: o.Session.ID, At: stage.At(c.at)})
			if c.starts == "" {
				require.Equal(t, int64(95), balance(s).Left)
				require.Equal(t, int64(10), touch(s, bob, o).Tokens, "work now is charged")
				return
			}
			require.Equal(t, int64(90), balance(s).Left)
			require.Equal(t, int64(5), chargedAt(s, c.starts))
			s.Audit()
		})
	}
}

func TestALateWindowThatWouldBeOverStartsNow(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T12:00:00Z", "UTC", "day-length=30m")
	buy(s, 100)
	s.At("2026-03-02T13:00:00Z")
	stage.Do(s, bob, reported("draft", "2026-03-02T12:30:00Z"))
	require.Equal(t, int64(7), chargedAt(s, "2026-03-02T13:00:00Z"))
	other := flex.Open{User: "cyd@acme.test", Product: "draft", At: stage.At("2026-03-02T12:30:01Z")}
	stage.Do(s, cyd, other)
	require.Equal(t, int64(7), chargedAt(s, "2026-03-02T12:30:01Z"))
	s.Audit()
}

func TestALateWindowDoesNotReachIntoATimeWithoutARate(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T12:20:00Z", "UTC")
	buy(s, 100)
	require.Equal(t, int64(4), stage.Do(s, bob, reported("fresh", "2026-03-02T11:40:00Z")).Session.Tokens)
	require.Equal(t, int64(4), chargedAt(s, "2026-03-02T12:00:00Z"))
	s.Audit()
}
