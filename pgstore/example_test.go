package pgstore_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/pgstore/internal/cluster"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// check ends an example that cannot go on.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// A shop writes its own row and sells seats in one transaction. The charge waits for
// the commit.
func ExampleStore_Together() {
	ctx := context.Background()
	schema, err := server.Schema(ctx)
	check(err)
	url := server.URL("seatbook_owner", cluster.Database, schema)
	check(pgstore.Migrate(ctx, url))
	pool, err := pgxpool.New(ctx, url)
	check(err)
	defer pool.Close()
	_, err = pool.Exec(ctx, "create table basket (id integer primary key, seatbook_order text not null)")
	check(err)
	s, err := pgstore.Over(ctx, pool)
	check(err)
	engine, err := seatbook.New(s, seatbook.Config{Payments: stage.Pays})
	check(err)
	_, err = seatbook.Do(ctx, engine, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	check(err)
	_, err = seatbook.Do(ctx, engine, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	check(err)

	seats := func() int {
		owned, err := seatbook.Ask(ctx, engine, ada, licensing.SeatsQuery{Team: "acme", Product: "maya"})
		check(err)
		return owned.Owned
	}
	check(s.Together(ctx, func(tx pgx.Tx, joined store.Store) error {
		var bought billing.Purchased
		err := joined.Update(ctx, func(t store.Tx) (err error) {
			bought, err = seatbook.Do(ctx, engine.Within(t), ada, billing.Purchase{Team: "acme", Product: "maya", Seats: 3, Term: licensing.Annual})
			if errors.Is(err, billing.ErrUnanswered) {
				err = nil // The order waits for its charge.
			}
			return err
		})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "insert into basket (id, seatbook_order) values (1, $1)", bought.Order.ID)
		return err
	}))
	fmt.Println("committed:", seats(), "seats")
	check(engine.KeepPromises(ctx))
	fmt.Println("charged:", seats(), "seats")
	var order string
	check(pool.QueryRow(ctx, "select seatbook_order from basket").Scan(&order))
	fmt.Println("the basket knows", order)
	// Output:
	// committed: 0 seats
	// charged: 3 seats
	// the basket knows ord_acme_2
}
