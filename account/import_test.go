package account_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
)

func TestAnImportInvitesWhoIsNewAndReportsTheRest(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "open@acme.test"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "gone@acme.test"})
	stage.Do(s, ada, account.RevokeInvitation{Team: "acme", Email: "gone@acme.test"})
	csv := "First name,Last name,E-mail\nEve,New,eve@acme.test\nBob,Member,bob@acme.test\nBad,Row,nowhere\nEve,Again,EVE@acme.test\n,,open@acme.test\n,,gone@acme.test\n"
	r := stage.Do(s, ada, account.Import{Team: "acme", CSV: account.Roster(csv)})
	require.Equal(t, 6, r.Rows)
	require.Equal(t, 2, r.Invited)
	require.Zero(t, r.Assigned)
	require.Equal(t, []account.ImportSkipped{
		{3, "bob@acme.test", "is in the team already"}, {5, "eve@acme.test", "stands in the file already"}, {6, "open@acme.test", "has an open invitation"},
	}, r.Skipped)
	require.Equal(t, []account.ImportBad{{4, "that is not an e-mail address"}}, r.Bad)
	require.Equal(t, "eve@acme.test", r.Invitations[0].Email)
	require.Len(t, mail(s, "acme", account.InvitationNotice), 8, "four members, two before, and two of the import")
	stage.Do(s, rule.ByEmail("eve@acme.test"), account.AcceptInvitation{Team: "acme", Secret: rule.Secret(r.Invitations[0].Secret)})
	require.Equal(t, account.User, roleOf(s, "acme", "eve@acme.test"))
	require.Equal(t, "Eve New", stage.Ask(s, rule.ByEmail("eve@acme.test"), account.ProfileQuery{}).Name)
	s.Audit()
}

func TestWhatAnImportAssignsIsNotMailed(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "acme", "maya", 3)
	buy(s, "acme", "revit", 2)
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art"})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "revit", Group: "art"})
	r := stage.Do(s, ada, account.Import{
		Team: "acme", CSV: ",,eve@acme.test\n,,bob@acme.test\n", Products: []string{"maya"}, Groups: []string{"art"},
	})
	require.Equal(t, 1, r.Assigned, "Bob, who is in the team already")
	require.Equal(t, licensing.Seats{Owned: 3, Held: 1, Assigned: 1, Free: 1}, seats(s, "maya"))
	require.Equal(t, licensing.Seats{Owned: 2, Held: 1, Assigned: 1}, seats(s, "revit"))
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
	require.Equal(t, licensing.Seats{Owned: 3, Assigned: 2, Free: 1}, seats(s, "maya"))
	require.Empty(t, mail(s, "acme", licensing.AssignedNotice))
	stage.Do(s, ada, account.Import{Team: "acme", CSV: ",,tim@acme.test\n"})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "tim@acme.test"})
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: "tim@acme.test"})
	require.Equal(t, []string{"tim@acme.test en"}, mail(s, "acme", licensing.AssignedNotice), "what is assigned by hand is mailed")
	s.Audit()
}

func TestTooFewSeatsRefuseTheWholeImport(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		seats   int
		missing string
	}{
		{"is refused with one seat too few", 3, "1 of 4 seats of maya are missing"},
		{"is refused with all seats missing but one", 1, "3 of 4 seats of maya are missing"},
		{"goes in with a seat for each", 4, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			buy(s, "acme", "maya", c.seats)
			i := account.Import{Team: "acme", CSV: ",,a@x.test\n,,b@x.test\n,,c@x.test\n,,bob@acme.test\n", Products: []string{"maya"}}
			if c.missing == "" {
				require.Equal(t, 3, stage.Do(s, ada, i).Invited)
				require.Equal(t, licensing.Seats{Owned: 4, Held: 3, Assigned: 1}, seats(s, "maya"))
			} else {
				require.Contains(t, stage.Refused(s, ada, rule.NoSeats, i).Text, c.missing)
			}
			s.Audit()
		})
	}
}

