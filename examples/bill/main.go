// Bill shows what a customer is charged over a year, line by line: how each
// amount was made, the tax on it, what an upgrade gives back, and what is still
// open. First as a table to read, then as CSV for a spreadsheet.
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
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

var (
	ada      = rule.ByEmail("ada@quai.test")
	upgraded = time.Date(2026, time.April, 15, 9, 0, 0, 0, time.UTC)
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	vat, err := money.ParsePercent("20%")
	if err != nil {
		return err
	}
	catalog := licensing.Sample()
	catalog.Taxes = []licensing.CountryTax{{Country: "FR", Name: "VAT", Rate: vat}}
	world, err := simulator.NewWorld(simulator.Config{Start: time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC), Catalog: catalog})
	if err != nil {
		return err
	}
	memo, err := year(ctx, simulator.NewTimeline(world))
	if err != nil {
		return err
	}
	invoices, err := seatbook.Ask(ctx, world.Engine(), ada, billing.InvoicesQuery{Team: "quai"})
	if err != nil {
		return err
	}
	bill, err := billOf(invoices, memo, upgraded)
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%s\n%s", bill.Text(), bill.CSV())
	return err
}

// year buys seats on account and pays them, adds one, upgrades them all, and
// returns what the upgrade gave back.
func year(ctx context.Context, timeline *simulator.Timeline) (memo billing.MemoShown, err error) {
	engine := timeline.World().Engine()
	if _, err = seatbook.Do(ctx, engine, rule.Operator, account.CreateTeam{Team: "quai", Owner: "ada@quai.test", Country: "FR"}); err != nil {
		return memo, err
	}
	if _, err = seatbook.Do(ctx, engine, ada, billing.AddPaymentMethod{Kind: billing.OnInvoice, Token: "account 17"}); err != nil {
		return memo, err
	}
	card, err := seatbook.Do(ctx, engine, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	if err != nil {
		return memo, err
	}
	bought, err := seatbook.Do(ctx, engine, ada, billing.Purchase{Team: "quai", Product: "autocad-lt", Seats: 3, Term: licensing.Annual})
	if err != nil {
		return memo, err
	}
	if err = timeline.Advance(ctx, time.Date(2026, time.January, 20, 10, 0, 0, 0, time.UTC)); err != nil {
		return memo, err
	}
	if _, err = seatbook.Do(ctx, engine, ada, billing.PayInvoice{Invoice: bought.Invoice.ID, PaymentMethod: card.PaymentMethod.ID}); err != nil {
		return memo, err
	}
	if err = timeline.Advance(ctx, time.Date(2026, time.April, 1, 9, 0, 0, 0, time.UTC)); err != nil {
		return memo, err
	}
	if _, err = seatbook.Do(ctx, engine, ada, billing.AddSeats{Subscription: bought.Subscription.ID, Seats: 1}); err != nil {
		return memo, err
	}
	if err = timeline.Advance(ctx, upgraded); err != nil {
		return memo, err
	}
	larger, err := seatbook.Do(ctx, engine, ada, billing.Upgrade{Subscription: bought.Subscription.ID, To: "autocad"})
	return larger.CreditMemo, err
}
