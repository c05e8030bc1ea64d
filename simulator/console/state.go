package console

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
)

// show writes an instant as lines do.
func show(at time.Time) string { return rule.Show(at) }

// state says where the session stands.
func (s *Session) state(ctx context.Context, _, _ string) error {
	scenario := s.play.Scenario()
	s.say("%s, %s, seed %d", scenario.Name, scenario.Zone, scenario.Seed)
	if err := s.now(ctx); err != nil {
		return err
	}
	s.say("on %s, after %s; %s acts", s.play.Branch(), count(s.play.Steps(), "step"), s.who())
	if branches := s.play.Branches(); len(branches) > 1 {
		s.list("branches", branches)
	}
	for _, name := range slices.Sorted(maps.Keys(scenario.Policy)) {
		s.say("policy: %s = %s", name, scenario.Policy[name])
	}
	s.list("marks", s.play.Marks())
	if saved := s.play.Saved(); len(saved) > 0 {
		s.say("saved: %s", values(saved))
	}
	s.list("teams", s.seen.teams())
	s.list("people", s.seen.people())
	return nil
}

func (s *Session) list(what string, names []string) {
	if len(names) > 0 {
		s.say("%s: %s", what, listed(names, ""))
	}
}

func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}
