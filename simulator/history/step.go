package history

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// step is one command or query, some time after the one before.
type step struct {
	// number tells steps apart, also after others are gone.
	number int
	gap    time.Duration
	query  bool
	name   string
	// by is who acts; empty is the operator.
	by   string
	with []field
	// saves are the identifiers that later steps may use.
	saves []saving
	// fails is the code of the refusal that it got; empty where it was done.
	fails rule.Code
}

// saving is a name, and where in the result its value is.
type saving struct{ name, path string }

// field returns a field's text, empty where it is none.
func (s *step) field(name string) string {
	if s == nil {
		return ""
	}
	for _, f := range s.with {
		if text, ok := f.value.(string); ok && f.name == name {
			return text
		}
	}
	return ""
}

// has returns a field's text or identifier, nil where it is none.
func (s *step) has(name string) any {
	if s == nil {
		return nil
	}
	for _, f := range s.with {
		if f.name != name {
			continue
		}
		switch f.value.(type) {
		case string, ref:
			return f.value
		}
	}
	return nil
}

// actor is who acts.
func (s *step) actor() rule.Actor {
	if s.by == "" {
		return rule.Operator
	}
	return rule.ByEmail(s.by)
}

// args are the fields as the engine takes them.
func (s *step) args(ids map[string]string) ([]byte, error) {
	return json.Marshal(resolved(object(s.with), ids))
}

// draft is the step as a scenario has it. Saves that no other step uses are left out.
func (s *step) draft(used map[string]bool) simulator.DraftStep {
	d := simulator.DraftStep{Verb: simulator.DoStep, Name: s.name, By: s.by, Fails: s.fails}
	if s.query {
		d.Verb = simulator.AskStep
	}
	if s.gap > 0 {
		d.After = span(s.gap)
	}
	for _, f := range s.with {
		d.With = append(d.With, simulator.DraftField{Name: f.name, Value: drafted(f.value)})
	}
	for _, save := range s.saves {
		if used[save.name] && s.fails == "" {
			d.Save = append(d.Save, simulator.DraftField{Name: save.name, Value: save.path})
		}
	}
	return d
}

// span writes a duration with days, which in the histories' zone have 24 hours.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	text := ""
	if days := d / day; days > 0 {
		text = strconv.FormatInt(int64(days), 10) + "d"
		d %= day
	}
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{time.Hour, "h"}, {time.Minute, "m"}} {
		if n := d / unit.of; n > 0 {
			text += strconv.FormatInt(int64(n), 10) + unit.name
			d %= unit.of
		}
	}
	if d > 0 {
		text += strconv.FormatInt(int64(d/time.Second), 10)
		if ms := d % time.Second / time.Millisecond; ms > 0 {
			text += fmt.Sprintf(".%03d", ms)
		}
		text += "s"
	}
	return text
}
