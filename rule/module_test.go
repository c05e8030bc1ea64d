package rule_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// lend is a command with fields of every sort.
type lend struct {
	Team   string       `json:"team"`
	User   rule.Address `json:"user"`
	Book   string       `json:"book,omitempty"`
	Days   int          `json:"days"`
	Labels []string     `json:"labels"`
	Word   rule.Secret  `json:"word,omitempty"`
	Cover  cover        `json:"cover,omitempty"`
}

// cover is one of two words.
type cover string

func (cover) Words() []string { return []string{"hard", "soft"} }

type lent struct {
	Book string    `json:"book"`
	Ends time.Time `json:"ends"`
}

func (c lend) About(*rule.View) (rule.Subject, error) {
	return rule.Subject{Team: rule.Stream(c.Team), What: "team", Name: c.Team}, nil
}

func (c lend) Do(s *rule.Scope) (lent, error) {
	if c.Days < 0 {
		return lent{}, rule.Refuse(rule.Invalid, rule.HalfOpen, "no")
	}
	return lent{c.Book, s.Now().AddDate(0, 0, c.Days)}, nil
}

// order is a command that the outside finishes.
type order struct{ lend }

func (c order) Finish(v *rule.View, r lent) (lent, error) {
	r.Ends = v.Now()
	return r, nil
}

type books struct {
	Team string `json:"team"`
}

func (q books) About(*rule.View) (rule.Subject, error) {
	return rule.Subject{Team: rule.Stream(q.Team)}, nil
}

func (q books) Answer(v *rule.View) ([]string, error) {
	return []string{q.Team, v.Actor().String()}, nil
}

var (
	lending  = rule.Does[lend]("library.lend", "lend", "Lends a book.")
	ordering = rule.Does[order]("library.order", "lend", "Orders a book.")
	listing  = rule.Answers[books]("library.books", "see", "Lists the books.")
)

// desk is the work of an engine that only notes what it was asked for.
type desk struct {
	done []string
	fail error
}

func (d *desk) note(format string, args ...any) error {
	d.done = append(d.done, fmt.Sprintf(format, args...))
	return d.fail
}

func (d *desk) NewID(kind string, stream rule.Stream) (string, error) {
	return kind + "_" + string(stream), d.note("id %s %s", kind, stream)
}
func (d *desk) Emit(_ *rule.Scope, happening any) error { return d.note("emit %v", happening) }
func (d *desk) Queue(item rule.Item) error              { return d.note("queue %s", item.Key) }
func (d *desk) Unqueue(item rule.Item) error            { return d.note("unqueue %s", item.Key) }
func (d *desk) Promise(id string)                       { _ = d.note("promise %s", id) }
func (d *desk) Secret() (rule.Secret, error)            { return "word", d.note("secret") }
func (d *desk) Replaying() bool                         { return d.fail != nil }

func (d *desk) Try(part func(store.Tx, rule.Work) error) error {
	return errors.Join(d.note("try"), part(nil, d))
}

var noon = time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)

func ground(t testing.TB) *rule.Ground {
	t.Helper()
	return &rule.Ground{Book: newLibrary().book(t, nil), Zone: time.UTC, Services: map[any]any{}}
}

func TestADefinitionTellsWhatItIs(t *testing.T) {
	t.Parallel()
	require.Equal(t, "library.lend", lending.Name)
	require.Equal(t, "Lends a book.", lending.Text)
	require.Equal(t, rule.Permission("lend"), lending.Needs)
	require.False(t, lending.Query)
	require.True(t, listing.Query)
	require.Equal(t, reflect.TypeFor[lend](), lending.Type)
	require.Equal(t, reflect.TypeFor[lent](), lending.Result)
	require.Equal(t, reflect.TypeFor[[]string](), listing.Result)
}

