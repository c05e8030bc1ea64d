package rule

import (
	"fmt"

	"github.com/seatbook/seatbook/store"
)

// Broken is an invariant that would not hold any more. It is a fault of the
// program and no refusal: nothing of what led to it is kept.
type Broken struct {
	// Record says which record it is about.
	Record string
	// Text says what does not hold, with the figures.
	Text string
}

// Error implements error.
func (b *Broken) Error() string { return "seatbook: broken invariant: " + b.Record + " " + b.Text }

// Breaks returns the fault that a record does not keep an invariant.
func Breaks(record, format string, args ...any) error {
	return &Broken{Record: record, Text: fmt.Sprintf(format, args...)}
}

// Check is an invariant of the records of one table. It is checked at the end of
// every command and every piece of due work that wrote such a record, before
// anything is kept.
type Check struct {
	// Table is the name of the table.
	Table string

	do func(v *View, before, after any) error
}

// Checks makes a check of a table's records. The function is given the record as
// it was before the command and as it is now: nil before for a new one, nil after
// for one that was deleted. It sees the state as the command leaves it.
func Checks[V any](table *store.Table[V], do func(v *View, before, after *V) error) Check {
	return Check{Table: table.Name(), do: func(v *View, before, after any) error {
		was, err := recordOf[V](table, before)
		if err != nil {
			return err
		}
		is, err := recordOf[V](table, after)
		if err != nil || was == nil && is == nil {
			return err
		}
		return do(v, was, is)
	}}
}

func recordOf[V any](table *store.Table[V], value any) (*V, error) {
	if value == nil {
		return nil, nil //nolint:nilnil // no record is no error
	}
	v, ok := value.(V)
	if !ok {
		return nil, fmt.Errorf("rule: table %s holds a %T where a %T belongs", table.Name(), value, *new(V))
	}
	return &v, nil
}

// Holds checks one record, given as it was and as it is, nil where there was or
// is none.
func (c Check) Holds(v *View, before, after any) error { return c.do(v, before, after) }