func TestAnImportHasAMostOfRows(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{Policy: map[string]string{"import-rows": "3"}})
	rows := func(n int) account.Roster {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, ",,p%d@x.test\n", i)
		}
		return account.Roster(b.String())
	}
	refusal := stage.Refused(s, ada, rule.Invalid, account.Import{Team: "acme", CSV: rows(4)})
	require.Equal(t, account.ImportRule, refusal.Rule)
	require.Contains(t, refusal.Text, "3 rows at most, not 4")
	require.Equal(t, 3, stage.Do(s, ada, account.Import{Team: "acme", CSV: rows(3)}).Invited)
	stage.Refused(s, ada, rule.Invalid, account.Import{Team: "acme", CSV: "e-mail"})
	stage.Refused(s, ada, rule.Invalid, account.Import{Team: "acme", CSV: "First,Last,E-mail\n"})
	require.Contains(t, stage.Refused(s, ada, rule.Invalid, account.Import{Team: "acme", CSV: "a;b;c@x.test\n"}).Text, "semicolons")
	stage.Refused(s, ada, rule.Invalid, account.Import{Team: "acme", CSV: "roster:\n1 new@x.test"})
	stage.Refused(s, ada, rule.NotFound, account.Import{Team: "acme", CSV: ",,new@x.test\n", Groups: []string{"nowhere"}})
	stage.Refused(s, ada, rule.NotFound, account.Import{Team: "acme", CSV: ",,new@x.test\n", Products: []string{"nothing"}})
	s.Audit()
}

func TestAnImportHasFiveThousandRowsUnlessAPolicySaysOtherwise(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	var b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&b, "P,%d,p%d@x.test\n", i, i)
	}
	require.Equal(t, 5000, stage.Do(s, ada, account.Import{Team: "acme", CSV: account.Roster(b.String())}, seatbook.Preview()).Invited)
	b.WriteString(",,one@x.test\n")
	require.ErrorIs(t, tried(s, ada, account.Import{Team: "acme", CSV: account.Roster(b.String())}), rule.Invalid)
}

// A journal that holds imports and profiles, and neither a name nor an address,
// is run again to the byte.
func TestPrivateTextsAreReplayed(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Random: stage.Zeros{}, Policy: map[string]string{"address-self-service": "on"}})
	csv := account.Roster("Ev\u00a0e,\"N\"\"w\",eve@acme.test\nBad,Row,nowhere\n,,tim@acme.test\nBob,Member,bob@acme.test\n")
	i := account.Import{Team: "acme", CSV: csv}
	first := stage.Do(s, ada, i, seatbook.Idempotent("monday"))
	require.Equal(t, 2, first.Invited)
	again := stage.Do(s, ada, i, seatbook.Idempotent("monday"))
	require.Equal(t, first.Bad, again.Bad)
	require.Empty(t, again.Invitations[0].Secret)
	i.CSV = replaced("nowhere", "elsewhere", csv)
	_, err := seatbook.Do(t.Context(), s.Engine, ada, i, seatbook.Idempotent("monday"))
	require.ErrorIs(t, err, rule.Conflict)
	for n, name := range []rule.Private{"Robert One", "Robert Two", "Robert One"} {
		stage.Do(s, bob, account.UpdateProfile{User: "bob@acme.test", Name: name}, seatbook.Idempotent(fmt.Sprint("name ", n)))
	}
	stage.Do(s, bob, account.ChangeAddress{User: "bob@acme.test", Address: "1 Secret Road, Perth"})
	stage.Do(s, bob, account.UpdateProfile{User: "bob@acme.test", Zone: "Europe/Paris", Notices: map[account.NoticeKind]bool{"low-balance": false, "trial-ended": false}})
	for _, stream := range []rule.Stream{"acme", rule.PersonOf("bob@acme.test").Stream(), rule.PersonOf("eve@acme.test").Stream()} {
		entries, err := s.Journal(t.Context(), stream, 0, 100)
		require.NoError(t, err)
		data, err := json.Marshal(entries)
		require.NoError(t, err)
		for _, word := range []string{"Robert", "Secret Road", "@acme.test"} {
			require.NotContains(t, string(data), word)
		}
		for _, e := range entries {
			require.NotContains(t, string(e.Args), "Ev")
		}
	}
	replayed, err := s.Replay(t.Context(), memstore.New())
	require.NoError(t, err)
	digest, err := replayed.Digest(t.Context())
	require.NoError(t, err)
	require.Equal(t, s.Digest(), digest)
	s.Audit()
}

// replaced is a roster with one word in place of another.
func replaced(old, other string, in account.Roster) account.Roster {
	return account.Roster(strings.ReplaceAll(string(in), old, other))
}
