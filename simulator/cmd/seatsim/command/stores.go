package command

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// Grounds is an open place for worlds.
type Grounds struct {
	// Ground makes the empty store of each world.
	Ground func() (simulator.Ground, error)
	// Close gives back what was taken, and removes what the worlds have left.
	Close func(context.Context) error
}

// Stores are the places where worlds can stand beside the memory, each opened by a
// URL, by the schemes of those. The command itself has none: a command that is built
// in another module hands its own in.
type Stores map[string]func(ctx context.Context, url string) (Grounds, error)

// elsewhere are commands that have more stores, by the schemes of their URLs.
var elsewhere = map[string]string{
	"postgres":   "go build -C pgstore -o ../seatsim ./cmd/seatsim && ./seatsim",
	"postgresql": "go build -C pgstore -o ../seatsim ./cmd/seatsim && ./seatsim",
}

// open opens the place that --store names. Without one, worlds stand in memory.
func (s Stores) open(ctx context.Context, url string) (Grounds, error) {
	if url == "" {
		return Grounds{Close: func(context.Context) error { return nil }}, nil
	}
	scheme, _, _ := strings.Cut(url, ":")
	if opener, ok := s[scheme]; ok {
		return opener(ctx, url)
	}
	if command, ok := elsewhere[scheme]; ok {
		return Grounds{}, fmt.Errorf("this command keeps no worlds in PostgreSQL; this one does: %s run --store %s …", command, url)
	}
	known := slices.Sorted(maps.Keys(s))
	for other := range elsewhere {
		known = append(known, other)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	text := fmt.Sprintf("there is no store %q", scheme)
	if nearest := rule.Nearest(scheme, known); nearest != "" {
		text += fmt.Sprintf("; the nearest is %q", nearest)
	}
	return Grounds{}, fmt.Errorf("%s; a store is a URL such as postgres://user@host/database", text)
}
