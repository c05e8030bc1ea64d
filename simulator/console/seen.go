package console

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// seen is what a session came across, to be offered for completion.
type seen struct {
	team, person map[string]bool
	products     []string
}

func newSeen(scenario *simulator.Scenario) seen {
	s := seen{team: map[string]bool{}, person: map[string]bool{}}
	catalog := scenario.Catalog
	if catalog == nil {
		catalog = licensing.Sample()
	}
	for _, p := range catalog.Products {
		s.products = append(s.products, p.ID)
	}
	slices.Sort(s.products)
	return s
}

func (s *seen) teams() []string  { return slices.Sorted(maps.Keys(s.team)) }
func (s *seen) people() []string { return slices.Sorted(maps.Keys(s.person)) }

// meet looks at records for teams and people.
func (s *seen) meet(records []simulator.Record) {
	for _, r := range records {
		s.address(r.Actor)
		for _, fact := range r.Facts {
			s.address(fact)
		}
		var with map[string]any
		if json.Unmarshal(r.With, &with) != nil || r.Refusal != nil {
			continue
		}
		s.within(with)
		if team, ok := with["team"].(string); ok {
			s.team[team] = true
		}
	}
}

// within looks at what a step gave for people.
func (s *seen) within(value any) {
	switch value := value.(type) {
	case map[string]any:
		for _, v := range value {
			s.within(v)
		}
	case []any:
		for _, v := range value {
			s.within(v)
		}
	case string:
		s.address(value)
	}
}

func (s *seen) address(text string) {
	if _, email, err := rule.ParseAddress(text); err == nil && rule.ByEmail(email).Person() != "" {
		s.person[email] = true
	}
}
