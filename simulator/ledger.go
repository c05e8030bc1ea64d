package simulator

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// Totals are what a line of steps came to when it ended.
type Totals struct {
	// Until is the instant at which the line was counted.
	Until time.Time `json:"until"`
	// Invoiced and Open are sums of all invoices, an amount for each currency.
	Invoiced []money.Amount `json:"invoiced"`
	Open     []money.Amount `json:"open"`
	// TokensBought, TokensUsed, TokensLeft and TokensEnded are sums over all teams.
	TokensBought int64 `json:"tokens_bought"`
	TokensUsed   int64 `json:"tokens_used"`
	TokensLeft   int64 `json:"tokens_left"`
	TokensEnded  int64 `json:"tokens_ended"`
	// SeatsOwned and SeatsAssigned are sums over all teams and products: the seats
	// there are, and those that somebody holds.
	SeatsOwned    int64 `json:"seats_owned"`
	SeatsAssigned int64 `json:"seats_assigned"`
	// AccessDays counts, once for each day of the line at the time of day it
	// began, what each person that the steps name may use then: a product is one. The
	// first hundred years are counted.
	AccessDays int64 `json:"access_days"`
}

// books keep what each line came to. Nil books keep nothing and cost nothing.
type books struct {
	// until is the instant up to which every line is counted, however early its last step is.
	until time.Time
	// most is how many days are counted one by one.
	most  int
	lines map[string]Totals
}

// tally is what a line came to so far, and at its marks. A nil tally counts nothing.
type tally struct {
	next   time.Time
	days   int
	access int64
	teams  map[rule.Stream]bool
	people map[string]bool
	marks  map[string]*tally
}

func (b *books) open(start time.Time) *tally {
	if b == nil {
		return nil
	}
	return &tally{next: start, teams: map[rule.Stream]bool{}, people: map[string]bool{}, marks: map[string]*tally{}}
}

// clone copies what is counted, for a line that goes on from here.
func (t *tally) clone() *tally {
	c := *t
	c.teams, c.people, c.marks = maps.Clone(t.teams), maps.Clone(t.people), maps.Clone(t.marks)
	return &c
}

func (t *tally) mark(name string) {
	if t != nil {
		t.marks[name] = t.clone()
	}
}

// at returns what was counted at a mark, which stays marked.
func (t *tally) at(name string) *tally {
	if t == nil || t.marks[name] == nil {
		return t
	}
	c := t.marks[name].clone()
	c.marks[name] = t.marks[name]
	return c
}

// meet learns of the teams that something happened to.
func (t *tally) meet(e seatbook.Event) {
	if t == nil {
		return
	}
	for _, s := range e.Streams {
		if !strings.HasPrefix(string(s), "~") {
			t.teams[s] = true
		}
	}
}

// meet learns of the teams that were there before the line began.
func (l *line) meet(ctx context.Context) error {
	if l.count == nil || l.scenario.state == nil {
		return nil
	}
	teams, err := l.teams(ctx)
	for _, team := range teams {
		l.count.teams[rule.Stream(team)] = true
	}
	return err
}

// read learns of the people that a step names.
func (t *tally) read(by rule.Actor, args []byte) {
	if t == nil {
		return
	}
	if by.Email() != "" {
		t.people[by.Email()] = true
	}
	if value, err := decodeJSON(args); err == nil {
		t.find(value)
	}
}

func (t *tally) find(value any) {
	switch value := value.(type) {
	case map[string]any:
		for _, v := range value {
			t.find(v)
		}
	case []any:
		for _, v := range value {
			t.find(v)
		}
	case string:
		if _, email, err := rule.ParseAddress(value); err == nil && strings.Contains(email, "@") {
			t.people[email] = true
		}
	}
}

// maxDays are a century. A scenario that lives through thousands of years would
// take as long as it says.
const maxDays = 36_525

