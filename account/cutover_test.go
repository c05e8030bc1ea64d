package account_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
)

const exportHead = "customer,team,contract,manager,coordinator,users,product,seats,term,starts,ends,reseller,group\n"

// before is a stage some time before the day of the move.
func before(t testing.TB, start string) *stage.Stage {
	t.Helper()
	return stage.Begin(t, start, seatbook.Config{})
}

// cutOver brings rows of an export.
func cutOver(s *stage.Stage, rows ...string) account.CutOverResult {
	s.Helper()
	return stage.Do(s, rule.Operator, account.CutOver{Export: account.Export(exportHead + strings.Join(rows, "\n"))})
}

func TestACustomerBecomesATeam(t *testing.T) {
	t.Parallel()
	s := before(t, "2015-03-01T09:00:00Z")
	r := cutOver(
		s,
		`Moulin SA,moulin,C-2,ben@m.test,cora@m.test,"Uma Vale <uma@m.test>, val@m.test",maya,3,annual,2014-06-01,2015-06-01,Dealer,Lyon`,
		`Moulin SA,moulin,C-2,ben@m.test,cora@m.test,,maya,2,annual,2014-06-01,2015-06-01,Dealer,Paris`,
		`Moulin SA,moulin,C-1,Ann Moor <ann@m.test>,cora@m.test,ben@m.test,revit,4,three-year,2013-01-01,2016-01-01`,
	)
	require.Equal(t, []account.MovedTeam{{
		Team: "moulin", Customer: "Moulin SA", Made: true, Primary: "ann@m.test",
		Secondary: []string{"ben@m.test", "cora@m.test"}, Users: []string{"uma@m.test", "val@m.test"},
		Contracts: []account.MovedShown{
			{Contract: "C-2", Product: "maya", Seats: 5, Manager: "ben@m.test", Subscription: r.Teams[0].Contracts[0].Subscription},
			{Contract: "C-1", Product: "revit", Seats: 4, Manager: "ann@m.test", Subscription: r.Teams[0].Contracts[1].Subscription},
		},
	}}, r.Teams)
	require.NotEmpty(t, r.Teams[0].Contracts[0].Subscription)
	require.NotEqual(t, r.Teams[0].Contracts[0].Subscription, r.Teams[0].Contracts[1].Subscription)
	require.Empty(t, r.Bad)
	require.Empty(t, r.Skipped)
	require.Equal(t, []int{2, 3}, []int{r.Dropped[0].Line, r.Dropped[1].Line})
	require.Equal(t, 3, r.Rows)
	require.Equal(t, stage.At("2015-03-13T00:00:00Z"), r.Cutover)
	for email, role := range map[rule.Address]account.Role{
		"ann@m.test": account.Primary, "ben@m.test": account.Secondary, "cora@m.test": account.Secondary, "uma@m.test": account.User, "val@m.test": account.User,
	} {
		require.Equal(t, role, roleOf(s, "moulin", email), email)
	}
	require.Equal(t, "Uma Vale", stage.Ask(s, rule.ByEmail("uma@m.test"), account.ProfileQuery{}).Name)
	require.Equal(t, licensing.Seats{Owned: 5, Free: 5}, stage.Ask(s, rule.ByEmail("ann@m.test"), licensing.SeatsQuery{Team: "moulin", Product: "maya"}))
	s.Audit()
}

func TestWhoManagesTheOldestLiveContractBecomesPrimary(t *testing.T) {
	t.Parallel()
	row := func(number, manager, starts, ends string) string {
		return "Moulin,moulin," + number + "," + manager + ",,,maya,1,annual," + starts + "," + ends
	}
	for _, c := range []struct {
		name    string
		rows    []string
		primary string
	}{
		{"by the day it began", []string{row("C-1", "ann@m.test", "2014-06-02", "2015-06-02"), row("C-2", "ben@m.test", "2014-06-01", "2015-06-01")}, "ben@m.test"},
		{"by its number where two began on one day", []string{row("C-2", "ann@m.test", "2014-06-01", "2015-06-01"), row("C-1", "ben@m.test", "2014-06-01", "2015-06-01")}, "ben@m.test"},
		{"and not who manages one that is over on the day", []string{row("C-1", "ann@m.test", "2012-03-13", "2015-03-13"), row("C-2", "ben@m.test", "2014-06-01", "2015-06-01")}, "ben@m.test"},
		{"also where it is over a day later", []string{row("C-1", "ann@m.test", "2012-03-14", "2015-03-14"), row("C-2", "ben@m.test", "2014-06-01", "2015-06-01")}, "ann@m.test"},
		{"and not who manages one that has not begun", []string{row("C-1", "ann@m.test", "2015-03-02", "2016-03-02"), row("C-2", "ben@m.test", "2015-03-01", "2016-03-01")}, "ben@m.test"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := before(t, "2015-03-01T09:00:00Z")
			r := cutOver(s, c.rows...)
			require.Equal(t, c.primary, r.Teams[0].Primary)
			require.Equal(t, 2, len(r.Teams[0].Contracts)+len(r.Skipped))
			s.Audit()
		})
	}
}

