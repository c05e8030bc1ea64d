package report

import (
	"regexp"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// people turns identifiers of persons back into addresses. Records name people
// by identifiers that say nothing; whoever the scenario names is recognised.
type people map[string]string

var (
	addresses   = regexp.MustCompile(`[^\s"<>:,\\]+@[^\s"<>:,\\]+`)
	identifiers = regexp.MustCompile(`~[a-z2-9]{16}`)
)

func peopleOf(result *simulator.Result) people {
	known := people{}
	for _, r := range result.Records {
		known.meet(r.Actor)
		known.meet(string(r.With))
		known.meet(string(r.Result))
		for _, fact := range r.Facts {
			known.meet(fact)
		}
	}
	return known
}

func (p people) meet(text string) {
	for _, found := range addresses.FindAllString(text, -1) {
		if _, email, err := rule.ParseAddress(found); err == nil {
			p[string(rule.PersonOf(email))] = email
		}
	}
}

// name puts addresses in the place of identifiers.
func (p people) name(text string) string {
	return identifiers.ReplaceAllStringFunc(text, func(id string) string {
		if email, ok := p[id]; ok {
			return email
		}
		return id
	})
}
