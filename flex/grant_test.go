package flex_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestAGrantOfAllAdmitsProductsAddedLater(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		grants [][]string
		// now and later are what may be opened before and after later is added.
		now, later []string
		mails      int
	}{
		{"by word", [][]string{{"all"}}, everything, append([]string{"later"}, everything...), 1},
		{"by naming every one", [][]string{everything}, everything, append([]string{"later"}, everything...), 1},
		{"by naming every one, some twice", [][]string{append([]string{"draft"}, everything...)}, everything, append([]string{"later"}, everything...), 1},
		{"and not by naming all but one", [][]string{everything[1:]}, everything[1:], everything[1:], 1},
		{"and not when one was cleared", [][]string{{"all"}, everything[1:]}, everything[1:], everything[1:], 2},
		{"and again when all are named again", [][]string{{"all"}, everything[1:], everything}, everything, append([]string{"later"}, everything...), 3},
		{"granted twice, with one mail", [][]string{{"all"}, everything}, everything, append([]string{"later"}, everything...), 1},
		{"until it is cleared", [][]string{{"all"}, nil}, nil, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-05-31T23:59:59Z", "UTC")
			buy(s, 1000)
			join(s, "acme", "eve@acme.test", account.User)
			for _, products := range c.grants {
				grant(s, "acme", "eve@acme.test", products...)
			}
			require.ElementsMatch(t, c.now, usable(s, "eve@acme.test"))
			s.At("2026-06-01T00:00:00Z")
			require.ElementsMatch(t, c.later, usable(s, "eve@acme.test"))
			mails := 0
			for _, to := range notices(s, "acme", flex.TokensGrantedNotice) {
				if to == "eve@acme.test" {
					mails++
				}
			}
			require.Equal(t, c.mails, mails)
			s.Audit()
		})
	}
}

// usable is what a person may open with tokens.
func usable(s *stage.Stage, email string) []string {
	s.Helper()
	list := []string{}
	for _, p := range catalog().Products {
		if p.Since.After(s.Clock.Now()) || access(s, rule.ByEmail(email), p.ID) != licensing.Tokens {
			continue
		}
		list = append(list, p.ID)
	}
	return list
}

func TestProductsAreWrittenAsAListOrTheWordAll(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want flex.Products
	}{
		{`"all"`, flex.Products{All: true}},
		{`["draft","patient"]`, flex.Products{List: []string{"draft", "patient"}}},
		{`"draft"`, flex.Products{List: []string{"draft"}}},
		{`["all"]`, flex.Products{List: []string{"all"}}},
		{`[]`, flex.Products{List: []string{}}},
	} {
		var p flex.Products
		require.NoError(t, json.Unmarshal([]byte(c.text), &p))
		require.Equal(t, c.want, p)
		again, err := json.Marshal(p)
		require.NoError(t, err)
		var q flex.Products
		require.NoError(t, json.Unmarshal(again, &q))
		require.Equal(t, p, q)
	}
	var p flex.Products
	require.Error(t, json.Unmarshal([]byte(`7`), &p))
	require.Error(t, json.Unmarshal([]byte(`[7]`), &p))
}

func TestAPersonWithoutAGrantIsRefused(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 1000)
	join(s, "acme", "eve@acme.test", account.User)
	eve, open := rule.ByEmail("eve@acme.test"), flex.Open{User: "eve@acme.test", Product: "draft"}
	require.Equal(t, flex.GrantRule, stage.Refused(s, eve, rule.NotAssigned, open).Rule)
	grant(s, "acme", "eve@acme.test", "patient")
	stage.Refused(s, eve, rule.NotAssigned, open)
	grant(s, "acme", "eve@acme.test", "draft")
	require.Equal(t, licensing.Tokens, stage.Do(s, eve, open).Source)
	s.Audit()
}

func TestAGrantIsRefusedForWhatCannotBeOpenedWithTokens(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	for _, c := range []struct {
		product string
		code    rule.Code
	}{{"plain", rule.Invalid}, {"later", rule.NotFound}, {"nothing", rule.NotFound}, {"all", rule.NotFound}} {
		list := flex.Products{List: []string{"draft", c.product}}
		stage.Refused(s, ada, c.code, flex.Assign{Team: "acme", User: "bob@acme.test", Products: list})
		stage.Refused(s, ada, c.code, flex.SetDefaults{Team: "acme", Products: list})
	}
	long := make([]string, account.MaxGranted+1)
	for i := range long {
		long[i] = "draft"
	}
	stage.Refused(s, ada, rule.Invalid, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{List: long}})
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{List: long[1:]}})
	s.Audit()
}

