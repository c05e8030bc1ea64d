package portfolio

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// found makes the team: its people, what it buys, and who is given a seat.
func (l *life) found(country Country) {
	size := drawn(l.random, l.Sizes).People
	l.begun = size
	owner := l.someone()
	l.owner = rule.ByEmail(string(owner.email))
	if _, ok := do(l, rule.Operator, account.CreateTeam{Team: l.name, Owner: owner.email, Country: country.Country, Zone: country.Zone}); !ok {
		if l.failed == nil {
			l.failed = fmt.Errorf("it cannot be founded: %w", l.refused)
		}
		return
	}
	kind := billing.Card
	if size > l.Payments.Cards {
		kind = billing.DirectDebit
	}
	method, _ := do(l, l.owner, billing.AddPaymentMethod{Kind: kind, Token: "tok_1"})
	l.method = method.PaymentMethod.ID
	seated := max(1, (size*l.Seats.Share+50)/100)
	l.buySeats(seated)
	if l.tokens = l.percent(l.Tokens.Teams); l.tokens {
		l.buyTokens()
		do(l, l.owner, flex.SetDefaults{Team: l.name, Products: flex.Products{All: true}})
	}
	l.settle(owner, true)
	for n := 1; n < size; n++ {
		l.join(n < seated)
	}
}

// someone makes a person, with an address that nobody in the team had.
func (l *life) someone() *person {
	l.named++
	return &person{email: rule.Address(fmt.Sprintf("p%d@%s.test", l.named, l.name)), from: -1, to: -1}
}

// buySeats buys seats for so many people, of one product or of two.
func (l *life) buySeats(people int) {
	products := l.offers.on(l.founded)
	if len(products) == 0 {
		return
	}
	chosen := []Product{drawn(l.random, products)}
	others := slices.DeleteFunc(products, func(p Product) bool { return p == chosen[0] })
	if people > 1 && len(others) > 0 && l.percent(l.Seats.Second) {
		chosen = append(chosen, drawn(l.random, others))
	}
	for n, one := range chosen {
		seats := (people + n) / len(chosen)
		seats += (seats*l.Seats.Spare + 50) / 100
		term := l.offers.term(l.random, one.Product, l.Seats.Terms)
		bought, ok := do(l, l.owner, billing.Purchase{Team: l.name, Product: one.Product, Seats: seats, Term: term, PaymentMethod: l.method})
		if ok {
			l.subscriptions = append(l.subscriptions, &subscription{id: bought.Subscription.ID, product: one.Product})
		}
	}
}

func (l *life) buyTokens() {
	do(l, l.owner, billing.BuyTokens{Team: l.name, Tokens: drawn(l.random, l.Tokens.Packs).Tokens, PaymentMethod: l.method})
}

// join brings somebody into the team.
func (l *life) join(seated bool) {
	p := l.someone()
	if _, ok := do(l, l.owner, account.Invite{Team: l.name, Email: p.email}); !ok {
		return
	}
	if _, ok := do(l, rule.Operator, account.AcceptInvitation{Team: l.name, Email: p.email}); ok {
		l.settle(p, seated)
	}
}

// settle gives somebody in the team what they work with. A seat that is missing is
// bought.
func (l *life) settle(p *person, seated bool) {
	l.people = append(l.people, p)
	if len(l.offers.metered) > 0 {
		p.product = l.offers.metered[l.random.IntN(len(l.offers.metered))]
	}
	if !seated || len(l.subscriptions) == 0 {
		return
	}
	sub := l.subscriptions[l.random.IntN(len(l.subscriptions))]
	if l.seat(p, sub) {
		return
	}
	if _, ok := do(l, l.owner, billing.AddSeats{Subscription: sub.id, Seats: 1}); ok {
		l.seat(p, sub)
	}
}

func (l *life) seat(p *person, sub *subscription) bool {
	if free := ask(l, licensing.SeatsQuery{Team: l.name, Product: sub.product}).Free; free < 1 {
		return false
	}
	_, ok := do(l, l.owner, licensing.Assign{Team: l.name, Product: sub.product, User: p.email})
	if ok {
		p.seat = sub
	}
	return ok
}

