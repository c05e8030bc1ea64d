package simulator

import (
	"context"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
)

// TeamThen is what is another in a team, row by row. A row that is nil is gone.
type TeamThen struct {
	// People are who is in the team or invited, by address.
	People map[string]*PersonThen `json:"people,omitempty"`
	// Seats are by product.
	Seats map[string]*SeatsThen `json:"seats,omitempty"`
	// Tokens are the sums of all packs; nil where they are as they were.
	Tokens *TokensThen `json:"tokens,omitempty"`
	// Packs are those that have not ended, by identifier.
	Packs map[string]*PackThen `json:"packs,omitempty"`
	// Subscriptions and Invoices are by identifier.
	Subscriptions map[string]*SubscriptionThen `json:"subscriptions,omitempty"`
	Invoices      map[string]*InvoiceThen      `json:"invoices,omitempty"`
}

// PersonThen is a person in a team at the end of a day.
type PersonThen struct {
	Role   string `json:"role"`
	Status string `json:"status"`
	// Products is how many the person holds, or is to hold.
	Products int `json:"products"`
}

// SeatsThen are the seats of a product at the end of a day.
type SeatsThen struct {
	Owned    int `json:"owned"`
	Assigned int `json:"assigned"`
	Free     int `json:"free"`
	// Used is how many people used the product on that day by a right that costs
	// no tokens.
	Used int `json:"used"`
}

// TokensThen are sums over all packs of a team: what was bought is used, left,
// held or ended.
type TokensThen struct {
	Bought int64 `json:"bought"`
	Used   int64 `json:"used"`
	Left   int64 `json:"left"`
	Held   int64 `json:"held"`
	Ended  int64 `json:"ended"`
}

// PackThen is a pack of tokens at the end of a day.
type PackThen struct {
	Tokens  int64     `json:"tokens"`
	Left    int64     `json:"left"`
	Expires time.Time `json:"expires"`
}

// SubscriptionThen is a subscription at the end of a day.
type SubscriptionThen struct {
	Product   string    `json:"product"`
	Seats     int       `json:"seats"`
	Term      string    `json:"term"`
	Status    string    `json:"status"`
	Starts    time.Time `json:"starts"`
	Ends      time.Time `json:"ends"`
	AutoRenew bool      `json:"auto_renew"`
}

// InvoiceThen is an invoice at the end of a day.
type InvoiceThen struct {
	Issued time.Time    `json:"issued"`
	Status string       `json:"status"`
	Total  money.Amount `json:"total"`
	Open   money.Amount `json:"open"`
}

// scene is all that a team was at one instant. It is never changed.
type scene struct {
	people        map[string]PersonThen
	seats         map[string]SeatsThen
	tokens        TokensThen
	packs         map[string]PackThen
	subscriptions map[string]SubscriptionThen
	invoices      map[string]InvoiceThen
}

// since tells what is another than before, and whether anything is.
func (s scene) since(before scene) (TeamThen, bool) {
	t := TeamThen{
		People: since(s.people, before.people), Seats: since(s.seats, before.seats), Packs: since(s.packs, before.packs),
		Subscriptions: since(s.subscriptions, before.subscriptions), Invoices: since(s.invoices, before.invoices),
	}
	if s.tokens != before.tokens {
		t.Tokens = &s.tokens
	}
	return t, len(t.People)+len(t.Seats)+len(t.Packs)+len(t.Subscriptions)+len(t.Invoices) > 0 || t.Tokens != nil
}

// since returns the rows that are others than before, nil for those that are gone.
func since[T comparable](now, before map[string]T) map[string]*T {
	changes := map[string]*T{}
	for key, row := range now {
		if was, found := before[key]; !found || was != row {
			changes[key] = &row
		}
	}
	for key := range before {
		if _, found := now[key]; !found {
			changes[key] = nil
		}
	}
	return changes
}

