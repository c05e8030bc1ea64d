package flex

import (
	"time"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// PriceQuery asks what opening a product would cost a person now.
type PriceQuery struct {
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	Team    string       `json:"team,omitempty"`
}

// Price is what opening a product would cost, and what would remain.
type Price struct {
	Allowed bool `json:"allowed"`
	// Source is what would pay, and Team whose right or tokens that is.
	Source licensing.AccessSource `json:"source"`
	Team   string                 `json:"team"`
	// Until is the end of the right or of the open window, null where there is neither.
	Until *time.Time `json:"until"`
	// Rate is the product's tokens a day now, zero for none.
	Rate int64 `json:"rate"`
	// Tokens is what opening it now would take: nothing where a right or an open
	// window pays.
	Tokens int64 `json:"tokens"`
	// Balance is what the team that would pay has left, and Remaining what would be
	// left of it; below zero where tokens are missing.
	Balance   int64 `json:"balance"`
	Remaining int64 `json:"remaining"`
}

// About names the person, and the team where one is named.
func (q PriceQuery) About(v *rule.View) (rule.Subject, error) { return AccessQuery(q).About(v) }

// Answer decides as a launch does (FLX-3, FLX-7).
func (q PriceQuery) Answer(v *rule.View) (Price, error) {
	access, err := AccessQuery(q).Answer(v)
	if err != nil {
		return Price{}, err
	}
	product, err := licensing.ProductOf(v, q.Product)
	if err != nil {
		return Price{}, err
	}
	m, err := find(v, q.User.Person(), product, q.Team)
	if err != nil {
		return Price{}, err
	}
	p := Price{Allowed: access.Allowed, Source: access.Source, Team: string(m.team), Until: access.Until}
	p.Rate, _ = product.FlexRate.At(v.Now())
	if m.team == "" {
		return p, nil
	}
	w, err := walletOf(v, m.team)
	p.Balance = w.Left
	if m.cover.Source == licensing.None && m.window == nil {
		p.Tokens = p.Rate
	}
	p.Remaining = p.Balance - p.Tokens
	v.Cite(WindowRule, rule.Fig("rate", p.Rate), rule.Fig("tokens", p.Tokens), rule.Fig("remaining", p.Remaining))
	return p, err
}
