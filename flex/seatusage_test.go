package flex_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// seatUse is what a team's report on seats says of a period, each row in one line.
func seatUse(s *stage.Stage, team, from, to string) []string {
	s.Helper()
	report := stage.Ask(s, operator, flex.SeatUsageQuery{Team: team, From: stage.At(from), To: stage.At(to), Limit: account.MaxPage})
	list := []string{}
	for _, r := range report.Rows {
		require.Equal(s.TB, team, r.Team)
		name, _, _ := strings.Cut(r.User, "@")
		list = append(list, strings.Join(strings.Fields(fmt.Sprintln(r.Day, r.Product, r.Release, name, r.Sources, r.Sessions)), " "))
	}
	require.Equal(s.TB, len(list), report.Totals.Rows)
	return list
}

func TestASeatIsInUseOnEachDayFromItsLaunchToItsClose(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name             string
		zone             period.Zone
		launched, closed string
		days             []string
	}{
		{"within a day", "UTC", "2026-03-03T08:00:00Z", "2026-03-03T09:00:00Z", []string{"2026-03-03"}},
		{"closed at once", "UTC", "2026-03-03T08:00:00Z", "2026-03-03T08:00:00Z", []string{"2026-03-03"}},
		{"closed at once at midnight", "UTC", "2026-03-03T00:00:00Z", "2026-03-03T00:00:00Z", []string{"2026-03-03"}},
		{"until midnight", "UTC", "2026-03-03T08:00:00Z", "2026-03-04T00:00:00Z", []string{"2026-03-03"}},
		{"a second past midnight", "UTC", "2026-03-03T08:00:00Z", "2026-03-04T00:00:01Z", []string{"2026-03-03", "2026-03-04"}},
		{"over the end of a month", "UTC", "2026-03-31T08:00:00Z", "2026-04-01T08:00:00Z", []string{"2026-03-31", "2026-04-01"}},
		{"over a leap day", "UTC", "2028-02-28T08:00:00Z", "2028-03-01T08:00:00Z", []string{"2028-02-28", "2028-02-29", "2028-03-01"}},
		{"until midnight in Tokyo", "Asia/Tokyo", "2026-03-03T08:00:00Z", "2026-03-03T15:00:00Z", []string{"2026-03-03"}},
		{"past midnight in Tokyo", "Asia/Tokyo", "2026-03-03T08:00:00Z", "2026-03-03T15:00:01Z", []string{"2026-03-03", "2026-03-04"}},
		{"over the day of 23 hours, to its end", "Europe/Paris", "2026-03-28T22:59:59Z", "2026-03-29T22:00:00Z", []string{"2026-03-28", "2026-03-29"}},
		{"over the day of 23 hours, past its end", "Europe/Paris", "2026-03-28T23:00:00Z", "2026-03-29T22:00:01Z", []string{"2026-03-29", "2026-03-30"}},
		{"over the day of 25 hours, to its end", "Europe/Paris", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", []string{"2026-10-25"}},
		{"over the day of 25 hours, past its end", "Europe/Paris", "2026-10-24T21:59:59Z", "2026-10-25T23:00:01Z", []string{"2026-10-24", "2026-10-25", "2026-10-26"}},
		{"over a day that Samoa never had", "Pacific/Apia", "2011-12-30T08:00:00Z", "2011-12-31T08:00:00Z", []string{"2011-12-29", "2011-12-31"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			launched := stage.At(c.launched)
			s := begin(t, launched.Add(-48*time.Hour).Format(time.RFC3339), c.zone)
			seat(s, "plain", licensing.Annual, "bob@acme.test")
			s.Clock.Set(launched)
			o := launch(s, bob, "plain")
			s.At(c.closed)
			shut(s, bob, o)
			want := []string{}
			for _, day := range c.days {
				want = append(want, day+" plain bob [seat] 1")
			}
			require.Equal(t, want, seatUse(s, "acme", launched.AddDate(-1, 0, 0).Format(time.RFC3339), launched.AddDate(1, 0, 0).Format(time.RFC3339)))
			s.Audit()
		})
	}
}

