package pgstore_test

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// rivals is how many processes contend.
const rivals = 16

func init() {
	jobs["launch"] = func(ctx context.Context, e *seatbook.Engine, args []string) (int, error) {
		user := rule.Address(args[0])
		_, err := seatbook.Do(ctx, e, rule.ByEmail(string(user)), flex.Open{User: user, Product: "autocad", Team: "acme"})
		return 1, err
	}
	jobs["assign"] = func(ctx context.Context, e *seatbook.Engine, args []string) (int, error) {
		_, err := seatbook.Do(ctx, e, ada, licensing.Assign{Team: "acme", Product: purchase.Product, User: rule.Address(args[0])})
		return 1, err
	}
	jobs["renew"] = func(ctx context.Context, e *seatbook.Engine, args []string) (int, error) {
		_, err := seatbook.Do(ctx, e, ada, billing.Renew{Subscription: args[0]})
		return 1, err
	}
	jobs["due"] = func(ctx context.Context, e *seatbook.Engine, _ []string) (int, error) { return 1, e.RunDue(ctx) }
	jobs["hot"] = hot
}

func person(i int) rule.Address { return rule.Address(fmt.Sprintf("u%d@acme.test", i)) }

func TestOneOfManyProcessesLaunchesOnTheLastTokens(t *testing.T) {
	t.Parallel()
	engine, _, url := office(t)
	do(t, engine, ada, billing.BuyTokens{Team: "acme", Tokens: 100})
	// A launch of autocad takes 7 a day: thirteen of them leave the tokens for one.
	for i := range rivals + 13 {
		join(t, engine, "acme", person(i))
		do(t, engine, ada, flex.Assign{Team: "acme", User: person(i), Products: flex.Products{All: true}})
	}
	for i := range 13 {
		user := person(rivals + i)
		do(t, engine, rule.ByEmail(string(user)), flex.Open{User: user, Product: "autocad", Team: "acme"})
	}
	list := crowd(t, rivals, errand{Job: "launch", URL: url, At: stage.At(start)}, func(i int) []string { return []string{string(person(i))} })
	require.Equal(t, 1, winners(t, list, rule.InsufficientTokens))
	require.NoError(t, engine.Audit(t.Context()))
}

func TestOneOfManyProcessesGetsTheLastSeat(t *testing.T) {
	t.Parallel()
	engine, _, url := office(t)
	do(t, engine, ada, purchase)
	do(t, engine, ada, licensing.Assign{Team: "acme", Product: purchase.Product, User: "ada@acme.test"})
	for i := range rivals {
		join(t, engine, "acme", person(i))
	}
	list := crowd(t, rivals, errand{Job: "assign", URL: url, At: stage.At(start)}, func(i int) []string { return []string{string(person(i))} })
	require.Equal(t, 1, winners(t, list, rule.NoSeats))
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 2}, ask(t, engine, ada, licensing.SeatsQuery{Team: "acme", Product: purchase.Product}))
	require.NoError(t, engine.Audit(t.Context()))
}

func TestOneOfManyProcessesRenewsASubscription(t *testing.T) {
	t.Parallel()
	engine, clock, url := office(t)
	bought := do(t, engine, ada, purchase)
	at := bought.Subscription.Ends.AddDate(0, -1, 0)
	list := crowd(t, rivals, errand{Job: "renew", URL: url, At: at}, func(int) []string { return []string{bought.Subscription.ID} })
	require.Equal(t, 1, winners(t, list, rule.TooEarly, rule.Conflict))
	clock.Set(at)
	invoices := ask(t, engine, ada, billing.InvoicesQuery{Team: "acme"})
	require.Len(t, invoices, 2, "one for the purchase and one for the renewal")
	require.NoError(t, engine.Audit(t.Context()))
}

// households makes so many teams, each with a seat that renews itself in a year.
func households(t *testing.T, engine *seatbook.Engine, teams int) {
	t.Helper()
	for i := range teams {
		handle := fmt.Sprintf("team-%d", i)
		team(t, engine, handle, rule.Address("owner@"+handle+".test"))
		do(t, engine, rule.Operator, billing.Purchase{Team: handle, Product: purchase.Product, Seats: 1, Term: licensing.Annual})
	}
}

