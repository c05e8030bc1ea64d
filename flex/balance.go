package flex

import (
	"cmp"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
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
	// Complimentary packs were given and cannot be moved (FLX-10).
	Complimentary bool `json:"complimentary"`
}

// Shown returns the pack as results show it.
func (p Pack) Shown() PackShown {
	return PackShown{ID: p.ID, Team: string(p.Team), Tokens: p.Tokens, Left: p.Left, Expires: p.Ends, Complimentary: p.Complimentary}
}

// Balance is a team's tokens. What was bought is always the sum of what is used,
// left, held and ended. A pack that was moved counts in the team that has it.
type Balance struct {
	// Bought is the size of all packs, of those that have ended too.
	Bought int64 `json:"bought"`
	Used   int64 `json:"used"`
	// Left can be taken; Held waits for short runs to become long ones.
	Left int64 `json:"left"`
	Held int64 `json:"held"`
	// Ended is what was left of packs at their end.
	Ended int64 `json:"ended"`
	// Low is whether what is left and held is at or under the share low-balance of
	// the live packs' size. No pack is no low balance.
	Low bool `json:"low"`
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

// Answer adds up the packs, and lists those that have not ended (FLX-12).
func (q BalanceQuery) Answer(v *rule.View) (Balance, error) {
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return Balance{}, err
	}
	b := Balance{Packs: []PackShown{}}
	alert := ExpiryAlert.Of(v).After(v.Now(), team.Location())
	var live []Pack
	for p, err := range packs.Scan(v.Tx(), q.Team, store.Part{}) {
		if err != nil {
			return b, err
		}
		b.Bought, b.Used, b.Held, b.Ended = b.Bought+p.Tokens, b.Used+p.Used, b.Held+p.Held, b.Ended+p.Lost
		if !p.Ended {
			live = append(live, p)
		}
	}
	slices.SortStableFunc(live, compareUse)
	for _, p := range live {
		b.Left += p.Left
		if !p.Ends.After(alert) {
			b.Expiring += p.Left
		}
		b.Packs = append(b.Packs, p.Shown())
	}
	w, err := walletOf(v, team.Handle)
	if err != nil {
		return b, err
	}
	b.Low = w.low(v)
	v.Cite(PackRule)
	v.Cite(UsageRule, rule.Fig("bought", b.Bought), rule.Fig("left", b.Left), rule.Fig("held", b.Held), rule.Fig("expiring", b.Expiring), rule.Fig("low", b.Low))
	return b, nil
}

// compareUse orders packs as their tokens are taken (FLX-2).
func compareUse(x, y Pack) int {
	return cmp.Or(x.Ends.Compare(y.Ends), cmp.Compare(x.Tokens, y.Tokens), x.Bought.Compare(y.Bought), rule.CompareIDs(x.ID, y.ID))
}