// decide does what the team does at most once in a while.
func (l *life) decide() {
	if l.day == 0 {
		return
	}
	l.pay()
	if l.today(l.Joins, l.begun) {
		l.join(l.percent(l.Seats.Share))
	}
	if l.today(l.Leaves, l.begun) && len(l.people) > 1 {
		l.part(l.people[1+l.random.IntN(len(l.people)-1)])
	}
	for _, sub := range l.subscriptions {
		if l.today(l.Seats.Upgrades, 1) {
			l.upgrade(sub)
		}
		if l.today(l.Seats.Stops, 1) && !sub.stopped {
			if _, ok := do(l, l.owner, billing.SetAutoRenew{Subscription: sub.id}); ok {
				sub.stopped = true
				l.figures.Stops++
			}
		}
	}
}

// part takes somebody out of the team, and has their seat renewed or not.
func (l *life) part(p *person) {
	l.end(p)
	if _, ok := do(l, l.owner, account.RemoveMember{Team: l.name, User: p.email}); !ok {
		return
	}
	l.people = slices.DeleteFunc(l.people, func(one *person) bool { return one == p })
	if p.seat == nil || p.seat.stopped || !l.percent(l.Seats.Returns) {
		return
	}
	if renewed := ask(l, billing.SubscriptionQuery{Subscription: p.seat.id}).Subscription.RenewalSeats; renewed > 1 {
		do(l, l.owner, billing.ReduceSeats{Subscription: p.seat.id, To: renewed - 1})
	}
}

// upgrade puts the larger product in the place of an LT one, for everybody who had it.
func (l *life) upgrade(sub *subscription) {
	to := l.offers.byID[sub.product].UpgradesTo
	if to == "" || sub.stopped {
		return
	}
	done, ok := do(l, l.owner, billing.Upgrade{Subscription: sub.id, To: to})
	if !ok {
		return
	}
	l.figures.Upgrades++
	sub.id, sub.product = done.Subscription.ID, to
	for _, p := range l.people {
		if p.seat == sub {
			do(l, l.owner, licensing.Assign{Team: l.name, Product: to, User: p.email})
		}
	}
}

// pay lets charges fail from a day on, and once that is over pays what is open.
func (l *life) pay() {
	const month = 30
	if l.mended == l.day {
		l.mended = 0
		do(l, rule.Operator, simulator.SetPaymentOutcome{PaymentMethod: l.method, Outcome: billing.Paid})
		for _, i := range ask(l, billing.InvoicesQuery{Team: l.name}) {
			if i.Status == billing.InvoiceOpen || i.Status == billing.InvoicePastDue {
				do(l, l.owner, billing.PayInvoice{Invoice: i.ID, PaymentMethod: l.method})
			}
		}
	}
	if l.mended == 0 && l.day%month == 0 && l.percent(l.Payments.Fails) {
		l.mended = l.day + drawn(l.random, l.Payments.Lasts).Days
		do(l, rule.Operator, simulator.SetPaymentOutcome{PaymentMethod: l.method, Outcome: billing.Declined})
	}
}

// come lets people begin to work. On Mondays each draws their week.
func (l *life) come() {
	const week = 5
	monday := l.at(l.day, morning).Weekday() == time.Monday
	for _, p := range slices.Clone(l.people) {
		if monday && l.percent(l.Work.Weeks) {
			days := drawn(l.random, l.Work.Days).Days
			p.from = l.day + l.random.IntN(week+1-days)
			p.to = p.from + days - 1
		}
		switch {
		case l.day < p.from || l.day > p.to || p.session != "":
		case p.seat != nil:
			if l.day == p.from {
				l.open(p, p.seat.product)
			}
		case l.tokens && p.product != "":
			l.open(p, p.product)
		}
	}
}

// open opens a product. Where tokens are missing, some buy more.
func (l *life) open(p *person, product string) {
	launch := flex.Open{User: p.email, Product: product, Team: l.name}
	opened, ok := do(l, rule.Operator, launch)
	if l.refused != nil && l.refused.Code == rule.InsufficientTokens && l.percent(l.Tokens.Refills) {
		l.buyTokens()
		opened, ok = do(l, rule.Operator, launch)
	}
	switch {
	case ok:
		p.session = opened.Session.ID
	case p.seat != nil && p.seat.stopped:
		p.seat = nil // it has ended for good, and nobody tries again
	}
}

// working reports whether somebody goes home today.
func (l *life) working() bool { return slices.ContainsFunc(l.people, l.goes) }

func (l *life) goes(p *person) bool { return p.session != "" && (p.seat == nil || l.day >= p.to) }

// leave closes what is not left open over night.
func (l *life) leave() {
	for _, p := range l.people {
		if l.goes(p) {
			l.end(p)
		}
	}
}

func (l *life) end(p *person) {
	if p.session != "" {
		do(l, rule.Operator, flex.Close{Session: p.session})
		p.session = ""
	}
}
