package seatbook_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/hashicorp/go-memdb"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Every benchmark here has a floor in the same run: raw go-memdb doing the same
// reads and writes, key by key and transaction by transaction, as the engine
// was seen to do. What counts is the ratio.

// operation is one thing that was asked of a store.
type operation struct {
	kind  string
	key   string
	to    string
	value any
	back  bool
	limit int
}

// recorder is a store that notes everything that is asked of it.
type recorder struct {
	store.Store
	log []operation
}

// Sequential says what the store says, so that the engine asks of it what it would ask
// of that.
func (r *recorder) Sequential() bool { return store.IsSequential(r.Store) }

func (r *recorder) View(ctx context.Context, fn func(store.Tx) error) error {
	r.log = append(r.log, operation{kind: "view"})
	return r.Store.View(ctx, func(tx store.Tx) error { return fn(&recorded{tx, r}) })
}

func (r *recorder) Update(ctx context.Context, fn func(store.Tx) error) error {
	r.log = append(r.log, operation{kind: "update"})
	return r.Store.Update(ctx, func(tx store.Tx) error { return fn(&recorded{tx, r}) })
}

type recorded struct {
	store.Tx
	r *recorder
}

func (t *recorded) Get(key string) (any, bool, error) {
	t.r.log = append(t.r.log, operation{kind: "get", key: key})
	return t.Tx.Get(key)
}

func (t *recorded) Put(key string, value any) error {
	t.r.log = append(t.r.log, operation{kind: "put", key: key, value: value})
	return t.Tx.Put(key, value)
}

func (t *recorded) Delete(key string) error {
	t.r.log = append(t.r.log, operation{kind: "delete", key: key})
	return t.Tx.Delete(key)
}

func (t *recorded) Scan(r store.Range) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		n := 0
		at := len(t.r.log)
		t.r.log = append(t.r.log, operation{kind: "scan", key: r.From, to: r.To, back: r.Reverse})
		defer func() { t.r.log[at].limit = n }()
		for row, err := range t.Tx.Scan(r) {
			n++
			if !yield(row, err) {
				return
			}
		}
	}
}

func (t *recorded) Try(fn func(store.Tx) error) error {
	return t.Tx.Try(func(tx store.Tx) error { return fn(&recorded{tx, t.r}) })
}

// rawRow is a row as raw go-memdb keeps it.
type rawRow struct {
	Key   string
	Value any
}

func rawDB(tb testing.TB) *memdb.MemDB {
	db, err := memdb.NewMemDB(&memdb.DBSchema{Tables: map[string]*memdb.TableSchema{
		"rows": {Name: "rows", Indexes: map[string]*memdb.IndexSchema{
			"id": {Name: "id", Unique: true, Indexer: &memdb.StringFieldIndex{Field: "Key"}},
		}},
	}})
	require.NoError(tb, err)
	return db.Snapshot()
}

// rawCopy is a raw database with the same rows as a store.
func rawCopy(tb testing.TB, s store.Store) *memdb.MemDB {
	db := rawDB(tb)
	txn := db.Txn(true)
	require.NoError(tb, s.View(tb.Context(), func(tx store.Tx) error {
		for row, err := range tx.Scan(store.Range{}) {
			if err != nil {
				return err
			}
			if err := txn.Insert("rows", &rawRow{row.Key, row.Value}); err != nil {
				return err
			}
		}
		return nil
	}))
	txn.Commit()
	return db
}

// rawRun does what was recorded on a raw database.
func rawRun(tb testing.TB, db *memdb.MemDB, log []operation) {
	var txn *memdb.Txn
	end := func() {
		if txn != nil {
			txn.Commit()
		}
	}
	for i := range log {
		op := &log[i]
		switch op.kind {
		case "view":
			end()
			txn = db.Txn(false)
		case "update":
			end()
			txn = db.Txn(true)
		case "get":
			_, err := txn.First("rows", "id", op.key)
			if err != nil {
				tb.Fatal(err)
			}
		case "put":
			if err := txn.Insert("rows", &rawRow{op.key, op.value}); err != nil {
				tb.Fatal(err)
			}
		case "delete":
			if err := txn.Delete("rows", &rawRow{Key: op.key}); err != nil && !errors.Is(err, memdb.ErrNotFound) {
				tb.Fatal(err)
			}
		case "scan":
			it, err := txn.LowerBound("rows", "id", op.key)
			if err != nil {
				tb.Fatal(err)
			}
			for n := 0; n <= op.limit; n++ {
				if it.Next() == nil {
					break
				}
			}
		}
	}
	end()
}

