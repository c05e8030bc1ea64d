package flex

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Scope says whose tokens a limit counts.
type Scope string

// The scopes of limits.
const (
	PerPerson  Scope = "person"
	PerProduct Scope = "product"
	PerTeam    Scope = "team"
)

var scopes = []Scope{PerPerson, PerProduct, PerTeam}

// Words returns the words a scope is written with.
func (Scope) Words() []string { return account.Words(scopes) }

// UnmarshalText takes one of the words.
func (p *Scope) UnmarshalText(text []byte) error { return account.OneOf(p, Scope(text), scopes) }

// Stretch is the stretch of time in which a limit counts.
type Stretch string

// The stretches of limits. Weeks begin on Monday.
const (
	Day   Stretch = "day"
	Week  Stretch = "week"
	Month Stretch = "month"
)

var stretches = []Stretch{Day, Week, Month}

// Words returns the words a stretch is written with.
func (Stretch) Words() []string { return account.Words(stretches) }

// UnmarshalText takes one of the words.
func (st *Stretch) UnmarshalText(text []byte) error {
	return account.OneOf(st, Stretch(text), stretches)
}

// around returns the stretch that an instant lies in, in a zone.
func (st Stretch) around(at time.Time, zone *time.Location) period.Interval {
	first := period.DateOf(at, zone)
	var next period.Date
	switch st {
	case Week:
		const daysOfWeek = 7
		first = first.AddDays(-(int(first.Weekday()) + daysOfWeek - int(time.Monday)) % daysOfWeek)
		next = first.AddDays(daysOfWeek)
	case Month:
		first.Day = 1
		next = first.AddMonths(1)
	case Day:
		next = first.AddDays(1)
	}
	return period.Interval{Start: first.In(zone).UTC(), End: next.In(zone).UTC()}
}

// Limit is the most tokens that a person, a product or the team may use in a
// day, week or month (FLX-15).
type Limit struct {
	Team rule.Stream
	Per  Scope
	// Of is the person or the product; empty where each of them is meant, and for
	// the team.
	Of     string
	In     Stretch
	Tokens int64
}

var limits = store.NewTable("flex.limit", func(l *Limit) (string, store.Key) {
	return string(l.Team), limitKey(l.Per, l.Of, l.In)
})

func limitKey(per Scope, of string, in Stretch) store.Key {
	return store.String(per) + store.String(of) + store.String(in)
}

// SetLimit sets how many tokens a person, a product or the team may use in a day,
// week or month. Without a person or a product it holds for each of them that has
// no limit of its own for that stretch.
type SetLimit struct {
	Team    string       `json:"team"`
	Per     Scope        `json:"per"`
	User    rule.Address `json:"user,omitempty"`
	Product string       `json:"product,omitempty"`
	In      Stretch      `json:"in"`
	// Tokens is the limit; left out, there is none any more.
	Tokens *int64 `json:"tokens,omitempty"`
}

// LimitShown is a limit as results show it.
type LimitShown struct {
	Per     Scope   `json:"per"`
	User    string  `json:"user"`
	Product string  `json:"product"`
	In      Stretch `json:"in"`
	// Tokens is the limit, null where there is none.
	Tokens *int64 `json:"tokens"`
	// Used is what counts now; where each person or product is meant, the most that
	// any of them used.
	Used int64 `json:"used"`
	// Starts and Ends are the stretch that is counted now.
	Starts time.Time `json:"starts"`
	Ends   time.Time `json:"ends"`
	// Default is set for the limit of the policy, where the team has none.
	Default bool `json:"default"`
}

// LimitResult is the result of [SetLimit].
type LimitResult struct {
	Limit LimitShown `json:"limit"`
}

// About names the team, and the person where one is limited.
func (c SetLimit) About(v *rule.View) (rule.Subject, error) {
	if c.User != "" {
		return account.AboutMember(v, c.Team, c.User)
	}
	return account.AboutTeam(v, c.Team)
}

// Do sets the limit, or takes it away. What was used already counts.
func (c SetLimit) Do(s *rule.Scope) (LimitResult, error) {
	l, err := c.limit(&s.View)
	if err != nil {
		return LimitResult{}, err
	}
	if c.Tokens == nil {
		s.Cite(LimitRule, rule.Fig("per", string(l.Per)), rule.Fig("limit", "none"))
		err = limits.Delete(s.Tx(), c.Team, limitKey(l.Per, l.Of, l.In))
	} else {
		l.Tokens = *c.Tokens
		s.Cite(LimitRule, rule.Fig("per", string(l.Per)), rule.Fig("limit", l.Tokens), rule.Fig("in", string(l.In)))
		err = limits.Put(s.Tx(), l)
	}
	if err != nil {
		return LimitResult{}, err
	}
	shown, err := l.shown(&s.View)
	if c.Tokens == nil {
		shown.Tokens = nil
	}
	return LimitResult{shown}, err
}

