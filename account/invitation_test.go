package account_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

var eve = rule.ByEmail("eve@acme.test")

func TestAnInvitationIsOpenForSevenDaysOfTheTeamsCalendar(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, sent, last, end string
		policy                      map[string]string
	}{
		{name: "over the change to summer time in Paris", zone: "Europe/Paris", sent: "2026-03-27T09:00:00", last: "2026-04-03T08:59:59", end: "2026-04-03T09:00:00"},
		{name: "over the change to winter time in Paris", zone: "Europe/Paris", sent: "2026-10-22T09:00:00", last: "2026-10-29T08:59:59", end: "2026-10-29T09:00:00"},
		{name: "over the change of year", zone: "UTC", sent: "2026-12-28T23:59:59", last: "2027-01-04T23:59:58", end: "2027-01-04T23:59:59"},
		{name: "over the 29th of February", zone: "UTC", sent: "2028-02-25T00:00:00", last: "2028-03-02T23:59:59", end: "2028-03-03T00:00:00"},
		{name: "to an hour that Paris skips and moves on", zone: "Europe/Paris", sent: "2026-03-22T02:30:00", last: "2026-03-29T03:29:59", end: "2026-03-29T03:30:00"},
		{name: "or as long as the policy says", zone: "UTC", sent: "2026-01-06T09:00:00", last: "2026-01-09T08:59:59", end: "2026-01-09T09:00:00", policy: map[string]string{"invitation-life": "3d"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := stage.Begin(t, monday, seatbook.Config{Policy: c.policy})
			_, err := s.Run(rule.Operator, "account.create_team", fmt.Sprintf(`{"team":"acme","owner":"ada@acme.test","zone":%q}`, c.zone))
			require.NoError(t, err)
			s.At(local(t, c.zone, c.sent))
			sent := stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"}).Invitation
			stage.Do(s, ada, account.Invite{Team: "acme", Email: "tim@acme.test"})
			require.Equal(t, account.Pending, sent.Status)
			require.Equal(t, stage.At(local(t, c.zone, c.sent)), sent.Sent)
			require.Equal(t, stage.At(local(t, c.zone, c.end)), sent.Expires)
			s.At(local(t, c.zone, c.last))
			i, _ := invitationOf(s, "acme", "tim@acme.test")
			require.Equal(t, account.Pending, i.Status)
			stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
			require.Empty(t, mail(s, "acme", account.InvitationEndedNotice))
			s.At(local(t, c.zone, c.end))
			i, _ = invitationOf(s, "acme", "tim@acme.test")
			require.Equal(t, account.Expired, i.Status)
			refusal := stage.Refused(s, rule.ByEmail("tim@acme.test"), rule.InvitationExpired, account.AcceptInvitation{Team: "acme", Email: "tim@acme.test"})
			require.Equal(t, account.InvitationRule, refusal.Rule)
			require.Equal(t, []string{"ada@acme.test en"}, mail(s, "acme", account.InvitationEndedNotice))
			s.Audit()
		})
	}
}

func TestAnInvitationSentAgainHasNewDays(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	first := stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	s.At("2026-01-10T10:00:00Z")
	second := stage.Do(s, ada, account.ResendInvitation{Team: "acme", Email: "eve@acme.test"})
	require.NotEqual(t, first.Invitation.ID, second.Invitation.ID)
	require.NotEqual(t, first.Secret, second.Secret)
	require.Equal(t, stage.At("2026-01-17T10:00:00Z"), second.Invitation.Expires)
	require.Len(t, stage.Ask(s, ada, account.InvitationsQuery{Team: "acme"}), 1)
	s.At("2026-01-12T09:00:00Z")
	require.Empty(t, mail(s, "acme", account.InvitationEndedNotice))
	stage.Refused(s, eve, rule.InvitationInvalid, account.AcceptInvitation{Team: "acme", Secret: rule.Secret(first.Secret)})
	s.At("2026-01-17T09:59:59Z")
	stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Secret: rule.Secret(second.Secret)})
	require.Equal(t, []string{"eve@acme.test en", "eve@acme.test en"}, mail(s, "acme", account.InvitationNotice))
	s.Audit()
}

