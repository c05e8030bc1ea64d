package flex

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// UsageQuery lists the tokens used in a team from one instant on and before
// another, by day, person, product and release, as they came. [TokenUsageQuery]
// has the same with totals and in pages.
type UsageQuery struct {
	Team string    `json:"team"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// UsageShown is the usage of one person in one release of a product on one day.
type UsageShown struct {
	Day period.Date `json:"day"`
	// User is the address, or a sign where the team hides people.
	User    string `json:"user"`
	Product string `json:"product"`
	// Release is the one that opened the window, empty where none was named.
	Release string `json:"release"`
	// Result is what a cloud service was asked for; empty for a day's use.
	Result string `json:"result"`
	Tokens int64  `json:"tokens"`
}

// About names the team.
func (q UsageQuery) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, q.Team) }

// Answer adds up the runs by the day of their window's start (FLX-12).
func (q UsageQuery) Answer(v *rule.View) ([]UsageShown, error) {
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	if err := account.CheckPeriod(UsageRule, team.Location(), q.From, q.To); err != nil {
		return nil, err
	}
	names, err := account.NamesIn(v, team.Handle)
	if err != nil {
		return nil, err
	}
	v.Cite(UsageRule, rule.Fig("zone", string(team.Zone)))
	list := []UsageShown{}
	at := map[UsageShown]int{}
	for u, err := range usages.Scan(v.Tx(), q.Team, store.Part{From: store.Time(q.From), To: store.Time(q.To)}) {
		if err != nil {
			return nil, err
		}
		user, err := names.Of(u.Person)
		if err != nil {
			return nil, err
		}
		row := UsageShown{Day: period.DateOf(u.Start, team.Location()), User: user, Product: u.Product, Release: u.Release, Result: u.Result}
		i, known := at[row]
		if !known {
			i = len(list)
			at[row] = i
			list = append(list, row)
		}
		list[i].Tokens += u.Tokens
	}
	return list, nil
}
