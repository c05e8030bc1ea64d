package flex

import (
	"cmp"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// PackShown is a pack as results show it.
type PackShown struct {
	ID      string    `json:"id"`
	Team    string    `json:"team"`
	Tokens  int64     `json:"tokens"`
	Left    int64     `json:"left"`
	Expires time.Time `json:"expires"`
}

// Shown returns the pack as results show it.
func (p Pack) Shown() PackShown {
	return PackShown{ID: p.ID, Team: string(p.Team), Tokens: p.Tokens, Left: p.Left, Expires: p.Ends}
}

// Balance is a team's tokens.
type Balance struct {
	// Left can be taken; Held waits for short runs to become long ones.
	Left int64 `json:"left"`
	Held int64 `json:"held"`
	// Packs are those that have not ended, in the order in which they are used.
	Packs []PackShown `json:"packs"`
	// Expiring is how many of those left end within the days of expiry-alert.
	Expiring int64 `json:"expiring"`
}

// BalanceQuery asks for a team's tokens.
type BalanceQuery struct {
	Team string `json:"team"`
}

// About names the team.
func (q BalanceQuery) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, q.Team) }

// Answer adds up the packs that have not ended (FLX-12).
func (q BalanceQuery) Answer(v *rule.View) (Balance, error) {
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return Balance{}, err
	}
	b := Balance{Packs: []PackShown{}}
	alert := ExpiryAlert.Of(v).After(v.Now(), team.Location())
	var live []Pack
	for p, err := range inOrder.Scan(v.Tx(), q.Team, store.Part{}) {
		if err != nil {
			return b, err
		}
		live = append(live, p)
	}
	slices.SortStableFunc(live, compareUse)
	for _, p := range live {
		b.Left += p.Left
		b.Held += p.Held
		if !p.Ends.After(alert) {
			b.Expiring += p.Left
		}
		b.Packs = append(b.Packs, p.Shown())
	}
	v.Cite(PackRule)
	v.Cite(UsageRule, rule.Fig("left", b.Left), rule.Fig("held", b.Held), rule.Fig("expiring", b.Expiring))
	return b, nil
}

// compareUse orders packs as their tokens are taken (FLX-2).
func compareUse(x, y Pack) int {
	return cmp.Or(x.Ends.Compare(y.Ends), cmp.Compare(x.Tokens, y.Tokens), x.Bought.Compare(y.Bought), rule.CompareIDs(x.ID, y.ID))
}

// UsageQuery lists the tokens used in a team from one instant on and before
// another, by day, person and product.
type UsageQuery struct {
	Team string    `json:"team"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// UsageShown is the usage of one person in one product on one day.
type UsageShown struct {
	Day     period.Date `json:"day"`
	User    string      `json:"user"`
	Product string      `json:"product"`
	// Result is what a cloud service was asked for; empty for a day's use.
	Result string `json:"result"`
	Tokens int64  `json:"tokens"`
}

// About names the team.
func (q UsageQuery) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, q.Team) }

// MaxUsageSpan is the longest stretch that usage is asked for at once.
var MaxUsageSpan = period.Span{Years: 10}

// Answer adds up the runs by the day of their window's start (FLX-12).
func (q UsageQuery) Answer(v *rule.View) ([]UsageShown, error) {
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	if q.To.Before(q.From) || q.To.After(MaxUsageSpan.After(q.From, team.Location())) {
		return nil, rule.Refusef(rule.Invalid, UsageRule, "usage is asked for from an instant to a later one, %s at most", MaxUsageSpan)
	}
	v.Cite(UsageRule, rule.Fig("zone", string(team.Zone)))
	list := []UsageShown{}
	at := map[UsageShown]int{}
	for u, err := range usages.Scan(v.Tx(), q.Team, store.Part{From: store.Time(q.From), To: store.Time(q.To)}) {
		if err != nil {
			return nil, err
		}
		email, err := account.EmailOf(v, u.Person)
		if err != nil {
			return nil, err
		}
		row := UsageShown{Day: period.DateOf(u.Start, team.Location()), User: email, Product: u.Product, Result: u.Result}
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
