package account

import (
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Invited counts the invitations that a team sent on one day.
type Invited struct {
	Team rule.Stream
	Day  period.Date
	Sent int
}

var invited = store.NewTable("account.invited", func(i *Invited) (string, store.Key) { return string(i.Team), "" })

// countInvite keeps a team from sending more than so many a day (ACC-6).
func countInvite(s *rule.Scope, t Team) error {
	today := period.DateOf(s.Now(), t.Location())
	count, _, err := invited.Get(s.Tx(), string(t.Handle), "")
	if err != nil {
		return err
	}
	if count.Day != today {
		count = Invited{Team: t.Handle, Day: today}
	}
	most := InvitesPerDay.Of(&s.View)
	if count.Sent >= most {
		return rule.Refusef(rule.Invalid, InvitationRule, "a team sends %d invitations a day at most", most).
			With(rule.Fig("sent", count.Sent), rule.Fig("invites-per-day", most))
	}
	count.Sent++
	return invited.Put(s.Tx(), count)
}