// studio is a team of a hundred people with seats and tokens.
func studio(tb testing.TB, packs int) (*stage.Stage, *recorder) {
	s := stage.Begin(tb, "2026-01-05T09:00:00Z", seatbook.Config{Policy: map[string]string{"token-life": "2y", "card-limit": "1000000000.00 USD"}})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1"})
	stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "autocad", Seats: 100, Term: licensing.ThreeYear})
	for i := range 99 {
		email := rule.Address(fmt.Sprintf("p%d@acme.test", i))
		stage.Do(s, ada, account.Invite{Team: "acme", Email: email})
		stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: email})
		stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad", User: email})
	}
	for range packs {
		stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 100})
	}
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "p0@acme.test", Products: flex.Products{All: true}})
	r := &recorder{Store: s.Store}
	engine, err := seatbook.New(r, seatbook.Config{Clock: s.Clock, Payments: stage.Pays, Policy: map[string]string{"token-life": "2y", "card-limit": "1000000000.00 USD"}})
	require.NoError(tb, err)
	s.Engine = engine
	return s, r
}

// beside runs a piece of work on the engine, and what it asked of the store on
// raw go-memdb. Each round starts from the same state, a fork of the studio's.
func beside(b *testing.B, packs int, prepare, work func(*stage.Stage)) {
	s, r := studio(b, packs)
	if prepare != nil {
		prepare(s)
	}
	now := s.Clock.Now()
	base := r.Store.(*memstore.Store) //nolint:forcetypeassert // the studio's own
	r.Store = base.Fork()
	r.log = nil
	work(s)
	log := r.log
	plain := func(fork *memstore.Store) *stage.Stage {
		engine, err := seatbook.New(fork, seatbook.Config{Clock: s.Clock, Payments: stage.Pays, Policy: map[string]string{"token-life": "2y", "card-limit": "1000000000.00 USD"}})
		require.NoError(b, err)
		return &stage.Stage{TB: b, Engine: engine, Clock: s.Clock, Store: fork}
	}
	b.Run("seatbook", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			s.Clock.Set(now)
			fresh := plain(base.Fork())
			b.StartTimer()
			work(fresh)
		}
	})
	raw := rawCopy(b, base)
	b.Run("raw", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			db := raw.Snapshot()
			b.StartTimer()
			rawRun(b, db, log)
		}
	})
	b.Logf("%d operations on the store", len(log))
}

const often = 100

// A hundred access checks of one person by seat.
func BenchmarkAccessCheck(b *testing.B) {
	beside(b, 1, nil, func(s *stage.Stage) {
		for range often {
			a := stage.Ask(s, rule.Operator, flex.AccessQuery{User: "p7@acme.test", Product: "autocad"})
			if !a.Allowed {
				b.Fatal("no access")
			}
		}
	})
}

// A hundred permission checks: may this admin manage people of the team?
func BenchmarkPermissionCheck(b *testing.B) {
	s, _ := studio(b, 1)
	base := s.Store
	ground := &rule.Ground{Book: s.Book(), Zone: time.UTC}
	b.Run("seatbook", func(b *testing.B) {
		require.NoError(b, base.View(b.Context(), func(tx store.Tx) error {
			view := rule.NewView(ground, tx, s.Clock.Now(), ada, nil)
			subject := rule.Subject{Team: "acme", What: "team", Name: "acme"}
			for b.Loop() {
				if err := account.Authorise(view, account.ManagePeople, subject); err != nil {
					return err
				}
			}
			return nil
		}))
	})
}

// Fifty seats taken and fifty given.
func BenchmarkSeatAssignment(b *testing.B) {
	beside(b, 1, nil, func(s *stage.Stage) {
		for i := range often / 2 {
			email := rule.Address(fmt.Sprintf("p%d@acme.test", i))
			stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "autocad", User: email})
			stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad", User: email})
		}
	})
}

// One launch and its close ten minutes later.
func BenchmarkTokenLaunch(b *testing.B) {
	for _, packs := range []int{1, 100, 1000} {
		b.Run(fmt.Sprintf("%d packs", packs), func(b *testing.B) {
			beside(b, packs, nil, func(s *stage.Stage) {
				o := stage.Do(s, rule.Operator, flex.Open{User: "p0@acme.test", Product: "maya"})
				s.Clock.Set(s.Clock.Now().Add(10 * time.Minute))
				stage.Do(s, rule.Operator, flex.Close{Session: o.Session.ID})
			})
		})
	}
}