func TestAnExpiredInvitationIsSentAgainUntilNinetyDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, now string
		code            rule.Code
	}{
		{"one second before", "UTC", "2026-04-05T08:59:59", ""},
		{"but not at ninety days", "UTC", "2026-04-05T09:00:00", rule.NotFound},
		{"one second before, over a change of clock", "Europe/Paris", "2026-04-05T09:59:59", ""},
		{"but not at ninety days over a change of clock", "Europe/Paris", "2026-04-05T10:00:00", rule.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := stage.Begin(t, monday, seatbook.Config{})
			_, err := s.Run(rule.Operator, "account.create_team", fmt.Sprintf(`{"team":"acme","owner":"ada@acme.test","zone":%q}`, c.zone))
			require.NoError(t, err)
			stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test", Role: account.Guest})
			s.At(local(t, c.zone, c.now))
			again := account.ResendInvitation{Team: "acme", Email: "eve@acme.test"}
			if c.code != "" {
				stage.Refused(s, ada, c.code, again)
				stage.Refused(s, ada, c.code, account.RevokeInvitation{Team: "acme", Email: "eve@acme.test"})
				_, found := invitationOf(s, "acme", "eve@acme.test")
				require.False(t, found)
				stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
			} else {
				require.Equal(t, account.Guest, stage.Do(s, ada, again).Invitation.Role)
			}
			stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
			s.Audit()
		})
	}
}

func TestNinetyDaysCountFromTheLastSending(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	s.At("2026-02-05T09:00:00Z")
	stage.Do(s, ada, account.ResendInvitation{Team: "acme", Email: "eve@acme.test"})
	s.At("2026-05-06T08:59:59Z")
	_, found := invitationOf(s, "acme", "eve@acme.test")
	require.True(t, found)
	s.At("2026-05-06T09:00:00Z")
	_, found = invitationOf(s, "acme", "eve@acme.test")
	require.False(t, found)
	s.Audit()
}

func TestAnAddressHasOneInvitationToATeamAtATime(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	stage.Refused(s, ada, rule.Conflict, account.Invite{Team: "acme", Email: "Eve@Acme.test", Role: account.Guest})
	s.At("2026-01-12T08:59:59Z")
	stage.Refused(s, ada, rule.Conflict, account.Invite{Team: "acme", Email: "eve@acme.test"})
	s.At("2026-01-12T09:00:00Z")
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test", Role: account.Guest})
	require.Len(t, stage.Ask(s, ada, account.InvitationsQuery{Team: "acme"}), 1)
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "beta", Owner: "una@beta.test"})
	stage.Do(s, rule.ByEmail("una@beta.test"), account.Invite{Team: "beta", Email: "eve@acme.test"})
	require.Equal(t, account.Guest, stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"}).Member.Role)
	require.Equal(t, account.User, stage.Do(s, eve, account.AcceptInvitation{Team: "beta", Email: "eve@acme.test"}).Member.Role)
	stage.Refused(s, ada, rule.Conflict, account.Invite{Team: "acme", Email: "eve@acme.test"})
	s.Audit()
}

func TestAnAnsweredInvitationOpensNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer func(*stage.Stage)
		code   rule.Code
	}{
		{"accepted", func(s *stage.Stage) { stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"}) }, rule.InvitationUsed},
		{"accepted, the person being gone since", func(s *stage.Stage) {
			stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
			stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "eve@acme.test"})
		}, rule.InvitationUsed},
		{"revoked", func(s *stage.Stage) { stage.Do(s, ada, account.RevokeInvitation{Team: "acme", Email: "eve@acme.test"}) }, rule.InvitationRevoked},
		{"expired", func(s *stage.Stage) { s.At("2026-01-12T09:00:00Z") }, rule.InvitationExpired},
		{"forgotten", func(s *stage.Stage) { s.At("2026-04-05T09:00:00Z") }, rule.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, seatbook.Config{})
			sent := stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
			c.answer(s)
			for _, actor := range []rule.Actor{eve, rule.Operator} {
				stage.Refused(s, actor, c.code, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
				stage.Refused(s, actor, rule.InvitationInvalid, account.AcceptInvitation{Team: "acme", Secret: rule.Secret(sent.Secret)})
			}
			if c.code == rule.InvitationUsed || c.code == rule.InvitationRevoked {
				stage.Refused(s, ada, c.code, account.ResendInvitation{Team: "acme", Email: "eve@acme.test"})
				stage.Refused(s, ada, c.code, account.RevokeInvitation{Team: "acme", Email: "eve@acme.test"})
			}
			s.Audit()
		})
	}
}