func TestAfterTheDayAContractThatIsOverNowStaysBehind(t *testing.T) {
	t.Parallel()
	s := before(t, "2015-05-31T23:59:59Z")
	live, over := "Moulin,moulin,C-1,ann@m.test,,,maya,1,annual,2014-06-01,2015-06-01", "Quai,quai,C-2,ben@q.test,,,maya,1,annual,2014-05-31,2015-05-31"
	r := cutOver(s, live, over)
	require.Len(t, r.Teams, 1)
	require.Equal(t, []account.RowNote{{3, "the contract is over by 2015-05-31T23:59:59Z"}}, r.Skipped)
	_, err := seatbook.Ask(t.Context(), s.Engine, rule.Operator, account.SettingsQuery{Team: "quai"})
	require.ErrorIs(t, err, rule.NotFound)
}

func TestTheSameFileTwiceMovesNothingTwice(t *testing.T) {
	t.Parallel()
	s := before(t, "2015-03-11T09:00:00Z")
	rows := []string{"Moulin,moulin,C-1,ann@m.test,cora@m.test,uma@m.test,maya,3,annual,2014-06-01,2015-06-01,,A", "Moulin,moulin,C-1,ann@m.test,,,maya,2,annual,2014-06-01,2015-06-01,,A"}
	r := cutOver(s, rows...)
	require.Equal(t, []account.RowNote{{3, "the product of the contract stands in line 2 already"}}, r.Skipped)
	ann := rule.ByEmail("ann@m.test")
	stage.Do(s, ann, account.RemoveMember{Team: "moulin", User: "uma@m.test"})
	again := cutOver(s, rows...)
	require.Empty(t, again.Teams)
	require.Len(t, again.Skipped, 2)
	require.Equal(t, "the product of the contract was moved already", again.Skipped[0].Reason)
	require.Equal(t, licensing.Seats{Owned: 3, Free: 3}, stage.Ask(s, ann, licensing.SeatsQuery{Team: "moulin", Product: "maya"}))
	stage.Refused(s, ann, rule.NotFound, account.RemoveMember{Team: "moulin", User: "uma@m.test"})
	require.Len(t, movedMail(s, "ann@m.test"), 1)
	more := cutOver(s, "Moulin,moulin,C-3,ben@m.test,,,revit,1,annual,2014-01-01,2016-01-01")
	require.False(t, more.Teams[0].Made)
	require.Equal(t, "ann@m.test", more.Teams[0].Primary, "who is primary stays so")
	require.Equal(t, account.Secondary, roleOf(s, "moulin", "ben@m.test"))
	s.Audit()
}

func TestACustomerWhoHasATeamKeepsItAsItIs(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "open@acme.test"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "late@acme.test", Role: account.SSO})
	s.At("2026-01-11T09:00:00Z")
	stage.Do(s, ada, account.ResendInvitation{Team: "acme", Email: "open@acme.test"})
	s.At("2026-01-13T09:00:00Z") // Late's invitation has ended, and is still remembered.
	r := stage.Do(s, rule.Operator, account.CutOver{Export: "Acme,acme,C-1,bob@acme.test,ola@acme.test,\"gus@acme.test,open@acme.test\",maya,2,annual,2025-06-01,2026-06-01\n" +
		"Acme,acme,C-2,late@acme.test,,,maya,1,annual,2025-06-01,2026-06-01\n"})
	require.False(t, r.Teams[0].Made)
	for email, role := range map[rule.Address]account.Role{
		"ada@acme.test": account.Primary, "bob@acme.test": account.Secondary, "ola@acme.test": account.SSO, "gus@acme.test": account.Guest,
		"open@acme.test": account.User, "late@acme.test": account.Secondary,
	} {
		require.Equal(t, role, roleOf(s, "acme", email), email)
	}
	i, found := invitationOf(s, "acme", "open@acme.test")
	require.True(t, found)
	require.Equal(t, account.Accepted, i.Status)
	s.Audit()
	s.At("2026-07-01T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Equal(t, account.Secondary, roleOf(s, "acme", "late@acme.test"), "the old invitation is not forgotten over their head")
	s.Audit()
}

