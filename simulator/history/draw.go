package history

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/simulator"
)

// draw fills in the fields of a command or query, for a team at an instant. It
// reports false where a field takes what nobody has made yet.
func (c *cast) draw(of *simulator.Signature, t *team, now time.Time) (step, bool) {
	s := step{query: of.Kind == "query", name: of.Name}
	either, before := c.either(of), c.echo(of, t)
	for _, f := range of.Fields {
		if value := c.beat.fixed(f.Name); value != nil {
			s.with = append(s.with, field{f.Name, value, !f.Required})
			continue
		}
		if said := before.has(f.Name); said != nil && echoed[f.Type] && c.often(95) && (either == "" || f.Name == either || f.Name != "user" && f.Name != "group") {
			s.with = append(s.with, field{f.Name, said, !f.Required})
			continue
		}
		if !f.Required && !c.beat.gives(f.Name) && !c.gives(of, f, either) || f.Name == "reseller" && !resold(&s) {
			continue
		}
		value, ok := c.value(&s, f, t, now)
		if !ok && (f.Required || f.Name == either || shy[f.Name] == always) {
			return s, false
		}
		if ok {
			s.with = append(s.with, field{f.Name, value, !f.Required})
		}
	}
	s.by = c.actor(&s, of, t)
	return s, true
}

// fixed returns the value that a beat has for a field, nil where it has none.
func (b *beat) fixed(name string) any {
	if b == nil {
		return nil
	}
	return b.with[name]
}

func (b *beat) gives(name string) bool { return b != nil && slices.Contains(b.given, name) }

// either returns which of a person and a group a command is to concern that takes
// one of the two.
func (c *cast) either(of *simulator.Signature) string {
	persons := ""
	for _, f := range of.Fields {
		if !f.Required && (f.Name == "user" || f.Name == "users") {
			persons = f.Name
		}
	}
	for _, f := range of.Fields {
		if persons != "" && of.Kind == "command" && f.Name == "group" && !f.Required {
			if c.often(75) {
				return persons
			}
			return f.Name
		}
	}
	return ""
}

// resold reports whether a step is about what a reseller sells.
func resold(s *step) bool { return s.name != "billing.purchase" || s.field("channel") == "reseller" }

// always is how often an optional field is given without which the command makes no sense.
const always = 100

// shy are optional fields that change what a command means, or that are seldom
// right, with how often they are given of a hundred times. A query's are rarer.
var shy = map[string]int{
	"team": 85, "email": always, "secret": 0, "subscription": 10, "payment_method": 10, "release": 15, "device": 8, "channel": 15, "version": 30,
	"purchaser": 40, "from": 80, "despite_offer": 90, "user": 60, "zone": 40, "country": 80, "language": 40, "plan": 50, "number": 70,
}

// gives reports whether an optional field is given.
func (c *cast) gives(of *simulator.Signature, f simulator.SignatureField, either string) bool {
	if either != "" && (f.Name == "user" || f.Name == "users" || f.Name == "group") {
		return f.Name == either
	}
	if of.Kind == "query" && f.Name != "team" && f.Name != "user" {
		return c.often(12)
	}
	if percent, ok := shy[f.Name]; ok {
		return c.often(percent)
	}
	return c.often(40)
}

// actor draws who acts: the operator as a rule, then the team's primary admin,
// whom it concerns, and anybody.
func (c *cast) actor(s *step, of *simulator.Signature, t *team) string {
	user := ""
	if s.field("user") != "" {
		user = s.field("user")
	}
	n := c.random.IntN(100)
	switch {
	case of.Permission == "operate" && n < 97:
		return ""
	case of.Permission == "own-affairs" && n < 94:
		if user != "" && n < 50 {
			return user
		}
		return ""
	case n < 65:
		return ""
	case n < 80:
		return t.owner
	case n < 96 && user != "":
		return user
	case n < 96:
		return t.owner
	default:
		return one(c.random, c.people)
	}
}

