package history

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator"
)

// quoted is a step with a value of every form.
var quoted = step{name: "billing.create_quote", with: []field{
	{"team", "acme", false},
	{"user", "ada@acme.test", true},
	{"lines", list{
		object{{"product", "on", false}, {"seats", int64(40), false}, {"price", "1.00 USD", true}},
		object{{"subscription", ref("subscription_1"), false}, {"seats", int64(1), true}},
	}, false},
	{"on", true, true},
	{"notices", map[string]bool{"b": false, "a": true}, true},
}}

func TestValuesAreWrittenAsTheyAreRead(t *testing.T) {
	t.Parallel()
	draft := simulator.Draft{Name: "x", Start: "2026-01-05T09:00:00Z", Steps: []simulator.DraftStep{quoted.draft(nil)}}
	assert.Contains(t, draft.Text(), `  - {do: billing.create_quote, with: {team: acme, user: ada@acme.test, lines: [{product: on, seats: 40, price: 1.00 USD}, `+
		`{subscription: $subscription_1, seats: 1}], on: true, notices: {a: true, b: false}}}`+"\n")
	args, err := quoted.args(map[string]string{"subscription_1": "sub_acme_7"})
	require.NoError(t, err)
	assert.JSONEq(t, `{"team": "acme", "user": "ada@acme.test", "lines": [{"product": "on", "seats": 40, "price": "1.00 USD"},
		{"subscription": "sub_acme_7", "seats": 1}], "on": true, "notices": {"a": true, "b": false}}`, string(args))
	var used []string
	names(object(quoted.with), func(name string) { used = append(used, name) })
	assert.Equal(t, []string{"subscription_1"}, used)
}

// What a step saved goes with it: an element of a list alone, an optional field
// alone, any other field with the step that has it.
func TestWhatWasSavedGoesWithItsStep(t *testing.T) {
	t.Parallel()
	take := func(name string, value any, optional bool) step {
		return step{name: name, gap: aDay, with: []field{{"team", "acme", false}, {"it", value, optional}}}
	}
	story := &story{steps: []step{
		{name: "a", saves: []saving{{"a_1", "id"}}},
		{name: "b", gap: aDay, saves: []saving{{"b_1", "id"}}},
		take("field", ref("a_1"), false),
		take("optional", ref("a_1"), true),
		take("one of two", list{ref("a_1"), ref("b_1")}, false),
		take("the only one", list{ref("a_1")}, false),
		take("deep", list{object{{"x", ref("a_1"), false}}, object{{"x", ref("a_1"), true}}}, false),
		take("another", ref("b_1"), false),
	}}
	left := map[string]any{}
	less := story.without(func(i int) bool { return i == 0 })
	for i := range less.steps {
		s := &less.steps[i]
		left[s.name] = nil
		if len(s.with) > 1 {
			left[s.name] = s.with[1].value
		}
	}
	assert.Equal(t, map[string]any{
		"b": nil, "optional": nil, "one of two": list{ref("b_1")}, "deep": list{object{}}, "another": ref("b_1"),
	}, left)
	assert.Equal(t, 2*aDay, less.steps[1].gap, "who stays keeps the instant")
	assert.Len(t, story.steps[4].with[1].value, 2, "the story itself is as it was")
}

func TestLesserValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value any
		less  []any
	}{
		{int64(1), nil},
		{int64(2), []any{int64(1)}},
		{int64(9), []any{int64(1), int64(2), int64(4), int64(8)}},
		{int64(-1), nil},
		{"text", nil},
		{true, nil},
		{ref("a_1"), nil},
		{list{"a"}, nil},
		{list{"a", "b"}, []any{list{"a"}, list{"b"}}},
		{list{"a", "b", "c"}, []any{list{"a"}, list{"b"}, list{"c"}, list{"b", "c"}, list{"a", "c"}, list{"a", "b"}}},
		{object{{"x", "y", true}, {"n", int64(2), false}}, []any{
			object{{"n", int64(2), false}}, object{{"x", "y", true}, {"n", int64(1), false}},
		}},
	} {
		assert.Equal(t, c.less, lesser(c.value), "%v", c.value)
	}
	value := list{int64(3), object{{"n", int64(9), false}}}
	lesser(value)
	assert.Equal(t, list{int64(3), object{{"n", int64(9), false}}}, value, "nothing is changed in place")
}
