package portfolio

import (
	"errors"
	"slices"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// Team is what one team came to. Amounts are lists with one for each currency, in
// the order of the codes.
type Team struct {
	// Team is its number in the portfolio, from 1.
	Team int `json:"team"`
	// Founded and Until are the instants between which it was looked at, both included.
	Founded time.Time `json:"founded"`
	Until   time.Time `json:"until"`
	// People is how many it began with, Members how many it has at the end.
	People  int64 `json:"people"`
	Members int64 `json:"members"`
	// Revenue is what was paid, by money or by credit, less all credit that was given.
	Revenue []money.Amount `json:"revenue"`
	// Invoiced is the sum of all invoices that were not cancelled, Open what is still
	// to be paid of them, Credited the sum of the credit memos.
	Invoiced []money.Amount `json:"invoiced"`
	Open     []money.Amount `json:"open"`
	Credited []money.Amount `json:"credited"`
	// TokensBought is the sum of the others: used, held for a window that is not paid
	// yet, left, and wasted with packs that ended.
	TokensBought int64 `json:"tokens_bought"`
	TokensUsed   int64 `json:"tokens_used"`
	TokensHeld   int64 `json:"tokens_held"`
	TokensLeft   int64 `json:"tokens_left"`
	TokensWasted int64 `json:"tokens_wasted"`
	// SeatsBought counts the seats of purchases and those added. Upgrades and renewals buy none.
	SeatsBought int64 `json:"seats_bought"`
	// SeatDays count, on each morning, the seats that the team owns; those assigned;
	// and those that were used on the day, at least for a moment. Unused is owned less
	// used.
	SeatDaysOwned    int64 `json:"seat_days_owned"`
	SeatDaysAssigned int64 `json:"seat_days_assigned"`
	SeatDaysUsed     int64 `json:"seat_days_used"`
	SeatDaysUnused   int64 `json:"seat_days_unused"`
	// Renewals counts the terms that were paid after the first of a subscription.
	Renewals int64 `json:"renewals"`
	// PaymentFailures counts the renewal charges that failed, ShutOffs how often a
	// subscription was suspended, Lapses how often it was cancelled for want of payment.
	PaymentFailures int64 `json:"payment_failures"`
	ShutOffs        int64 `json:"shut_offs"`
	Lapses          int64 `json:"lapses"`
	// Stops counts the subscriptions told not to renew themselves, Upgrades those upgraded.
	Stops    int64 `json:"stops"`
	Upgrades int64 `json:"upgrades"`
	// Commands counts what was asked for, Refusals by their code what was refused of it
	// or of what was due.
	Commands int64               `json:"commands"`
	Refusals map[rule.Code]int64 `json:"refusals"`
	// Digest identifies the state that the team's world ended in.
	Digest string `json:"digest"`
}

// count counts the seats on a morning.
func (l *life) count() {
	var counted []string
	for _, sub := range l.subscriptions {
		if slices.Contains(counted, sub.product) {
			continue
		}
		counted = append(counted, sub.product)
		seats := ask(l, licensing.SeatsQuery{Team: l.name, Product: sub.product})
		l.figures.SeatDaysOwned += int64(seats.Owned)
		l.figures.SeatDaysAssigned += int64(min(seats.Assigned, seats.Owned))
	}
}

// sum takes the team's figures at the end of its life.
func (l *life) sum() (Team, error) {
	t := &l.figures
	t.Founded, t.Until = l.founded.UTC(), l.until.UTC()
	t.People, t.Members = int64(l.begun), int64(len(l.people))
	l.money()
	balance := ask(l, flex.BalanceQuery{Team: l.name})
	t.TokensBought, t.TokensUsed, t.TokensHeld, t.TokensLeft, t.TokensWasted = balance.Bought, balance.Used, balance.Held, balance.Left, balance.Ended
	l.use()
	l.orders()
	l.events()
	engine := l.world.Engine()
	if l.failed == nil {
		var refused []seatbook.Refused
		refused, l.failed = engine.Refusals(l)
		for _, r := range refused {
			t.Refusals[r.Code] += r.Count
		}
	}
	if l.failed == nil {
		t.Digest, l.failed = engine.Digest(l)
	}
	return *t, l.failed
}

// money adds up the invoices and credit memos.
func (l *life) money() {
	t := &l.figures
	t.Revenue, t.Invoiced, t.Open, t.Credited = []money.Amount{}, []money.Amount{}, []money.Amount{}, []money.Amount{}
	add := func(to *[]money.Amount, a money.Amount, err error) {
		if l.failed == nil && err == nil {
			*to, err = simulator.Sum(*to, a)
		}
		l.failed = errors.Join(l.failed, err)
	}
	for _, i := range ask(l, billing.InvoicesQuery{Team: l.name}) {
		if i.Status == billing.InvoiceCancelled {
			continue
		}
		paid, err := i.Total.Sub(i.Open)
		add(&t.Revenue, paid, err)
		add(&t.Invoiced, i.Total, nil)
		add(&t.Open, i.Open, nil)
	}
	for _, m := range ask(l, billing.CreditMemosQuery{Team: l.name}) {
		back, err := m.Total.Neg()
		add(&t.Revenue, back, err)
		add(&t.Credited, m.Total, nil)
	}
}

// use counts the days on which seats were used, in reports that are as long as one
// can be. They begin and end at midnights, so that no day is counted in two.
func (l *life) use() {
	const (
		products = 2 // that one person has on a day at most: before an upgrade, and after it
		longest  = 3650
	)
	t := &l.figures
	days := min(longest, max(1, account.MaxReport/(products*l.named)))
	for day, from := days, l.founded; from.Before(l.until); day += days {
		to := l.at(day, 0)
		if to.After(l.until) {
			to = l.until
		}
		totals := ask(l, flex.SeatUsageQuery{Team: l.name, From: from, To: to, Limit: 1}).Totals
		for _, p := range totals.Products {
			t.SeatDaysUsed += int64(p.Days)
		}
		from = to
	}
	t.SeatDaysUnused = max(0, t.SeatDaysOwned-t.SeatDaysUsed)
}

// orders counts the seats bought and the terms renewed.
func (l *life) orders() {
	t := &l.figures
	const most = 200
	for q := (billing.OrdersQuery{Team: l.name, Status: billing.OrderCompleted, Limit: most}); l.failed == nil; {
		page := ask(l, q)
		for _, o := range page.Orders {
			switch o.Kind { //nolint:exhaustive // others are counted otherwise
			case billing.NewSubscription, billing.MoreSeats:
				t.SeatsBought += int64(o.Seats)
			case billing.NextTerm:
				t.Renewals++
			}
		}
		if q.After = page.Next; q.After == "" {
			return
		}
	}
}

// events counts what a team's subscriptions went through. A notice goes to several
// people, and is counted once.
func (l *life) events() {
	type told struct {
		name, stage, subscription string
		at                        time.Time
	}
	seen := map[told]bool{}
	const most = 1000
	var cursor seatbook.Cursor
	for l.failed == nil {
		var events []seatbook.Event
		if events, l.failed = l.world.Engine().Events(l, cursor, most); len(events) == 0 {
			return
		}
		for _, e := range events {
			one := told{e.Name, e.Facts["stage"], e.Facts["subscription"], e.At}
			if e.Kind != seatbook.NoticeEvent || seen[one] {
				continue
			}
			seen[one] = true
			switch {
			case one.name == string(billing.PaymentFailedNotice):
				l.figures.PaymentFailures++
			case one.name == string(billing.StageChangedNotice) && one.stage == string(billing.Suspended):
				l.figures.ShutOffs++
			case one.name == string(billing.StageChangedNotice) && one.stage == string(billing.Cancelled):
				l.figures.Lapses++
			}
		}
		cursor = events[len(events)-1].Cursor
	}
}