// value draws one value by the type and the name of its field.
func (c *cast) value(s *step, f simulator.SignatureField, t *team, now time.Time) (any, bool) {
	if len(f.Words) > 0 && f.Type == "word" {
		if s.name == outcome && c.often(40) {
			return "ok", true
		}
		return one(c.random, f.Words), true
	}
	switch kind := f.Type; kind {
	case "text", "private text":
		return c.text(s, f.Name, t)
	case "address":
		return c.address(s, f.Name, t)
	case "whole number":
		return c.number(f.Name), true
	case "true or false":
		return c.often(50) || f.Name == "despite_offer" && c.often(80), true
	case "money":
		return one(c.random, []string{"1.00 USD", "25.50 USD", "400.00 USD"}), true
	case "instant":
		return instant(c.moment(f.Name, now)), true
	case "zone":
		return one(c.random, []string{"UTC", "Europe/Paris", "America/New_York", "Asia/Tokyo"}), true
	case "map of true or false":
		return map[string]bool{one(c.random, []string{"low-balance", "trial-ending", "trial-ended"}): c.often(50)}, true
	case "span":
		return one(c.random, []string{"1d", "30d", "3mo"}), true
	case "date":
		return c.moment(f.Name, now).Format(time.DateOnly), true
	case "export":
		return c.export(), true
	case "roster":
		return fmt.Sprintf("Ann,One,%s\n,,%s\nno row\n", one(c.random, c.people), one(c.random, c.people)), true
	case "text or list of text":
		if c.often(50) {
			return "all", true
		}
		return c.list(s, f, t, now)
	case "map":
		return c.object(s, f.Fields, t, now)
	default:
		if strings.HasPrefix(kind, "list of ") {
			return c.list(s, f, t, now)
		}
		return nil, false
	}
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// address draws a person: a member where one is needed, who was invited where an
// answer is, and at times anybody.
func (c *cast) address(s *step, name string, t *team) (any, bool) {
	pool := t.names["member"]
	switch {
	case s.name == "account.resend_invitation" || s.name == "account.revoke_invitation" || s.name == "account.accept_invitation":
		if pool = t.names["invited"]; len(pool) == 0 && c.often(95) {
			return nil, false
		}
	case name == "purchaser" || name == "from" || s.name == "billing.add_payment_method":
		pool = []string{t.owner}
	case s.name == "account.check_off":
		pool = c.moved
	case s.name == "billing.hand_over":
		pool = t.names["admin"]
	case s.name == "account.invite":
		if pool = c.strangers(t); len(pool) == 0 && c.often(80) {
			return nil, false
		}
	}
	if len(pool) > 0 && c.often(93) {
		return one(c.random, pool), true
	}
	return one(c.random, c.people), true
}

// strangers are who is neither a member of a team nor invited.
func (c *cast) strangers(t *team) []string {
	var list []string
	for _, person := range c.people {
		if !slices.Contains(t.names["member"], person) && !slices.Contains(t.names["invited"], person) {
			list = append(list, person)
		}
	}
	return list
}

// number draws a whole number: small as a rule, at times at a boundary.
func (c *cast) number(name string) int64 {
	n := int64(c.random.IntN(5) + 1)
	if c.often(6) {
		n = one(c.random, []int64{0, -1, 100, 10_000})
	}
	if name == "tokens" {
		return n * 50
	}
	return n
}

// moment draws an instant that fits the name: coaching takes place on a working
// day, and reports have a beginning and an end.
func (c *cast) moment(name string, now time.Time) time.Time {
	day := now.Truncate(24 * time.Hour)
	switch name {
	case "from":
		return day.AddDate(0, 0, -c.random.IntN(60)-1)
	case "to":
		return day.AddDate(0, 0, 1)
	case "at":
		at := day.AddDate(0, 0, c.random.IntN(14)+1)
		for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			at = at.AddDate(0, 0, 1)
		}
		return at.Add(time.Duration(9+c.random.IntN(8)) * time.Hour)
	case "until":
		return day.AddDate(0, 0, one(c.random, []int{20, 100, 400, 800}))
	default:
		return day.AddDate(0, 0, one(c.random, []int{-1, 20, 100, 400}))
	}
}

// export draws a file of the old subscription centre with one customer in it.
func (c *cast) export() string {
	name := one(c.random, []string{"mill", "quay", "yard", "kiln"})
	terms := "2026-01-01,2027-01-01"
	if c.often(30) {
		terms = "2026-01-01,2026-02-01"
	}
	return fmt.Sprintf("Firm of %[1]s,%[1]s,C-%[2]d,%[3]s,%[4]s,%[5]s,%[6]s,%[7]d,annual,%[8]s,,A\nno row\n",
		name, c.random.IntN(4), one(c.random, c.people), one(c.random, c.people), one(c.random, c.people), one(c.random, c.products).id, c.random.IntN(3)+1, terms)
}
