package console

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/simulator"
)

// forward lets a span go by.
func (s *Session) forward(ctx context.Context, text string) error {
	span, err := spanOf(text)
	if err != nil {
		return err
	}
	if err := s.play.AdvanceSpan(ctx, span); err != nil {
		return err
	}
	return s.passed(ctx)
}

func spanOf(text string) (period.Span, error) {
	span, err := period.ParseSpan(text)
	if err != nil {
		return span, fmt.Errorf("a span such as 30d, 3mo or 29d23h59m59s belongs here: %s", strings.TrimPrefix(err.Error(), "period: "))
	}
	return span, nil
}

// to goes forward to an instant.
func (s *Session) to(ctx context.Context, _, text string) error {
	at, err := s.play.Instant(text)
	if err != nil {
		return err
	}
	if at.Before(s.play.Now()) {
		return fmt.Errorf("%s has been: \"back %s\" goes there", text, text)
	}
	if err := s.play.Advance(ctx, at); err != nil {
		return err
	}
	return s.passed(ctx)
}

// passed writes what time brought, and which instant it is.
func (s *Session) passed(ctx context.Context) error {
	if err := s.news(false); err != nil {
		return err
	}
	return s.now(ctx)
}

// back goes back by a span, or to an instant.
func (s *Session) back(ctx context.Context, _, text string) error {
	if text == "" {
		return errors.New("how far: \"back 7d\", or \"back 2026-01-05\"")
	}
	text = strings.TrimSpace(strings.TrimPrefix(text, "to "))
	at, err := s.play.Instant(text)
	if err != nil {
		span, bad := spanOf(text)
		if bad != nil {
			return fmt.Errorf("%s is neither a span such as 7d nor an instant", quote(text))
		}
		at = span.Before(s.play.Now(), s.zone())
	}
	if err := s.play.Back(ctx, at); err != nil {
		return err
	}
	return s.now(ctx)
}

// now says which instant it is and what is due next.
func (s *Session) now(ctx context.Context) error {
	now := s.play.Now()
	due, ok, err := s.play.Timeline().World().Engine().NextDue(ctx)
	if err != nil {
		return err
	}
	next := "nothing is due"
	if ok {
		next = "due next at " + show(due.In(now.Location()))
	}
	s.say("it is %s, day %d; %s", show(now), period.Days(s.play.Scenario().Start, now, s.zone()), next)
	return nil
}

func (s *Session) mark(ctx context.Context, _, name string) error {
	if name == "" {
		return errors.New("a mark has a name: \"mark bought\"")
	}
	if err := s.play.Mark(ctx, name); err != nil {
		return err
	}
	return s.news(false)
}

func (s *Session) rewind(ctx context.Context, _, name string) error {
	if name == "" {
		return fmt.Errorf("to which mark: %s", listed(s.play.Marks(), "there is none"))
	}
	if err := s.play.Rewind(ctx, name); err != nil {
		return err
	}
	if err := s.news(false); err != nil {
		return err
	}
	return s.now(ctx)
}

// fork begins a branch and goes there.
func (s *Session) fork(ctx context.Context, _, text string) error {
	name, from, _ := strings.Cut(text, " from ")
	if name == "" {
		return errors.New("a branch has a name: \"fork late\" branches off here, \"fork late from bought\" at a mark")
	}
	left := s.play.Branch()
	if err := s.play.Fork(ctx, strings.TrimSpace(name), strings.TrimSpace(from)); err != nil {
		return err
	}
	if err := s.news(false); err != nil {
		return err
	}
	s.say("on branch %s; \"switch %s\" goes back to where it was left", s.play.Branch(), left)
	return s.now(ctx)
}

func (s *Session) switchTo(ctx context.Context, _, name string) error {
	if name == "" {
		return fmt.Errorf("to which: %s", listed(s.play.Branches(), ""))
	}
	if name == "main" {
		name = simulator.MainLine
	}
	if err := s.play.Switch(name); err != nil {
		return err
	}
	s.say("on %s", s.play.Branch())
	return s.now(ctx)
}

func (s *Session) branches(context.Context, string, string) error {
	for _, name := range s.play.Branches() {
		here := "  "
		if name == s.play.Branch() {
			here = "* "
		}
		s.say("%s%s", here, name)
	}
	return nil
}

func (s *Session) undo(ctx context.Context, _, _ string) error {
	text, err := s.play.Undo()
	if err != nil {
		return err
	}
	s.say("undone: %s", text)
	return s.now(ctx)
}