func TestARowThatCannotBeMovedKeepsNoOtherBack(t *testing.T) {
	t.Parallel()
	good := "Quai,quai,C-9,q@q.test,,,maya,1,annual,2014-06-01,2015-06-01"
	for _, c := range []struct{ name, row, reason string }{
		{"too few columns", "Moulin,moulin,C-1", "the row has 3 columns, not 11 to 13"},
		{"too many columns", good + ",r,g,h", "the row has 14 columns, not 11 to 13"},
		{"no customer", ",moulin,C-1,a@m.test,,,maya,1,annual,2014-06-01,2015-06-01", "the customer's name is missing"},
		{"a handle that is none", "Moulin,Le Moulin,C-1,a@m.test,,,maya,1,annual,2014-06-01,2015-06-01", "the team's handle does not have 1 to 64 letters a-z, digits and hyphens"},
		{"a card for a contract", "Moulin,moulin,4242424242424242,a@m.test,,,maya,1,annual,2014-06-01,2015-06-01", "the contract number looks like a card number, which is never kept"},
		{"no manager", "Moulin,moulin,C-1,,,,maya,1,annual,2014-06-01,2015-06-01", "the e-mail address of the contract manager is missing"},
		{"a coordinator without address", "Moulin,moulin,C-1,a@m.test,Cora,,maya,1,annual,2014-06-01,2015-06-01", "the e-mail address of a software coordinator cannot be read"},
		{"a user without address", "Moulin,moulin,C-1,a@m.test,,\"u@m.test,Uma\",maya,1,annual,2014-06-01,2015-06-01", "the e-mail address of a user cannot be read"},
		{"no seats", "Moulin,moulin,C-1,a@m.test,,,maya,0,annual,2014-06-01,2015-06-01", "the seats are no number from 1 to 1000000"},
		{"too many seats", "Moulin,moulin,C-1,a@m.test,,,maya,1000001,annual,2014-06-01,2015-06-01", "the seats are no number from 1 to 1000000"},
		{"no such day", "Moulin,moulin,C-1,a@m.test,,,maya,1,annual,2014-02-29,2015-06-01", "the day on which the contract starts is none such as 2014-06-01"},
		{"an end before the start", "Moulin,moulin,C-1,a@m.test,,,maya,1,annual,2014-06-01,2014-06-01", "the contract ends before it has begun"},
		{"an end that is no day", "Moulin,moulin,C-1,a@m.test,,,maya,1,annual,2014-06-01,01/06/2015", "the day on which the contract ends is none such as 2015-06-01"},
		{"a start too long ago", "Moulin,moulin,C-1,a@m.test,,,maya,1,annual,1979-12-31,2015-06-01", "a contract lies between 1980-01-01 and 2199-12-31"},
		{"a product that nobody sells", "Moulin,moulin,C-1,a@m.test,,,abacus,1,annual,2014-06-01,2015-06-01", `there is no product "abacus"`},
		{"a term that is none", "Moulin,moulin,C-1,a@m.test,,,maya,1,weekly,2014-06-01,2015-06-01", `maya is not sold for the term "weekly"`},
		{"a quotation mark", "Moulin,moulin,C\"1,a@m.test,,,maya,1,annual,2014-06-01,2015-06-01", "a quotation mark stands where none can"},
		{"another customer of the team", "Other,quai,C-1,a@m.test,,,maya,1,annual,2014-06-01,2015-06-01", "the team is that of another customer in line 2"},
		{"another team of the customer", "Quai,quai-2,C-1,a@m.test,,,maya,1,annual,2014-06-01,2015-06-01", "the customer has another team in line 2, and each has one"},
		{"another team of the contract", "Moulin,moulin,C-9,q@q.test,,,maya,1,annual,2014-06-01,2015-06-01", "the contract has another team in line 2"},
		{"another manager of the contract", "Quai,quai,C-9,a@m.test,,,revit,1,annual,2014-06-01,2015-06-01", "the contract has another contract manager in line 2"},
		{"another end of the contract", "Quai,quai,C-9,q@q.test,,,revit,1,annual,2014-06-01,2016-06-01", "the contract has another end in line 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := before(t, "2015-03-01T09:00:00Z")
			r := cutOver(s, good, c.row)
			require.Equal(t, []account.RowNote{{3, c.reason}}, r.Bad)
			require.Len(t, r.Teams, 1)
			s.Audit()
		})
	}
}

