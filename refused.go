package seatbook

import (
	"context"
	"hash/fnv"
	"io"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Refused counts the refusals of one code by one rule.
type Refused struct {
	Code  rule.Code `json:"code"`
	Rule  string    `json:"rule"`
	Count int64     `json:"count"`
}

// refusedParts is in how many parts each count is kept, so that teams whose
// transactions run side by side seldom count in the same one.
const refusedParts = 64

// refusedPart is one part of a count.
type refusedPart struct {
	Code  rule.Code
	Rule  string
	Part  int
	Count int64
}

var refusals = store.NewTable("seatbook.refused", func(r *refusedPart) (string, store.Key) {
	return refusalStream, store.String(r.Code) + store.String(r.Rule) + store.Int(r.Part)
})

// countRefusal counts a refusal in the part of the streams that it came up in.
func (s *session) countRefusal(r *rule.Refusal) error {
	one := refusedPart{Code: r.Code}
	if r.Rule != nil {
		one.Rule = r.Rule.ID
	}
	if len(s.lanes) > 0 {
		one.Part = spread(string(s.least()), refusedParts)
	}
	kept, found, err := refusals.Get(s.tx, refusalStream, store.String(one.Code)+store.String(one.Rule)+store.Int(one.Part))
	if err != nil {
		return err
	}
	if found {
		one = kept
	}
	one.Count++
	return refusals.Put(s.tx, one)
}

// spread returns one of so many places, the same for the same name.
func spread(name string, places int) int {
	h := fnv.New32a()
	io.WriteString(h, name) //nolint:errcheck // a hash never fails
	return int(h.Sum32() % uint32(places))
}

// Refusals counts the refusals so far, by code and rule.
func (e *Engine) Refusals(ctx context.Context) ([]Refused, error) {
	var list []Refused
	err := e.store.View(ctx, func(tx store.Tx) error {
		list = nil
		for r, err := range refusals.Scan(tx, refusalStream, store.Part{}) {
			if err != nil {
				return err
			}
			one := Refused{Code: r.Code, Rule: r.Rule, Count: r.Count}
			if n := len(list); n > 0 && list[n-1].Code == one.Code && list[n-1].Rule == one.Rule {
				list[n-1].Count += one.Count
				continue
			}
			list = append(list, one)
		}
		return nil
	})
	return list, err
}
