package account

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/rule"
)

// Change is one entry of a team's journal.
type Change struct {
	// Sequence is its place in the journal.
	Sequence int64
	At       time.Time
	// Actor is the person, or "operator".
	Actor string
	// Kind is the name of the command, Text what such a command does.
	Kind, Text string
	// Args is the command as it stands in the journal.
	Args json.RawMessage
	// Product is the product of the subscription or session that the command
	// names, empty where it names none.
	Product string
}

// Log is what account asks of the engine: the journal of a team.
type Log interface {
	// Changes goes through the entries before a sequence, the last first; zero is
	// the end of the journal.
	Changes(v *rule.View, team rule.Stream, before int64) iter.Seq2[Change, error]
}

// LogService answers [Log].
var LogService = rule.NewService[Log]("account.Log")

// ActivityQuery lists the changes in a team, the last first.
type ActivityQuery struct {
	Team string `json:"team"`
	// From and To are the first instant shown and the first one not shown.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Kind is the name of a command, or of a package for all of its commands.
	Kind string `json:"kind,omitempty"`
	// User keeps what the person did, and what was done to them.
	User    rule.Address `json:"user,omitempty"`
	Group   string       `json:"group,omitempty"`
	Product string       `json:"product,omitempty"`
	Limit   int          `json:"limit,omitempty"`
	// After is the sequence of the last change of the page before.
	After int64 `json:"after,omitempty"`
}

// ChangeShown is a change as people read it.
type ChangeShown struct {
	Sequence int64     `json:"sequence"`
	At       time.Time `json:"at"`
	// Who is the address of the person, or "operator".
	Who  string `json:"who"`
	Kind string `json:"kind"`
	// What says in words what was done.
	What     string   `json:"what"`
	Users    []string `json:"users"`
	Groups   []string `json:"groups"`
	Products []string `json:"products"`
}

// ActivityPage is one page of the activity log.
type ActivityPage struct {
	Changes []ChangeShown `json:"changes"`
	// Next is what to go on after, zero at the end.
	Next int64 `json:"next"`
}

// About names the team.
func (q ActivityQuery) About(v *rule.View) (rule.Subject, error) {
	if q.User != "" {
		if _, _, _, err := q.User.Parts(); err != nil {
			return rule.Subject{}, err
		}
	}
	return AboutTeam(v, q.Team)
}

// Answer lists a page of changes (ACC-20).
func (q ActivityQuery) Answer(v *rule.View) (ActivityPage, error) {
	limit, err := PageSize(q.Limit)
	if err != nil {
		return ActivityPage{}, err
	}
	return q.page(v, limit)
}

func (q ActivityQuery) page(v *rule.View, limit int) (ActivityPage, error) {
	page := ActivityPage{Changes: []ChangeShown{}}
	t, err := TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return page, err
	}
	if q.After < 0 {
		return page, rule.Refusef(rule.Invalid, ActivityRule, "a change has a sequence of 1 or more, not %d", q.After)
	}
	kept := ActivityLife.Of(v).Before(v.Now(), t.Location())
	v.Cite(ActivityRule, rule.Fig("after", kept))
	for c, err := range LogService.Of(v).Changes(v, t.Handle, q.After) {
		if err != nil {
			return page, err
		}
		if !c.At.After(kept) || c.At.Before(q.From) {
			break
		}
		facts := factsOf(c)
		if !q.To.IsZero() && !c.At.Before(q.To) || !q.fits(c, facts) {
			continue
		}
		if len(page.Changes) == limit {
			page.Next = page.Changes[limit-1].Sequence
			break
		}
		shown, err := facts.shown(v, c)
		if err != nil {
			return page, err
		}
		page.Changes = append(page.Changes, shown)
	}
	return page, nil
}