func TestSeatsOfOneProductAddUpToWhatASubscriptionHas(t *testing.T) {
	t.Parallel()
	row := func(seats, group string) string {
		return "Moulin,moulin,C-1,a@m.test,,,maya," + seats + ",annual,2014-06-01,2015-06-01,," + group
	}
	s := before(t, "2015-03-01T09:00:00Z")
	r := cutOver(s, row("1000000", "A"), "no row", row("1", "B"))
	reason := "a subscription has 1000000 seats at most, not 1000001"
	require.Equal(t, []account.RowNote{{2, reason}, {3, "the row has 1 columns, not 11 to 13"}, {4, reason}}, r.Bad)
	require.Empty(t, r.Dropped)
	r = cutOver(s, row("999999", "A"), row("1", "B"))
	require.Equal(t, 1000000, r.Teams[0].Contracts[0].Seats)
	s.Audit()
}

func TestWhatIsNoExport(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, "2015-03-01T09:00:00Z", seatbook.Config{Policy: map[string]string{"import-rows": "2"}})
	row := "Quai,quai,C-9,q@q.test,,,maya,1,annual,2014-06-01,2015-06-01\n"
	for name, csv := range map[string]string{
		"semicolons":       strings.ReplaceAll(row, ",", ";"),
		"semicolons, list": "Quai;quai;C-9;q@q.test;;\"a@q.test, b@q.test\";maya;1;annual;2014-06-01;2015-06-01\n",
		"tabs":             strings.ReplaceAll(row, ",", "\t"),
		"nothing":          exportHead,
		"another order":    "contract,customer,team\n" + row,
		"too many rows":    row + row + row,
		"no UTF-8":         "\xff" + row,
		"a journal's list": "export:\n{\"line\":1}",
	} {
		refusal := stage.Refused(s, rule.Operator, rule.Invalid, account.CutOver{Export: account.Export(csv)})
		require.Equal(t, account.CutoverRule, refusal.Rule, name)
	}
	stage.Refused(s, rule.Operator, rule.Invalid, account.CutOver{Export: account.Export(row), Country: "France"})
	stage.Refused(s, rule.Operator, rule.Invalid, account.CutOver{Export: account.Export(row), Zone: "Mars/Base"})
	stage.Refused(s, ada, rule.NotPermitted, account.CutOver{Export: account.Export(row)})
	r := stage.Do(s, rule.Operator, account.CutOver{
		Export: account.Export("\ufeff" + strings.ReplaceAll(exportHead+row+"\n,,\n", "\n", "\r\n")), Country: "FR", Zone: "Europe/Paris", Language: account.French,
	})
	require.Equal(t, 1, r.Rows)
	settings := stage.Ask(s, rule.Operator, account.SettingsQuery{Team: "quai"}).Team
	require.Equal(t, account.TeamShown{Team: "quai", Name: "Quai", Country: "FR", Zone: "Europe/Paris", Language: account.French, Primary: "q@q.test"}, settings)
	s.Audit()
}

