package simulator

import (
	"encoding/json"
	"math/big"
	"reflect"
	"strings"
	"time"

	"github.com/seatbook/seatbook/money"
)

// equal compares a value with a part of a result: instants as instants, amounts
// and numbers by value, whatever way they are written.
func equal(s *shape, want, got any) bool {
	if o, ok := order(got, want); ok {
		return o == 0
	}
	if w, ok := want.(string); ok && s.kind == parsedShape {
		if g, ok := got.(string); ok {
			x, badX := s.parse(w)
			y, badY := s.parse(g)
			return g == w || badX == nil && badY == nil && reflect.DeepEqual(x, y)
		}
	}
	switch want := want.(type) {
	case nil:
		return got == nil
	default:
		return same(want, got)
	}
}

// same compares two values of JSON.
func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// order compares two numbers, two instants or two amounts of one currency. It
// is not ok for anything else.
func order(a, b any) (order int, ok bool) {
	if x, ok := number(a); ok {
		if y, ok := number(b); ok {
			return x.Cmp(y), true
		}
		return 0, false
	}
	x, okX := a.(string)
	y, okY := b.(string)
	if !okX || !okY {
		return 0, false
	}
	if s, err := time.Parse(time.RFC3339Nano, x); err == nil {
		if t, err := time.Parse(time.RFC3339Nano, y); err == nil {
			return s.Compare(t), true
		}
		return 0, false
	}
	if m, err := money.Parse(x); err == nil {
		if n, err := money.Parse(y); err == nil {
			order, err := m.Cmp(n)
			return order, err == nil
		}
		return 0, false
	}
	if dated(x) && dated(y) {
		return strings.Compare(x, y), true
	}
	return 0, false
}

func dated(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

func number(v any) (*big.Rat, bool) {
	n, ok := v.(json.Number)
	if !ok || len(n) > 60 || strings.ContainsAny(string(n), "eE") {
		return nil, false
	}
	return new(big.Rat).SetString(string(n))
}

// show writes a part of a result on one line.
func show(v any) string {
	const most = 160
	text := ""
	switch v := v.(type) {
	case absent:
		return "nothing there"
	case nil:
		return "null"
	case string:
		text = v
		if text == "" {
			text = `""`
		}
	case json.Number:
		text = string(v)
	default:
		b, err := json.Marshal(v)
		text = string(b)
		if err != nil {
			text = err.Error()
		}
	}
	runes := 0
	for i := range text {
		if runes++; runes > most {
			return text[:i] + "…"
		}
	}
	return strings.Map(printable, text)
}
