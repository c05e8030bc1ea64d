package billing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Payer is a member of a team whom a purchaser lets see their invoices there.
type Payer struct {
	Team      rule.Stream
	Purchaser rule.Person
	Person    rule.Person
	Since     time.Time
}

var payers = store.NewTable("billing.payer", func(p *Payer) (string, store.Key) {
	return string(p.Team), store.String(p.Purchaser) + store.String(p.Person)
})

var payersFor = payers.Index("payer", func(p *Payer) (store.Key, bool) { return store.String(p.Person), true })

// payersOf returns whom a purchaser appointed, in the order of their identifiers.
func payersOf(v *rule.View, team rule.Stream, purchaser rule.Person) ([]Payer, error) {
	var list []Payer
	for p, err := range payers.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(purchaser)}) {
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// appointing returns who appointed a person payer, in the order of their identifiers.
func appointing(v *rule.View, team rule.Stream, person rule.Person) ([]Payer, error) {
	var list []Payer
	for p, err := range payersFor.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// IsPayer implements [account.Purchases].
func (purchases) IsPayer(v *rule.View, team rule.Stream, person rule.Person) (bool, error) {
	return payersFor.Has(v.Tx(), string(team), store.String(person))
}

// Paying implements [account.Purchases]. It reads one row for each of them, and
// not one for everything that they bought.
func (purchases) Paying(v *rule.View, team rule.Stream) ([]rule.Person, error) {
	list, err := distinct(v, team, subscriptionsOf, func(s Subscription) rule.Person { return s.Purchaser })
	if err != nil {
		return nil, err
	}
	invoiced, err := distinct(v, team, invoicesOf, func(i Invoice) rule.Person { return i.Purchaser })
	if err != nil {
		return nil, err
	}
	list = append(list, invoiced...)
	for p, err := range payersFor.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return nil, err
		}
		list = append(list, p.Person)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// distinct returns the people by whom an index begins, each once: behind the first
// row of each it goes on with the next.
func distinct[V any](v *rule.View, team rule.Stream, ix *store.Index[V], person func(V) rule.Person) ([]rule.Person, error) {
	var list []rule.Person
	part := store.Part{Limit: 1}
	for more := true; more; {
		more = false
		for row, err := range ix.Scan(v.Tx(), string(team), part) {
			if err != nil {
				return nil, err
			}
			list, more = append(list, person(row)), true
			part.From = store.String(person(row)) + "\xff"
		}
	}
	return list, nil
}

func dropPayer(s *rule.Scope, p Payer) error {
	return payers.Delete(s.Tx(), string(p.Team), store.String(p.Purchaser)+store.String(p.Person))
}

// dropPayers ends the appointments of who leaves a team: those they made, and
// those they had (ACC-9).
func dropPayers(s *rule.Scope, left account.MemberLeft) error {
	made, err := payersOf(&s.View, left.Member.Team, left.Member.Person)
	if err != nil {
		return err
	}
	had, err := appointing(&s.View, left.Member.Team, left.Member.Person)
	if err != nil {
		return err
	}
	for _, p := range append(made, had...) {
		if err := dropPayer(s, p); err != nil {
			return err
		}
	}
	return nil
}

// removals answers what account asks about a person who is to be removed.
type removals struct{}

// Removes implements [account.Removals].
func (removals) Removes(v *rule.View, team rule.Stream, person rule.Person) ([]account.Ending, error) {
	made, err := payersOf(v, team, person)
	if err != nil {
		return nil, err
	}
	had, err := appointing(v, team, person)
	if err != nil {
		return nil, err
	}
	var ends []account.Ending
	for _, p := range append(made, had...) {
		name, err := account.EmailOf(v, p.Person)
		if err != nil {
			return nil, err
		}
		by, err := account.EmailOf(v, p.Purchaser)
		if err != nil {
			return nil, err
		}
		ends = append(ends, account.Ending{What: "payer", Name: name, Source: "appointed", From: by})
	}
	return ends, nil
}

// AppointPayer lets a member see and pay the invoices of a purchaser.
type AppointPayer struct {
	// Team can be left out by who is purchaser in one team alone.
	Team string       `json:"team,omitempty"`
	User rule.Address `json:"user"`
	// Purchaser is whose payer it is where the operator appoints.
	Purchaser rule.Address `json:"purchaser,omitempty"`
}

// PayerShown is an appointment as results show it.
type PayerShown struct {
	Team      string    `json:"team"`
	User      string    `json:"user"`
	Purchaser string    `json:"purchaser"`
	Since     time.Time `json:"since"`
}

// PayerResult is the result of [AppointPayer].
type PayerResult struct {
	Payer PayerShown `json:"payer"`
}

// purchaser returns whose payers a command is about, and in which team.
func (c AppointPayer) purchaser(v *rule.View) (team rule.Stream, person rule.Person, err error) {
	person = v.Actor().Person()
	if c.Purchaser != "" {
		if _, _, person, err = c.Purchaser.Parts(); err != nil {
			return "", "", err
		}
	}
	if v.Actor().IsOperator() && person == "" {
		return "", "", rule.Refuse(rule.Invalid, account.PurchaserRule, "the operator names the purchaser whose payer it is")
	}
	if c.Team != "" {
		return rule.Stream(c.Team), person, nil
	}
	teams, err := account.TeamsOf(v, v.Actor().Person())
	if err != nil {
		return "", "", err
	}
	for _, t := range teams {
		buys, err := purchases{}.IsPurchaser(v, t, person)
		switch {
		case err != nil:
			return "", "", err
		case buys && team != "":
			return "", "", rule.Refuse(rule.Invalid, account.PurchaserRule, "you are purchaser in several teams, so one must be named")
		case buys:
			team = t
		}
	}
	if team == "" {
		return "", "", rule.Refuse(rule.Invalid, account.PurchaserRule, "name the team: you are purchaser in none")
	}
	return team, person, nil
}

// About names the team, the member, and the purchaser as owner, where they are one.
func (c AppointPayer) About(v *rule.View) (rule.Subject, error) {
	team, person, err := c.purchaser(v)
	if err != nil {
		return rule.Subject{}, err
	}
	subject, err := account.AboutMember(v, string(team), c.User)
	if err != nil {
		return subject, err
	}
	subject.Person = ""
	if actor := v.Actor().Person(); c.Team == "" && actor != "" {
		streams, err := account.Concerns(v, actor)
		if err != nil {
			return subject, err
		}
		subject.Touches = append(subject.Touches, slices.DeleteFunc(streams, func(s rule.Stream) bool { return slices.Contains(subject.Touches, s) })...)
	}
	buys, err := purchases{}.IsPurchaser(v, team, person)
	if buys {
		subject.Owner = person
	}
	return subject, err
}

// load returns the appointment as it is or would be, and whether it is made already.
func (c AppointPayer) load(s *rule.Scope) (Payer, bool, error) {
	team, purchaser, err := c.purchaser(&s.View)
	if err != nil {
		return Payer{}, false, err
	}
	_, email, person, err := c.User.Parts()
	if err != nil {
		return Payer{}, false, err
	}
	if _, in, err := account.MemberOf(&s.View, team, person); err != nil {
		return Payer{}, false, err
	} else if !in {
		return Payer{}, false, rule.Missing("member", email)
	}
	p, made, err := payers.Get(s.Tx(), string(team), store.String(purchaser)+store.String(person))
	if !made {
		p = Payer{Team: team, Purchaser: purchaser, Person: person, Since: s.Now()}
	}
	return p, made, err
}

// Do appoints (ACC-5). Who is payer already stays so.
func (c AppointPayer) Do(s *rule.Scope) (PayerResult, error) {
	p, made, err := c.load(s)
	if err != nil {
		return PayerResult{}, err
	}
	if made {
		s.Cite(account.PurchaserRule, rule.Fig("since", p.Since))
		return p.shown(&s.View)
	}
	if buys, err := (purchases{}).IsPurchaser(&s.View, p.Team, p.Purchaser); err != nil {
		return PayerResult{}, err
	} else if !buys {
		return PayerResult{}, rule.Refuse(rule.Invalid, account.PurchaserRule, "who appoints payers has bought something for the team")
	}
	if p.Person == p.Purchaser {
		return PayerResult{}, rule.Refuse(rule.Invalid, account.PurchaserRule, "the purchaser sees and pays the invoices as it is")
	}
	list, err := payersOf(&s.View, p.Team, p.Purchaser)
	if err != nil {
		return PayerResult{}, err
	}
	most := account.Payers.Of(&s.View)
	s.Cite(account.PurchaserRule, rule.Fig("payers", len(list)), rule.Fig("most", most))
	if len(list) >= most {
		return PayerResult{}, rule.Refusef(rule.Conflict, account.PurchaserRule, "a purchaser has %d payers in a team at most", most).
			With(rule.Fig("appointed", len(list)), rule.Fig("payers", most))
	}
	if err := payers.Put(s.Tx(), p); err != nil {
		return PayerResult{}, err
	}
	return p.shown(&s.View)
}

func (p Payer) shown(v *rule.View) (PayerResult, error) {
	shown := PayerShown{Team: string(p.Team), Since: p.Since}
	var err error
	if shown.User, err = account.EmailOf(v, p.Person); err != nil {
		return PayerResult{}, err
	}
	shown.Purchaser, err = account.EmailOf(v, p.Purchaser)
	return PayerResult{shown}, err
}

// DismissPayer ends an appointment.
type DismissPayer struct {
	Team      string       `json:"team,omitempty"`
	User      rule.Address `json:"user"`
	Purchaser rule.Address `json:"purchaser,omitempty"`
}

// About names the team, the member and the purchaser.
func (c DismissPayer) About(v *rule.View) (rule.Subject, error) { return AppointPayer(c).About(v) }

// Do dismisses (ACC-5).
func (c DismissPayer) Do(s *rule.Scope) (account.Nothing, error) {
	p, made, err := AppointPayer(c).load(s)
	if err != nil {
		return account.Nothing{}, err
	}
	if !made {
		return account.Nothing{}, rule.Missing("payer", string(c.User))
	}
	s.Cite(account.PurchaserRule, rule.Fig("since", p.Since))
	return account.Nothing{}, dropPayer(s, p)
}

// sees reports whose invoices the actor sees in a team: their own, and those of
// who appointed them payer.
func sees(v *rule.View, team rule.Stream) (map[rule.Person]bool, error) {
	seen := map[rule.Person]bool{v.Actor().Person(): true}
	list, err := appointing(v, team, v.Actor().Person())
	for _, p := range list {
		seen[p.Purchaser] = true
	}
	return seen, err
}
