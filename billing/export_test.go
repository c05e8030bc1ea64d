package billing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// Case is a series of terms, and seats that are added inside the last of them.
type Case struct {
	Zone   string
	Anchor time.Time
	Terms  []licensing.Term
	// At is when seats are added, given the start and the end of the last term.
	At    func(starts, ends time.Time) time.Time
	Seats int
	Unit  money.Amount
	Tax   money.Percent
}

// Billed is what the rules make of a [Case].
type Billed struct {
	Ends []time.Time
	At   time.Time
	Net  money.Amount
	// Tax is the no-amount where there is none.
	Tax money.Amount
}

// Bill lets the rules of this package bill the case, for tests that compare them
// with a model.
func (c Case) Bill(s *rule.Scope) (Billed, error) {
	team := account.Team{Zone: period.Zone(c.Zone)}
	sub := Subscription{Anchor: c.Anchor}
	var b Billed
	for _, term := range c.Terms {
		var err error
		if sub, err = sub.extend(s, team, term, Lot{Seats: 1, Unit: c.Unit}); err != nil {
			return b, err
		}
		b.Ends = append(b.Ends, sub.Ends())
	}
	b.At = c.At(sub.last().Starts, sub.Ends())
	line, err := seatLine("seats", c.Seats, c.Unit, leftOf(&s.View, sub.last(), b.At, team.Location()))
	if err != nil {
		return b, err
	}
	b.Net = line.Amount
	lines, err := Tax{Rate: c.Tax}.on(s, []Line{line})
	if err == nil && len(lines) > 1 {
		b.Tax = lines[1].Amount
	}
	return b, err
}
