// Seatsim is the command of simulator/cmd/seatsim, whose worlds can stand in
// PostgreSQL too:
//
//	seatsim run --store postgres://user@host/database examples/scenarios/*.yaml
//
// What it writes is the same to the byte. The database has to be one of its own, and
// empty; the user may be the owner of the tables, who makes them, or the role that
// services connect as. What the worlds leave is removed at the end.
package main

import (
	"context"
	"errors"
	"os"

	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/pgstore/internal/worlds"
	"github.com/seatbook/seatbook/simulator/cmd/seatsim/command"
)

func main() {
	os.Exit(command.Main(os.Args[1:], os.Stdout, os.Stderr, stores()))
}

func stores() command.Stores {
	return command.Stores{"postgres": open, "postgresql": open}
}

// open opens a database for worlds, and refuses one in which something is kept.
func open(ctx context.Context, url string) (command.Grounds, error) {
	s, err := pgstore.Open(ctx, url)
	if errors.Is(err, pgstore.ErrNotMigrated) {
		if own := pgstore.Migrate(ctx, url); own != nil {
			return command.Grounds{}, errors.Join(err, own)
		}
		s, err = pgstore.Open(ctx, url)
	}
	if err != nil {
		return command.Grounds{}, err
	}
	used, err := s.InUse(ctx)
	if err == nil && used {
		err = errors.New("the database is in use, and worlds want one that is empty; where an earlier run was cut off: delete from seatbook_record")
	}
	if err != nil {
		s.Close()
		return command.Grounds{}, err
	}
	atlas := worlds.NewAtlas(s)
	return command.Grounds{
		Ground: atlas.Ground,
		Close: func(ctx context.Context) error {
			defer s.Close()
			return atlas.Clear(ctx)
		},
	}, nil
}
