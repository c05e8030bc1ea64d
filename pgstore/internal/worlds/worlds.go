// Package worlds lets simulated worlds stand on PostgreSQL.
//
// A world reads every row from the database and writes every row to it. Beside that
// its ground keeps in memory what was committed, so that a fork costs nothing: it is
// written to the database when somebody first looks into it. Simulated worlds are
// forked each midnight, and few of these forks are ever looked at.
package worlds

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/store"
)

// Atlas makes grounds for worlds in one durable store. Each has the rows whose keys
// begin with a name of its own, so the store has to be empty at the beginning.
type Atlas struct {
	durable store.Store
	made    atomic.Int64
	// alone lets one world write at a time: an update that lost against another
	// world's and is run again would draw other secrets.
	alone sync.Mutex
	// founded are the prefixes under which something was written.
	founded []string
}

// NewAtlas returns an atlas over a store that is empty.
func NewAtlas(durable store.Store) *Atlas { return &Atlas{durable: durable} }

// atOnce is how many rows Clear deletes in one transaction.
const atOnce = 4000

// Clear deletes the rows of all grounds.
func (a *Atlas) Clear(ctx context.Context) error {
	a.alone.Lock()
	defer a.alone.Unlock()
	for _, prefix := range a.founded {
		if err := a.clear(ctx, store.Prefix(prefix)); err != nil {
			return err
		}
	}
	a.founded = nil
	return nil
}

func (a *Atlas) clear(ctx context.Context, r store.Range) error {
	r.Limit = atOnce
	for more := true; more; {
		err := a.durable.Update(ctx, func(tx store.Tx) error {
			more = false
			for row, err := range tx.Scan(r) {
				if err != nil {
					return err
				}
				if err := tx.Delete(row.Key); err != nil {
					return err
				}
				more = true
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Ground makes an empty ground.
func (a *Atlas) Ground() (simulator.Ground, error) { return a.ground(memstore.New()), nil }

func (a *Atlas) ground(begin *memstore.Store) *Ground {
	return &Ground{atlas: a, prefix: strconv.FormatInt(a.made.Add(1), 36) + "|", mirror: begin}
}

// Ground is a part of a durable store that one world has for itself.
type Ground struct {
	atlas  *Atlas
	prefix string
	// mirror has what was committed.
	mirror *memstore.Store

	mu      sync.Mutex
	founded bool
}

// Use hands the codecs of an engine's tables on.
func (g *Ground) Use(codecs []store.Codec) {
	if durable, ok := g.atlas.durable.(interface{ Use(codecs []store.Codec) }); ok {
		durable.Use(codecs)
	}
}

// Fork implements [simulator.Ground].
func (g *Ground) Fork() simulator.Ground { return g.atlas.ground(g.mirror.Fork()) }

// found writes what the ground begins with, once.
func (g *Ground) found(ctx context.Context) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.founded {
		return nil
	}
	g.atlas.alone.Lock()
	defer g.atlas.alone.Unlock()
	g.atlas.founded = append(g.atlas.founded, g.prefix)
	err := g.mirror.View(ctx, func(from store.Tx) error {
		return g.atlas.durable.Update(ctx, func(to store.Tx) error {
			for row, err := range from.Scan(store.Range{}) {
				if err != nil {
					return err
				}
				if err := to.Put(g.prefix+row.Key, row.Value); err != nil {
					return err
				}
			}
			return nil
		})
	})
	g.founded = err == nil
	return err
}

// View implements [store.Store].
func (g *Ground) View(ctx context.Context, fn func(store.Tx) error) error {
	if err := g.found(ctx); err != nil {
		return err
	}
	return g.atlas.durable.View(ctx, func(tx store.Tx) error { return fn(&part{tx: tx, prefix: g.prefix, log: &log{}}) })
}

// Update implements [store.Store]. What was committed is noted in the mirror.
func (g *Ground) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := g.found(ctx); err != nil {
		return err
	}
	g.atlas.alone.Lock()
	defer g.atlas.alone.Unlock()
	var done *log
	err := g.atlas.durable.Update(ctx, func(tx store.Tx) error {
		done = &log{}
		return fn(&part{tx: tx, prefix: g.prefix, log: done})
	})
	if err != nil {
		return err
	}
	return g.mirror.Update(context.WithoutCancel(ctx), done.apply)
}

// log is what an update has written, in order.
type log struct{ writes []write }

type write struct {
	key   string
	value any // nil for a deletion
}

func (l *log) apply(tx store.Tx) error {
	for _, w := range l.writes {
		var err error
		if w.value == nil {
			err = tx.Delete(w.key)
		} else {
			err = tx.Put(w.key, w.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// part is a transaction that sees the rows of one ground.
type part struct {
	tx     store.Tx
	prefix string
	log    *log
}

// Get implements [store.Tx].
func (p *part) Get(key string) (any, bool, error) {
	if key == "" {
		return nil, false, nil
	}
	return p.tx.Get(p.prefix + key)
}

// Put implements [store.Tx].
func (p *part) Put(key string, value any) error {
	if key == "" {
		return store.ErrEmptyKey
	}
	err := p.tx.Put(p.prefix+key, value)
	if err == nil {
		p.log.writes = append(p.log.writes, write{key, value})
	}
	return err
}

// Delete implements [store.Tx].
func (p *part) Delete(key string) error {
	if key == "" {
		return store.ErrEmptyKey
	}
	err := p.tx.Delete(p.prefix + key)
	if err == nil {
		p.log.writes = append(p.log.writes, write{key: key})
	}
	return err
}

// Scan implements [store.Tx].
func (p *part) Scan(r store.Range) iter.Seq2[store.Row, error] {
	all := store.Prefix(p.prefix)
	r.From = p.prefix + r.From
	if r.To == "" {
		r.To = all.To
	} else {
		r.To = p.prefix + r.To
	}
	return func(yield func(store.Row, error) bool) {
		for row, err := range p.tx.Scan(r) {
			row.Key = strings.TrimPrefix(row.Key, p.prefix)
			if !yield(row, err) {
				return
			}
		}
	}
}

// Try implements [store.Tx].
func (p *part) Try(fn func(store.Tx) error) error {
	n := len(p.log.writes)
	kept := false
	defer func() {
		if !kept {
			p.log.writes = p.log.writes[:n]
		}
	}()
	err := p.tx.Try(func(tx store.Tx) error { return fn(&part{tx: tx, prefix: p.prefix, log: p.log}) })
	kept = err == nil
	return err
}