func TestADefinitionRunsItsType(t *testing.T) {
	t.Parallel()
	s := rule.NewScope(ground(t), nil, noon, rule.Operator, nil, &desk{})
	v := &s.View

	subject, err := lending.About(v, lend{Team: "acme", User: "ada@acme.test"})
	require.NoError(t, err)
	require.Equal(t, rule.Subject{Team: "acme", What: "team", Name: "acme"}, subject)
	result, err := lending.Do(s, lend{Book: "Emma", Days: 1})
	require.NoError(t, err)
	require.Equal(t, lent{"Emma", noon.AddDate(0, 0, 1)}, result)
	_, err = lending.Do(s, lend{Days: -1})
	require.ErrorIs(t, err, rule.Invalid)

	answer, err := listing.Answer(v, books{Team: "acme"})
	require.NoError(t, err)
	require.Equal(t, []string{"acme", "operator"}, answer)

	final, err := lending.Finish(v, lend{}, result)
	require.NoError(t, err)
	require.Equal(t, result, final, "a command that promises nothing is finished as it is")
	final, err = ordering.Finish(v, order{}, result)
	require.NoError(t, err)
	require.Equal(t, lent{"Emma", noon}, final)
}

func TestARequiredFieldLeftEmptyIsRefused(t *testing.T) {
	t.Parallel()
	v := view(newLibrary().book(t, nil))
	cases := []struct {
		name  string
		value lend
		field string
	}{
		{"everything that is required", lend{Team: "acme", User: "ada@acme.test"}, ""},
		{"everything there is", lend{"acme", "ada@acme.test", "Emma", 7, []string{"new"}, "word", "hard"}, ""},
		{"no text", lend{User: "ada@acme.test"}, "team"},
		{"no text of a type of its own", lend{Team: "acme"}, "user"},
		{"nothing", lend{}, "team"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := lending.About(v, c.value)
			if c.field == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, rule.Invalid)
			require.ErrorContains(t, err, fmt.Sprintf("library.lend needs the field %q", c.field))
		})
	}
	for _, word := range []cover{"", "hard", "soft"} {
		_, err := lending.About(v, lend{Team: "acme", User: "ada@acme.test", Cover: word})
		require.NoError(t, err, word)
	}
	for _, word := range []cover{"Hard", "hard ", "none"} {
		_, err := lending.About(v, lend{Team: "acme", User: "ada@acme.test", Cover: word})
		require.ErrorIs(t, err, rule.Invalid, word)
		require.ErrorContains(t, err, `"cover": the words are hard, soft`)
	}
	subject, err := listing.About(v, books{Team: "acme"})
	require.NoError(t, err)
	require.Equal(t, rule.Subject{Team: "acme"}, subject)
	_, err = listing.About(v, books{})
	require.ErrorIs(t, err, rule.Invalid, "a query is asked for its fields too")
}