// limit checks what is named, and returns the limit without its figure.
func (c SetLimit) limit(v *rule.View) (Limit, error) {
	l := Limit{Team: rule.Stream(c.Team), Per: c.Per, In: c.In}
	switch {
	case c.User != "" && c.Per != PerPerson, c.Product != "" && c.Per != PerProduct:
		return l, rule.Refusef(rule.Invalid, LimitRule, "a limit per %s names a person or a product only where it is one of theirs", c.Per)
	case c.Tokens != nil && (*c.Tokens < 0 || *c.Tokens > rule.MaxQuota):
		return l, rule.Refusef(rule.Invalid, LimitRule, "a limit is 0 to %d tokens, not %d", rule.MaxQuota, *c.Tokens)
	case c.User != "":
		l.Of = string(c.User.Person())
		return l, c.checkPerson(v)
	case c.Product != "":
		p, err := licensing.ProductOf(v, c.Product)
		if err != nil {
			return l, err
		}
		l.Of = p.ID
		if !p.OnFlex(v.Now()) {
			return l, rule.Refusef(rule.Invalid, LimitRule, "%s uses no tokens", p.ID)
		}
	}
	return l, nil
}

// checkPerson refuses to limit who is not in the team. The limit of somebody who
// has left can be taken away.
func (c SetLimit) checkPerson(v *rule.View) error {
	_, there, err := account.MemberOf(v, rule.Stream(c.Team), c.User.Person())
	if err == nil && !there && c.Tokens == nil {
		_, there, err = account.PersonByID(v, c.User.Person())
	}
	if err == nil && !there {
		err = rule.Missing("person", string(c.User))
	}
	return err
}

// shown returns the limit with what counts now.
func (l Limit) shown(v *rule.View) (LimitShown, error) {
	team, err := account.TeamByHandle(v, l.Team)
	if err != nil {
		return LimitShown{}, err
	}
	span := l.In.around(v.Now(), team.Location())
	shown := LimitShown{Per: l.Per, In: l.In, Tokens: &l.Tokens, Starts: span.Start, Ends: span.End}
	switch l.Per {
	case PerPerson:
		if shown.User, err = account.EmailOf(v, rule.Person(l.Of)); err != nil {
			return shown, err
		}
	case PerProduct:
		shown.Product = l.Of
	case PerTeam:
	}
	shown.Used, err = l.most(v, span)
	return shown, err
}

// most returns the most that any person or product a limit is for used in a
// stretch, among those without one of their own.
func (l Limit) most(v *rule.View, span period.Interval) (int64, error) {
	sums, most := map[string]int64{}, int64(0)
	err := eachSpent(v, l.Team, span, func(spent spending) error {
		of := spent.subject(l.Per)
		if l.Of != "" && l.Of != of {
			return nil
		}
		if l.Of == "" && l.Per != PerTeam {
			if _, own, err := limits.Get(v.Tx(), string(l.Team), limitKey(l.Per, of, l.In)); err != nil || own {
				return err
			}
		}
		sums[of] += spent.tokens
		most = max(most, sums[of])
		return nil
	})
	return most, err
}

// LimitsQuery lists the limits of a team.
type LimitsQuery struct {
	Team string `json:"team"`
}

// About names the team.
func (q LimitsQuery) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, q.Team) }

// Answer lists them: those of persons, of products and of the team, and that of
// the policy where there is none (FLX-15).
func (q LimitsQuery) Answer(v *rule.View) ([]LimitShown, error) {
	v.Cite(LimitRule)
	list := []LimitShown{}
	var all []Limit
	for l, err := range limits.Scan(v.Tx(), q.Team, store.Part{}) {
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	byPolicy, some := policyLimit(v, rule.Stream(q.Team))
	if len(all) == 0 && some {
		all = append(all, byPolicy)
	}
	slices.SortStableFunc(all, func(a, b Limit) int { return slices.Index(scopes, a.Per) - slices.Index(scopes, b.Per) })
	for _, l := range all {
		shown, err := l.shown(v)
		if err != nil {
			return nil, err
		}
		shown.Default = l == byPolicy && some
		list = append(list, shown)
	}
	return list, nil
}
