package licensing_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// held is the report on people and products, each row in one line.
func held(s *stage.Stage, q licensing.PeopleProductsQuery) []string {
	s.Helper()
	q.Team = "acme"
	list := []string{}
	for _, r := range stage.Ask(s, ada, q).Rows {
		name, _, _ := strings.Cut(r.User, "@")
		used := "never"
		if r.LastUsed != nil {
			used = r.LastUsed.UTC().Format("01-02T15:04")
		}
		list = append(list, strings.Join(strings.Fields(fmt.Sprintln(name, r.Product, r.Source, r.From, r.Since.UTC().Format("01-02T15:04"), used)), " "))
	}
	return list
}

func TestPeopleAndProductsTellWhoHoldsWhatAndWhy(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Catalog: library(t)})
	require.Equal(t, licensing.PeopleProducts{Rows: []licensing.PersonProduct{}}, stage.Ask(s, ada, licensing.PeopleProductsQuery{Team: "acme"}))
	bare, one, suite := buy(s, "bare", 5, licensing.Annual), buy(s, "one", 5, licensing.Annual), buy(s, "suite", 1, licensing.Annual)
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "crew", Users: []rule.Address{"bob@acme.test", "eve@acme.test"}})
	assign(s, "bare", "bob@acme.test")
	s.At("2026-01-06T09:00:00Z")
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "bare", Group: "crew"})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "one", User: "tim@acme.test", Subscription: one})
	assign(s, "suite", "tim@acme.test")
	stage.Do(s, ada, licensing.SetDefaults{Team: "acme", Products: []string{"one"}})
	s.At("2026-01-07T09:00:00Z")
	for _, product := range []string{"bare", "five"} {
		who := map[string]rule.Actor{"bare": bob, "five": tim}[product]
		o := stage.Do(s, who, flex.Open{User: rule.Address(who.Email()), Product: product})
		s.Clock.Set(s.Clock.Now().Add(60e9))
		stage.Do(s, who, flex.Close{Session: o.Session.ID})
	}
	rows := []string{
		"ada one default 01-06T09:00 never",
		"bob bare group crew 01-05T09:00 01-07T09:01", "bob bare personal 01-05T09:00 01-07T09:01", "bob one default 01-06T09:00 never",
		"eve bare group crew 01-06T09:00 never", "eve one default 01-06T09:00 never",
		"tim one default 01-06T09:00 never", "tim one pinned " + one + " 01-06T09:00 never",
		"tim suite personal 01-06T09:00 01-07T09:02",
	}
	require.Equal(t, rows, held(s, licensing.PeopleProductsQuery{}), "the suite was used by a product of it: %s, %s", bare, suite)
	require.Equal(t, licensing.PeopleProductsTotals{Rows: 9, People: 4, Seats: 7, Unused: 5}, stage.Ask(s, ada, licensing.PeopleProductsQuery{Team: "acme", Limit: 1}).Totals)
	require.Equal(t, rows[1:3], held(s, licensing.PeopleProductsQuery{Users: []rule.Address{"bob@acme.test"}, Products: []string{"bare"}}))
	require.Equal(t, rows[8:], held(s, licensing.PeopleProductsQuery{Products: []string{"suite"}}))
	var paged []string
	for q := (licensing.PeopleProductsQuery{Limit: 4}); ; {
		paged = append(paged, held(s, q)...)
		q.Team = "acme"
		if q.After = stage.Ask(s, ada, q).Next; q.After == 0 {
			break
		}
	}
	require.Equal(t, rows, paged)
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	require.Equal(t, append(rows[:1:1], rows[4:]...), held(s, licensing.PeopleProductsQuery{}), "who left holds nothing")
	for _, bad := range []licensing.PeopleProductsQuery{
		{Limit: account.MaxPage + 1}, {After: -1}, {Products: make([]string, account.MaxPage+1)}, {Users: []rule.Address{"nobody"}},
	} {
		bad.Team = "acme"
		_, err := asked(s, ada, bad)
		require.ErrorIs(t, err, rule.Invalid)
	}
	_, err := asked(s, ada, licensing.PeopleProductsQuery{Team: "acme", Products: []string{"none"}})
	require.ErrorIs(t, err, rule.NotFound)
	_, err = asked(s, bob, licensing.PeopleProductsQuery{Team: "acme"})
	require.ErrorIs(t, err, rule.NotFound)
	_, err = asked(s, tim, licensing.PeopleProductsExport{Team: "acme"})
	require.ErrorIs(t, err, rule.NotPermitted)
	s.Audit()
}

