package history

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/rule"
)

// cast is who and what a history knows by now, from which fields are drawn.
type cast struct {
	random   *rand.Rand
	people   []string
	teams    []*team
	products []product
	// wanted are the few products that the teams of a history mostly buy.
	wanted []product
	// clouds are the cloud services that are sold.
	clouds []string
	// ids are the identifiers that results had, by the field that takes them.
	ids map[string][]identifier
	// kinds are the fields by the first part of the identifiers they take.
	kinds map[string]string
	// known are the identifiers seen, and the names they are saved under.
	known map[string]bool
	saved map[string]string
	// done are the last commands that were accepted, the newest at the end.
	done []step
	// moved are who came over from the old subscription centre.
	moved []string
	// beat is what a plot wants of the step that is drawn, before the step that the
	// plot had last; nil where there is none.
	beat   *beat
	before *step
	// identified are the names of what results identify.
	identified map[string]bool
}

// team is what is known of a team.
type team struct {
	name, owner string
	// names are what accepted commands named: members, groups, hubs, products owned.
	names map[string][]string
}

// product is what drawing needs of the catalogue.
type product struct {
	id, to string
	cloud  bool
	terms  []string
	// versions are its releases, older those that a maintenance plan lets people use.
	versions, older, updates, services, results []string
}

// identifier is one that a result had.
type identifier struct {
	name   string
	stream string
}

func one[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

// often is true in so many of a hundred cases.
func (c *cast) often(percent int) bool { return c.random.IntN(100) < percent }

// learn keeps what a step named, and the identifiers in its result.
func (c *cast) learn(s *step, result any) error {
	data, err := json.Marshal(result)
	if err != nil {
		return err
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return err
	}
	c.collect(s, "", "", value)
	if s.query {
		return nil
	}
	if c.done = append(c.done, *s); len(c.done) > remembered {
		c.done = c.done[1:]
	}
	if t := c.team(s.field("team")); t != nil {
		t.learn(s)
	}
	for _, cell := range strings.Split(s.field("export"), ",") {
		if strings.Contains(cell, "@") && s.fails == "" {
			c.moved = append(c.moved, cell)
		}
	}
	return nil
}

// remembered is how many accepted commands are kept in mind.
const remembered = 120

// mostSaved is how many identifiers one step saves at most.
const mostSaved = 6

// collect saves the identifiers in a part of a result. An object under a key is
// what fields of that name take; what stands elsewhere is told by the first part
// of the identifier.
func (c *cast) collect(s *step, path, key string, value any) {
	switch value := value.(type) {
	case map[string]any:
		if id, ok := value["id"].(string); ok && strings.Count(id, "_") >= 2 {
			c.keep(s, join(path, "id"), key, id)
		}
		var names []string
		for name := range value {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			c.collect(s, join(path, name), name, value[name])
		}
	case []any:
		for i, element := range value[:min(len(value), mostSaved)] {
			c.collect(s, join(path, fmt.Sprint(i)), strings.TrimSuffix(key, "s"), element)
		}
	}
}

func join(path, part string) string {
	if path == "" {
		return part
	}
	return path + "." + part
}

func (c *cast) keep(s *step, path, key, id string) {
	prefix, rest, _ := strings.Cut(id, "_")
	kind := c.kinds[prefix]
	if kind == "" {
		if key == "" {
			return
		}
		kind = key
		c.kinds[prefix] = kind
	}
	if c.known[id] || len(s.saves) >= mostSaved {
		return
	}
	c.known[id] = true
	name := fmt.Sprintf("%s_%d", kind, len(c.ids[kind])+1)
	s.saves = append(s.saves, saving{name, path})
	c.saved[name] = id
	c.ids[kind] = append(c.ids[kind], identifier{name, rest[:max(0, strings.LastIndexByte(rest, '_'))]})
}

func (c *cast) team(name string) *team {
	for _, t := range c.teams {
		if t.name == name {
			return t
		}
	}
	return nil
}

// learn keeps what an accepted command of the team named.
func (t *team) learn(s *step) {
	email, user := rule.ByEmail(s.field("email")).Email(), rule.ByEmail(s.field("user")).Email()
	switch s.name {
	case "account.invite":
		t.add("invited", email)
	case "account.accept_invitation":
		t.drop("invited", email)
		t.add("member", email)
	case "account.revoke_invitation":
		t.drop("invited", email)
	case "account.remove_member":
		t.drop("member", user)
		t.drop("admin", user)
	case "account.change_role":
		switch s.field("role") {
		case "primary":
			t.owner = user
		case "secondary":
			t.add("admin", user)
		default:
			t.drop("admin", user)
		}
	case "billing.purchase":
		t.add("product", s.field("product"))
	}
	for _, name := range []string{"group", "hub", "contract"} {
		if text := s.field(name); text != "" {
			t.add(name, text)
		}
	}
}

func (t *team) add(kind, name string) {
	if name != "" && !slices.Contains(t.names[kind], name) {
		t.names[kind] = append(t.names[kind], name)
	}
}

func (t *team) drop(kind, name string) {
	t.names[kind] = slices.DeleteFunc(t.names[kind], func(n string) bool { return n == name })
}
