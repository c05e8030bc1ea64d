package portfolio

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// The hours of the team's zone at which its people come and go.
const (
	morning = 9
	evening = 17
)

// life is one team while it lives, in a world of its own.
type life struct {
	context.Context
	*Workload

	offers offers
	random *rand.Rand
	world  *simulator.World
	zone   *time.Location
	// day counts from the founding, until is the instant after it all.
	founded, until time.Time
	day            int

	name   string
	owner  rule.Actor
	method string
	people []*person
	// named counts the people who ever were in the team, begun those it began with.
	named, begun  int
	subscriptions []*subscription
	// tokens is set where people without a seat work on tokens.
	tokens bool
	// mended is the day on which a payment that fails is paid again; 0 where none fails.
	mended int

	figures Team
	// refused is what the last command was refused with, nil where it was done.
	refused *rule.Refusal
	// failed is the first error that is no refusal. Nothing is done after it.
	failed error
}

// person is somebody in the team.
type person struct {
	email rule.Address
	// seat is the subscription whose product they are given; nil for who has none.
	seat *subscription
	// product is what they open on tokens, empty where it is nothing.
	product string
	// from and to are the first and last day of work of the week.
	from, to int
	// session is the one that is open, empty for none.
	session string
}

// subscription is what the team bought.
type subscription struct {
	id, product string
	stopped     bool
}

// source is where everything that happens to a team by chance comes from.
func source(seed int64, team int) *rand.Rand {
	return rand.New(rand.NewChaCha8(sha256.Sum256(fmt.Appendf(nil, "seatbook portfolio %d %d", seed, team)))) //nolint:gosec // it has a seed, and guards nothing
}

// begin makes the world of a team, at the instant at which it is founded.
func (p *Portfolio) begin(ctx context.Context, team int) *life {
	l := &life{Context: ctx, Workload: &p.header.Workload, offers: p.offers, random: source(p.header.Seed, team), name: fmt.Sprintf("team-%d", team)}
	l.figures = Team{Team: team, Refusals: map[rule.Code]int64{}}
	country := drawn(l.random, l.Countries)
	l.zone = country.Zone.Location()
	start := p.header.Start
	l.founded = time.Date(start.Year, start.Month, start.Day+l.random.IntN(l.FoundedWithin), morning, 0, 0, 0, l.zone)
	l.until = l.founded.AddDate(p.header.Years, 0, 0)
	l.world = p.empty.Fork()
	l.world.Clock().Set(l.founded)
	l.found(country)
	return l
}

// live lets the team live from its founding on. The instant at which it ends is
// lived too: so a term of a year that began with the team is renewed in it, and
// tokens bought on the first day end in it.
func (l *life) live() error {
	for ; l.failed == nil; l.day++ {
		at := l.at(l.day, morning)
		if !at.Before(l.until) {
			break
		}
		l.advance(at)
		l.count()
		l.decide()
		l.come()
		if l.working() {
			l.advance(l.at(l.day, evening))
			l.leave()
		}
	}
	l.advance(l.until)
	return l.failed
}

// at is an hour of a day.
func (l *life) at(day, hour int) time.Time {
	return time.Date(l.founded.Year(), l.founded.Month(), l.founded.Day()+day, hour, 0, 0, 0, l.zone)
}

func (l *life) advance(to time.Time) {
	if l.failed == nil {
		l.failed = l.world.Advance(l, to)
	}
}

// do runs a command. One that is refused is a part of life, of which the engine
// keeps count; refused then says why.
func do[R any](l *life, by rule.Actor, command rule.Command[R]) (result R, ok bool) {
	if l.failed != nil {
		return result, false
	}
	l.figures.Commands++
	result, err := seatbook.Do(l, l.world.Engine(), by, command)
	if l.refused = rule.AsRefusal(err); l.refused != nil {
		return result, false
	}
	l.failed = err
	return result, err == nil
}

// ask answers a query as the operator.
func ask[R any](l *life, query rule.Query[R]) (result R) {
	if l.failed != nil {
		return result
	}
	result, l.failed = seatbook.Ask(l, l.world.Engine(), rule.Operator, query)
	return result
}

// percent is true in so many of a hundred cases.
func (l *life) percent(share int) bool { return l.random.IntN(100) < share }

// today is true on so many days as make, over a year, a share of a count.
func (l *life) today(share, of int) bool { return l.random.IntN(100*365) < share*of }
