package flex_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// march is the period that these reports are asked for.
var marchFrom, marchTo = stage.At("2026-03-01T00:00:00Z"), stage.At("2026-04-01T00:00:00Z")

func tokenUse(s *stage.Stage, team string) flex.TokenUsage {
	s.Helper()
	return stage.Ask(s, operator, flex.TokenUsageQuery{Team: team, From: marchFrom, To: marchTo})
}

func TestTokenUsageIsTotalledByDayProductReleaseAndPerson(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T00:00:00Z", "UTC")
	require.Equal(t, flex.TokenUsage{Rows: []flex.TokenUsageShown{}, Totals: flex.TokenUsageTotals{Products: []flex.ProductTokenUsage{}}}, tokenUse(s, "acme"))
	buy(s, 1000)
	play(s, []string{
		"Mon 00:00 cyd open draft@2025 a",
		"Mon 00:10 bob open patient b",
		"Mon 00:20 bob close b",
		"Mon 00:30 cyd open draft@2026 c",
		"Mon 00:40 cyd close c",
		"Mon 01:00 cyd close a",
		"Mon 02:00 bob open draft@2026 d",
		"Mon 02:04 bob close d",
		"Mon 02:05 bob open draft@2026 e",
		"Tue 03:00 bob close e",
	})
	monday, tuesday := period.Date{Year: 2026, Month: 3, Day: 2}, period.Date{Year: 2026, Month: 3, Day: 3}
	report := tokenUse(s, "acme")
	require.Equal(t, []flex.TokenUsageShown{
		{Day: monday, Product: "draft", Release: "2025", User: "cyd@acme.test", Tokens: 7, Windows: 1},
		{Day: monday, Product: "draft", Release: "2026", User: "bob@acme.test", Tokens: 7, Windows: 2},
		{Day: monday, Product: "patient", User: "bob@acme.test", Tokens: 5, Windows: 1},
		{Day: tuesday, Product: "draft", Release: "2026", User: "bob@acme.test", Tokens: 7, Windows: 1},
	}, report.Rows, "another release inside a window costs nothing and opens none")
	require.Equal(t, flex.TokenUsageTotals{Rows: 4, People: 2, Tokens: 26, Windows: 5, Products: []flex.ProductTokenUsage{
		{Product: "draft", People: 2, Tokens: 21}, {Product: "patient", People: 1, Tokens: 5},
	}}, report.Totals)
	require.Equal(t, report.Totals.Tokens, balance(s).Used, "a report of everything is what was used")
	require.Equal(t, []flex.UsageShown{
		{Day: monday, User: "bob@acme.test", Product: "patient", Tokens: 5},
		{Day: monday, User: "cyd@acme.test", Product: "draft", Release: "2025", Tokens: 7},
	}, byRelease(stage.Ask(s, ada, flex.UsageQuery{Team: "acme", From: marchFrom, To: stage.At("2026-03-02T01:00:00Z")})))

	q := flex.TokenUsageQuery{Team: "acme", From: marchFrom, To: marchTo, Limit: 3}
	first := stage.Ask(s, ada, q)
	q.After = first.Next
	second := stage.Ask(s, ada, q)
	require.Equal(t, 3, first.Next)
	require.Zero(t, second.Next)
	require.Equal(t, report.Rows, append(first.Rows, second.Rows...))
	require.Equal(t, report.Totals, second.Totals)

	for _, c := range []struct {
		products []string
		users    []rule.Address
		tokens   int64
	}{
		{[]string{"draft"}, nil, 21},
		{nil, []rule.Address{"bob@acme.test"}, 19},
		{[]string{"patient"}, []rule.Address{"cyd@acme.test"}, 0},
		{nil, []rule.Address{"bob@acme.test", "cyd@acme.test"}, 26},
	} {
		some := flex.TokenUsageQuery{Team: "acme", From: marchFrom, To: marchTo, Products: c.products, Users: c.users}
		require.Equal(t, c.tokens, stage.Ask(s, ada, some).Totals.Tokens, "%v %v", c.products, c.users)
	}
	s.Audit()
}

// byRelease orders rows of [flex.UsageQuery] that came at different instants.
func byRelease(rows []flex.UsageShown) []flex.UsageShown {
	if len(rows) == 2 && rows[0].Release > rows[1].Release {
		rows[0], rows[1] = rows[1], rows[0]
	}
	return rows
}

// read reads a file back, its header first.
func read(s *stage.Stage, file account.Exported) [][]string {
	s.Helper()
	require.True(s.TB, strings.HasSuffix(file.CSV, "\r\n"))
	rows, err := csv.NewReader(strings.NewReader(file.CSV)).ReadAll()
	require.NoError(s.TB, err)
	require.Len(s.TB, rows, file.Rows+1)
	return rows
}

