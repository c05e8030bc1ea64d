package flex

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// TokenLimitNotice tells the admins that a limit is reached.
const TokenLimitNotice account.NoticeKind = "token-limit"

// spending is a charge as limits count it: at the start of its window.
type spending struct {
	team    rule.Stream
	person  rule.Person
	product string
	tokens  int64
	at      time.Time
}

// spending returns the window's charge.
func (w Window) spending() spending {
	return spending{w.Team, w.Person, w.Product, w.Rate, w.Start}
}

// subject is whose tokens they are to a limit.
func (sp spending) subject(per Scope) string {
	switch per {
	case PerPerson:
		return string(sp.person)
	case PerProduct:
		return sp.product
	case PerTeam:
	}
	return ""
}

// reached is a limit with what it counts.
type reached struct {
	Limit
	// of is whose tokens were counted.
	of   string
	span period.Interval
	used int64
}

func (r reached) figures() []rule.Figure {
	return []rule.Figure{rule.Fig("limit", r.Tokens), rule.Fig("per", string(r.Per)), rule.Fig("in", string(r.In)), rule.Fig("used", r.used)}
}

// told is the last stretch of a limit for which the admins were told.
type told struct {
	Team rule.Stream
	Per  Scope
	Of   string
	In   Stretch
	// Tokens was the limit, and Starts the beginning of the stretch.
	Tokens int64
	Starts time.Time
}

var toldLimits = store.NewTable("flex.limit-told", func(t *told) (string, store.Key) {
	return string(t.Team), limitKey(t.Per, t.Of, t.In)
})

// policyLimit returns the limit of the policy for a team that has none.
func policyLimit(v *rule.View, team rule.Stream) (Limit, bool) {
	allowed := TokenLimit.Of(v)
	return Limit{Team: team, Per: PerTeam, In: Stretch(allowed.In), Tokens: allowed.Count}, allowed.In != ""
}

// limitsOn returns the limits that a charge counts for. One of a person or product
// by name stands in the place of that of each of them.
func limitsOn(v *rule.View, sp spending) ([]Limit, error) {
	some := false
	for _, err := range limits.Scan(v.Tx(), string(sp.team), store.Part{}) {
		if err != nil {
			return nil, err
		}
		some = true
		break
	}
	if !some {
		if l, given := policyLimit(v, sp.team); given {
			return []Limit{l}, nil
		}
		return nil, nil
	}
	var list []Limit
	for _, per := range scopes {
		for _, in := range stretches {
			l, found, err := limits.Get(v.Tx(), string(sp.team), limitKey(per, sp.subject(per), in))
			if err == nil && !found && per != PerTeam {
				l, found, err = limits.Get(v.Tx(), string(sp.team), limitKey(per, "", in))
			}
			if err != nil {
				return nil, err
			}
			if found {
				list = append(list, l)
			}
		}
	}
	return list, nil
}

// eachSpent hands out every charge of a team whose window, or result, starts in a
// stretch. Held tokens count as spent.
func eachSpent(v *rule.View, team rule.Stream, span period.Interval, visit func(spending) error) error {
	for u, err := range usages.Scan(v.Tx(), string(team), store.Part{From: store.Time(span.Start), To: store.Time(span.End)}) {
		if err != nil {
			return err
		}
		if err := visit(spending{u.Team, u.Person, u.Product, u.Tokens, u.Start}); err != nil {
			return err
		}
	}
	for w, err := range windows.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		if w.Taking.IsZero() || !span.Contains(w.Start) {
			continue
		}
		if err := visit(w.spending()); err != nil {
			return err
		}
	}
	return nil
}

// counted returns the limits that a charge counts for, with what was spent in the
// stretch of its start.
func counted(v *rule.View, sp spending) ([]reached, error) {
	list, err := limitsOn(v, sp)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	team, err := account.TeamByHandle(v, sp.team)
	if err != nil {
		return nil, err
	}
	all := make([]reached, len(list))
	for i, l := range list {
		r := reached{Limit: l, of: sp.subject(l.Per), span: l.In.around(sp.at, team.Location())}
		err := eachSpent(v, sp.team, r.span, func(spent spending) error {
			if spent.subject(l.Per) == r.of {
				r.used += spent.tokens
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		v.Cite(LimitRule, r.figures()...)
		all[i] = r
	}
	return all, nil
}

// exceeded returns the first limit that a charge would exceed, nil where it
// exceeds none. Exactly the limit is allowed.
func exceeded(v *rule.View, sp spending) (*reached, error) {
	all, err := counted(v, sp)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].used+sp.tokens > all[i].Tokens {
			return &all[i], nil
		}
	}
	return nil, nil //nolint:nilnil // no limit is no error
}

// withinLimits refuses a charge that would exceed a limit, with the figures
// (FLX-15).
func withinLimits(s *rule.Scope, sp spending) error {
	r, err := exceeded(&s.View, sp)
	if err != nil || r == nil {
		return err
	}
	whose := "the team"
	switch r.Per {
	case PerPerson:
		whose = "the person"
	case PerProduct:
		whose = sp.product
	case PerTeam:
	}
	return rule.Refusef(rule.TokenLimit, LimitRule, "%d tokens are needed, and of the %d that are allowed to %s in a %s %d are used", sp.tokens, r.Tokens, whose, r.In, r.used).
		With(append(r.figures(), rule.Fig("rate", sp.tokens), rule.Fig("until", r.span.End))...).To("admin")
}

// tellLimits tells the admins of each limit of which too little is left for the
// same charge again, once per stretch and limit. A refused launch keeps nothing,
// so it is the last one that fits which tells.
func tellLimits(s *rule.Scope, sp spending) error {
	all, err := counted(&s.View, sp)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.used+sp.tokens <= r.Tokens {
			continue
		}
		if err := r.tell(s, sp); err != nil {
			return err
		}
	}
	return nil
}

// tell tells the admins, where they were not told of it in the same stretch.
func (r reached) tell(s *rule.Scope, sp spending) error {
	before, found, err := toldLimits.Get(s.Tx(), string(r.Team), limitKey(r.Per, r.of, r.In))
	if err != nil || found && before.Tokens == r.Tokens && !before.Starts.Before(r.span.Start) {
		return err
	}
	if err := toldLimits.Put(s.Tx(), told{r.Team, r.Per, r.of, r.In, r.Tokens, r.span.Start}); err != nil {
		return err
	}
	l, err := r.letter(&s.View, sp)
	if err != nil {
		return err
	}
	return account.TellAdmins(s, l)
}

func (r reached) letter(v *rule.View, sp spending) (account.Letter, error) {
	l := letter(TokenLimitNotice, r.Team, "limit", r.Tokens)
	l.Facts["used"], l.Facts["in"], l.Facts["per"] = rule.Show(r.used), string(r.In), string(r.Per)
	l.Facts["of"], l.Facts["closed"] = "", ""
	switch r.Per {
	case PerPerson:
		email, err := account.EmailOf(v, sp.person)
		l.Facts["of"] = email
		return l, err
	case PerProduct:
		l.Facts["of"] = sp.product
	case PerTeam:
	}
	return l, nil
}

// endAll ends sessions whose next window would exceed the limit, as too few tokens
// do (FLX-6). The person is told, and the admins where they were not yet.
func (r reached) endAll(s *rule.Scope, open []Session, sp spending) error {
	if err := endAll(s, open); err != nil {
		return err
	}
	if err := r.tell(s, sp); err != nil {
		return err
	}
	l, err := r.letter(&s.View, sp)
	if err != nil {
		return err
	}
	l.Facts["closed"] = sp.product
	return account.Tell(s, l, sp.person)
}