func TestAccessIsGrantedToOneselfAndBeforeTokensAreBought(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "ada@acme.test", Products: flex.Products{List: []string{"draft"}}})
	require.Contains(t, notices(s, "acme", flex.TokensGrantedNotice), "ada@acme.test")
	r := stage.Refused(s, ada, rule.InsufficientTokens, flex.Open{User: "ada@acme.test", Product: "draft"})
	require.Contains(t, r.Figures, rule.Fig("balance", int64(0)))
	buy(s, 7)
	require.Equal(t, licensing.Tokens, launch(s, ada, "draft").Source)
	stage.Refused(s, bob, rule.NotPermitted, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{All: true}})
	stage.Refused(s, bob, rule.NotPermitted, flex.SetDefaults{Team: "acme", Products: flex.Products{All: true}})
	stage.Refused(s, dan, rule.NotFound, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{All: true}})
	s.Audit()
}

func TestAGrantToAStrangerInvitesThem(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	grant(s, "acme", "Eve Oe <eve@acme.test>", "draft")
	eve := rule.ByEmail("eve@acme.test")
	require.Equal(t, licensing.None, access(s, eve, "draft"), "an invitation gives nothing yet")
	grant(s, "acme", "eve@acme.test", "all")
	require.Len(t, notices(s, "acme", account.InvitationNotice), 3, "of Bob, Cyd and Eve, who is asked once")
	stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
	require.Equal(t, licensing.Tokens, access(s, eve, "patient"))
	s.Audit()
}

func TestClearingTheGrantOfAStrangerInvitesNobody(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	before := notices(s, "acme", account.InvitationNotice)
	_, _ = s.Run(ada, "flex.assign", `{"team": "acme", "user": "eve@acme.test", "products": []}`)
	require.Equal(t, before, notices(s, "acme", account.InvitationNotice))
	s.Audit()
}

func TestDefaultsAreForEveryoneButGuests(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		defaults    flex.SetDefaults
		user, guest []string
	}{
		{"a list", flex.SetDefaults{Products: flex.Products{List: []string{"draft"}}}, []string{"draft"}, nil},
		{"a list, guests too", flex.SetDefaults{Products: flex.Products{List: []string{"draft"}}, Guests: true}, []string{"draft"}, []string{"draft"}},
		{"all, which is a list", flex.SetDefaults{Products: flex.Products{All: true}}, everything, nil},
		{"none", flex.SetDefaults{}, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-05-31T08:00:00Z", "UTC")
			buy(s, 1000)
			join(s, "acme", "eve@acme.test", account.User)
			c.defaults.Team = "acme"
			mails := notices(s, "acme", flex.TokensGrantedNotice)
			stage.Do(s, ada, c.defaults)
			join(s, "acme", "fay@acme.test", account.User)
			join(s, "acme", "gus@guest.test", account.Guest)
			for range 2 {
				require.ElementsMatch(t, c.user, usable(s, "eve@acme.test"))
				require.ElementsMatch(t, c.user, usable(s, "fay@acme.test"), "who came later")
				require.ElementsMatch(t, c.guest, usable(s, "gus@guest.test"))
				s.At("2026-06-01T00:00:00Z")
			}
			require.Equal(t, mails, notices(s, "acme", flex.TokensGrantedNotice), "nobody is mailed")
			stage.Do(s, ada, flex.SetDefaults{Team: "acme"})
			require.Empty(t, usable(s, "eve@acme.test"), "emptying the list turns it off")
			s.Audit()
		})
	}
}

func TestDefaultsAddToWhatIsGrantedPersonally(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 1000)
	grant(s, "acme", "bob@acme.test", "draft")
	stage.Do(s, ada, flex.SetDefaults{Team: "acme", Products: flex.Products{List: []string{"patient"}}})
	require.ElementsMatch(t, []string{"draft", "patient"}, usable(s, "bob@acme.test"))
	s.Audit()
}

func TestAGuestUsesTokensByAPersonalGrant(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	join(s, "acme", "gus@guest.test", account.Guest)
	grant(s, "acme", "gus@guest.test", "draft")
	require.Equal(t, licensing.Tokens, launch(s, rule.ByEmail("gus@guest.test"), "draft").Source)
	s.Audit()
}