// advance goes to an instant, and counts each day on the way to it.
func (l *line) advance(ctx context.Context, to time.Time) error {
	if l.count != nil {
		for l.count.next.Before(to) && l.count.days < l.witness.books.most {
			if err := l.reach(ctx, l.count.next); err != nil {
				return err
			}
			if err := l.day(ctx); err != nil {
				return err
			}
		}
	}
	return l.reach(ctx, to)
}

// day counts what people may use at the present, and goes on to the next day.
func (l *line) day(ctx context.Context) error {
	// The day after is found in the zone, so that a change of clocks moves nothing.
	l.count.next = l.count.next.In(l.scenario.Zone).AddDate(0, 0, 1)
	l.count.days++
	for _, email := range slices.Sorted(maps.Keys(l.count.people)) {
		tiles, err := ask(ctx, l.timeline.world.engine, licensing.TilesQuery{User: rule.Address(email)})
		if err != nil {
			return err
		}
		for _, tile := range tiles {
			l.count.access += int64(max(1, len(tile.Products)))
		}
	}
	return nil
}

// close lives on to the end of the scenario, and counts what the line came to.
func (b *books) close(ctx context.Context, l *line) error {
	if b == nil {
		return nil
	}
	if until := b.until; until.After(l.timeline.Now()) {
		if err := l.advance(ctx, until); err != nil {
			return err
		}
	}
	if err := l.tell(ctx, &Step{}); err != nil {
		return err
	}
	totals := Totals{Until: local(l.timeline.Now(), l.scenario.Zone), Invoiced: []money.Amount{}, Open: []money.Amount{}, AccessDays: l.count.access}
	for _, team := range slices.Sorted(maps.Keys(l.count.teams)) {
		if err := totals.add(ctx, l.timeline.world.engine, string(team)); err != nil {
			return err
		}
	}
	b.lines[l.forked] = totals
	return nil
}

// add adds what a team came to.
func (t *Totals) add(ctx context.Context, engine *seatbook.Engine, team string) error {
	invoices, err := ask(ctx, engine, billing.InvoicesQuery{Team: team})
	if err != nil {
		return err
	}
	for _, i := range invoices {
		if t.Invoiced, err = Sum(t.Invoiced, i.Total); err != nil {
			return err
		}
		if t.Open, err = Sum(t.Open, i.Open); err != nil {
			return err
		}
	}
	balance, err := ask(ctx, engine, flex.BalanceQuery{Team: team})
	if err != nil {
		return err
	}
	t.TokensBought += balance.Bought
	t.TokensUsed += balance.Used
	t.TokensLeft += balance.Left
	t.TokensEnded += balance.Ended
	for q := (licensing.ProductsQuery{Team: team}); ; {
		page, err := ask(ctx, engine, q)
		if err != nil {
			return err
		}
		for _, p := range page.Products {
			t.SeatsOwned += int64(p.Owned)
			// What is assigned beyond these, as in overlap, holds no seat.
			t.SeatsAssigned += int64(min(p.Assigned, p.Owned))
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

// Sum adds an amount to those of its currency. Currencies are in the order of
// their codes. The sum that does not fit is an error.
func Sum(amounts []money.Amount, more money.Amount) ([]money.Amount, error) {
	at, found := slices.BinarySearchFunc(amounts, more.Currency(), func(a money.Amount, c money.Currency) int { return cmp.Compare(a.Currency(), c) })
	if !found {
		return slices.Insert(amounts, at, more), nil
	}
	total, err := amounts[at].Add(more)
	if err != nil {
		return amounts, err
	}
	amounts[at] = total
	return amounts, nil
}

// ask answers a query as the operator. What is not there, or is refused, counts as nothing.
func ask[R any](ctx context.Context, engine *seatbook.Engine, q rule.Query[R]) (R, error) {
	result, err := seatbook.Ask(ctx, engine, rule.Operator, q)
	if rule.AsRefusal(err) != nil {
		var none R
		return none, nil
	}
	return result, err
}