func TestASeatInUseCountsUpToNow(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	seat(s, "plain", licensing.Annual, "bob@acme.test")
	launch(s, bob, "plain")
	all := func() []string { s.Helper(); return seatUse(s, "acme", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z") }
	require.Equal(t, []string{"2026-03-02 plain bob [seat] 1"}, all())
	s.At("2026-03-02T23:59:59Z")
	require.Len(t, all(), 1)
	s.At("2026-03-03T00:00:00Z")
	require.Equal(t, []string{"2026-03-02 plain bob [seat] 1", "2026-03-03 plain bob [seat] 1"}, all())
	s.Audit()
}

func TestAPeriodIsHalfOpen(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	seat(s, "plain", licensing.Annual, "bob@acme.test")
	o := launch(s, bob, "plain")
	s.At("2026-03-04T08:00:00Z")
	shut(s, bob, o)
	s.At("2026-03-09T08:00:00Z")
	for _, c := range []struct {
		from, to string
		rows     int
	}{
		{"2026-03-01T00:00:00Z", "2026-03-02T08:00:00Z", 0},
		{"2026-03-01T00:00:00Z", "2026-03-02T08:00:01Z", 1},
		{"2026-03-02T08:00:00Z", "2026-03-02T08:00:00Z", 0},
		{"2026-03-02T00:00:00Z", "2026-03-04T00:00:00Z", 2},
		{"2026-03-02T00:00:00Z", "2026-03-04T00:00:01Z", 3},
		{"2026-03-04T07:59:59Z", "2026-03-05T00:00:00Z", 1},
		{"2026-03-04T08:00:00Z", "2026-03-05T00:00:00Z", 0},
	} {
		require.Len(t, seatUse(s, "acme", c.from, c.to), c.rows, "from %s to %s", c.from, c.to)
	}
}

func TestASeatReportIsAskedForFromAnInstantToALaterOne(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T00:00:00Z", "UTC")
	for _, c := range []struct {
		name     string
		from, to string
		limit    int
		after    int
		products []string
		ok       bool
	}{
		{name: "a second back", from: "2026-03-02T00:00:01Z", to: "2026-03-02T00:00:00Z"},
		{name: "no time at all", from: "2026-03-02T00:00:00Z", to: "2026-03-02T00:00:00Z", ok: true},
		{name: "ten years", from: "2026-03-02T00:00:00Z", to: "2036-03-02T00:00:00Z", ok: true},
		{name: "a second more", from: "2026-03-02T00:00:00Z", to: "2036-03-02T00:00:01Z"},
		{name: "the largest page", limit: account.MaxPage, ok: true},
		{name: "a larger page", limit: account.MaxPage + 1},
		{name: "a page below zero", limit: -1},
		{name: "after fewer than none", after: -1},
		{name: "after more than there are", after: 1 << 40, ok: true},
		{name: "too many products", products: make([]string, account.MaxPage+1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			from, to := stage.At("2026-03-02T00:00:00Z"), stage.At("2026-03-02T00:00:00Z")
			if c.from != "" {
				from, to = stage.At(c.from), stage.At(c.to)
			}
			_, seats := seatbook.Ask(t.Context(), s.Engine, ada, flex.SeatUsageQuery{Team: "acme", From: from, To: to, Limit: c.limit, After: c.after, Products: c.products})
			_, tokens := seatbook.Ask(t.Context(), s.Engine, ada, flex.TokenUsageQuery{Team: "acme", From: from, To: to, Limit: c.limit, After: c.after, Products: c.products})
			for _, err := range []error{seats, tokens} {
				if c.ok {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, rule.Invalid)
				}
			}
		})
	}
}

func TestEachDayProductReleaseAndPersonIsOneRow(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T00:00:00Z", "UTC")
	buy(s, 1000)
	for _, email := range []string{"bob@acme.test", "cyd@acme.test"} {
		seat(s, "draft", licensing.Annual, email)
	}
	seat(s, "plain", licensing.Annual, "bob@acme.test")
	play(s, []string{
		"Mon 00:00 bob open draft@2025 a",
		"Mon 00:10 bob open draft@2025 b",
		"Mon 00:20 bob open draft@2026 c",
		"Mon 00:30 bob open plain d",
		"Mon 01:00 bob close a",
		"Mon 01:00 bob close b",
		"Mon 02:00 bob close c",
		"Mon 03:00 cyd open draft e",
		"Mon 04:00 cyd close e",
		"Mon 05:00 bob open patient f",
		"Mon 06:00 bob close f",
		"Tue 07:00 bob close d",
	})
	require.Equal(t, []string{
		"2026-03-02 draft cyd [seat] 1", "2026-03-02 draft 2025 bob [seat] 2", "2026-03-02 draft 2026 bob [seat] 1",
		"2026-03-02 plain bob [seat] 1", "2026-03-03 plain bob [seat] 1",
	}, seatUse(s, "acme", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"), "what runs on tokens is not among them")
	q := flex.SeatUsageQuery{Team: "acme", From: stage.At("2026-03-01T00:00:00Z"), To: stage.At("2026-04-01T00:00:00Z")}
	require.Equal(t, flex.SeatUsageTotals{Rows: 5, People: 2, Products: []flex.ProductSeatUsage{
		{Product: "draft", People: 2, Days: 2}, {Product: "plain", People: 1, Days: 2},
	}}, stage.Ask(s, ada, q).Totals)
	q.Limit = 2
	var rows []flex.SeatUsageShown
	for page := 1; ; page++ {
		report := stage.Ask(s, ada, q)
		rows = append(rows, report.Rows...)
		require.Equal(t, 5, report.Totals.Rows, "the totals are those of all pages")
		if q.After = report.Next; q.After == 0 {
			require.Equal(t, 3, page)
			break
		}
	}
	require.Equal(t, stage.Ask(s, ada, flex.SeatUsageQuery{Team: "acme", From: q.From, To: q.To}).Rows, rows)
	for _, c := range []struct {
		products []string
		users    []rule.Address
		rows     int
	}{
		{nil, nil, 5},
		{[]string{"draft"}, nil, 3},
		{[]string{"draft", "plain"}, nil, 5},
		{[]string{"dearer"}, nil, 0},
		{nil, []rule.Address{"Cyd <CYD@acme.test>"}, 1},
		{[]string{"plain"}, []rule.Address{"cyd@acme.test"}, 0},
		{nil, []rule.Address{"nobody@acme.test"}, 0},
	} {
		some := flex.SeatUsageQuery{Team: "acme", From: q.From, To: q.To, Products: c.products, Users: c.users}
		require.Len(t, stage.Ask(s, ada, some).Rows, c.rows, "%v %v", c.products, c.users)
	}
	for _, some := range []flex.SeatUsageQuery{{Products: []string{"none"}}, {Users: []rule.Address{"no address"}}, {Users: make([]rule.Address, account.MaxPage+1)}} {
		some.Team, some.From, some.To = "acme", q.From, q.To
		_, err := seatbook.Ask(t.Context(), s.Engine, ada, some)
		require.Error(t, err)
		require.NotNil(t, rule.AsRefusal(err))
	}
}

func TestAStretchEndsWhereTokensBegin(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 1000)
	bought := seat(s, "draft", licensing.Monthly, "bob@acme.test")
	s.At("2026-03-30T08:00:00Z")
	o := launch(s, bob, "draft")
	s.At("2026-04-04T08:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	s.Audit()
	require.Equal(t, []string{"2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02"}, datesOf(seatUse(s, "acme", "2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z")),
		"the term ended on 2 April at 08:00, and tokens go on: %s", bought.Subscription.ID)
	require.Equal(t, []string{"2026-04-02 bob draft 7", "2026-04-03 bob draft 7", "2026-04-04 bob draft 7"}, usage(s))
	s.At("2026-04-04T20:00:00Z")
	seat(s, "draft", licensing.Monthly, "bob@acme.test")
	s.At("2026-04-06T08:00:00Z")
	shut(s, bob, o)
	require.Equal(t, []string{"2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02", "2026-04-05", "2026-04-06"},
		datesOf(seatUse(s, "acme", "2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z")), "a seat takes over at the end of the paid window")
	s.Audit()
}

func datesOf(rows []string) []string {
	list := []string{}
	for _, r := range rows {
		list = append(list, r[:len("2026-01-01")])
	}
	return list
}

func TestATrialCountsInTheTeamItIsUsedInAndAnOverlapInTheTeamThatGaveIt(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "plain"})
	o := launch(s, bob, "plain")
	s.At("2026-03-02T09:00:00Z")
	shut(s, bob, o)
	bought := seat(s, "draft-lt", licensing.Annual, "bob@acme.test")
	stage.Do(s, ada, billing.Upgrade{Subscription: bought.Subscription.ID, To: "draft"})
	o = launch(s, bob, "draft-lt")
	require.Equal(t, licensing.Overlay, o.Source)
	s.At("2026-03-02T10:00:00Z")
	shut(s, bob, o)
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "draft-lt", User: "bob@acme.test"})
	require.Equal(t, []string{"2026-03-02 draft-lt bob [overlap] 1", "2026-03-02 plain bob [trial] 1"},
		seatUse(s, "acme", "2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z"))
	s.Audit()
}