// renewed holds that each of them has the invoice of its purchase and that of one renewal.
func renewed(t *testing.T, engine *seatbook.Engine, teams int) {
	t.Helper()
	for i := range teams {
		require.Len(t, ask(t, engine, rule.Operator, billing.InvoicesQuery{Team: fmt.Sprintf("team-%d", i)}), 2)
	}
}

// Many workers come round at the same instant: what is due is done once.
func TestManyWorkersDoWhatIsDueOnce(t *testing.T) {
	t.Parallel()
	engine, clock, url := office(t)
	households(t, engine, 8)
	at := stage.At(start).AddDate(1, 0, 1)
	till := t.TempDir() + "/till"
	list := crowd(t, 4, errand{Job: "due", URL: url, At: at, Till: till}, func(int) []string { return nil })
	require.Equal(t, 4, winners(t, list))
	clock.Set(at)
	require.NoError(t, engine.RunDue(t.Context()))
	renewed(t, engine, 8)
	require.Len(t, uniq(charged(t, till)), 8, "each renewal is charged under one key")
	require.NoError(t, engine.Audit(t.Context()))
}

// Workers that share the work ask for the money of each renewal once between them.
func TestManyWorkersAskForEachChargeOnce(t *testing.T) {
	t.Parallel()
	engine, clock, url := office(t)
	const teams = 12
	households(t, engine, teams)
	at := stage.At(start).AddDate(1, 0, 1)
	till := t.TempDir() + "/till"
	list := crowd(t, 4, errand{Job: "work", URL: url, At: at, Till: till}, func(int) []string { return nil })
	require.Equal(t, 4, winners(t, list))
	clock.Set(at)
	require.Len(t, charged(t, till), teams)
	require.NoError(t, engine.Audit(t.Context()))
}

var (
	hotFor   = flag.Duration("hot-for", 300*time.Millisecond, "how long the processes of the throughput test work")
	hotCrowd = flag.Int("hot-processes", 4, "how many processes of the throughput test there are")
)

// hot gives and takes a seat away again, in one team of several after the other.
func hot(ctx context.Context, e *seatbook.Engine, args []string) (done int, err error) {
	teams, mine, end := number(args[0]), number(args[1]), time.Now().Add(*hotFor)
	if d, err := time.ParseDuration(args[2]); err == nil {
		end = time.Now().Add(d)
	}
	for i := mine; time.Now().Before(end); i++ {
		handle := fmt.Sprintf("hot-%d", i%teams)
		user := rule.Address(fmt.Sprintf("u%d@%s.test", mine, handle))
		if _, err := seatbook.Do(ctx, e, rule.Operator, licensing.Assign{Team: handle, Product: purchase.Product, User: user}); err != nil {
			return done, err
		}
		if _, err := seatbook.Do(ctx, e, rule.Operator, licensing.Unassign{Team: handle, Product: purchase.Product, User: user}); err != nil {
			return done, err
		}
		done += 2
	}
	return done, nil
}

// Processes that work on one team, and on fifty, all get their turn; how many
// commands and how many attempts that were is logged.
func TestHotTeams(t *testing.T) {
	engine, _, url := office(t)
	for i := range 50 {
		handle := fmt.Sprintf("hot-%d", i)
		team(t, engine, handle, rule.Address("owner@"+handle+".test"))
		for bought := 0; bought < *hotCrowd; bought += 4 { // A card pays for so many at once.
			do(t, engine, rule.Operator, billing.Purchase{Team: handle, Product: purchase.Product, Seats: 4, Term: licensing.Annual})
		}
		for p := range *hotCrowd {
			join(t, engine, handle, rule.Address(fmt.Sprintf("u%d@%s.test", p, handle)))
		}
	}
	for _, teams := range []int{1, 50} {
		list := crowd(t, *hotCrowd, errand{Job: "hot", URL: url, At: stage.At(start)}, func(i int) []string {
			return []string{fmt.Sprint(teams), fmt.Sprint(i), hotFor.String()}
		})
		done, updates, attempts := 0, int64(0), int64(0)
		for _, r := range list {
			require.Positive(t, r.Done)
			require.Empty(t, r.Code)
			done, updates, attempts = done+r.Done, updates+r.Counts.Updates, attempts+r.Counts.Attempts
		}
		t.Logf("%d processes, %d hot teams: %.0f commands a second, %.2f attempts for each update",
			*hotCrowd, teams, float64(done)/hotFor.Seconds(), float64(attempts)/float64(updates))
	}
	require.NoError(t, engine.Audit(t.Context()))
}
