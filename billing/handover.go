package billing

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// HandOver hands what a purchaser bought for a team, subscriptions and packs,
// with the invoices of it, to another admin. Payment methods do not go along.
type HandOver struct {
	Team string       `json:"team"`
	To   rule.Address `json:"to"`
	// From is whose purchases they are: without it, the actor's.
	From rule.Address `json:"from,omitempty"`
}

// HandedOver is the result of [HandOver].
type HandedOver struct {
	From          string `json:"from"`
	To            string `json:"to"`
	Subscriptions int    `json:"subscriptions"`
	Packs         int    `json:"packs"`
}

func (c HandOver) from(v *rule.View) (rule.Person, error) {
	if c.From == "" {
		if v.Actor().IsOperator() {
			return "", rule.Refuse(rule.Invalid, account.PurchaserRule, "the operator names whose purchases are handed over")
		}
		return v.Actor().Person(), nil
	}
	_, _, person, err := c.From.Parts()
	return person, err
}

// About names the team, both people, and the purchaser as owner, where they are one.
func (c HandOver) About(v *rule.View) (rule.Subject, error) {
	from, err := c.from(v)
	if err != nil {
		return rule.Subject{}, err
	}
	if _, _, _, err := c.To.Parts(); err != nil {
		return rule.Subject{}, err
	}
	theirs, err := account.Concerns(v, from)
	if err != nil {
		return rule.Subject{}, err
	}
	others, err := account.Concerns(v, c.To.Person())
	if err != nil {
		return rule.Subject{}, err
	}
	subject, err := account.AboutTeam(v, c.Team, append(theirs, others...)...)
	if err != nil {
		return subject, err
	}
	buys, err := purchases{}.IsPurchaser(v, subject.Team, from)
	if buys {
		subject.Owner = from
	}
	return subject, err
}

// Do hands over (ACC-5).
func (c HandOver) Do(s *rule.Scope) (HandedOver, error) {
	none := HandedOver{}
	from, err := c.from(&s.View)
	if err != nil {
		return none, err
	}
	to, err := c.admin(s, from)
	if err != nil {
		return none, err
	}
	team, err := account.TeamByHandle(&s.View, rule.Stream(c.Team))
	if err != nil {
		return none, err
	}
	list, err := boughtBy(&s.View, team.Handle, from)
	if err != nil {
		return none, err
	}
	if err := payable(s, team, to, list); err != nil {
		return none, err
	}
	for _, sub := range list {
		if err := sub.handOver(s, to); err != nil {
			return none, err
		}
	}
	result := HandedOver{Subscriptions: len(list)}
	if result.Packs, err = flex.HandOver(s, team.Handle, from, to); err != nil {
		return none, err
	}
	s.Cite(account.PurchaserRule, rule.Fig("subscriptions", result.Subscriptions), rule.Fig("packs", result.Packs))
	if err := handPapers(s, team.Handle, from, to); err != nil {
		return none, err
	}
	if result.From, err = account.EmailOf(&s.View, from); err != nil {
		return none, err
	}
	result.To, err = account.EmailOf(&s.View, to)
	return result, err
}

// admin returns to whom the purchases go: another person, who is an admin of
// the team.
func (c HandOver) admin(s *rule.Scope, from rule.Person) (rule.Person, error) {
	_, email, to, err := c.To.Parts()
	if err != nil {
		return "", err
	}
	m, in, err := account.MemberOf(&s.View, rule.Stream(c.Team), to)
	switch {
	case err != nil:
		return "", err
	case !in:
		return "", rule.Missing("member", email)
	case to == from:
		return "", rule.Refuse(rule.Invalid, account.PurchaserRule, "the purchases are theirs already")
	case !m.Role.Admin():
		return "", rule.Refusef(rule.Invalid, account.PurchaserRule, "purchases are handed to an admin of the team, and the member is %s", m.Role).
			With(rule.Fig("role", string(m.Role)))
	}
	buys, err := purchases{}.IsPurchaser(&s.View, m.Team, from)
	if err == nil && !buys {
		err = rule.Refuse(rule.Invalid, account.PurchaserRule, "who hands over has bought something for the team")
	}
	return to, err
}

// boughtBy returns the subscriptions of a purchaser in a team.
func boughtBy(v *rule.View, team rule.Stream, person rule.Person) ([]Subscription, error) {
	var list []Subscription
	for sub, err := range subscriptionsOf.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return nil, err
		}
		list = append(list, sub)
	}
	return list, nil
}

// payable refuses to hand over what could not be paid any more: an order waits
// for its payment, or a subscription renews itself and the new purchaser has no
// method to renew it with.
func payable(s *rule.Scope, team account.Team, to rule.Person, list []Subscription) error {
	renewing := 0
	for _, sub := range list {
		if sub.Pending != "" {
			return rule.Refusef(rule.Conflict, account.PurchaserRule, "the order %s waits for its payment", sub.Pending)
		}
		switch sub.StatusAt(&s.View, team.Location()) {
		case Active, Expired, Suspended:
			if sub.AutoRenew {
				renewing++
			}
		case Ended, Cancelled, Upgraded, Returned:
		}
	}
	if renewing == 0 {
		return nil
	}
	_, found, err := defaultMethodOf(&s.View, to, team.Handle)
	if err == nil && !found {
		err = rule.Refusef(rule.Invalid, account.PurchaserRule, "%d subscriptions renew themselves, and the new purchaser has no default payment method for the team", renewing).
			With(rule.Fig("renewing", renewing))
	}
	return err
}

// defaultMethodOf returns the person's default payment method, and whether it
// can be used for a team.
func defaultMethodOf(v *rule.View, person rule.Person, team rule.Stream) (Method, bool, error) {
	m, err := methodFor(v, person, team, "")
	if rule.AsRefusal(err) != nil {
		return m, false, nil
	}
	return m, err == nil, err
}

// handOver gives the subscription to another purchaser, whose default method
// pays for it from now on: a renewal that was declined is tried again with that.
func (s Subscription) handOver(sc *rule.Scope, to rule.Person) error {
	s.Purchaser, s.Method = to, ""
	if s.Renewing != "" {
		o, err := orderByID(&sc.View, s.Renewing)
		if err != nil {
			return err
		}
		o.Purchaser, o.Method = to, ""
		if err := orders.Put(sc.Tx(), o); err != nil {
			return err
		}
	}
	return s.put(sc)
}

// handPapers gives the invoices and credit memos to the new purchaser, in whose
// care they are now; nothing that they say changes. The payers whom the former
// purchaser appointed are so no more.
func handPapers(s *rule.Scope, team rule.Stream, from, to rule.Person) error {
	var papers []Invoice
	for i, err := range invoicesOf.Scan(s.Tx(), string(team), store.Part{Prefix: store.String(from)}) {
		if err != nil {
			return err
		}
		papers = append(papers, i)
	}
	for _, i := range papers {
		i.Purchaser = to
		if err := invoices.Put(s.Tx(), i); err != nil {
			return err
		}
	}
	var credits []Memo
	for m, err := range memos.Scan(s.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		if m.Purchaser == from {
			credits = append(credits, m)
		}
	}
	for _, m := range credits {
		m.Purchaser = to
		if err := memos.Put(s.Tx(), m); err != nil {
			return err
		}
	}
	appointed, err := payersOf(&s.View, team, from)
	if err != nil {
		return err
	}
	for _, p := range appointed {
		if err := dropPayer(s, p); err != nil {
			return err
		}
	}
	return nil
}