func TestNamesInAFileAreNotRunByASpreadsheet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, cell string }{
		{"=HYPERLINK(1)", "'=HYPERLINK(1)"},
		{"+1", "'+1"},
		{"-1", "'-1"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"＝1", "'＝1"},
		{`Eve "Evil", =1`, `Eve "Evil", =1`},
		{"Zoë 日本", "Zoë 日本"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{Catalog: library(t)})
			buy(s, "bare", 1, licensing.Annual)
			assign(s, "bare", "eve@acme.test")
			stage.Do(s, eve, account.UpdateProfile{User: "eve@acme.test", Name: rule.Private(c.name)})
			export := func() [][]string {
				file := stage.Ask(s, ada, licensing.PeopleProductsExport{Team: "acme"})
				rows, err := csv.NewReader(strings.NewReader(file.CSV)).ReadAll()
				require.NoError(t, err)
				require.Len(t, rows, file.Rows+1)
				require.Zero(t, file.Next)
				return rows
			}
			require.Equal(t, [][]string{
				{"user", "name", "product", "source", "from", "since", "last_used"},
				{"eve@acme.test", c.cell, "bare", "personal", "", "2026-01-05T09:00:00Z", ""},
			}, export())
			stage.Do(s, ada, account.HidePeople{Team: "acme", On: true})
			hidden := export()
			require.Regexp(t, "^person-[0-9a-f]{20}$", hidden[1][0])
			require.Empty(t, hidden[1][1], "a name tells as much as an address")
		})
	}
}

func TestTrialDownloadsAreAFileToo(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Catalog: library(t)})
	const evil = "+1@acme.test"
	join(s, "acme", evil, account.User)
	who := rule.ByEmail(evil)
	for _, product := range []string{"bare", "one"} {
		stage.Do(s, who, licensing.StartTrial{User: evil, Product: product})
		stage.Do(s, who, licensing.Download{User: evil, Product: product})
	}
	stage.Do(s, who, licensing.Download{User: evil, Product: "one"})
	q := licensing.TrialDownloadsExport{Team: "acme", From: stage.At(monday), To: stage.At(monday).Add(1)}
	require.Equal(t, account.Exported{
		CSV: "\"day\",\"product\",\"user\",\"downloads\"\r\n\"2026-01-05\",\"bare\",\"'+1@acme.test\",1\r\n\"2026-01-05\",\"one\",\"'+1@acme.test\",2\r\n", Rows: 2,
	}, stage.Ask(s, ada, q))
	q.Limit = 1
	first := stage.Ask(s, ada, q)
	require.Equal(t, int64(1), first.Next)
	q.After = 1
	require.Equal(t, account.Exported{CSV: "\"day\",\"product\",\"user\",\"downloads\"\r\n\"2026-01-05\",\"one\",\"'+1@acme.test\",2\r\n", Rows: 1}, stage.Ask(s, ada, q))
	for _, bad := range []licensing.TrialDownloadsExport{
		{Team: "acme", Limit: -1},
		{Team: "acme", Limit: account.MaxExport + 1},
		{Team: "acme", After: -1},
		{Team: "acme", From: stage.At(monday), To: stage.At(monday).Add(-1)},
		{Team: "acme", From: stage.At(monday), To: stage.At(monday).AddDate(10, 0, 1)},
	} {
		_, err := asked(s, ada, bad)
		require.ErrorIs(t, err, rule.Invalid)
	}
	stage.Do(s, ada, account.HidePeople{Team: "acme", On: true})
	q.Limit, q.After = 0, 0
	hidden := stage.Ask(s, ada, q)
	require.Equal(t, 2, hidden.Rows)
	require.NotContains(t, hidden.CSV, "@")
	require.Equal(t, 2, strings.Count(hidden.CSV, "\"person-"))
	for _, row := range stage.Ask(s, ada, licensing.TrialDownloadsQuery{Team: "acme", From: q.From, To: q.To}) {
		require.NotContains(t, row.User, "@")
	}
	_, err := asked(s, bob, q)
	require.ErrorIs(t, err, rule.NotPermitted)
	s.Audit()
}
