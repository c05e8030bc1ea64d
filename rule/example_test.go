package rule_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/seatbook/seatbook/rule"
)

// A rule is declared once, with its parameter, beside the code that applies it.
var (
	window  = rule.NewSpan("return-window", "30d")
	returns = rule.Declare("SHOP-1", "decision", "What was bought can be returned for 30 days.", window)
)

// mayReturn cites the rule with the figures that decide, and refuses by it.
func mayReturn(v *rule.View, bought time.Time) error {
	ends := window.Of(v).After(bought, v.Zone())
	v.Cite(returns, rule.Fig("bought", bought), rule.Fig("ends", ends))
	if v.Now().Before(ends) {
		return nil
	}
	return rule.Refuse(rule.TooLate, returns, "the days for a return are over", rule.Fig("ends", ends))
}

// A policy changes a number of a rule by its name, and every decision says which
// rule it rests on.
func Example() {
	bought := time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)
	now := bought.AddDate(0, 0, 20)
	for _, policy := range []map[string]string{nil, {"return-window": "14d"}, {"return-windows": "14d"}} {
		book, err := rule.NewBook([]*rule.Rule{returns}, policy)
		if err != nil {
			fmt.Println(err)
			continue
		}
		trail := &rule.Trail{Full: true}
		view := rule.NewView(&rule.Ground{Book: book, Zone: time.UTC}, nil, now, rule.ByEmail("ada@acme.test"), trail)
		if err := mayReturn(view, bought); err != nil {
			fmt.Println(err)
			fmt.Println(errors.Is(err, rule.TooLate))
			continue
		}
		fmt.Println("yes, by", trail.Citations[0])
	}
	// Output:
	// yes, by SHOP-1: bought 2026-03-01T09:00:00Z, ends 2026-03-31T09:00:00Z
	// the days for a return are over (too-late, SHOP-1, ends 2026-03-15T09:00:00Z)
	// true
	// there is no parameter "return-windows"; the nearest is "return-window"
}

func ExampleNewID() {
	id := rule.NewID("sub", "acme", 12, 1)
	stream, ok := rule.StreamOfID("sub", id)
	fmt.Println(id, stream, ok)
	// Output: sub_acme_12 acme true
}