func TestAdminsSeeWhatHasBecomeOfEachInvitation(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	for _, name := range []rule.Address{"accepted@acme.test", "revoked@acme.test", "expired@acme.test"} {
		stage.Do(s, ada, account.Invite{Team: "acme", Email: name})
		s.At("2026-01-05T10:00:00Z")
	}
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: "accepted@acme.test"})
	stage.Do(s, ada, account.RevokeInvitation{Team: "acme", Email: "revoked@acme.test"})
	s.At("2026-01-12T10:00:00Z")
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "pending@acme.test"})
	seen := map[string]account.InvitationStatus{}
	for _, i := range stage.Ask(s, ada, account.InvitationsQuery{Team: "acme"}) {
		seen[i.Email] = i.Status
	}
	require.Equal(t, map[string]account.InvitationStatus{
		"accepted@acme.test": account.Accepted, "revoked@acme.test": account.Revoked,
		"expired@acme.test": account.Expired, "pending@acme.test": account.Pending,
	}, seen)
	s.Audit()
}

func TestInvitationsAreListedInTheOrderTheyWereSent(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	var sent, listed []string
	for n := range 12 {
		email := fmt.Sprintf("p%d@acme.test", n)
		stage.Do(s, ada, account.Invite{Team: "acme", Email: rule.Address(email)})
		sent = append(sent, email)
	}
	for _, i := range stage.Ask(s, ada, account.InvitationsQuery{Team: "acme"}) {
		listed = append(listed, i.Email)
	}
	require.Equal(t, sent, listed)
}

func TestSecretsAreShownOnceAndKeptAsHashes(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	var first account.InvitationResult
	for range 2 {
		r := stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"}, seatbook.Idempotent("k"))
		if first.Secret == "" {
			first = r
		} else {
			require.Empty(t, r.Secret)
			require.Equal(t, first.Invitation, r.Invitation)
		}
	}
	require.GreaterOrEqual(t, len(first.Secret), 43, "32 random bytes are 43 letters of base 64")
	listed, err := s.Query(s.Context(), ada, "account.invitations", []byte(`{"team":"acme"}`))
	require.NoError(t, err)
	require.NotContains(t, fmt.Sprint(listed), first.Secret)
	events, err := s.Events(s.Context(), seatbook.Cursor{}, 1000)
	require.NoError(t, err)
	require.NotContains(t, fmt.Sprint(events), first.Secret)
	hash := rule.Secret(first.Secret).Hash()
	stage.Refused(s, eve, rule.InvitationInvalid, account.AcceptInvitation{Team: "acme", Secret: rule.Secret(hash)})
	stage.Refused(s, rule.Operator, rule.InvitationInvalid, account.AcceptInvitation{Team: "acme", Secret: rule.Secret(hash)})
	stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Secret: rule.Secret(first.Secret)})
	s.Audit()
}

