// Flexyear is a year of Flex by one person: two days a week in AutoCAD, what
// that takes from a thousand tokens, and what is left when they end.
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
	start := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	world, err := simulator.NewWorld(simulator.Config{Start: start})
	if err != nil {
		return err
	}
	engine, timeline := world.Engine(), simulator.NewTimeline(world)
	bought, err := buy(ctx, engine)
	if err != nil {
		return err
	}
	fmt.Printf("%d tokens for %s, good until %s\n", bought.Pack.Tokens, bought.Invoice.Total, bought.Pack.Expires.Format(time.DateOnly))
	end := bought.Pack.Expires
	for day := start; day.Before(end); day = day.AddDate(0, 0, 1) {
		if err := work(ctx, timeline, day); err != nil {
			return err
		}
		if day.AddDate(0, 0, 1).Day() == 1 {
			if err := report(ctx, engine, day); err != nil {
				return err
			}
		}
	}
	if err := timeline.Advance(ctx, end); err != nil { // the pack ends, whatever is left in it
		return err
	}
	letters, err := seatbook.Ask(ctx, engine, ada, account.NoticesQuery{Team: "mill", User: "ada@mill.test"})
	if err != nil {
		return err
	}
	for _, l := range letters {
		if l.Kind == flex.TokensEndingNotice || l.Kind == flex.TokensEndedNotice {
			fmt.Printf("%s  %-13s  %s\n", l.At.Format(time.DateOnly), l.Kind, l.Facts["tokens"])
		}
	}
	return nil
}

// buy makes a team of one person, who may open AutoCAD with its tokens.
func buy(ctx context.Context, engine *seatbook.Engine) (bought billing.TokensBought, err error) {
	if _, err = seatbook.Do(ctx, engine, rule.Operator, account.CreateTeam{Team: "mill", Owner: "ada@mill.test", Country: "US"}); err != nil {
		return bought, err
	}
	if _, err = seatbook.Do(ctx, engine, ada, flex.Assign{Team: "mill", User: "ada@mill.test", Products: flex.Products{List: []string{"autocad"}}}); err != nil {
		return bought, err
	}
	if _, err = seatbook.Do(ctx, engine, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"}); err != nil {
		return bought, err
	}
	return seatbook.Do(ctx, engine, ada, billing.BuyTokens{Team: "mill", Tokens: 1000})
}

// work opens AutoCAD on Mondays from 8 to 17 and on Tuesdays from 7 to 17. The
// first hour of a Tuesday is still in Monday's 24 hours, the rest is a new day.
func work(ctx context.Context, timeline *simulator.Timeline, day time.Time) error {
	opens := map[time.Weekday]time.Duration{time.Monday: 8 * time.Hour, time.Tuesday: 7 * time.Hour}[day.Weekday()]
	if opens == 0 {
		return nil
	}
	if err := timeline.Advance(ctx, day.Add(opens)); err != nil {
		return err
	}
	engine := timeline.World().Engine()
	opened, err := seatbook.Do(ctx, engine, ada, flex.Open{User: "ada@mill.test", Product: "autocad"})
	if err != nil {
		return err
	}
	if err := timeline.Advance(ctx, day.Add(17*time.Hour)); err != nil {
		return err
	}
	_, err = seatbook.Do(ctx, engine, ada, flex.Close{Session: opened.Session.ID})
	return err
}

// report sums up the month that a day is the last of.
func report(ctx context.Context, engine *seatbook.Engine, last time.Time) error {
	from := time.Date(last.Year(), last.Month(), 1, 0, 0, 0, 0, time.UTC)
	usage, err := seatbook.Ask(ctx, engine, ada, flex.UsageQuery{Team: "mill", From: from, To: from.AddDate(0, 1, 0)})
	if err != nil {
		return err
	}
	balance, err := seatbook.Ask(ctx, engine, ada, flex.BalanceQuery{Team: "mill"})
	if err != nil {
		return err
	}
	var days, tokens int64
	for _, row := range usage {
		if row.Tokens > 0 {
			days, tokens = days+1, tokens+row.Tokens
		}
	}
	fmt.Printf("%-9s  %2d days  %3d tokens  %4d left\n", from.Month(), days, tokens, balance.Left)
	return nil
}
