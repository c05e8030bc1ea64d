package simulator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/rule"
)

// onward goes to an instant, and audits on the way where that is wanted.
func (l *line) onward(ctx context.Context, to time.Time) error {
	if err := l.remark(ctx, to); err != nil {
		return err
	}
	if every := l.how.audit; every > 0 && len(l.branch) == 0 {
		for next := l.audited.Add(every); !next.After(to); next = next.Add(every) {
			if next.Before(l.timeline.Now()) {
				continue // a rewind led back behind it
			}
			if err := l.how.advance(ctx, l.timeline, next.In(to.Location())); err != nil {
				return err
			}
			l.audited = next
			if err := l.timeline.world.engine.Audit(ctx); err != nil {
				return &audited{next, err}
			}
		}
	}
	return l.how.advance(ctx, l.timeline, to)
}

// audited is what an audit found.
type audited struct {
	at    time.Time
	fault error
}

// Error says when and what.
func (a *audited) Error() string { return fmt.Sprintf("the audit at %s: %v", rule.Show(a.at), a.fault) }

// Unwrap returns what the audit found.
func (a *audited) Unwrap() error { return a.fault }

const (
	// detours is about how often a run goes astray.
	detours = 6
	// astray names the moment from which it does. No file can write it.
	astray = "\x00astray"
	// ahead is how far a branch runs ahead.
	ahead = 40 * aDay
)

// goAstray does the next steps on a branch, which runs ahead, and then on the line
// itself, which is rewound. Both leave the state as it was. Where the steps
// themselves go back to marks it does nothing, as a mark could be one of theirs.
func (l *line) goAstray(ctx context.Context, steps []Step, i int) error {
	stretch := max(1, len(steps)/detours)
	if !l.how.astray || len(l.branch) > 0 || i%stretch != 0 {
		return nil
	}
	next := slices.Clone(steps[i:min(i+stretch, len(steps))])
	next = slices.DeleteFunc(next, func(s Step) bool { return !s.Verb.calls() })
	before, err := l.timeline.Digest(ctx)
	if err != nil {
		return err
	}
	// The mark is none of the moments that instants are gone back to from: those are
	// the midnights.
	past := l.timeline.past
	l.timeline.Mark(astray)
	branch, err := l.timeline.Fork(ctx, Marked(astray))
	if err != nil {
		return err
	}
	other := l.shadow(branch)
	if err := other.run(ctx, next); err != nil && !errors.Is(err, errStopped) {
		return err
	}
	if err := other.advance(ctx, branch.Now().Add(ahead)); err != nil && ctx.Err() != nil {
		return err
	}
	if err := l.unchanged(ctx, before, "a branch changes the line it leaves"); err != nil {
		return err
	}
	if err := l.shadow(l.timeline).run(ctx, next); err != nil && !errors.Is(err, errStopped) {
		return err
	}
	if err := l.timeline.Rewind(ctx, Marked(astray)); err != nil {
		return err
	}
	l.timeline.past = past
	if err := l.unchanged(ctx, before, "a rewind does not lead to the state as it was"); err != nil {
		return err
	}
	return l.revisit(ctx)
}

// passage is an instant that the line has passed, with the digest of the state
// in which it left it.
type passage struct {
	at     time.Time
	digest string
}

// remark notes the present before it becomes the past, a few times in each detour.
func (l *line) remark(ctx context.Context, to time.Time) error {
	if !l.how.astray || len(l.branch) > 0 || len(l.passed) >= detours || !to.After(l.timeline.Now()) {
		return nil
	}
	digest, err := l.timeline.Digest(ctx)
	l.passed = append(l.passed, passage{l.timeline.Now(), digest})
	return err
}

// revisit goes back to the instants that the line has passed since it last did.
func (l *line) revisit(ctx context.Context) error {
	for _, p := range l.passed {
		branch, err := l.timeline.Fork(ctx, At(p.at))
		if err != nil {
			return err
		}
		digest, err := branch.Digest(ctx)
		if err != nil {
			return err
		}
		if digest != p.digest {
			return l.trouble(fmt.Sprintf("going back to %s does not lead to the state as it was", rule.Show(p.at)))
		}
	}
	l.passed = nil
	return nil
}

// shadow is a line whose steps are not told of.
func (l *line) shadow(timeline *Timeline) *line {
	return &line{
		runner:   &runner{scenario: l.scenario, options: l.options, result: &Result{}, witness: &witness{}},
		timeline: timeline, branch: append(slices.Clone(l.branch), astray),
	}
}

// unchanged notes where the state is not the one it was.
func (l *line) unchanged(ctx context.Context, before, otherwise string) error {
	after, err := l.timeline.Digest(ctx)
	if err != nil || after == before {
		return err
	}
	return l.trouble(otherwise)
}

// trouble ends the run, and says why.
func (l *line) trouble(what string) error {
	if l.result.Trouble == "" {
		l.result.Trouble = what
	}
	return errStopped
}
