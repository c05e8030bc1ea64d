package seatbook

import (
	"slices"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// watched are the records that one operation wrote and that have invariants, as
// they were before it.
type watched struct {
	checks  map[string][]rule.Check
	records []watchedRecord
	// known are the keys of records, where there are many.
	known map[string]bool
}

// watchedRecord is a record as it was; before is nil for one that is new.
type watchedRecord struct {
	key    string
	before any
}

// before keeps the record as it is before the operation first writes it.
func (w *watched) before(tx store.Tx, key string) error {
	if len(w.checks[store.TableOf(key)]) == 0 {
		return nil
	}
	if w.knows(key) {
		return nil
	}
	value, found, err := tx.Get(key)
	if err != nil {
		return err
	}
	if !found {
		value = nil
	}
	w.records = append(w.records, watchedRecord{key: key, before: value})
	if w.known != nil {
		w.known[key] = true
	}
	return nil
}

func (w *watched) knows(key string) bool {
	if w.known == nil && len(w.records) > few {
		w.known = make(map[string]bool, len(w.records))
		for _, r := range w.records {
			w.known[r.key] = true
		}
	}
	if w.known != nil {
		return w.known[key]
	}
	return slices.ContainsFunc(w.records, func(r watchedRecord) bool { return r.key == key })
}

// hold checks the invariants of what was written, in the order of writing.
func (w *watched) hold(v *rule.View) error {
	for _, r := range w.records {
		after, found, err := v.Tx().Get(r.key)
		if err != nil {
			return err
		}
		if !found {
			after = nil
		}
		for _, c := range w.checks[store.TableOf(r.key)] {
			if err := c.Holds(v, r.before, after); err != nil {
				return err
			}
		}
	}
	return nil
}