func TestWhoIsInTwoTeamsCountsInTheOneWhoseSeatItIs(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	found(s, "globex", "dan@globex.test", "Asia/Tokyo")
	join(s, "globex", "bob@acme.test", account.User)
	seat(s, "plain", licensing.Annual, "bob@acme.test")
	stage.Do(s, dan, billing.Purchase{Team: "globex", Product: "draft", Seats: 1, Term: licensing.Annual})
	stage.Do(s, dan, licensing.Assign{Team: "globex", Product: "draft", User: "bob@acme.test"})
	s.At("2026-03-02T20:00:00Z")
	for _, product := range []string{"plain", "draft"} {
		o := launch(s, bob, product)
		shut(s, bob, o)
	}
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "patient"})
	o := stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "patient", Team: "globex"})
	require.Equal(t, licensing.OnTrial, o.Source)
	shut(s, bob, o)
	all := func(team string) []string { return seatUse(s, team, "2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z") }
	require.Equal(t, []string{"2026-03-02 plain bob [seat] 1"}, all("acme"))
	require.Equal(t, []string{"2026-03-03 draft bob [seat] 1", "2026-03-03 patient bob [trial] 1"}, all("globex"), "of the zone of Tokyo")
	s.At("2026-03-02T21:00:00Z")
	stage.Do(s, operator, account.RemoveMember{Team: "globex", User: "bob@acme.test"})
	require.Len(t, all("globex"), 2, "what was used was used, also when they left")
	s.Audit()
}

