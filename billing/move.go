package billing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// moved tells where a subscription went from the team whose stream its identifier
// names.
type moved struct {
	From rule.Stream
	ID   string
	To   rule.Stream
}

var movedSubscriptions = store.NewTable("billing.moved", func(m *moved) (string, store.Key) { return string(m.From), store.String(m.ID) })

// whereabouts returns the team that a subscription is in or was never moved from,
// and the one that its identifier names.
func whereabouts(v *rule.View, id string) (team, origin rule.Stream, err error) {
	origin, ok := rule.StreamOfID("sub", id)
	if !ok {
		return "", "", rule.Missing("subscription", id)
	}
	m, away, err := movedSubscriptions.Get(v.Tx(), string(origin), store.String(id))
	if away {
		return m.To, origin, err
	}
	return origin, origin, err
}

// MoveSubscription moves a subscription to another team of its purchaser.
type MoveSubscription struct {
	Subscription string `json:"subscription"`
	// To is a team that the purchaser administers or buys for.
	To string `json:"to"`
}

// About names the subscription, its purchaser and both teams.
func (c MoveSubscription) About(v *rule.View) (rule.Subject, error) {
	subject, err := aboutSubscription(v, c.Subscription)
	if err != nil {
		return subject, err
	}
	to := rule.Stream(c.To)
	for _, stream := range subject.Touches {
		if stream == to {
			return subject, nil
		}
	}
	if account.CheckHandle("team", c.To) == nil {
		subject.Touches = append(subject.Touches, to)
	}
	return subject, nil
}

// Do moves it as it is, with its end and its queued changes. Its seats leave the
// one team at once and are in the other (LIC-4, LIC-5). Its invoices, credit memos
// and orders stay where they were issued, and what is still to be paid on them is
// paid before.
func (c MoveSubscription) Do(s *rule.Scope) (SubscriptionResult, error) {
	none := SubscriptionResult{}
	sub, from, err := moving.load(s, c.Subscription)
	if err != nil {
		return none, err
	}
	to, err := c.target(s, sub)
	if err != nil {
		return none, err
	}
	s.Cite(account.PurchaserRule, rule.Fig("from", string(from.Handle)), rule.Fig("to", string(to.Handle)))
	switch {
	case to.Handle == from.Handle:
		return none, rule.Refusef(rule.Invalid, account.PurchaserRule, "the subscription is in the team %s already", to.Handle)
	case sub.plan():
		return none, rule.Refuse(rule.Invalid, account.PurchaserRule, "a plan counts the seats of its team and cannot be moved")
	case len(sub.Owing) > 0:
		return none, rule.Refusef(rule.Conflict, account.PurchaserRule, "the invoice %s is not paid yet", sub.Owing[0].Invoice).
			With(rule.Fig("invoice", sub.Owing[0].Invoice))
	}
	if sub.Method, err = c.method(s, sub, to); err != nil {
		return none, err
	}
	if err := sub.leave(s, from, to.Handle); err != nil {
		return none, err
	}
	reseller, err := resellerOf(&s.View, from.Handle, sub.Reseller)
	if err != nil {
		return none, err
	}
	if err := (SoldBy{Team: to.Handle, Name: reseller.Name, Contact: reseller.Contact}).keep(s); err != nil {
		return none, err
	}
	sub.Team, sub.Stage, sub.Day, sub.Lines = to.Handle, "", "", 0
	if sub, err = sub.carryContract(s, from.Handle); err != nil {
		return none, err
	}
	return sub.changed(s)
}

// target returns the team that the subscription goes to: one that its purchaser
// administers or has bought for. Any other is as good as none.
func (c MoveSubscription) target(s *rule.Scope, sub Subscription) (account.Team, error) {
	if account.CheckHandle("team", c.To) != nil {
		return account.Team{}, rule.Missing("team", c.To)
	}
	to, err := account.TeamByHandle(&s.View, rule.Stream(c.To))
	if err != nil {
		return to, err
	}
	m, in, err := account.MemberOf(&s.View, to.Handle, sub.Purchaser)
	switch {
	case err != nil:
		return to, err
	case !in:
		return to, rule.Missing("team", c.To)
	case m.Role == account.Primary, m.Role == account.Secondary:
		return to, nil
	}
	buys, err := purchases{}.IsPurchaser(&s.View, to.Handle, sub.Purchaser)
	if err == nil && !buys {
		err = rule.Refusef(rule.NotPermitted, account.PurchaserRule, "the purchaser neither administers the team %s nor buys for it", c.To)
	}
	return to, err
}

// method returns what the subscription is renewed with from now on: what it was,
// or where that is for the old team alone the default.
func (c MoveSubscription) method(s *rule.Scope, sub Subscription, to account.Team) (string, error) {
	if sub.Method != "" {
		m, err := MethodByID(&s.View, sub.Method)
		if err == nil && (m.Team == "" || m.Team == to.Handle) {
			return sub.Method, nil
		}
		if rule.AsRefusal(err) == nil && err != nil {
			return "", err
		}
	}
	_, found, err := defaultMethodOf(&s.View, sub.Purchaser, to.Handle)
	if err == nil && !found && sub.AutoRenew {
		err = rule.Refusef(rule.Conflict, account.PurchaserRule, "the subscription renews itself, and its purchaser has no payment method for the team %s", to.Handle)
	}
	return "", err
}

// leave takes the subscription out of its team, with its seats and what is queued
// for it, and leaves word where it went.
func (s Subscription) leave(sc *rule.Scope, from account.Team, to rule.Stream) error {
	for _, item := range s.agenda(&sc.View, from.Location()) {
		if err := sc.Unqueue(item); err != nil {
			return err
		}
	}
	if err := licensing.Withdraw(sc, s.Team, s.Product, s.ID); err != nil {
		return err
	}
	if err := subscriptions.Delete(sc.Tx(), string(s.Team), store.String(s.ID)); err != nil {
		return err
	}
	if err := sc.Emit(SubscriptionMoved{Subscription: s.ID, From: s.Team, To: to, Ends: s.Ends()}); err != nil {
		return err
	}
	origin, _ := rule.StreamOfID("sub", s.ID)
	if origin == to {
		return movedSubscriptions.Delete(sc.Tx(), string(origin), store.String(s.ID))
	}
	return movedSubscriptions.Put(sc.Tx(), moved{From: origin, ID: s.ID, To: to})
}

// SubscriptionMoved happens when a subscription goes to another team.
type SubscriptionMoved struct {
	Subscription string
	From, To     rule.Stream
	Ends         time.Time
}

// Tell says what happened, for timelines.
func (h SubscriptionMoved) Tell() rule.Telling {
	return rule.Telling{Name: "moved", Stream: h.From, Facts: map[string]string{"subscription": h.Subscription, "to": string(h.To), "ends": rule.Show(h.Ends)}}
}