// scene reads what a team is at the present. Who is in it and what it was invoiced
// changes by what happens alone, and is not read again where nothing did, but for
// invitations that wait and invoices that are open, whose status changes with time.
func (l *line) scene(ctx context.Context, team string, day period.Date, before scene, touched bool) (s scene, err error) {
	s = before
	if touched || waits(before.people) {
		if s.people, err = l.peopleThen(ctx, team); err != nil {
			return s, err
		}
	}
	if touched || owes(before.invoices) {
		if s.invoices, err = l.invoicesThen(ctx, team); err != nil {
			return s, err
		}
	}
	if s.seats, err = l.seatsThen(ctx, team, day); err != nil {
		return s, err
	}
	if s.subscriptions, err = l.subscriptionsThen(ctx, team); err != nil {
		return s, err
	}
	balance, err := ask(ctx, l.timeline.world.engine, flex.BalanceQuery{Team: team})
	if err != nil {
		return s, err
	}
	s.tokens = TokensThen{Bought: balance.Bought, Used: balance.Used, Left: balance.Left, Held: balance.Held, Ended: balance.Ended}
	s.packs = map[string]PackThen{}
	for _, p := range balance.Packs {
		s.packs[p.ID] = PackThen{Tokens: p.Tokens, Left: p.Left, Expires: local(p.Expires, l.scenario.Zone)}
	}
	return s, nil
}

func owes(invoices map[string]InvoiceThen) bool {
	for _, i := range invoices {
		if !i.Open.IsZero() {
			return true
		}
	}
	return false
}

func waits(people map[string]PersonThen) bool {
	for _, p := range people {
		if p.Status != string(account.StatusActive) {
			return true
		}
	}
	return false
}

// pageful is how many rows are asked for in one go.
const pageful = 200

func (l *line) peopleThen(ctx context.Context, team string) (map[string]PersonThen, error) {
	people := map[string]PersonThen{}
	for q := (licensing.PeopleQuery{Team: team, Limit: pageful}); ; {
		page, err := ask(ctx, l.timeline.world.engine, q)
		if err != nil {
			return nil, err
		}
		for i := range page.People {
			p := &page.People[i]
			people[p.User] = PersonThen{Role: string(p.Role), Status: string(p.Status), Products: len(p.Products)}
		}
		if q.After = page.Next; q.After == "" {
			return people, nil
		}
	}
}

// seatsThen reads the seats of every product, and who used them on the day so far.
func (l *line) seatsThen(ctx context.Context, team string, day period.Date) (map[string]SeatsThen, error) {
	seats := map[string]SeatsThen{}
	for q := (licensing.ProductsQuery{Team: team, Limit: pageful}); ; {
		page, err := ask(ctx, l.timeline.world.engine, q)
		if err != nil {
			return nil, err
		}
		for i := range page.Products {
			p := &page.Products[i]
			seats[p.Product] = SeatsThen{Owned: p.Owned, Assigned: p.Assigned, Free: p.Free}
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	zone := l.scenario.Zone
	used, err := ask(ctx, l.timeline.world.engine, flex.SeatUsageQuery{Team: team, From: day.In(zone), To: day.AddDays(1).In(zone), Limit: 1})
	for _, p := range used.Totals.Products {
		row := seats[p.Product]
		row.Used = p.People
		seats[p.Product] = row
	}
	return seats, err
}

func (l *line) subscriptionsThen(ctx context.Context, team string) (map[string]SubscriptionThen, error) {
	subscriptions := map[string]SubscriptionThen{}
	for q := (billing.SubscriptionsQuery{Team: team, Limit: pageful}); ; {
		page, err := ask(ctx, l.timeline.world.engine, q)
		if err != nil {
			return nil, err
		}
		for i := range page.Subscriptions {
			s := &page.Subscriptions[i]
			subscriptions[s.ID] = SubscriptionThen{
				Product: s.Product, Seats: s.Seats, Term: string(s.Term), Status: string(s.Status), AutoRenew: s.AutoRenew,
				Starts: local(s.Starts, l.scenario.Zone), Ends: local(s.Ends, l.scenario.Zone),
			}
		}
		if q.After = page.Next; q.After == "" {
			return subscriptions, nil
		}
	}
}

func (l *line) invoicesThen(ctx context.Context, team string) (map[string]InvoiceThen, error) {
	list, err := ask(ctx, l.timeline.world.engine, billing.InvoicesQuery{Team: team})
	invoices := map[string]InvoiceThen{}
	for _, i := range list {
		invoices[i.ID] = InvoiceThen{Issued: local(i.Issued, l.scenario.Zone), Status: string(i.Status), Total: i.Total, Open: i.Open}
	}
	return invoices, err
}