func TestReportsAreForAdmins(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	now := s.Clock.Now()
	for _, c := range []struct {
		who  rule.Actor
		code rule.Code
	}{{bob, rule.NotPermitted}, {dan, rule.NotFound}} {
		for _, ask := range []func() error{
			func() error {
				_, err := seatbook.Ask(t.Context(), s.Engine, c.who, flex.SeatUsageQuery{Team: "acme", From: now, To: now})
				return err
			},
			func() error {
				_, err := seatbook.Ask(t.Context(), s.Engine, c.who, flex.SeatUsageExport{Team: "acme", From: now, To: now})
				return err
			},
			func() error {
				_, err := seatbook.Ask(t.Context(), s.Engine, c.who, flex.TokenUsageQuery{Team: "acme", From: now, To: now})
				return err
			},
			func() error {
				_, err := seatbook.Ask(t.Context(), s.Engine, c.who, flex.TokenUsageExport{Team: "acme", From: now, To: now})
				return err
			},
		} {
			require.ErrorIs(t, ask(), c.code)
		}
	}
}

func TestASessionThatGoesOnByAnotherRightIsOneSession(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	seat(s, "plain", licensing.Annual, "bob@acme.test")
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "plain"})
	o := launch(s, bob, "plain")
	require.Equal(t, licensing.Seat, o.Source)
	s.At("2026-03-02T09:00:00Z")
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "plain", User: "bob@acme.test"})
	s.At("2026-03-03T10:00:00Z")
	shut(s, bob, o)
	require.Equal(t, []string{"2026-03-02 plain bob [seat trial] 1", "2026-03-03 plain bob [trial] 1"},
		seatUse(s, "acme", "2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z"))
	s.Audit()
}
