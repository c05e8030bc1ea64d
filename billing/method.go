package billing

import (
	"regexp"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// MethodKind says how a payment method pays.
type MethodKind string

// The kinds of payment methods.
const (
	Card        MethodKind = "card"
	PayPal      MethodKind = "paypal"
	DirectDebit MethodKind = "direct-debit"
	OnInvoice   MethodKind = "invoice"
)

var methodKinds = []MethodKind{Card, PayPal, DirectDebit, OnInvoice}

// Words returns the words a kind is written with.
func (MethodKind) Words() []string { return account.Words(methodKinds) }

// UnmarshalText takes one of the words.
func (k *MethodKind) UnmarshalText(text []byte) error {
	return account.OneOf(k, MethodKind(text), methodKinds)
}

// Method is a way to pay, which belongs to who added it.
type Method struct {
	Person rule.Person
	ID     string
	Kind   MethodKind
	// Token is the provider's name for it. The number itself is never kept.
	Token string
	Last4 string
	// Team is the only one it can be used for; empty is all of the person's.
	Team rule.Stream
	// Default is set for the one used where none is named.
	Default bool
	Added   time.Time
}

var methods = store.NewTable("billing.method", func(m *Method) (string, store.Key) { return string(m.Person), store.String(m.ID) })

var defaultMethod = methods.Index("default", func(m *Method) (store.Key, bool) { return "", m.Default })

// MethodByID returns the payment method, or the refusal that there is none.
func MethodByID(v *rule.View, id string) (Method, error) {
	person, ok := rule.StreamOfID("pay", id)
	if !ok {
		return Method{}, rule.Missing("payment method", id)
	}
	m, found, err := methods.Get(v.Tx(), string(person), store.String(id))
	if err == nil && !found {
		err = rule.Missing("payment method", id)
	}
	return m, err
}

// methodFor returns the payment method to use for a team: the one named, or the
// person's default. Another person's method is as good as none.
func methodFor(v *rule.View, person rule.Person, team rule.Stream, id string) (Method, error) {
	if id != "" {
		m, err := MethodByID(v, id)
		switch {
		case err != nil:
			return m, err
		case m.Person != person && !v.Actor().IsOperator() || m.Team != "" && m.Team != team:
			return m, rule.Missing("payment method", id)
		}
		return m, nil
	}
	m, found, err := defaultMethod.Get(v.Tx(), string(person), "")
	if err == nil && (!found || m.Team != "" && m.Team != team) {
		err = rule.Refuse(rule.Invalid, PaymentRule, "no payment method is named and the purchaser has no default one for the team")
	}
	return m, err
}

// AddPaymentMethod adds a way to pay; it belongs to the actor.
type AddPaymentMethod struct {
	Team  string     `json:"team,omitempty"`
	Kind  MethodKind `json:"kind"`
	Token string     `json:"token"`
	Last4 string     `json:"last4,omitempty"`
	// User is whose method it is where the operator adds it.
	User rule.Address `json:"user,omitempty"`
}

// MethodShown is a payment method as results show it.
type MethodShown struct {
	ID      string     `json:"id"`
	Kind    MethodKind `json:"kind"`
	Last4   string     `json:"last4"`
	Team    string     `json:"team"`
	User    string     `json:"user"`
	Default bool       `json:"default"`
}

// MethodResult is the result of [AddPaymentMethod].
type MethodResult struct {
	PaymentMethod MethodShown `json:"payment_method"`
}

// owner is whose method it will be: the actor's; the operator names someone, or
// means the primary admin of the team.
func (c AddPaymentMethod) owner(v *rule.View) (rule.Address, error) {
	switch {
	case !v.Actor().IsOperator():
		return rule.Address(v.Actor().Email()), nil
	case c.User != "":
		return c.User, nil
	case c.Team != "":
		t, err := account.TeamByHandle(v, rule.Stream(c.Team))
		if err != nil {
			return "", err
		}
		email, err := account.EmailOf(v, t.Primary)
		return rule.Address(email), err
	default:
		return "", rule.Refuse(rule.Invalid, PaymentRule, "the operator names the user or the team whose payment method it is")
	}
}

// About names the person whose method it is, and the team where it is for one.
func (c AddPaymentMethod) About(v *rule.View) (rule.Subject, error) {
	owner, err := c.owner(v)
	if err != nil {
		return rule.Subject{}, err
	}
	if c.Team != "" {
		return account.AboutMember(v, c.Team, owner)
	}
	return licensing.AboutPerson(v, owner)
}

// Do adds it; the first one is the default (BIL-11).
func (c AddPaymentMethod) Do(s *rule.Scope) (MethodResult, error) {
	if err := checkToken(c.Token, c.Last4); err != nil {
		return MethodResult{}, err
	}
	owner, err := c.owner(&s.View)
	if err != nil {
		return MethodResult{}, err
	}
	person, err := account.EnsureLogin(s, owner)
	if err != nil {
		return MethodResult{}, err
	}
	if c.User != "" && !s.Actor().IsOperator() && c.User.Person() != person.ID {
		return MethodResult{}, rule.Missing("person", string(c.User))
	}
	has, err := defaultMethod.Has(s.Tx(), string(person.ID), "")
	if err != nil {
		return MethodResult{}, err
	}
	id, err := s.NewID("pay", person.ID.Stream())
	if err != nil {
		return MethodResult{}, err
	}
	m := Method{
		Person: person.ID, ID: id, Kind: c.Kind, Token: c.Token, Last4: c.Last4, Team: rule.Stream(c.Team), Default: !has, Added: s.Now(),
	}
	s.Cite(PaymentRule, rule.Fig("kind", string(m.Kind)), rule.Fig("default", m.Default))
	shown := MethodShown{ID: m.ID, Kind: m.Kind, Last4: m.Last4, Team: c.Team, User: person.Email, Default: m.Default}
	return MethodResult{shown}, methods.Put(s.Tx(), m)
}

const maxToken = 200

var fourDigits = regexp.MustCompile(`^[0-9]{4}$`)

// checkToken refuses what looks like a card's number, so that none is ever kept.
func checkToken(token, last4 string) error {
	switch {
	case token == "" || len(token) > maxToken:
		return rule.Refusef(rule.Invalid, PaymentRule, "a payment method has a provider's token of 1 to %d bytes", maxToken)
	case CardLike(token):
		return rule.Refuse(rule.Invalid, PaymentRule, "the token looks like a card number, which is never kept: it takes the provider's token")
	case last4 != "" && !fourDigits.MatchString(last4):
		return rule.Refuse(rule.Invalid, PaymentRule, "last4 takes the last four digits")
	}
	return nil
}

// CardLike reports whether a text holds what looks like a card's number; see
// [rule.CardLike].
func CardLike(text string) bool { return rule.CardLike(text) }

// methodOf returns the payment method of an order, or the purchaser's default
// where it is gone.
func methodOf(s *rule.Scope, o Order) (Method, error) {
	m, err := MethodByID(&s.View, o.Method)
	if rule.AsRefusal(err) != nil {
		return methodFor(&s.View, o.Purchaser, o.Team, "")
	}
	return m, err
}
