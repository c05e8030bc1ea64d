package billing

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// CreateQuote makes a quote: the operator for a person of a team who may buy, at
// any price; who may buy for themselves, at the catalogue's.
type CreateQuote struct {
	Team string `json:"team"`
	// User is to whom the operator makes it; without it, the primary admin.
	User  rule.Address `json:"user,omitempty"`
	Lines []QuoteAsked `json:"lines"`
}

// QuoteAsked is one line that a quote is to have: seats of a product for a term,
// more seats of a subscription, or tokens.
type QuoteAsked struct {
	Product      string         `json:"product,omitempty"`
	Term         licensing.Term `json:"term,omitempty"`
	Subscription string         `json:"subscription,omitempty"`
	Seats        int            `json:"seats,omitempty"`
	Tokens       int64          `json:"tokens,omitempty"`
	// Price is that of a seat for a term, or of a token; the operator alone names it.
	Price *money.Amount `json:"price,omitempty"`
}

// QuoteResult is the result of commands that make or decline a quote, and of
// [QuoteQuery].
type QuoteResult struct {
	Quote QuoteShown `json:"quote"`
}

// quoted is to whom the quote is made.
func (c CreateQuote) quoted(v *rule.View) (rule.Person, error) {
	if !v.Actor().IsOperator() {
		if c.User != "" && c.User.Person() != v.Actor().Person() {
			return "", rule.Refuse(rule.Invalid, QuoteRule, "who may buy asks for a quote for themselves; the operator makes one for others")
		}
		return v.Actor().Person(), nil
	}
	if c.User == "" {
		t, err := account.TeamByHandle(v, rule.Stream(c.Team))
		return t.Primary, err
	}
	_, _, person, err := c.User.Parts()
	return person, err
}

// About names the team and the person quoted.
func (c CreateQuote) About(v *rule.View) (rule.Subject, error) {
	person, err := c.quoted(v)
	if err != nil {
		return rule.Subject{}, err
	}
	streams, err := account.Concerns(v, person)
	if err != nil {
		return rule.Subject{}, err
	}
	return account.AboutTeam(v, c.Team, streams...)
}

// Do makes it, with an end that is fixed now (BIL-15).
func (c CreateQuote) Do(s *rule.Scope) (QuoteResult, error) {
	team, err := account.TeamByHandle(&s.View, rule.Stream(c.Team))
	if err != nil {
		return QuoteResult{}, err
	}
	q := Quote{Team: team.Handle, Channel: Direct, Made: s.Now(), Ends: QuoteLife.Of(&s.View).After(s.Now(), team.Location()).UTC()}
	if s.Actor().IsOperator() {
		q.Channel = Sales
	}
	if q.Quoted, err = c.quoted(&s.View); err != nil {
		return QuoteResult{}, err
	}
	if err := q.buys(&s.View); err != nil {
		return QuoteResult{}, err
	}
	if err := rule.CheckInstant(q.Ends); err != nil {
		return QuoteResult{}, err
	}
	if warns := QuoteNotice.Of(&s.View).Before(q.Ends, team.Location()).UTC(); warns.After(s.Now()) {
		q.Warns = warns
	}
	if q, err = q.offer(s, team, c.Lines); err != nil {
		return QuoteResult{}, err
	}
	s.Cite(QuoteRule, rule.Fig("ends", q.Ends), rule.Fig("total", q.Total))
	if !q.Ends.After(q.Made) {
		return QuoteResult{}, rule.Refuse(rule.Invalid, QuoteRule, "a quote holds for some time, and quote-life leaves none")
	}
	if q.ID, err = s.NewID("quo", q.Team); err != nil {
		return QuoteResult{}, err
	}
	for _, item := range q.agenda(s.Now()) {
		if err := s.Queue(item); err != nil {
			return QuoteResult{}, err
		}
	}
	if err := quotes.Put(s.Tx(), q); err != nil {
		return QuoteResult{}, err
	}
	shown, err := q.shown(&s.View)
	return QuoteResult{shown}, err
}

// buys refuses to quote to who could not accept.
func (q Quote) buys(v *rule.View) error {
	m, in, err := account.MemberOf(v, q.Team, q.Quoted)
	if err != nil {
		return err
	}
	if !in {
		return rule.Refuse(rule.NotFound, QuoteRule, "the person quoted is no member of the team")
	}
	bought, err := purchases{}.IsPurchaser(v, q.Team, q.Quoted)
	if err == nil && !bought && m.Role != account.Primary && m.Role != account.Secondary {
		err = rule.Refusef(rule.Invalid, QuoteRule, "a quote is made to who may buy for the team, and the member is %s", m.Role).With(rule.Fig("role", string(m.Role)))
	}
	return err
}

