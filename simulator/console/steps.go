package console

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/report"
)

// step does a command, asks a query, or does a step as a file has it.
func (s *Session) step(ctx context.Context, text string) error {
	if err := s.play.Step(ctx, s.actor, text); err != nil {
		return err
	}
	if err := s.news(false); err != nil {
		return err
	}
	done, ok := s.play.Last()
	if !ok {
		return nil
	}
	record := done.Record
	if record.Verb == simulator.AskStep {
		s.answer(record)
	}
	if len(done.Named) > 0 {
		s.say("    saved: %s", values(done.Named))
	}
	switch {
	case !record.Passed:
		return fmt.Errorf("step %s came out otherwise", record.Step)
	case record.Refusal != nil && !done.Asked:
		return fmt.Errorf("%s (%s, %s)", record.Refusal.String(), string(record.Refusal.Code), record.Refusal.Rule)
	}
	return nil
}

// answer writes a result in full.
func (s *Session) answer(record simulator.Record) {
	for _, line := range report.Answer(record.Result, s.zone()) {
		s.say("    %s", line)
	}
}

// values lists saved names with what they stand for.
func values(named []simulator.Value) string {
	parts := make([]string, len(named))
	for i, v := range named {
		parts[i] = "$" + v.Name + " = " + v.Value
	}
	return strings.Join(parts, ", ")
}

// show writes the last result in full.
func (s *Session) show(context.Context, string, string) error {
	done, ok := s.play.Last()
	if !ok || done.Record.Result == nil {
		return errors.New("there is no result to show")
	}
	s.answer(done.Record)
	return nil
}

// why writes the rules behind the last line.
func (s *Session) why(context.Context, string, string) error {
	result, heard := s.play.Result()
	part := *result
	part.Records = nil
	for _, r := range result.Records[heard:] {
		if len(r.Reasons) > 0 {
			part.Records = append(part.Records, r)
		}
	}
	if len(part.Records) == 0 {
		return errors.New("no rule decided anything in the last line")
	}
	return s.lines.Write(&part, 0, true)
}

// as says who acts from now on.
func (s *Session) as(_ context.Context, _, who string) error {
	switch who {
	case "":
		s.say("%s acts; \"as ada@acme.test\" or \"as operator\" changes that", s.who())
		return nil
	case "operator":
		s.actor = ""
	default:
		if rule.ByEmail(who).Person() == "" {
			return fmt.Errorf("%s is neither an e-mail address nor \"operator\"%s", quote(who), nearest(who, s.seen.people()))
		}
		s.actor = rule.ByEmail(who).Email()
	}
	s.say("%s acts", s.who())
	return nil
}

func (s *Session) who() string {
	if s.actor == "" {
		return "the operator"
	}
	return s.actor
}

// keepPart saves a part of the last result under a name.
func (s *Session) keepPart(_ context.Context, _, text string) error {
	name, path, found := strings.Cut(text, "=")
	if !found {
		return errors.New("a name and a path: \"keep sub=subscription.id\"")
	}
	if err := s.play.Keep(strings.TrimSpace(name), strings.TrimSpace(path)); err != nil {
		return err
	}
	for _, v := range s.play.Saved() {
		if v.Name == strings.TrimSpace(name) {
			s.say("    saved: %s", values([]simulator.Value{v}))
		}
	}
	return nil
}

// set gives a parameter of a rule another value.
func (s *Session) set(ctx context.Context, _, text string) error {
	name, value, found := strings.Cut(text, "=")
	if !found {
		return errors.New("a parameter and its value: \"set invitation-life=14d\"")
	}
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if err := s.play.Set(ctx, name, value); err != nil {
		return err
	}
	s.say("%s is %s", name, value)
	return nil
}

// nearest says which of the candidates a wrong name comes closest to.
func nearest(text string, candidates []string) string {
	if best := rule.Nearest(text, candidates); best != "" {
		return fmt.Sprintf("; the nearest is %q", best)
	}
	return ""
}

// listed joins names, or says that there are none.
func listed(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, ", ")
}
