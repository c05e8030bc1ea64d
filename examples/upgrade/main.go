// Upgrade shows what an upgrade costs, what is given back, and the thirty days
// in which people keep the old product beside the new one.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

var ada = rule.ByEmail("ada@acme.test")

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	start := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	world, err := simulator.NewWorld(simulator.Config{Start: start})
	if err != nil {
		return err
	}
	engine, timeline := world.Engine(), simulator.NewTimeline(world)
	bought, err := buy(ctx, engine)
	if err != nil {
		return err
	}
	fmt.Printf("%s  3 seats of AutoCAD LT for %s\n", day(start), bought.Invoice.Total)

	ordered := time.Date(2026, time.February, 1, 10, 0, 0, 0, time.UTC)
	if err := timeline.Advance(ctx, ordered); err != nil {
		return err
	}
	// The same command with Preview is the price tag: the same result, nothing kept.
	upgrade := billing.Upgrade{Subscription: bought.Subscription.ID, To: "autocad"}
	tag, err := seatbook.Do(ctx, engine, ada, upgrade, seatbook.Preview())
	if err != nil {
		return err
	}
	fmt.Printf("%s  AutoCAD would cost %s\n", day(ordered), tag.Invoice.Total)
	var why seatbook.Explanation
	done, err := seatbook.Do(ctx, engine, ada, upgrade, seatbook.Explain(&why))
	if err != nil {
		return err
	}
	fmt.Printf("%s  upgraded: %s, and %s back for the old\n", day(ordered), done.Invoice.Total, done.CreditMemo.Total)
	for _, line := range append(done.Invoice.Lines, done.CreditMemo.Lines...) {
		fmt.Printf("            %s = %s\n", line.Description, line.Amount)
	}
	for _, c := range why.Citations {
		if c.Rule == rule.Proration || c.Rule == billing.UpgradeRule || c.Rule == licensing.OverlapRule {
			fmt.Printf("            because of %s: %v\n", c.Rule.ID, c.Figures)
		}
	}

	// The new product is for an admin to assign.
	if _, err := seatbook.Do(ctx, engine, ada, licensing.Assign{Team: "acme", Product: "autocad", User: "ada@acme.test"}); err != nil {
		return err
	}
	for _, instant := range []time.Time{ordered, done.OverlapEnds.Add(-time.Second), done.OverlapEnds} {
		if err := timeline.Advance(ctx, instant); err != nil {
			return err
		}
		for _, product := range []string{"autocad", "autocad-lt"} {
			may, err := seatbook.Ask(ctx, engine, ada, flex.AccessQuery{User: "ada@acme.test", Product: product})
			if err != nil {
				return err
			}
			fmt.Printf("%s  %-10s  allowed %-5t  by %s\n", instant.Format(time.DateTime), product, may.Allowed, may.Source)
		}
	}
	return nil
}

// buy makes a team with three seats, one of which Ada takes.
func buy(ctx context.Context, engine *seatbook.Engine) (billing.Purchased, error) {
	if _, err := seatbook.Do(ctx, engine, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"}); err != nil {
		return billing.Purchased{}, err
	}
	if _, err := seatbook.Do(ctx, engine, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"}); err != nil {
		return billing.Purchased{}, err
	}
	bought, err := seatbook.Do(ctx, engine, ada, billing.Purchase{Team: "acme", Product: "autocad-lt", Seats: 3, Term: licensing.Annual})
	if err != nil {
		return bought, err
	}
	_, err = seatbook.Do(ctx, engine, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", User: "ada@acme.test"})
	return bought, err
}

func day(t time.Time) string { return t.Format(time.DateOnly) }
