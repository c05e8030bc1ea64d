package simulator

import (
	"context"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
)

// Ground is the store that a world stands on. Worlds go back and branch off, so it
// can be forked, and often is without anybody ever looking into the fork.
type Ground interface {
	store.Store
	// Fork returns a second ground that begins with what this one has kept so far.
	// From then on neither sees what the other writes. It has to be cheap: a fork
	// that nobody reads or writes should cost next to nothing, however much is kept.
	Fork() Ground
}

// Memory returns an empty ground in memory, which is what worlds stand on where
// nothing else is said.
func Memory() Ground { return inMemory{memstore.New()} }

// inMemory is the ground in memory.
type inMemory struct{ *memstore.Store }

// Fork costs the same however much is kept.
func (m inMemory) Fork() Ground { return inMemory{m.Store.Fork()} }

// Use hands the codecs of an engine's tables on where the store keeps bytes.
func (s *breaking) Use(codecs []store.Codec) {
	if durable, ok := s.Store.(interface{ Use(codecs []store.Codec) }); ok {
		durable.Use(codecs)
	}
}

// copyRows writes every row of a store into another one.
func copyRows(ctx context.Context, from, to store.Store) error {
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
