package simulator

import (
	"context"
	"slices"
	"strings"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/rule"
)

// Books are what a team was charged and what it used, as they stand at the end of
// a run's main line.
type Books struct {
	Team string `json:"team"`
	// Invoices are all that were issued, in that order.
	Invoices []billing.InvoiceShown `json:"invoices"`
	// Usage is the tokens used by day in the team's zone, person, product and release.
	Usage []flex.UsageShown `json:"usage"`
}

// books reads the books of every team that the line has, in alphabetical order.
func (l *line) books(ctx context.Context) ([]Books, error) {
	teams, err := l.teams(ctx)
	if err != nil {
		return nil, err
	}
	list := []Books{}
	for _, team := range teams {
		b := Books{Team: team}
		if b.Invoices, err = seatbook.Ask(ctx, l.timeline.world.engine, rule.Operator, billing.InvoicesQuery{Team: team}); err != nil {
			return nil, err
		}
		if b.Usage, err = l.usage(ctx, team); err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, nil
}

// usage reads a team's use of tokens over the whole run, in parts as long as one
// report can be.
func (l *line) usage(ctx context.Context, team string) ([]flex.UsageShown, error) {
	engine, zone := l.timeline.world.engine, l.scenario.Zone
	all := []flex.UsageShown{}
	for from, end := l.scenario.Start, l.timeline.Now(); !from.After(end); {
		to := account.MaxReportSpan.After(from, zone)
		part, err := seatbook.Ask(ctx, engine, rule.Operator, flex.UsageQuery{Team: team, From: from, To: to})
		if err != nil {
			return nil, err
		}
		all, from = append(all, part...), to
	}
	return all, nil
}

// teams lists the teams that anything happened in, in alphabetical order.
func (l *line) teams(ctx context.Context) ([]string, error) {
	var teams []string
	var cursor seatbook.Cursor
	for {
		events, err := l.timeline.world.engine.Events(ctx, cursor, eventsAtOnce)
		if err != nil {
			return nil, err
		}
		if len(events) == 0 {
			return teams, nil
		}
		for _, event := range events {
			for _, stream := range event.Streams {
				at, known := slices.BinarySearch(teams, string(stream))
				if !known && !stream.IsPerson() && !strings.HasPrefix(string(stream), "!") {
					teams = slices.Insert(teams, at, string(stream))
				}
			}
		}
		cursor = events[len(events)-1].Cursor
	}
}
