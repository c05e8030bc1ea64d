package billing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// AcceptQuote orders what a quote offers, at its prices.
type AcceptQuote struct {
	Quote string `json:"quote"`
	// PaymentMethod is one of the quoted person's; without it, their default.
	PaymentMethod string `json:"payment_method,omitempty"`
}

// QuoteOrdered is what came of one line.
type QuoteOrdered struct {
	Order   OrderShown   `json:"order"`
	Invoice InvoiceShown `json:"invoice"`
	// Subscription is the one that is new or has more seats, and Pack the tokens.
	Subscription string `json:"subscription"`
	Pack         string `json:"pack"`
}

// QuoteTaken is the result of [AcceptQuote].
type QuoteTaken struct {
	Quote  QuoteShown     `json:"quote"`
	Orders []QuoteOrdered `json:"orders"`
}

// aboutQuote is the subject of a quote, for who may buy for its team.
func aboutQuote(v *rule.View, id string) (rule.Subject, error) {
	q, err := quoteByID(v, id)
	if err != nil {
		return rule.Subject{}, err
	}
	streams, err := account.Concerns(v, q.Quoted)
	if !slices.Contains(streams, q.Team) {
		streams = append(streams, q.Team)
	}
	return rule.Subject{Team: q.Team, What: "quote", Name: id, Touches: streams}, err
}

// quoteOf returns a quote that was made to the actor; the operator has all.
// Another's is as good as none.
func quoteOf(v *rule.View, id string) (Quote, error) {
	q, err := quoteByID(v, id)
	if err == nil && !v.Actor().IsOperator() && q.Quoted != v.Actor().Person() {
		err = rule.Missing("quote", id)
	}
	return q, err
}

// openQuote returns a quote that can be answered now, with the places of the lines
// that were not accepted yet.
func openQuote(s *rule.Scope, id string) (Quote, []int, error) {
	q, err := quoteOf(&s.View, id)
	if err != nil {
		return q, nil, err
	}
	status, err := q.StatusAt(&s.View)
	if err != nil {
		return q, nil, err
	}
	s.Cite(QuoteRule, rule.Fig("status", string(status)), rule.Fig("ends", q.Ends))
	lines, waits, err := q.left(&s.View)
	switch {
	case err != nil:
	case status == QuoteExpired:
		err = rule.Refusef(rule.TooLate, QuoteRule, "the quote %s has expired: it held until %s", id, rule.Show(q.Ends)).With(rule.Fig("ended", q.Ends))
	case status != QuoteOpen:
		err = rule.Refusef(rule.Conflict, QuoteRule, "the quote %s is %s", id, status).With(rule.Fig("status", string(status)))
	case waits != "":
		err = rule.Refusef(rule.Conflict, QuoteRule, "the order %s, which accepted the quote, waits for its payment", waits)
	}
	return q, lines, err
}

// About names the quote.
func (c AcceptQuote) About(v *rule.View) (rule.Subject, error) { return aboutQuote(v, c.Quote) }

// Do makes an order for each line that has none yet, paid by one method. The limit
// for cards is that of all of them together (BIL-15).
func (c AcceptQuote) Do(s *rule.Scope) (QuoteTaken, error) {
	q, lines, err := openQuote(s, c.Quote)
	if err != nil {
		return QuoteTaken{}, err
	}
	if err := q.buys(&s.View); err != nil {
		return QuoteTaken{}, err
	}
	method, err := methodFor(&s.View, q.Quoted, q.Team, c.PaymentMethod)
	if err != nil {
		return QuoteTaken{}, err
	}
	if err := q.affordable(s, method, lines); err != nil {
		return QuoteTaken{}, err
	}
	q.Lines = slices.Clone(q.Lines)
	for _, n := range lines {
		o, err := q.order(s, q.Lines[n])
		if err != nil {
			return QuoteTaken{}, err
		}
		o.Method = method.ID
		if o, err = o.place(s, q.Lines[n].Lines); err != nil {
			return QuoteTaken{}, err
		}
		q.Lines[n].Order = o.ID
	}
	if err := quotes.Put(s.Tx(), q); err != nil {
		return QuoteTaken{}, err
	}
	return q.taken(&s.View, lines)
}

// affordable refuses a card or PayPal for more than the limit, with today's tax.
func (q Quote) affordable(s *rule.Scope, method Method, lines []int) error {
	tax, err := Order{Team: q.Team}.taxOf(&s.View)
	if err != nil {
		return err
	}
	var total money.Amount
	for _, n := range lines {
		taxed, err := tax.on(s, q.Lines[n].Lines)
		if err != nil {
			return err
		}
		sum, err := sumOf(taxed)
		if err != nil {
			return amountRefusal(err)
		}
		if total, err = total.Add(sum); err != nil {
			return amountRefusal(err)
		}
	}
	return Order{}.affordable(s, method, total)
}

