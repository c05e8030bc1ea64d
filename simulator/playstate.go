package simulator

import (
	"slices"
	"time"
)

// Scenario returns the head of what is played: its name, its start, its zone, its
// policy and its catalogue. It has no steps.
func (p *Play) Scenario() *Scenario { return p.runner.scenario }

// Now returns the present instant of the current line, in the scenario's zone.
func (p *Play) Now() time.Time { return local(p.current.timeline.Now(), p.runner.scenario.Zone) }

// Timeline returns that of the current line, to ask of it. What is done to it
// behind the play's back is in no file.
func (p *Play) Timeline() *Timeline { return p.current.timeline }

// Steps returns how many steps the current line has, those that were gone back
// behind included.
func (p *Play) Steps() int { return len(p.current.entries) }

// Marks returns what is marked on the current line, in alphabetical order.
func (p *Play) Marks() []string { return p.current.known.markNames() }

// Saved returns what is saved on the current line by name, in alphabetical order.
func (p *Play) Saved() []Value {
	list := []Value{}
	for _, name := range p.current.known.names() {
		if value, found := p.current.timeline.Saved(name); found {
			if _, none := value.(unsaved); !none {
				list = append(list, Value{name, show(value)})
			}
		}
	}
	return list
}

// Result returns what has happened so far. The records from heard on are those of
// the last turn.
func (p *Play) Result() (result *Result, heard int) {
	r := *p.runner.result
	r.Rules = cited(p.current.timeline.world.engine.Book(), r.Records[min(p.heard, len(r.Records)):])
	return &r, min(p.heard, len(r.Records))
}

// Instant reads an instant as a file has it: RFC 3339, or a date in the scenario's zone.
func (p *Play) Instant(text string) (time.Time, error) { return instant(text, p.runner.scenario.Zone) }

// Done is a step that was done.
type Done struct {
	Record Record
	// Named are the names that parts of its result were given.
	Named []Value
	// Asked is set for a step that said itself what had to come out.
	Asked bool
}

// Last returns the last step of the current line, or false where there is none.
func (p *Play) Last() (Done, bool) {
	l := p.current
	if len(l.entries) == 0 {
		return Done{}, false
	}
	e := l.entries[len(l.entries)-1]
	done := Done{Record: *e.record, Asked: e.asked}
	for _, save := range append(slices.Clone(e.step.saves), e.saves...) {
		if value, found := l.timeline.Saved(save.name); found {
			if _, none := value.(unsaved); !none {
				done.Named = append(done.Named, Value{save.name, show(value)})
			}
		}
	}
	return done, true
}