func (q ActivityQuery) fits(c Change, f facts) bool {
	person := string(q.User.Person())
	switch {
	case f.team != "" && f.team != q.Team:
		// A command on another team that also changed something here, such as what
		// a person is called, is none of this team's business.
		return false
	case q.Kind != "" && q.Kind != c.Kind && !strings.HasPrefix(c.Kind, q.Kind+"."):
		return false
	case q.User != "" && c.Actor != person && !slices.Contains(f.people, person):
		return false
	case q.Group != "" && !slices.Contains(f.groups, q.Group):
		return false
	default:
		return q.Product == "" || slices.Contains(f.products, q.Product)
	}
}

// facts are what a change tells of itself.
type facts struct {
	team                     string
	people, groups, products []string
	// rest are the other words that may be told, by name.
	rest map[string]string
}

// tellable are the fields of commands whose values are told in words. Payment
// methods, secrets and personal details are not among them.
var tellable = []string{"role", "seats", "to", "term", "on", "tokens", "benefit", "every", "inactive", "subscription", "service", "all", "guests", "count"}

// factsOf reads a change by the names that fields have in all commands.
func factsOf(c Change) facts {
	f := facts{rest: map[string]string{}}
	if c.Product != "" {
		f.products = []string{c.Product}
	}
	var args map[string]any
	if json.Unmarshal(c.Args, &args) != nil {
		return f
	}
	for _, name := range slices.Sorted(maps.Keys(args)) {
		switch name {
		case "team":
			f.team = strings.Join(texts(args[name]), "")
		case "user", "users", "email", "owner":
			for _, p := range texts(args[name]) {
				f.people = append(f.people, strings.TrimSuffix(p, "+"))
			}
		case "group", "groups":
			f.groups = append(f.groups, texts(args[name])...)
		case "product", "products":
			f.products = append(f.products, texts(args[name])...)
		default:
			if name == "to" && c.Kind == "billing.upgrade" {
				f.products = append(f.products, texts(args[name])...)
			}
			if !slices.Contains(tellable, name) {
				continue
			}
			if word := fmt.Sprint(args[name]); word != "" {
				f.rest[name] = word
			}
		}
	}
	return f
}

// texts returns a text, or the texts of a list, without empty ones.
func texts(value any) []string {
	var list []string
	switch v := value.(type) {
	case string:
		list = []string{v}
	case []any:
		for _, one := range v {
			list = append(list, texts(one)...)
		}
	}
	return slices.DeleteFunc(list, func(t string) bool { return t == "" })
}

// maxTold is how many names of one sort a sentence lists.
const maxTold = 5

func (f facts) shown(v *rule.View, c Change) (ChangeShown, error) {
	shown := ChangeShown{
		Sequence: c.Sequence, At: c.At, Who: c.Actor, Kind: c.Kind, Users: []string{},
		Groups: append([]string{}, f.groups...), Products: append([]string{}, f.products...),
	}
	var err error
	if strings.HasPrefix(c.Actor, "~") {
		if shown.Who, err = EmailOf(v, rule.Person(c.Actor)); err != nil {
			return shown, err
		}
	}
	shown.Users = slices.Grow(shown.Users, len(f.people))
	for _, p := range f.people {
		email, err := EmailOf(v, rule.Person(p))
		if err != nil {
			return shown, err
		}
		shown.Users = append(shown.Users, email)
	}
	shown.What = f.sentence(c, shown)
	return shown, nil
}

// sentence says what such a command does, and what it named.
func (f facts) sentence(c Change, shown ChangeShown) string {
	var named []string
	for _, list := range []struct {
		name  string
		texts []string
	}{{"user", shown.Users}, {"group", shown.Groups}, {"product", shown.Products}} {
		switch n := len(list.texts); {
		case n > maxTold:
			named = append(named, fmt.Sprintf("%s %s and %d more", list.name, strings.Join(list.texts[:maxTold], ", "), n-maxTold))
		case n > 0:
			named = append(named, list.name+" "+strings.Join(list.texts, ", "))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.rest)) {
		named = append(named, name+" "+f.rest[name])
	}
	if len(named) == 0 {
		return c.Text
	}
	return c.Text + ": " + strings.Join(named, "; ")
}
