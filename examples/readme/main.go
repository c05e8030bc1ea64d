package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

func main() {
	ctx, ada, start := context.Background(), rule.ByEmail("ada@acme.test"), time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	world, err1 := simulator.NewWorld(simulator.Config{Start: start})
	_, err2 := seatbook.Do(ctx, world.Engine(), rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test"})
	_, err3 := seatbook.Do(ctx, world.Engine(), ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1"})
	buy, err4 := seatbook.Do(ctx, world.Engine(), ada, billing.Purchase{Product: "autocad", Seats: 2, Term: "annual"})
	err5 := simulator.NewTimeline(world).Advance(ctx, start.AddDate(1, 0, 0))
	now, err6 := seatbook.Ask(ctx, world.Engine(), ada, billing.SubscriptionQuery{Subscription: buy.Subscription.ID})
	fmt.Printf("paid %v; a year later it is %v until %v; errors: %v\n", buy.Invoice.Total, now.Subscription.Status, now.Subscription.Ends.Format(time.DateOnly), errors.Join(err1, err2, err3, err4, err5, err6))
}
