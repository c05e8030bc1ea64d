package simulator

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
)

// sample is a result with a field of every kind.
type sample struct {
	Text   string            `json:"text"`
	Count  int               `json:"count"`
	Flag   bool              `json:"flag"`
	At     time.Time         `json:"at"`
	Until  *time.Time        `json:"until"`
	Total  money.Amount      `json:"total"`
	On     period.Date       `json:"on"`
	Life   period.Span       `json:"life"`
	List   []sampleLine      `json:"list"`
	Names  []string          `json:"names"`
	Facts  map[string]string `json:"facts"`
	Inside sampleLine        `json:"inside"`
}

type sampleLine struct {
	Name   string       `json:"name"`
	Amount money.Amount `json:"amount"`
}

const got = `{"text": "hello", "count": 3, "flag": true, "at": "2026-01-05T09:00:00Z", "until": null, "total": "1200.00 USD",
	"on": "2026-01-05", "life": "7d", "list": [{"name": "a", "amount": "1.00 USD"}, {"name": "b", "amount": "2.00 USD"}],
	"names": ["x", "y"], "facts": {"team": "acme"}, "inside": {"name": "in", "amount": "0.50 USD"}}`

func TestWant(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, want string
		differs    []string
	}{
		{"fields that are equal", "{text: hello, count: 3, flag: true, on: 2026-01-05, life: 7d, facts: {team: acme}}", nil},
		{"a text", "{text: bye}", []string{"want text: bye, got hello"}},
		{"a number", "{count: 4}", []string{"want count: 4, got 3"}},
		{"a flag", "{flag: false}", []string{"want flag: false, got true"}},
		{"an instant with another offset", "{at: 2026-01-05T10:00:00+01:00}", nil},
		{"an instant that differs", "{at: 2026-01-05T10:00:00+02:00}", []string{"want at: 2026-01-05T08:00:00Z, got 2026-01-05T09:00:00Z"}},
		{"an instant as a date", "{at: 2026-01-05}", []string{"want at: 2026-01-05T00:00:00Z, got 2026-01-05T09:00:00Z"}},
		{"money written otherwise", "{total: 1200 USD}", nil},
		{"money that differs", "{total: 1200.01 USD}", []string{"want total: 1200.01 USD, got 1200.00 USD"}},
		{"money of another currency", "{total: 1200.00 EUR}", []string{"want total: 1200.00 EUR, got 1200.00 USD"}},
		{"null", "{until: null}", nil},
		{"a value where there is null", "{until: 2026-01-05}", []string{"want until: 2026-01-05T00:00:00Z, got null"}},
		{"a list whole and in order", "{names: [x, y], list: [{name: a}, {amount: 2.00 USD}]}", nil},
		{"a list in another order", "{names: [y, x]}", []string{"want names.0: y, got x", "want names.1: x, got y"}},
		{"a list that is longer", "{names: [x]}", []string{`want names: 1 element, got 2 elements: ["x","y"]`}},
		{"no list", "{names: []}", []string{`want names: 0 elements, got 2 elements: ["x","y"]`}},
		{"an element that differs", "{list: [{name: a}, {name: c}]}", []string{"want list.1.name: c, got b"}},
		{"what a list has", "{list: {$has: [{name: b, amount: 2.00 USD}]}, names: {$has: [y]}}", nil},
		{"what a list has not", "{list: {$has: [{name: b, amount: 1.00 USD}]}, names: {$has: [x, z]}}", []string{
			`want list: it to have {name: b, amount: 1.00 USD}, got [{"amount":"1.00 USD","name":"a"},{"amount":"2.00 USD","name":"b"}]`,
			`want names: it to have z, got ["x","y"]`,
		}},
		{"a length", "{names: {$len: 2}, facts: {$len: 1}, text: {$len: 5}}", nil},
		{"another length", "{names: {$len: 3}}", []string{`want names: a length of 3, got 2: ["x","y"]`}},
		{"more and less", "{count: {$gt: 2, $lt: 4}, total: {$gt: 1199.99 USD, $lt: 1200.01 USD}, at: {$gt: 2026-01-05T08:59:59Z}, on: {$lt: 2026-01-06}}", nil},
		{"not more than itself", "{count: {$gt: 3}}", []string{"want count: more than 3, got 3"}},
		{"not less than itself", "{total: {$lt: 1200.00 USD}}", []string{"want total: less than 1200.00 USD, got 1200.00 USD"}},
		{"more of another currency", "{total: {$gt: 1.00 EUR}}", []string{"want total: more than 1.00 EUR, got 1200.00 USD"}},
		{"more than null", "{until: {$gt: 2026-01-01}}", []string{"want until: more than 2026-01-01T00:00:00Z, got null"}},
		{"null or not", "{until: {$null: true}, at: {$null: false}}", nil},
		{"null where there is something", "{at: {$null: true}, until: {$null: false}}", []string{
			"want at: null, got 2026-01-05T09:00:00Z", "want until: anything but null, got null",
		}},
		{"a key that is not there", "{facts: {ends: x}}", []string{"want facts.ends: x, got nothing there"}},
		{"a saved value", "{text: $greeting, inside: $whole, count: {$lt: $five}}", nil},
		{"a saved value that differs", "{text: $five}", []string{"want text: 5, got hello"}},
		{"a value that was not saved", "{text: $lost, names: {$has: [$lost]}}", []string{"not saved"}},
		{"everything at once", "{text: bye, count: 1, inside: {name: out}}", []string{
			"want text: bye, got hello", "want count: 1, got 3", "want inside.name: out, got in",
		}},
	}
	result, err := decodeJSON([]byte(got))
	require.NoError(t, err)
	saved := map[string]string{"greeting": `"hello"`, "five": "5", "whole": `{"name": "in", "amount": "0.50 USD"}`}
	load := func(name string) (any, error) {
		if text, found := saved[name]; found {
			return decodeJSON([]byte(text))
		}
		return nil, errors.New("not saved")
	}
	knows := newMemory()
	for _, name := range []string{"greeting", "five", "whole", "lost"} {
		knows.save(name, step0{})
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var node yaml.Node
			require.NoError(t, yaml.Unmarshal([]byte(c.want), &node))
			src := &source{findings: &findings{}, name: "s.yaml", text: []byte(c.want)}
			r := &reader{source: src, zone: time.UTC, knows: &knows}
			w := r.want(node.Content[0], shapes{}.of(reflect.TypeFor[sample]()))
			require.Empty(t, src.list)
			against := &comparison{load: load}
			w.compare(against, "", result)
			var differs []string
			for _, d := range against.differences {
				differs = append(differs, d.String())
			}
			assert.Equal(t, c.differs, append(differs, against.lacking...))
		})
	}
}