// offer prices the lines and adds them up.
func (q Quote) offer(s *rule.Scope, team account.Team, asked []QuoteAsked) (Quote, error) {
	if len(asked) < 1 || len(asked) > MaxQuoteLines {
		return q, rule.Refusef(rule.Invalid, QuoteRule, "a quote has 1 to %d lines, not %d", MaxQuoteLines, len(asked))
	}
	tax, err := Order{Team: q.Team}.taxOf(&s.View)
	if err != nil {
		return q, err
	}
	for _, a := range asked {
		l, err := a.price(s, q, team)
		if err != nil {
			return q, err
		}
		if l.Subscription != "" && slices.ContainsFunc(q.Lines, func(o QuotedLine) bool { return o.Subscription == l.Subscription }) {
			return q, rule.Refusef(rule.Invalid, QuoteRule, "the subscription %s stands in the quote twice", l.Subscription)
		}
		taxed, err := tax.on(s, l.Lines)
		if err != nil {
			return q, err
		}
		if l.Total, err = sumOf(taxed); err != nil {
			return q, amountRefusal(err)
		}
		if q.Total, err = q.Total.Add(l.Total); err != nil {
			return q, amountRefusal(err)
		}
		q.Lines = append(q.Lines, l)
	}
	return q, nil
}

// price returns the line as it is offered.
func (a QuoteAsked) price(s *rule.Scope, q Quote, team account.Team) (QuotedLine, error) {
	if a.Price != nil && (!s.Actor().IsOperator() || a.Price.Sign() < 0) {
		return QuotedLine{}, rule.Refuse(rule.Invalid, QuoteRule, "the operator names prices, from zero up; without one the catalogue's holds")
	}
	switch {
	case a.Product != "" && a.Subscription == "" && a.Tokens == 0:
		return a.product(s)
	case a.Subscription != "" && a.Product == "" && a.Term == "" && a.Tokens == 0:
		return a.seats(s, q, team)
	case a.Tokens != 0 && a.Product == "" && a.Subscription == "" && a.Term == "" && a.Seats == 0:
		return a.tokens(s)
	default:
		return QuotedLine{}, rule.Refuse(rule.Invalid, QuoteRule, "a line is for seats of a product for a term, for more seats of a subscription, or for tokens")
	}
}

func (a QuoteAsked) product(s *rule.Scope) (QuotedLine, error) {
	p, err := licensing.ProductOf(&s.View, a.Product)
	if err != nil {
		return QuotedLine{}, err
	}
	if p.Retired && !s.Actor().IsOperator() {
		return QuotedLine{}, rule.Refusef(rule.NotSelfService, SelfServiceRule, "%s is retired and no longer sold by self-service", p.ID).To("support")
	}
	price, err := Purchase{Seats: a.Seats, Term: a.Term}.check(p)
	if err != nil {
		return QuotedLine{}, err
	}
	l := QuotedLine{Kind: NewSubscription, Product: p.ID, Seats: a.Seats, Term: a.Term, Unit: price.New}
	if a.Price != nil {
		l.Unit = *a.Price
	}
	line, err := seatLine(fmt.Sprintf("%s, %s", p.Name, a.Term), a.Seats, l.Unit, whole)
	l.Lines = []Line{line}
	return l, err
}

func (a QuoteAsked) seats(s *rule.Scope, q Quote, team account.Team) (QuotedLine, error) {
	sub, err := subscriptionIn(&s.View, q.Team, a.Subscription)
	if err != nil {
		return QuotedLine{}, err
	}
	if sub.Purchaser != q.Quoted {
		return QuotedLine{}, rule.Missing("subscription", a.Subscription)
	}
	if err := addingSeats.allows(&s.View, sub, team); err != nil {
		return QuotedLine{}, err
	}
	o, lines, err := sub.moreSeats(&s.View, team, a.Seats, a.Price)
	return QuotedLine{
		Kind: MoreSeats, Subscription: sub.ID, Product: o.Product, Seats: a.Seats, Term: o.Term, Unit: o.Unit, NextUnit: o.NextUnit,
		Covers: sub.Ends(), Lines: lines,
	}, err
}

func (a QuoteAsked) tokens(s *rule.Scope) (QuotedLine, error) {
	price, err := priceOfTokens(&s.View, a.Tokens)
	if err != nil {
		return QuotedLine{}, err
	}
	if a.Price != nil {
		price = *a.Price
	}
	line, err := tokenLine(a.Tokens, price)
	return QuotedLine{Kind: MoreTokens, Tokens: a.Tokens, Unit: price, Lines: []Line{line}}, err
}
