// Yearahead takes the state of an engine in production, as it is today, and runs
// it a year ahead in a simulated world: what will renew, what will end, and what
// it will cost. Production is not touched.
package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

var ada = rule.ByEmail("ada@mill.test")

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	production, err := lived(ctx)
	if err != nil {
		return err
	}
	var file bytes.Buffer // in life a file, copied from one machine to another
	if err := production.Export(ctx, &file); err != nil {
		return err
	}
	world, err := simulator.Open(ctx, &file, simulator.Config{})
	if err != nil {
		return err
	}
	timeline := simulator.NewTimeline(world)
	today := timeline.Now()
	if err := timeline.Advance(ctx, today.AddDate(1, 0, 0)); err != nil {
		return err
	}
	err1 := told(ctx, timeline)
	err2 := charged(ctx, world.Engine(), today)
	err3 := standing(ctx, production, today)
	err4 := standing(ctx, world.Engine(), timeline.Now())
	return errors.Join(err1, err2, err3, err4)
}

// told prints of the notices of the year what renews and what ends.
func told(ctx context.Context, timeline *simulator.Timeline) error {
	news, err := timeline.News(ctx)
	for _, event := range news {
		if event.Kind == seatbook.NoticeEvent && (event.Name == "renewed" || event.Name == "tokens-ended") {
			fmt.Printf("%s  %-12s  %s\n", event.At.Format(time.DateOnly), event.Name, cmp.Or(event.Facts["product"], event.Facts["tokens"]))
		}
	}
	return err
}

// charged prints what the year costs.
func charged(ctx context.Context, engine *seatbook.Engine, today time.Time) error {
	invoices, err := seatbook.Ask(ctx, engine, ada, billing.InvoicesQuery{Team: "mill"})
	for _, invoice := range invoices {
		if !invoice.Issued.Before(today) {
			fmt.Printf("%s  %-12s  %s\n", invoice.Issued.Format(time.DateOnly), "invoice", invoice.Total)
		}
	}
	return err
}

// standing prints what subscriptions there are.
func standing(ctx context.Context, engine *seatbook.Engine, now time.Time) error {
	page, err := seatbook.Ask(ctx, engine, ada, billing.SubscriptionsQuery{Team: "mill"})
	for _, s := range page.Subscriptions {
		fmt.Printf("%s  %-12s  %s, to %s\n", now.Format(time.DateOnly), s.Product, s.Status, s.Ends.Format(time.DateOnly))
	}
	return err
}

// lived is an engine with some months behind it, which a host would have with its
// own clock, store and payment provider.
func lived(ctx context.Context) (*seatbook.Engine, error) {
	clock := simulator.NewClock(time.Date(2026, time.January, 12, 9, 0, 0, 0, time.UTC))
	engine, err := seatbook.New(memstore.New(), seatbook.Config{Clock: clock, Payments: bank{}})
	if err != nil {
		return nil, err
	}
	off := false
	_, err1 := seatbook.Do(ctx, engine, rule.Operator, account.CreateTeam{Team: "mill", Owner: "ada@mill.test", Country: "US"})
	_, err2 := seatbook.Do(ctx, engine, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	_, err3 := seatbook.Do(ctx, engine, ada, billing.Purchase{Team: "mill", Product: "autocad", Seats: 5, Term: licensing.Annual})
	clock.Add(40 * 24 * time.Hour)
	_, err4 := seatbook.Do(ctx, engine, ada, billing.Purchase{Team: "mill", Product: "maya", Seats: 1, Term: licensing.Annual, AutoRenew: &off})
	_, err5 := seatbook.Do(ctx, engine, ada, billing.BuyTokens{Team: "mill", Tokens: 300})
	clock.Add(100 * 24 * time.Hour)
	return engine, errors.Join(err1, err2, err3, err4, err5, engine.RunDue(ctx))
}

// bank is the payment provider of production.
type bank struct{}

func (bank) Charge(context.Context, billing.Charge) (billing.Answer, error) {
	return billing.Answer{Outcome: billing.Paid}, nil
}

func (bank) Refund(context.Context, billing.Refund) (billing.Answer, error) {
	return billing.Answer{Outcome: billing.Paid}, nil
}