// A year in which one person opens a product every day, over a hundred packs.
func BenchmarkYearOfLaunches(b *testing.B) {
	beside(b, 100, nil, func(s *stage.Stage) {
		for range 365 {
			o := stage.Do(s, rule.Operator, flex.Open{User: "p0@acme.test", Product: "maya"})
			s.Clock.Set(s.Clock.Now().Add(8 * time.Hour))
			stage.Do(s, rule.Operator, flex.Close{Session: o.Session.ID})
			s.Clock.Set(s.Clock.Now().Add(16 * time.Hour))
		}
	})
}

// A year of one team: five people open a product every Monday, and every month
// a person joins, a seat changes hands and seats are added. A worker runs weekly.
func BenchmarkYearOfOneTeam(b *testing.B) {
	beside(b, 12, nil, func(s *stage.Stage) {
		sub := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Annual}).Subscription.ID
		for week := range 52 {
			for i := range 5 {
				user := rule.Address(fmt.Sprintf("p%d@acme.test", i))
				o := stage.Do(s, rule.Operator, flex.Open{User: user, Product: "autocad"})
				stage.Do(s, rule.Operator, flex.Close{Session: o.Session.ID})
			}
			if week%4 == 0 {
				email := rule.Address(fmt.Sprintf("new%d@acme.test", week))
				stage.Do(s, ada, account.Invite{Team: "acme", Email: email})
				stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: email})
				stage.Do(s, ada, billing.AddSeats{Subscription: sub, Seats: 1})
				stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: email})
			}
			s.Clock.Set(s.Clock.Now().AddDate(0, 0, 7))
			require.NoError(b, s.RunDue(b.Context()))
		}
	})
}

// queueMany is a command that queues many pieces of work that do nothing.
type queueMany struct{}

var idle = rule.DueKind{Name: "bench.idle", Rank: 1}

func (queueMany) About(*rule.View) (rule.Subject, error) {
	return rule.Subject{Touches: []rule.Stream{"bench"}}, nil
}

func (queueMany) Do(s *rule.Scope) (account.Nothing, error) {
	for i := range 10_000 {
		item := rule.Item{At: s.Now().Add(time.Hour), Kind: idle, Key: fmt.Sprint(i), Streams: []rule.Stream{"bench"}}
		if err := s.Queue(item); err != nil {
			return account.Nothing{}, err
		}
	}
	return account.Nothing{}, nil
}

// Ten thousand pieces of work due at one instant, each of which does nothing:
// what is left is the queue.
func BenchmarkTenThousandDue(b *testing.B) {
	module := rule.Module{
		Name:     "bench",
		Commands: []rule.Definition{rule.Does[queueMany]("bench.queue", account.Operate, "queues work that does nothing")},
		Due:      []rule.DueWork{{Kind: idle, Do: func(*rule.Scope, rule.Item) error { return nil }}},
	}
	s := stage.Begin(b, "2026-01-05T09:00:00Z", seatbook.Config{Modules: []rule.Module{module}})
	stage.Do(s, rule.Operator, queueMany{})
	start := s.Clock.Now()
	base := s.Store
	b.Run("seatbook", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			engine, err := seatbook.New(base.Fork(), seatbook.Config{Clock: s.Clock, Modules: []rule.Module{module}})
			require.NoError(b, err)
			s.Clock.Set(start.Add(time.Hour))
			b.StartTimer()
			require.NoError(b, engine.RunDue(b.Context()))
		}
	})
	b.Run("raw deletes", func(b *testing.B) {
		raw := rawCopy(b, base)
		var keys []string
		require.NoError(b, base.View(b.Context(), func(tx store.Tx) error {
			for row, err := range tx.Scan(store.Prefix(string(store.String("bench") + store.String("seatbook.due")))) {
				if err != nil {
					return err
				}
				keys = append(keys, row.Key)
			}
			return nil
		}))
		require.Len(b, keys, 10_000)
		for b.Loop() {
			b.StopTimer()
			db := raw.Snapshot()
			b.StartTimer()
			txn := db.Txn(true)
			for _, key := range keys {
				if err := txn.Delete("rows", &rawRow{Key: key}); err != nil {
					b.Fatal(err)
				}
			}
			txn.Commit()
		}
	})
}