func TestAJournalOfTheMoveNamesNobodyAndCanBeRunAgain(t *testing.T) {
	t.Parallel()
	s := before(t, "2015-03-01T09:00:00Z")
	cutOver(
		s, `Moulin,moulin,C-2,"Ben Secret <ben@m.test>",cora@m.test,"Uma Hidden <uma@m.test>",maya,3,annual,2014-06-01,2015-06-01,Dealer,Hidden`,
		"Quai,quai,C-1,ben@m.test,,,maya,1,annual,2014-06-01,2015-06-01", "hidden@row.test",
	)
	s.At("2015-03-20T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	entries, err := s.Journal(t.Context(), "moulin", 0, 10)
	require.NoError(t, err)
	require.NotEmpty(t, entries)
	for _, entry := range entries {
		for _, word := range []string{"@", "Secret", "Hidden", "hidden"} {
			require.NotContains(t, string(entry.Args), word)
		}
	}
	again, err := s.Replay(t.Context(), memstore.New())
	require.NoError(t, err)
	digest, err := again.Digest(t.Context())
	require.NoError(t, err)
	require.Equal(t, s.Digest(), digest)
	require.NoError(t, again.Audit(t.Context()))
}

func TestAContractManagerOwnsTheirContracts(t *testing.T) {
	t.Parallel()
	s := before(t, "2015-03-01T09:00:00Z")
	cutOver(
		s, "Moulin,moulin,C-1,ann@m.test,ann@m.test,,maya,1,annual,2014-06-01,2015-06-01,Dealer",
		"Moulin,moulin,C-2,ben@m.test,,,revit,1,annual,2014-07-01,2015-07-01",
		"Quai,quai,C-3,ben@m.test,,ann@m.test,revit,1,annual,2014-07-01,2015-07-01",
	)
	require.Equal(t, account.Primary, roleOf(s, "quai", "ben@m.test"), "one person can lead two customers")
	require.Equal(t, account.User, roleOf(s, "quai", "ann@m.test"))
	stage.Refused(s, rule.ByEmail("ann@m.test"), rule.Conflict, account.RemoveMember{Team: "moulin", User: "ben@m.test"})
	s.At("2015-03-12T09:00:00Z")
	require.NoError(t, s.RunDue(t.Context()))
	require.Len(t, movedMail(s, "ben@m.test"), 1, "and is told once")
	require.Len(t, movedMail(s, "ann@m.test"), 1, "also who manages and coordinates")
	for _, p := range []string{"ann@m.test", "ben@m.test"} {
		list := stage.Ask(s, rule.Operator, account.PermissionsQuery{Team: "moulin", Permission: string(account.ManageSubscription)}).People
		require.Contains(t, list[0].User+list[1].User, p)
	}
	s.Audit()
}

// movedMail is what a person was told of the move.
func movedMail(s *stage.Stage, email rule.Address) []account.NoticeShown {
	s.Helper()
	list := []account.NoticeShown{}
	for _, n := range stage.Ask(s, rule.Operator, account.NoticesQuery{User: email}) {
		if n.Kind == account.MovedNotice {
			list = append(list, n)
		}
	}
	return list
}

// A customer who cannot be moved is reported row by row, and keeps nobody else
// from being moved.
func TestACustomerWhoCannotBeMovedIsReported(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{Team: "acme", Kind: billing.Card, Token: "tok_1"})
	stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "revit", Seats: 8, Term: licensing.Annual})
	stage.Do(s, ada, licensing.SetDefaults{Team: "acme", Products: []string{"revit"}})
	for i := range stage.Ask(s, ada, licensing.SeatsQuery{Team: "acme", Product: "revit"}).Free {
		stage.Do(s, ada, account.Invite{Team: "acme", Email: rule.Address(fmt.Sprintf("u%d@acme.test", i))}) // a seat is held for each
	}
	r := stage.Do(s, rule.Operator, account.CutOver{Export: "Acme,acme,C-1,new@acme.test,,,maya,2,annual,2025-06-01,2026-06-01,,A\n" +
		"Quai,quai,C-2,ben@q.test,,,maya,1,annual,2025-06-01,2026-06-01\n" +
		"Acme,acme,C-3,new@acme.test,,,maya,1,annual,2025-06-01,2026-06-01\n"})
	require.Len(t, r.Teams, 1)
	require.Equal(t, "quai", r.Teams[0].Team)
	require.Empty(t, r.Dropped)
	require.Len(t, r.Bad, 2)
	for i, line := range []int{1, 3} {
		require.Equal(t, line, r.Bad[i].Line)
		require.Contains(t, r.Bad[i].Reason, "Acme is not moved: 1 of 1 seats of revit are missing")
	}
	stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "revit", Seats: 1, Term: licensing.Annual})
	again := stage.Do(s, rule.Operator, account.CutOver{Export: "Acme,acme,C-1,new@acme.test,,,maya,2,annual,2025-06-01,2026-06-01\n"})
	require.Len(t, again.Teams, 1)
	require.Equal(t, account.Secondary, roleOf(s, "acme", "new@acme.test"))
	s.Audit()
}
