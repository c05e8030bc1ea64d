package rule

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
)

// Book is the rules with the values of their parameters that are in force. It
// is never changed and is safe for concurrent use.
type Book struct {
	rules  []*Rule
	byID   map[string]*Rule
	params map[string]*Param
	values map[*Param]any
	texts  map[string]string
	// changed are the parameters that the policy sets.
	changed map[string]bool
	digest  string
}

// NewBook puts rules together and sets parameters by the policy, a value per
// parameter name. It refuses a rule or parameter declared twice, an unknown
// name (with the nearest right one) and a value that a parameter does not take.
func NewBook(rules []*Rule, policy map[string]string) (*Book, error) {
	b := &Book{
		byID: map[string]*Rule{}, params: map[string]*Param{},
		values: map[*Param]any{}, texts: map[string]string{}, changed: map[string]bool{},
	}
	for _, r := range rules {
		if b.byID[r.ID] == r {
			continue
		}
		if b.byID[r.ID] != nil {
			return nil, fmt.Errorf("rule: %s is declared twice", r.ID)
		}
		b.byID[r.ID] = r
		b.rules = append(b.rules, r)
		for _, p := range r.Params {
			if b.params[p.Name] != nil {
				return nil, fmt.Errorf("rule: the parameter %s is declared twice", p.Name)
			}
			b.params[p.Name] = p
			if err := b.set(p, p.Default); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(b.rules, func(x, y *Rule) int { return Compare(x.ID, y.ID) })
	for _, name := range slices.Sorted(maps.Keys(policy)) {
		p := b.params[name]
		if p == nil {
			return nil, fmt.Errorf("there is no parameter %q; the nearest is %q", name, Nearest(name, slices.Collect(maps.Keys(b.params))))
		}
		if err := b.set(p, policy[name]); err != nil {
			return nil, err
		}
		b.changed[name] = true
	}
	b.digest = b.sum()
	return b, nil
}

func (b *Book) set(p *Param, text string) error {
	v, err := p.Parse(text)
	if err != nil {
		return err
	}
	b.values[p], b.texts[p.Name] = v, strings.TrimSpace(text)
	return nil
}

func (b *Book) sum() string {
	h := sha256.New()
	for _, r := range b.rules {
		fmt.Fprintln(h, r.ID) //nolint:errcheck // a hash never fails
		for _, p := range r.Params {
			fmt.Fprintf(h, "%q %q %t\n", p.Name, b.texts[p.Name], b.changed[p.Name]) //nolint:errcheck // a hash never fails
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Rules returns every rule in the order of the book.
func (b *Book) Rules() []*Rule { return slices.Clone(b.rules) }

// Rule returns the rule with this identifier, or nil.
func (b *Book) Rule(id string) *Rule { return b.byID[id] }

// Param returns the parameter with this name, or nil.
func (b *Book) Param(name string) *Param { return b.params[name] }

// Params returns the names of all parameters in alphabetical order.
func (b *Book) Params() []string { return slices.Sorted(maps.Keys(b.params)) }

// Value returns a parameter's value in force, as it was written.
func (b *Book) Value(name string) string { return b.texts[name] }

// Policy returns the parameters that the policy sets, with their values.
func (b *Book) Policy() map[string]string {
	policy := map[string]string{}
	for name := range b.changed {
		policy[name] = b.texts[name]
	}
	return policy
}

// Digest identifies the rules and the values in force. Journals carry it, as
// a replay is promised under the same book.
func (b *Book) Digest() string { return b.digest }

func value[T any](b *Book, p *Param) T {
	v, ok := b.values[p].(T)
	if !ok {
		panic(fmt.Sprintf("rule: the parameter %s is not in the book: its rule %s is missing from every module", p.Name, p.Rule))
	}
	return v
}

// Of returns the value in force.
func (s Span) Of(v *View) period.Span { return value[period.Span](v.book, s.p) }

// Of returns the value in force.
func (s Count) Of(v *View) int { return value[int](v.book, s.p) }

// Or returns the value that the policy sets, or where it sets none, a number
// that something more particular than the book says; zero says nothing.
func (s Count) Or(v *View, particular int) int {
	if particular == 0 || v.book.changed[s.p.Name] {
		return s.Of(v)
	}
	return particular
}

// Of returns the value in force.
func (s Percent) Of(v *View) money.Percent { return value[money.Percent](v.book, s.p) }

// Of returns the value in force.
func (s Money) Of(v *View) money.Amount { return value[money.Amount](v.book, s.p) }

// Of returns the value in force. The caller does not change it.
func (s List) Of(v *View) []string { return value[[]string](v.book, s.p) }

// Of returns the value in force. The caller does not change it.
func (s Spans) Of(v *View) []period.Span { return value[[]period.Span](v.book, s.p) }

// Of returns the value in force.
func (s Word) Of(v *View) string { return value[string](v.book, s.p) }
