package store_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/store"
)

// A room belongs to a team and has a name there. Rooms can be listed by size,
// and no two rooms of a team have the same door.
type room struct {
	Team, Name string
	Size, Door int
}

var (
	rooms  = store.NewTable("room", func(r *room) (string, store.Key) { return r.Team, store.String(r.Name) })
	bySize = rooms.Index("size", func(r *room) (store.Key, bool) { return store.Int(r.Size), true })
	_      = rooms.Unique("door", func(r *room) (store.Key, bool) { return store.Int(r.Door), true })
)

// A table keeps typed records in any backend.
func Example() {
	ctx := context.Background()
	s := memstore.New()
	err := s.Update(ctx, func(tx store.Tx) error {
		for _, r := range []room{
			{"acme", "attic", 4, 1}, {"acme", "hall", 40, 2}, {"acme", "studio", 12, 3}, {"globex", "lab", 9, 1},
		} {
			if err := rooms.Put(tx, r); err != nil {
				return err
			}
		}
		// A part can fail alone: the cellar would share the door of the hall.
		err := tx.Try(func(tx store.Tx) error { return rooms.Put(tx, room{"acme", "cellar", 3, 2}) })
		fmt.Println(err, errors.Is(err, store.ErrTaken))
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = s.View(ctx, func(tx store.Tx) error {
		for r, err := range bySize.Scan(tx, "acme", store.Part{From: store.Int(10), Reverse: true}) {
			if err != nil {
				return err
			}
			fmt.Println(r.Name, r.Size)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// store: the key is taken by another row: room/door true
	// hall 40
	// studio 12
}

// A part of a key that is a text ends where it ends: "a1" is not under "a".
func ExampleString() {
	key := store.String("a") + store.Int(1)
	r := store.Prefix(string(store.String("a")))
	for _, k := range []store.Key{key, store.String("a1") + store.Int(1)} {
		fmt.Println(string(k) >= r.From && string(k) < r.To)
	}
	// Output:
	// true
	// false
}