func TestReportsAreFilesThatASpreadsheetDoesNotRun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, release, cell string }{
		{"an equals sign", "=1+1", "'=1+1"},
		{"a plus", "+1", "'+1"},
		{"a minus", "-1", "'-1"},
		{"an at sign", "@SUM(A1)", "'@SUM(A1)"},
		{"a tab", "\t=1", "'\t=1"},
		{"an end of line", "\r=1", "'\r=1"},
		{"quotes and a comma", `2026 "R2", =1`, `2026 "R2", =1`},
		{"two lines", "2026\n=1", "2026\n=1"},
		{"letters of the world", "Größe 日本", "Größe 日本"},
		{"none", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T08:00:00Z", "UTC")
			const evil = "=cmd@acme.test"
			join(s, "acme", evil, account.User)
			grant(s, "acme", evil, "all")
			seat(s, "plain", licensing.Annual, evil)
			buy(s, 100)
			who := rule.ByEmail(evil)
			for _, product := range []string{"plain", "patient"} {
				o := stage.Do(s, who, flex.Open{User: evil, Product: product, Release: c.release})
				s.Clock.Set(s.Clock.Now().Add(600e9))
				shut(s, who, o)
			}
			seats := stage.Ask(s, ada, flex.SeatUsageExport{Team: "acme", From: marchFrom, To: marchTo})
			require.Equal(t, [][]string{
				{"day", "product", "release", "user", "team", "sources", "sessions"},
				{"2026-03-02", "plain", c.cell, "'" + evil, "acme", "seat", "1"},
			}, read(s, seats))
			tokens := stage.Ask(s, ada, flex.TokenUsageExport{Team: "acme", From: marchFrom, To: marchTo})
			require.Equal(t, [][]string{
				{"day", "product", "release", "user", "result", "tokens", "windows"},
				{"2026-03-02", "patient", c.cell, "'" + evil, "", "5", "1"},
			}, read(s, tokens))
		})
	}
}

func TestAFileGoesOnWhereTheOneBeforeEnded(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 1000)
	seat(s, "plain", licensing.Annual, "bob@acme.test")
	a, b := launch(s, bob, "plain"), launch(s, bob, "draft")
	s.At("2026-03-04T09:00:00Z")
	shut(s, bob, a)
	shut(s, bob, b)
	for _, ask := range []func(limit, after int) (account.Exported, error){
		func(limit, after int) (account.Exported, error) {
			return seatbook.Ask(t.Context(), s.Engine, ada, flex.SeatUsageExport{Team: "acme", From: marchFrom, To: marchTo, Limit: limit, After: after})
		},
		func(limit, after int) (account.Exported, error) {
			return seatbook.Ask(t.Context(), s.Engine, ada, flex.TokenUsageExport{Team: "acme", From: marchFrom, To: marchTo, Limit: limit, After: after})
		},
	} {
		whole, err := ask(0, 0)
		require.NoError(t, err)
		require.Equal(t, 3, whole.Rows)
		require.Zero(t, whole.Next)
		first, err := ask(2, 0)
		require.NoError(t, err)
		require.Equal(t, int64(2), first.Next)
		second, err := ask(2, 2)
		require.NoError(t, err)
		require.Zero(t, second.Next)
		require.Equal(t, read(s, whole), append(read(s, first), read(s, second)[1:]...))
		_, err = ask(account.MaxExport, 0)
		require.NoError(t, err)
		for _, bad := range [][2]int{{account.MaxExport + 1, 0}, {-1, 0}, {0, -1}} {
			_, err = ask(bad[0], bad[1])
			require.ErrorIs(t, err, rule.Invalid)
		}
	}
}

// everyReport is what all reports of a team say, as text.
func everyReport(s *stage.Stage, team string) string {
	s.Helper()
	var b strings.Builder
	say := func(result any) {
		data, err := json.Marshal(result)
		require.NoError(s.TB, err)
		fmt.Fprintln(&b, string(data))
	}
	say(stage.Ask(s, operator, flex.SeatUsageQuery{Team: team, From: marchFrom, To: marchTo}))
	say(stage.Ask(s, operator, flex.SeatUsageExport{Team: team, From: marchFrom, To: marchTo}))
	say(tokenUse(s, team))
	say(stage.Ask(s, operator, flex.TokenUsageExport{Team: team, From: marchFrom, To: marchTo}))
	say(stage.Ask(s, operator, flex.UsageQuery{Team: team, From: marchFrom, To: marchTo}))
	say(stage.Ask(s, operator, licensing.TrialDownloadsQuery{Team: team, From: marchFrom, To: marchTo}))
	say(stage.Ask(s, operator, licensing.TrialDownloadsExport{Team: team, From: marchFrom, To: marchTo}))
	say(stage.Ask(s, operator, licensing.PeopleProductsQuery{Team: team}))
	say(stage.Ask(s, operator, licensing.PeopleProductsExport{Team: team}))
	return b.String()
}