func TestWhateverIsWrongWithASecretIsOneRefusal(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	secret := func(email rule.Address) rule.Secret {
		return rule.Secret(stage.Do(s, ada, account.Invite{Team: "acme", Email: email}).Secret)
	}
	expired := secret("expired@acme.test")
	replaced := secret("replaced@acme.test")
	s.At("2026-01-12T09:00:00Z")
	stage.Do(s, ada, account.ResendInvitation{Team: "acme", Email: "replaced@acme.test"})
	used, revoked, open := secret("used@acme.test"), secret("revoked@acme.test"), secret("open@acme.test")
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Secret: used})
	stage.Do(s, ada, account.RevokeInvitation{Team: "acme", Email: "revoked@acme.test"})
	texts := map[string]string{}
	for _, c := range []struct {
		name   string
		actor  rule.Actor
		team   string
		secret rule.Secret
	}{
		{"expired", rule.ByEmail("expired@acme.test"), "acme", expired},
		{"replaced", rule.ByEmail("replaced@acme.test"), "acme", replaced},
		{"used", rule.ByEmail("used@acme.test"), "acme", used},
		{"revoked", rule.ByEmail("revoked@acme.test"), "acme", revoked},
		{"never made", eve, "acme", "never-made"},
		{"of another team", rule.ByEmail("open@acme.test"), "beta", open},
		{"of another person", eve, "acme", open},
		{"of another person, by an admin", ada, "acme", open},
		{"without anybody", nobody, "acme", open},
		{"very long", eve, "acme", rule.Secret(strings.Repeat("x", 1<<16))},
		{"a hash", eve, "acme", rule.Secret(open.Hash())},
	} {
		refusal := stage.Refused(s, c.actor, rule.InvitationInvalid, account.AcceptInvitation{Team: c.team, Secret: c.secret})
		texts[refusal.Error()] = c.name
	}
	require.Len(t, texts, 1, "%v", texts)
	stage.Do(s, rule.ByEmail("open@acme.test"), account.AcceptInvitation{Team: "acme", Secret: open})
	s.Audit()
}

func TestOnlyTheInvitedPersonOrTheOperatorAccepts(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	for _, actor := range []rule.Actor{ada, sam, bob} {
		stage.Refused(s, actor, rule.NotPermitted, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
		stage.Refused(s, actor, rule.NotPermitted, account.AcceptInvitation{Team: "acme", Email: "who@home.test"})
	}
	for _, actor := range []rule.Actor{zoe, nobody} {
		stage.Refused(s, actor, rule.NotFound, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
	}
	stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
	s.Audit()
}

// Whoever was not asked into a team is not told by this command that it exists.
func TestAcceptingDoesNotTellWhichTeamsThereAre(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	for name, c := range map[string]struct {
		actor rule.Actor
		email rule.Address
	}{
		"a stranger who was never invited":       {zoe, "zoe@gamma.test"},
		"a stranger with somebody's invitation":  {zoe, "eve@acme.test"},
		"a stranger with nobody's invitation":    {zoe, "tim@acme.test"},
		"nobody at all":                          {nobody, "eve@acme.test"},
		"a stranger with a member's old address": {zoe, "bob@acme.test"},
	} {
		t.Run(name, func(t *testing.T) {
			there := tried(s, c.actor, account.AcceptInvitation{Team: "acme", Email: c.email})
			nowhere := tried(s, c.actor, account.AcceptInvitation{Team: "ghost", Email: c.email})
			require.ErrorIs(t, there, rule.NotFound)
			require.ErrorIs(t, nowhere, rule.NotFound)
			require.Equal(t, nowhere.Error(), strings.ReplaceAll(there.Error(), `"acme"`, `"ghost"`))
		})
	}
}

func TestTheRoleIsCheckedAgainAtAcceptance(t *testing.T) {
	t.Parallel()
	change := func(role account.Role) func(*stage.Stage) {
		return func(s *stage.Stage) {
			stage.Do(s, ada, account.ChangeRole{Team: "acme", User: "sam@acme.test", Role: role})
		}
	}
	remove := func(s *stage.Stage) { stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "sam@acme.test"}) }
	for _, c := range []struct {
		name    string
		inviter rule.Actor
		role    account.Role
		happens func(*stage.Stage)
		want    account.Role
	}{
		{"stays when nothing has happened", sam, account.Secondary, func(*stage.Stage) {}, account.Secondary},
		{"stays when the inviter became primary", sam, account.Secondary, change(account.Primary), account.Secondary},
		{"stays when the inviter became SSO admin, who appoints too", sam, account.SSO, change(account.SSO), account.SSO},
		{"falls to user when the inviter became user", sam, account.Secondary, change(account.User), account.User},
		{"falls to user when the inviter became guest", sam, account.SSO, change(account.Guest), account.User},
		{"falls to user when the inviter is gone", sam, account.Secondary, remove, account.User},
		{"of a user stays when the inviter is gone", sam, account.User, remove, account.User},
		{"of a guest stays when the inviter is gone", sam, account.Guest, remove, account.Guest},
		{"stays when the operator invited", rule.Operator, account.Secondary, func(*stage.Stage) {}, account.Secondary},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			stage.Do(s, c.inviter, account.Invite{Team: "acme", Email: "eve@acme.test", Role: c.role})
			c.happens(s)
			require.Equal(t, c.want, stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"}).Member.Role)
			s.Audit()
		})
	}
}