func TestDecode(t *testing.T) {
	t.Parallel()
	full := lend{"acme", "ada@acme.test", "Emma", 7, []string{"new"}, "word", "hard"}
	cases := []struct {
		name, data string
		want       any
	}{
		{"every field", `{"team":"acme","user":"ada@acme.test","book":"Emma","days":7,"labels":["new"],"word":"word","cover":"hard"}`, full},
		{"some fields", `{"team":"acme"}`, lend{Team: "acme"}},
		{"no field", `{}`, lend{}},
		{"nothing", ``, lend{}},
		{"space around it", " {\"team\":\"acme\"}\n", lend{Team: "acme"}},
		{"an unknown field", `{"team":"acme","tean":"beta"}`, nil},
		{"an unknown field that is null", `{"tean":null}`, nil},
		{"a text for a number", `{"days":"7"}`, nil},
		{"a number for a text", `{"team":7}`, nil},
		{"a fraction for a whole number", `{"days":1.5}`, nil},
		{"a number too large", `{"days":9223372036854775808}`, nil},
		{"a text for a list", `{"labels":"new"}`, nil},
		{"a list for the whole", `["acme"]`, nil},
		{"a text for the whole", `"acme"`, nil},
		{"half of it", `{"team":"acme"`, nil},
		{"no JSON", `team: acme`, nil},
		{"something behind it", `{"team":"acme"} {"team":"beta"}`, nil},
		{"a bracket too many", `{"team":"acme"}}`, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := lending.Decode([]byte(c.data))
			if c.want == nil {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestDecodeNeverPanics(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.OneOf(rapid.String(), rapid.StringMatching(`\{("(team|user|days|labels)":("[a@.]*"|-?[0-9]{1,3}|null|\[\]),?)*\}`)).Draw(t, "data")
		if v, err := lending.Decode([]byte(data)); err == nil {
			require.IsType(t, lend{}, v)
		}
	})
}

func TestResultsAreReadAgain(t *testing.T) {
	t.Parallel()
	got, err := lending.DecodeResult([]byte(`{"book":"Emma","ends":"2026-01-05T12:00:00Z"}`))
	require.NoError(t, err)
	require.Equal(t, lent{"Emma", noon}, got)
	_, err = lending.DecodeResult([]byte(`{"book":7}`))
	require.ErrorContains(t, err, "library.lend: ")
}

func TestAReactionIsToItsTypeOfHappening(t *testing.T) {
	t.Parallel()
	var heard []lent
	broken := errors.New("broken")
	r := rule.React(func(_ *rule.Scope, h lent) error {
		heard = append(heard, h)
		if h.Book == "" {
			return broken
		}
		return nil
	})
	require.Equal(t, reflect.TypeFor[lent](), r.Happening)
	require.NoError(t, r.Do(nil, lent{Book: "Emma"}))
	require.ErrorIs(t, r.Do(nil, lent{}), broken, "a reaction may refuse")
	require.Equal(t, []lent{{Book: "Emma"}, {}}, heard)
}

func TestAServiceIsAnsweredByWhoProvidesIt(t *testing.T) {
	t.Parallel()
	type shelves interface{ Free() int }
	service, other := rule.NewService[shelves]("shelves"), rule.NewService[shelves]("other shelves")
	provided := service.Provide(three{})
	g := ground(t)
	g.Services[provided.Service] = provided.Answer
	v := rule.NewView(g, nil, noon, rule.Operator, nil)
	require.Equal(t, 3, service.Of(v).Free())
	require.PanicsWithValue(t, "rule: no module provides the service other shelves", func() { other.Of(v) })
}

type three struct{}

func (three) Free() int { return 3 }

func TestAScopeHandsItsWorkToTheEngine(t *testing.T) {
	t.Parallel()
	d := &desk{}
	s := rule.NewScope(ground(t), nil, noon, rule.Operator, nil, d)
	id, err := s.NewID("sub", "acme")
	require.NoError(t, err)
	require.Equal(t, "sub_acme", id)
	require.NoError(t, s.Emit("lent"))
	require.NoError(t, s.Queue(rule.Item{Key: "a"}))
	require.NoError(t, s.Unqueue(rule.Item{Key: "b"}))
	s.Promise("chg")
	word, err := s.Secret()
	require.NoError(t, err)
	require.Equal(t, rule.Secret("word"), word)
	require.False(t, s.Replaying())
	require.Equal(t, "id sub acme,emit lent,queue a,unqueue b,promise chg,secret", strings.Join(d.done, ","))

	d.fail = errors.New("broken")
	_, err = s.NewID("sub", "acme")
	require.ErrorIs(t, err, d.fail)
	require.ErrorIs(t, s.Emit("lent"), d.fail)
	require.ErrorIs(t, s.Queue(rule.Item{}), d.fail)
	require.ErrorIs(t, s.Unqueue(rule.Item{}), d.fail)
	_, err = s.Secret()
	require.ErrorIs(t, err, d.fail)
	require.True(t, s.Replaying())
}

func TestAViewIsOneInstantOfOneState(t *testing.T) {
	t.Parallel()
	g := ground(t)
	g.Zone = time.FixedZone("", 3600)
	ada := rule.ByEmail("ada@acme.test")
	require.NoError(t, memstore.New().View(context.Background(), func(tx store.Tx) error {
		v := rule.NewView(g, tx, noon, ada, &rule.Trail{})
		later := v.At(noon.Add(time.Hour))
		require.Equal(t, noon, v.Now())
		require.Equal(t, noon.Add(time.Hour), later.Now())
		for _, each := range []*rule.View{v, later} {
			require.Equal(t, ada, each.Actor())
			require.Equal(t, g.Zone, each.Zone())
			require.Equal(t, tx, each.Tx())
		}
		later.Cite(rule.HalfOpen)
		require.Equal(t, []string{"TIM-1"}, v.Cited(), "both tell of one decision")
		require.Nil(t, rule.NewView(g, tx, noon, ada, nil).Cited())
		return nil
	}))
}