// busy is two teams that share Bob, who has done in each of them all that reports tell.
func busy(t *testing.T) *stage.Stage {
	t.Helper()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	found(s, "globex", "dan@globex.test", "UTC")
	stage.Do(s, operator, account.Invite{Team: "globex", Email: `"Bob Builder" <bob@acme.test>`})
	stage.Do(s, operator, account.AcceptInvitation{Team: "globex", Email: "bob@acme.test"})
	stage.Do(s, bob, account.UpdateProfile{User: "bob@acme.test", Name: "Bob Builder"})
	grant(s, "globex", "bob@acme.test", "all")
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "suite"})
	stage.Do(s, bob, licensing.Download{User: "bob@acme.test", Product: "suite"})
	for _, team := range []string{"acme", "globex"} {
		owner := map[string]rule.Actor{"acme": ada, "globex": dan}[team]
		stage.Do(s, owner, billing.BuyTokens{Team: team, Tokens: 100})
		stage.Do(s, owner, billing.Purchase{Team: team, Product: "plain", Seats: 1, Term: licensing.Annual})
		stage.Do(s, owner, licensing.Assign{Team: team, Product: "plain", User: "bob@acme.test"})
		o := stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "plain", Team: team})
		shut(s, bob, o)
		for _, product := range []string{"patient", "dearer"} {
			o = stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: product, Team: team})
			s.Clock.Set(s.Clock.Now().Add(600e9))
			shut(s, bob, o)
		}
	}
	return s
}

func TestHiddenPeopleStandInNoReport(t *testing.T) {
	t.Parallel()
	s := busy(t)
	before := everyReport(s, "acme")
	require.Equal(t, 9, strings.Count(before, "\n"))
	for _, line := range strings.Split(strings.TrimSpace(before), "\n") {
		require.Contains(t, line, "bob@acme.test")
	}
	require.Contains(t, before, "Bob Builder")
	require.True(t, stage.Do(s, ada, account.HidePeople{Team: "acme", On: true}).HidePeople)
	hidden := everyReport(s, "acme")
	require.NotContains(t, hidden, "bob")
	require.NotContains(t, hidden, "Bob")
	require.NotContains(t, hidden, "@")
	require.NotContains(t, hidden, string(bob.Person()), "nor what anybody could make of an address")
	sign := tokenUse(s, "acme").Rows[0].User
	require.Regexp(t, "^person-[0-9a-f]{20}$", sign)
	for _, line := range strings.Split(strings.TrimSpace(hidden), "\n") {
		require.Contains(t, line, sign, "one person has one sign")
	}
	require.Contains(t, everyReport(s, "globex"), "bob@acme.test", "the other team hides nobody")

	stage.Do(s, dan, account.HidePeople{Team: "globex", On: true})
	require.NotContains(t, everyReport(s, "globex"), sign, "another team has another sign")
	stage.Do(s, ada, account.HidePeople{Team: "acme"})
	require.Equal(t, before, everyReport(s, "acme"))
	stage.Do(s, ada, account.HidePeople{Team: "acme", On: true})
	require.Equal(t, hidden, everyReport(s, "acme"), "a sign stays the same")
	s.Audit()
}

func TestAHiddenPersonIsNotFoundByTheirAddress(t *testing.T) {
	t.Parallel()
	s := busy(t)
	ask := func() []error {
		users := []rule.Address{"bob@acme.test"}
		_, seats := seatbook.Ask(t.Context(), s.Engine, ada, flex.SeatUsageQuery{Team: "acme", From: marchFrom, To: marchTo, Users: users})
		_, seatFile := seatbook.Ask(t.Context(), s.Engine, ada, flex.SeatUsageExport{Team: "acme", From: marchFrom, To: marchTo, Users: users})
		_, tokens := seatbook.Ask(t.Context(), s.Engine, ada, flex.TokenUsageQuery{Team: "acme", From: marchFrom, To: marchTo, Users: users})
		_, tokenFile := seatbook.Ask(t.Context(), s.Engine, ada, flex.TokenUsageExport{Team: "acme", From: marchFrom, To: marchTo, Users: users})
		_, held := seatbook.Ask(t.Context(), s.Engine, ada, licensing.PeopleProductsQuery{Team: "acme", Users: users})
		_, heldFile := seatbook.Ask(t.Context(), s.Engine, ada, licensing.PeopleProductsExport{Team: "acme", Users: users})
		return []error{seats, seatFile, tokens, tokenFile, held, heldFile}
	}
	for _, err := range ask() {
		require.NoError(t, err)
	}
	stage.Do(s, ada, account.HidePeople{Team: "acme", On: true})
	for _, err := range ask() {
		require.ErrorIs(t, err, rule.Invalid)
		require.NotContains(t, err.Error(), "bob")
	}
}

func TestAReplayFindsTheSameSigns(t *testing.T) {
	t.Parallel()
	s := busy(t)
	stage.Do(s, ada, account.HidePeople{Team: "acme", On: true})
	again, err := s.Replay(t.Context(), memstore.New())
	require.NoError(t, err)
	copied := &stage.Stage{TB: t, Engine: again, Clock: s.Clock}
	require.Equal(t, s.Digest(), copied.Digest())
	require.Equal(t, everyReport(s, "acme"), everyReport(copied, "acme"))

	elsewhere := busy(t)
	stage.Do(elsewhere, ada, account.HidePeople{Team: "acme", On: true})
	require.NotEqual(t, everyReport(s, "acme"), everyReport(elsewhere, "acme"), "the same team in another store has secrets of its own")
}