// order returns what a line orders. What the catalogue asks by now does not
// matter; a subscription whose paid terms have changed since does.
func (q Quote) order(s *rule.Scope, l QuotedLine) (Order, error) {
	o := Order{
		Team: q.Team, Kind: l.Kind, Purchaser: q.Quoted, Product: l.Product, Subscription: l.Subscription, Seats: l.Seats, Term: l.Term,
		Unit: l.Unit, NextUnit: l.NextUnit, Tokens: l.Tokens, Quote: q.ID,
	}
	switch l.Kind {
	case NewSubscription:
		p, err := licensing.ProductOf(&s.View, l.Product)
		if err != nil {
			return o, err
		}
		o.Channel, o.Plan = q.Channel, standardPlan
		o.AutoRenew = p.RenewsItself()
	case MoreSeats:
		return o, q.standing(s, l)
	case MoreTokens, NextTerm, LargerProduct, PlanUpgrade, Alignment, Settlement:
	}
	return o, nil
}

// standing refuses seats for a subscription that is not what it was when they were
// quoted: with other terms the quoted amounts would pay for other days.
func (q Quote) standing(s *rule.Scope, l QuotedLine) error {
	sub, err := subscriptionIn(&s.View, q.Team, l.Subscription)
	if err != nil {
		return err
	}
	team, err := account.TeamByHandle(&s.View, sub.Team)
	if err != nil {
		return err
	}
	running := 0
	for _, t := range sub.Terms {
		if s.Now().Before(t.Ends) {
			running++
		}
	}
	switch {
	case sub.Pending != "":
		return rule.Refusef(rule.Conflict, PurchaseRule, "the order %s waits for its payment", sub.Pending)
	case !sub.Parked.IsZero():
		return parked(sub.ID)
	case sub.Purchaser != q.Quoted || !sub.Ends().Equal(l.Covers) || running != len(l.Lines) || l.Seats > MaxSeats-sub.last().Seats():
		return rule.Refusef(rule.Conflict, QuoteRule, "the subscription %s has changed since the seats were quoted; ask for another quote", sub.ID).
			With(rule.Fig("quoted until", l.Covers), rule.Fig("ends", sub.Ends()))
	}
	return addingSeats.stands(sub, &s.View, team)
}

// taken shows the quote with what came of some of its lines.
func (q Quote) taken(v *rule.View, lines []int) (QuoteTaken, error) {
	r := QuoteTaken{Orders: []QuoteOrdered{}}
	var err error
	if r.Quote, err = q.shown(v); err != nil {
		return r, err
	}
	for _, n := range lines {
		o, err := orderByID(v, q.Lines[n].Order)
		if err != nil {
			return r, err
		}
		ordered := QuoteOrdered{Order: o.shown(), Subscription: o.Subscription, Pack: o.Pack, Invoice: InvoiceShown{Lines: []Line{}}}
		if o.Invoice != "" {
			i, err := invoiceByID(v, o.Team, o.Invoice)
			if err != nil {
				return r, err
			}
			if ordered.Invoice, err = i.shown(v.Now()); err != nil {
				return r, err
			}
		}
		r.Orders = append(r.Orders, ordered)
	}
	return r, nil
}

// Finish returns the quote as the charges left it. Lines whose payment was
// declined can be accepted again while the quote holds.
func (c AcceptQuote) Finish(v *rule.View, r QuoteTaken) (QuoteTaken, error) {
	q, err := quoteByID(v, c.Quote)
	if err != nil {
		return r, err
	}
	var made []int
	declined := 0
	for _, ordered := range r.Orders {
		n := slices.IndexFunc(q.Lines, func(l QuotedLine) bool { return l.Order == ordered.Order.ID })
		o, err := orderByID(v, ordered.Order.ID)
		switch {
		case err != nil:
			return r, err
		case o.Status == OrderPending:
			return r, ErrUnanswered
		case o.Status == OrderParked:
			return r, parked(o.blocked())
		case o.Status == OrderDeclined:
			declined++
		}
		if n >= 0 {
			made = append(made, n)
		}
	}
	if declined > 0 {
		return r, rule.Refusef(rule.PaymentDeclined, QuoteRule, "the payment was declined for %d of %d orders: they grant nothing, and the quote stays open for them", declined, len(r.Orders)).
			With(rule.Fig("quote", q.ID), rule.Fig("declined", declined), rule.Fig("ends", q.Ends))
	}
	return q.taken(v, made)
}

// DeclineQuote declines what is left of a quote; the operator withdraws it so.
type DeclineQuote struct {
	Quote string `json:"quote"`
}

// About names the quote.
func (c DeclineQuote) About(v *rule.View) (rule.Subject, error) { return aboutQuote(v, c.Quote) }

// Do declines it for good (BIL-15).
func (c DeclineQuote) Do(s *rule.Scope) (QuoteResult, error) {
	q, _, err := openQuote(s, c.Quote)
	if err != nil {
		return QuoteResult{}, err
	}
	q.Declined = s.Now()
	if err := quotes.Put(s.Tx(), q); err != nil {
		return QuoteResult{}, err
	}
	shown, err := q.shown(&s.View)
	return QuoteResult{shown}, err
}
