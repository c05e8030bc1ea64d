package pgstore_test

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Every benchmark here has a floor in the same run: raw pgx sending the statements
// that the store was seen to send, batch by batch, and reading every row. What counts
// is the ratio.

// tape records what a store sends.
type tape struct {
	on      bool
	batches [][]*pgx.QueuedQuery
}

func (r *tape) take(b *pgx.Batch) {
	if r.on {
		r.batches = append(r.batches, append([]*pgx.QueuedQuery{}, b.QueuedQueries...))
	}
}

// record returns what is sent while fn runs.
func (r *tape) record(fn func()) [][]*pgx.QueuedQuery {
	r.on, r.batches = true, nil
	fn()
	r.on = false
	return r.batches
}

// play sends it again over one connection. A view is ended by hand, as its end is not
// among the statements that are waited for.
func play(ctx context.Context, b testing.TB, conn *pgxpool.Conn, batches [][]*pgx.QueuedQuery) {
	for _, list := range batches {
		batch := &pgx.Batch{}
		for i, q := range list {
			if i == 0 && conn.Conn().PgConn().TxStatus() != 'I' && len(q.SQL) > 5 && q.SQL[:5] == "begin" {
				batch.Queue("rollback")
			}
			batch.Queue(q.SQL, q.Arguments...)
		}
		results := conn.SendBatch(ctx, batch)
		for range batch.Len() {
			rows, err := results.Query()
			for err == nil && rows.Next() {
				rows.RawValues()
			}
			if err == nil {
				rows.Close()
				err = rows.Err()
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		if err := results.Close(); err != nil {
			b.Fatal(err)
		}
	}
	if conn.Conn().PgConn().TxStatus() != 'I' {
		_, err := conn.Exec(ctx, "rollback")
		require.NoError(b, err)
	}
}

// bench is an engine on PostgreSQL whose statements are recorded.
type bench struct {
	*seatbook.Engine
	tape  *tape
	store *pgstore.Store
	conn  *pgxpool.Conn
	clock *stage.Clock
}

func newBench(b *testing.B) *bench {
	b.Helper()
	url := fresh(b, server)
	r := &tape{}
	s := open(b, url, pgstore.Sent(r.take))
	e, clock := engineOver(b, s)
	pool, err := pgxpool.New(b.Context(), url)
	require.NoError(b, err)
	conn, err := pool.Acquire(b.Context())
	require.NoError(b, err)
	b.Cleanup(func() { conn.Release(); pool.Close() })
	return &bench{e, r, s, conn, clock}
}

// compare measures something and the statements that it sends.
func (s *bench) compare(b *testing.B, run func()) {
	for range 20 {
		run()
	}
	statements := s.tape.record(run)
	b.Run("seatbook", func(b *testing.B) {
		for b.Loop() {
			run()
		}
	})
	b.Run("raw", func(b *testing.B) {
		for b.Loop() {
			play(b.Context(), b, s.conn, statements)
		}
	})
	b.Logf("%d round trips", len(statements))
}

func (s *bench) office(b *testing.B) {
	b.Helper()
	team(b, s.Engine, "acme", "ada@acme.test")
	for i := range 20 {
		join(b, s.Engine, "acme", person(i))
		do(b, s.Engine, ada, flex.Assign{Team: "acme", User: person(i), Products: flex.Products{All: true}})
	}
	do(b, s.Engine, ada, purchase)
	do(b, s.Engine, ada, billing.BuyTokens{Team: "acme", Tokens: 100})
}

// A seat is given and taken away again: two commands.
func BenchmarkCommands(b *testing.B) {
	s := newBench(b)
	s.office(b)
	s.compare(b, func() {
		do(b, s.Engine, ada, licensing.Assign{Team: "acme", Product: purchase.Product, User: person(3)})
		do(b, s.Engine, ada, licensing.Unassign{Team: "acme", Product: purchase.Product, User: person(3)})
	})
}

func BenchmarkAccess(b *testing.B) {
	s := newBench(b)
	s.office(b)
	by := rule.ByEmail(string(person(3)))
	s.compare(b, func() { ask(b, s.Engine, by, flex.AccessQuery{User: person(3), Product: "autocad", Team: "acme"}) })
}

var renewals = flag.Int("renewals", 200, "how many subscriptions the renewal benchmark renews; 10000 is the full one")

// renewing fills a store with teams whose subscriptions all renew at one instant. They
// are made in memory and copied.
func (s *bench) renewing(b *testing.B, each int) (ends time.Time) {
	b.Helper()
	mem := memstore.New()
	e, clock := engineOver(b, mem)
	for t := range *renewals / each {
		handle := fmt.Sprintf("team-%d", t)
		owner := rule.Address("owner@" + handle + ".test")
		do(b, e, rule.Operator, account.CreateTeam{Team: handle, Owner: owner, Country: "US"})
		do(b, e, rule.Operator, billing.AddPaymentMethod{User: owner, Kind: billing.Card, Token: "tok_1", Last4: "4242"})
		for range each {
			do(b, e, rule.Operator, billing.Purchase{Team: handle, Product: "autocad-lt", Seats: 1, Term: licensing.Annual})
		}
	}
	ends = stage.At(start).AddDate(1, 0, 0)
	clock.Set(ends.Add(-time.Second))
	require.NoError(b, e.RunDue(b.Context()))
	require.NoError(b, copied(b.Context(), mem, s.store))
	return ends
}

// copied writes every row of a store into another.
func copied(ctx context.Context, from, to store.Store) error {
	return from.View(ctx, func(in store.Tx) error {
		return to.Update(ctx, func(out store.Tx) error {
			for row, err := range in.Scan(store.Range{}) {
				if err != nil {
					return err
				}
				if err := out.Put(row.Key, row.Value); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// Subscriptions are renewed at one instant: ordered, invoiced, charged, recorded. The
// floor is the same statements sent once more, over the rows as they are then.
func BenchmarkRenewals(b *testing.B) {
	var statements [][]*pgx.QueuedQuery
	var s *bench
	b.Run("seatbook", func(b *testing.B) {
		for range b.N {
			b.StopTimer()
			s = newBench(b)
			ends := s.renewing(b, 10)
			s.clock.Set(ends)
			b.StartTimer()
			statements = s.tape.record(func() { require.NoError(b, s.RunDue(b.Context())) })
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(*renewals), "ns/renewal")
		b.ReportMetric(float64(len(statements))/float64(*renewals), "trips/renewal")
	})
	b.Run("raw", func(b *testing.B) {
		s := newBench(b)
		s.renewing(b, 10)
		b.ResetTimer()
		for range b.N {
			play(b.Context(), b, s.conn, statements)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(*renewals), "ns/renewal")
	})
}

// Everything is read once, in order, and decoded.
func BenchmarkExport(b *testing.B) {
	s := newBench(b)
	s.renewing(b, 10)
	rows := 0
	s.compare(b, func() {
		rows = 0
		require.NoError(b, s.store.View(b.Context(), func(tx store.Tx) error {
			for _, err := range tx.Scan(store.Range{}) {
				if err != nil {
					return err
				}
				rows++
			}
			return nil
		}))
	})
	b.Run("raw, decoded", func(b *testing.B) {
		for b.Loop() {
			require.Equal(b, rows, s.decoded(b))
		}
	})
	b.Logf("%d rows", rows)
}

// decoded reads every row by one raw statement, and decodes it as the store does.
func (s *bench) decoded(b *testing.B) (n int) {
	codecs := map[string]store.Codec{}
	for _, c := range s.Codecs() {
		codecs[c.Table] = c
	}
	rows, err := s.conn.Query(b.Context(), "select kind, version, value from seatbook_record order by stream, key")
	require.NoError(b, err)
	for rows.Next() {
		var kind string
		var version int
		var value []byte
		require.NoError(b, rows.Scan(&kind, &version, &value))
		if c, ok := codecs[kind]; ok {
			_, err := c.Decode(version, value)
			require.NoError(b, err)
		}
		n++
	}
	require.NoError(b, rows.Err())
	return n
}
