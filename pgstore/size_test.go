package pgstore_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/pgstore/internal/cluster"
	"github.com/seatbook/seatbook/rule"
)

// What an opening and its closing leave is what fills the disks of a large host, and
// stays what the documentation says: the bytes of keys and values are held here. What
// PostgreSQL takes for them, with its index, is logged; it is exact where no other
// test is running, because the server keeps old rows for whoever may still see them.
func TestBytesOfAnOpening(t *testing.T) {
	t.Parallel()
	engine, clock, url := office(t)
	const people, days = 8, 12
	do(t, engine, ada, billing.Purchase{Team: "acme", Product: purchase.Product, Seats: people, Term: licensing.Annual})
	do(t, engine, ada, billing.BuyTokens{Team: "acme", Tokens: 1000})
	for i := range people {
		join(t, engine, "acme", person(i))
		do(t, engine, ada, flex.Assign{Team: "acme", User: person(i), Products: flex.Products{All: true}})
		do(t, engine, ada, licensing.Assign{Team: "acme", Product: purchase.Product, User: person(i)})
	}
	conn, err := pgx.Connect(t.Context(), server.URL("seatbook_owner", cluster.Database, strings.Split(url, "search_path=")[1]))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.Background())) })
	measure := func() (plain, whole float64) {
		_, err := engine.Events(t.Context(), seatbook.Cursor{}, 1) // It numbers what was told.
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), "vacuum full seatbook_record")
		require.NoError(t, err)
		require.NoError(t, conn.QueryRow(t.Context(), `select pg_total_relation_size('seatbook_record'), sum(octet_length(stream) +
			octet_length(key) + octet_length(kind) + octet_length(value) + coalesce(octet_length(target), 0)) from seatbook_record`).Scan(&whole, &plain))
		return plain, whole
	}
	for _, c := range []struct {
		name, product string
		most          float64
	}{
		{"a product opened on a seat and closed", purchase.Product, 2600},
		{"a product opened on tokens and closed", "autocad", 2700},
	} {
		plain, whole := measure()
		for range days {
			for i := range people {
				by := rule.ByEmail(string(person(i)))
				opened := do(t, engine, by, flex.Open{User: person(i), Product: c.product, Team: "acme"})
				clock.Set(clock.Now().Add(time.Minute))
				do(t, engine, by, flex.Close{Session: opened.Session.ID})
			}
			clock.Set(clock.Now().AddDate(0, 0, 1))
		}
		plainAfter, wholeAfter := measure()
		each := (plainAfter - plain) / people / days
		t.Logf("%s: %.0f bytes of keys and values, %.0f on disk", c.name, each, (wholeAfter-whole)/people/days)
		require.LessOrEqual(t, each, c.most, c.name)
	}
}
