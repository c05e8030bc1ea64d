package simulatortest

import (
	"encoding/json"
	"strings"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// Do runs a command as the timeline's actor. The test ends where it is refused.
func Do[R any](t *Timeline, command rule.Command[R]) R {
	t.tb.Helper()
	result, why, err := done(t, command)
	if err != nil {
		t.fatalf("%s by %s is not done: %v%s", t.nameOf(command), t.actor, err, cited(why))
	}
	return result
}

// Ask answers a query as the timeline's actor. The test ends where it is refused.
func Ask[R any](t *Timeline, query rule.Query[R]) R {
	t.tb.Helper()
	answer, why, err := asked(t, query)
	if err != nil {
		t.fatalf("%s by %s is not answered: %v%s", t.nameOf(query), t.actor, err, cited(why))
	}
	return answer
}

// Preview returns what a command would come to, and keeps nothing of it. The
// test ends where it is refused.
func Preview[R any](t *Timeline, command rule.Command[R]) R {
	t.tb.Helper()
	var why seatbook.Explanation
	result, err := seatbook.Do(t.tb.Context(), t.Engine(), t.actor, command, seatbook.Preview(), seatbook.Explain(&why))
	if err != nil {
		t.fatalf("%s by %s would not be done: %v%s", t.nameOf(command), t.actor, err, cited(why))
	}
	return result
}

// Refused runs a command that a rule forbids, and returns the refusal. The test
// ends where it is done, or refused with another code.
func Refused[R any](t *Timeline, command rule.Command[R], code rule.Code) rule.Refusal {
	t.tb.Helper()
	_, why, err := done(t, command)
	return t.refusal(command, code, err, why)
}

// Denied asks a query that a rule forbids, and returns the refusal. The test ends
// where it is answered, or refused with another code.
func Denied[R any](t *Timeline, query rule.Query[R], code rule.Code) rule.Refusal {
	t.tb.Helper()
	_, why, err := asked(t, query)
	return t.refusal(query, code, err, why)
}

func (t *Timeline) refusal(value any, code rule.Code, err error, why seatbook.Explanation) rule.Refusal {
	t.tb.Helper()
	refusal := rule.AsRefusal(err)
	switch {
	case err == nil:
		t.fatalf("%s by %s: want refusal %s, got it done%s", t.nameOf(value), t.actor, code, cited(why))
	case refusal == nil || refusal.Code != code:
		t.fatalf("%s by %s: want refusal %s, got: %v%s", t.nameOf(value), t.actor, code, err, cited(why))
	}
	return *refusal
}

func done[R any](t *Timeline, command rule.Command[R]) (result R, why seatbook.Explanation, err error) {
	result, err = seatbook.Do(t.tb.Context(), t.Engine(), t.actor, command, seatbook.Explain(&why))
	t.note(simulator.DoStep, command, result, err)
	return result, why, err
}

func asked[R any](t *Timeline, query rule.Query[R]) (answer R, why seatbook.Explanation, err error) {
	answer, err = seatbook.Ask(t.tb.Context(), t.Engine(), t.actor, query, seatbook.Explain(&why))
	t.note(simulator.AskStep, query, answer, err)
	return answer, why, err
}

// note writes a command or query down, and what came of it.
func (t *Timeline) note(verb simulator.Verb, value, result any, err error) {
	r := simulator.Record{Kind: simulator.StepRecord, At: t.Now().In(t.zone()), Verb: verb, Name: t.nameOf(value), Actor: t.actor.String(), Passed: true}
	r.With = written(value)
	if refusal := rule.AsRefusal(err); refusal != nil {
		r.Refusal = &simulator.Refused{Code: refusal.Code, Rule: refusal.Rule.ID, Text: refusal.Error(), Contact: refusal.Contact}
	} else if err != nil {
		r.Error = err.Error()
	} else {
		r.Result = written(result)
	}
	t.log.step(r)
	t.hear(r.Name)
}

// written is a value as a line of the timeline shows it; nothing where it cannot.
func written(value any) json.RawMessage {
	data, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	return data
}

func (t *Timeline) nameOf(value any) string {
	name, found := t.Engine().NameOf(value)
	if !found {
		return "what no module defines"
	}
	return name
}

// cited says which rules decided.
func cited(why seatbook.Explanation) string {
	var b strings.Builder
	for _, c := range why.Citations {
		b.WriteString("\n  " + c.String())
	}
	return b.String()
}