func TestTheRoleIsThatOfWhoSentItLast(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, sam, account.Invite{Team: "acme", Email: "eve@acme.test", Role: account.Secondary})
	stage.Do(s, ada, account.ResendInvitation{Team: "acme", Email: "eve@acme.test"})
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "sam@acme.test"})
	require.Equal(t, account.Secondary, stage.Do(s, eve, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"}).Member.Role)
	s.Audit()
}

func TestATeamSendsSoManyInvitationsADay(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, "2026-03-28T22:00:00Z", seatbook.Config{Policy: map[string]string{"invites-per-day": "3"}})
	for _, team := range []string{"acme", "beta"} {
		stage.Do(s, rule.Operator, account.CreateTeam{Team: team, Owner: "ada@acme.test", Zone: "Europe/Paris"})
	}
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "p1@acme.test"})
	stage.Refused(s, ada, rule.Conflict, account.Invite{Team: "acme", Email: "p1@acme.test"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "p2@acme.test"})
	stage.Do(s, ada, account.ResendInvitation{Team: "acme", Email: "p2@acme.test"})
	stage.Refused(s, ada, rule.Invalid, account.Invite{Team: "acme", Email: "p3@acme.test"})
	stage.Refused(s, ada, rule.Invalid, account.ResendInvitation{Team: "acme", Email: "p1@acme.test"})
	stage.Refused(s, ada, rule.Invalid, licensing.Assign{Team: "acme", Product: "maya", User: "p3@acme.test"})
	stage.Do(s, ada, account.Invite{Team: "beta", Email: "p3@acme.test"})
	s.At("2026-03-28T22:59:59Z")
	stage.Refused(s, ada, rule.Invalid, account.Invite{Team: "acme", Email: "p3@acme.test"})
	s.At("2026-03-28T23:00:00Z")
	for n := range 3 {
		stage.Do(s, ada, account.Invite{Team: "acme", Email: rule.Address(fmt.Sprintf("q%d@acme.test", n))})
	}
	stage.Refused(s, ada, rule.Invalid, account.Invite{Team: "acme", Email: "p3@acme.test"})
	s.Audit()
}

func TestAnInvitationNamesTwoHundredProductsAndGroupsAtMost(t *testing.T) {
	t.Parallel()
	s := begin(t, seatbook.Config{})
	many := func(n int) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf("g%d", i)
		}
		return list
	}
	for _, g := range many(account.MaxGranted) {
		stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: g})
	}
	stage.Refused(s, ada, rule.Invalid, account.Invite{Team: "acme", Email: "eve@acme.test", Groups: many(account.MaxGranted + 1)})
	stage.Refused(s, ada, rule.Invalid, account.Invite{Team: "acme", Email: "eve@acme.test", Products: many(account.MaxGranted + 1)})
	stage.Refused(s, ada, rule.NotFound, account.Invite{Team: "acme", Email: "eve@acme.test", Products: many(1)})
	stage.Refused(s, ada, rule.NotFound, account.Invite{Team: "acme", Email: "eve@acme.test", Groups: []string{"no-such"}})
	sent := stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test", Groups: append(many(account.MaxGranted-1), "g0")})
	require.Len(t, sent.Invitation.Groups, account.MaxGranted-1)
	s.Audit()
}
