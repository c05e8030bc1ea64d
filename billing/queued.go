package billing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// Change is a kind of change that waits for the renewal.
type Change string

// The kinds of changes, of each of which one can wait.
const (
	SeatsChange     Change = "seats"
	TermChange      Change = "term"
	AutoRenewChange Change = "auto-renew"
)

var changes = []Change{SeatsChange, TermChange, AutoRenewChange}

// Words returns the words a change is written with.
func (Change) Words() []string { return account.Words(changes) }

// UnmarshalText takes one of the words.
func (c *Change) UnmarshalText(text []byte) error { return account.OneOf(c, Change(text), changes) }

// Queued is a change that waits.
type Queued struct {
	Kind Change `json:"kind"`
	// From is what holds now, To what holds from then on, as commands write it.
	From string `json:"from"`
	To   string `json:"to"`
	// Effective is the end of the last paid term.
	Effective time.Time `json:"effective"`
}

// queued returns the changes that wait for the renewal, one of a kind at most.
// The seats of a plan are counted then, and no change of them waits.
func (s Subscription) queued() []Queued {
	list := []Queued{}
	add := func(kind Change, from, to string) {
		if from != to {
			list = append(list, Queued{Kind: kind, From: from, To: to, Effective: s.Ends()})
		}
	}
	if s.over() != "" {
		return list
	}
	if !s.plan() {
		add(SeatsChange, rule.Show(s.last().Seats()), rule.Show(s.RenewalSeats))
	}
	add(TermChange, string(s.last().Term), string(s.RenewalTerm))
	add(AutoRenewChange, onOff(s.Renewed), onOff(s.AutoRenew))
	return list
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// QueuedQuery asks which changes of a subscription wait for its renewal.
type QueuedQuery struct {
	Subscription string `json:"subscription"`
}

// About names the subscription.
func (q QueuedQuery) About(v *rule.View) (rule.Subject, error) {
	return aboutSubscription(v, q.Subscription)
}

// Answer lists them (BIL-5, BIL-8, BIL-9). What has ended has none: its time has come.
func (q QueuedQuery) Answer(v *rule.View) ([]Queued, error) {
	sub, err := subscriptionByID(v, q.Subscription)
	if err != nil {
		return nil, err
	}
	v.Cite(ReduceSeatsRule, rule.Fig("renewal seats", sub.RenewalSeats))
	v.Cite(ChangeTermRule, rule.Fig("renewal term", string(sub.RenewalTerm)))
	v.Cite(AutoRenewRule, rule.Fig("on", sub.AutoRenew), rule.Fig("ends", sub.Ends()))
	if !v.Now().Before(sub.Ends()) {
		return []Queued{}, nil
	}
	return sub.queued(), nil
}

// Undo takes back a change that waits.
type Undo struct {
	Subscription string `json:"subscription"`
	Kind         Change `json:"kind"`
}

// About names the subscription.
func (c Undo) About(v *rule.View) (rule.Subject, error) { return aboutSubscription(v, c.Subscription) }

// Do takes it back by the rule that it was made by, before its time
// (BIL-5, BIL-8, BIL-9).
func (c Undo) Do(s *rule.Scope) (SubscriptionResult, error) {
	sub, err := subscriptionByID(&s.View, c.Subscription)
	if err != nil {
		return SubscriptionResult{}, err
	}
	waits := false
	for _, q := range sub.queued() {
		waits = waits || q.Kind == c.Kind
	}
	var result SubscriptionResult
	switch c.Kind {
	case SeatsChange:
		result, err = ReduceSeats{Subscription: sub.ID, To: sub.last().Seats()}.Do(s)
	case TermChange:
		result, err = ChangeTerm{Subscription: sub.ID, Term: sub.last().Term}.Do(s)
	case AutoRenewChange:
		result, err = SetAutoRenew{Subscription: sub.ID, On: sub.Renewed}.Do(s)
	}
	if err == nil && !waits {
		err = rule.Refusef(rule.Conflict, c.rule(), "no change of the kind %s waits for the renewal", c.Kind)
	}
	return result, err
}

// rule is the one that the change is made by.
func (c Undo) rule() *rule.Rule {
	switch c.Kind {
	case SeatsChange:
		return ReduceSeatsRule
	case TermChange:
		return ChangeTermRule
	case AutoRenewChange:
	}
	return AutoRenewRule
}
