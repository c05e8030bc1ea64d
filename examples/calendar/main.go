// Calendar exports when subscriptions renew, and when that can first be paid, as
// an iCalendar file that any calendar takes. Imported again later, it moves and
// rewords the entries it made before, as each keeps its name.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

var ada = rule.ByEmail("ada@quai.test")

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return err
	}
	world, err := simulator.NewWorld(simulator.Config{Start: time.Date(2026, time.January, 5, 9, 0, 0, 0, paris), Zone: paris})
	if err != nil {
		return err
	}
	subscriptions, err := buy(ctx, world.Engine())
	if err != nil {
		return err
	}
	calendar, err := export(ctx, world.Engine(), world.Clock().Now(), subscriptions)
	if err != nil {
		return err
	}
	_, err = fmt.Print(calendar)
	return err
}

// buy makes a team with two subscriptions, of which one is not to renew itself.
func buy(ctx context.Context, engine *seatbook.Engine) (ids []string, err error) {
	if _, err = seatbook.Do(ctx, engine, rule.Operator, account.CreateTeam{Team: "quai", Owner: "ada@quai.test", Country: "FR"}); err != nil {
		return nil, err
	}
	if _, err = seatbook.Do(ctx, engine, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"}); err != nil {
		return nil, err
	}
	off := false
	for _, p := range []billing.Purchase{
		{Team: "quai", Product: "autocad", Seats: 3, Term: licensing.Annual},
		{Team: "quai", Product: "revit", Seats: 1, Term: licensing.ThreeYear, AutoRenew: &off},
	} {
		bought, err := seatbook.Do(ctx, engine, ada, p)
		if err != nil {
			return nil, err
		}
		ids = append(ids, bought.Subscription.ID)
	}
	return ids, nil
}
