package seatbook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Replay runs the journal of an engine again, from the start, into another,
// empty store, and returns the engine over it. Under the same rule book both
// have the same digest. Secrets are not in a journal; their hashes are.
func (e *Engine) Replay(ctx context.Context, into store.Store) (*Engine, error) {
	entries, err := e.history(ctx, 0, time.Time{})
	if err != nil {
		return nil, err
	}
	r, _, err := e.rerun(ctx, entries, into)
	if err != nil {
		return nil, err
	}
	err = e.eachHead(ctx, func(h Head) error { return r.settleUntil(ctx, h.Stream, h.Last) })
	return r.live(e), err
}

// ReplayOnto runs on, in a store that holds an earlier state of the engine's
// own, what its journal wrote down after that state and up to an instant, that
// instant included. It returns the engine over that store, and how many secrets
// the commands that it ran had made. What time alone brings after the last of
// them is left to [Engine.RunDue].
func (e *Engine) ReplayOnto(ctx context.Context, earlier store.Store, until time.Time) (*Engine, int, error) {
	after, err := e.over(earlier).Latest(ctx)
	if err != nil {
		return nil, 0, err
	}
	entries, err := e.history(ctx, after.Ordinal, until)
	if err != nil {
		return nil, 0, err
	}
	r, secrets, err := e.rerun(ctx, entries, earlier)
	return r.live(e), secrets, err
}

// over returns the engine over another store.
func (e *Engine) over(s store.Store) *Engine {
	other := *e
	other.store, other.sequential, other.noted = s, store.IsSequential(s), new(atomic.Bool)
	return &other
}

// rerun runs entries in another store, by an engine that shows the instants of
// recording and that the outside answers as it did. It returns how many secrets
// they had made.
func (e *Engine) rerun(ctx context.Context, entries []Entry, into store.Store) (r *Engine, secrets int, err error) {
	r = e.over(into)
	r.recording = &recording{Clock: e.clock, now: e.now(), answers: map[string]billing.Answer{}, at: map[string]time.Time{}}
	r.payments, r.clock = r.recording, r.recording
	for _, entry := range entries {
		if err := r.recording.hear(e, entry); err != nil {
			return r, 0, err
		}
	}
	for _, entry := range entries {
		secrets += len(entry.Secrets)
		r.recording.now = entry.Recorded
		if err := r.again(ctx, e, entry); err != nil {
			return r, 0, fmt.Errorf("seatbook: replaying %s at %s: %w", entry.Name, rule.Show(entry.At), err)
		}
	}
	r.recording.now = e.now()
	return r, secrets, nil
}

// live returns an engine that has run a journal again to the outside and the
// clock of the one it was made from.
func (e *Engine) live(original *Engine) *Engine {
	if e != nil {
		e.recording, e.payments, e.clock = nil, original.payments, original.clock
	}
	return e
}

// history returns the commands after an ordinal in the store-wide order, each
// once, as far as they were recorded by an instant; the zero instant is no bound.
func (e *Engine) history(ctx context.Context, after int64, until time.Time) (entries []Entry, err error) {
	if err := e.number(ctx); err != nil {
		return nil, err
	}
	err = e.store.View(ctx, func(tx store.Tx) error {
		entries = nil
		for b, err := range feed.Scan(tx, feedStream, store.Part{From: store.Int(after + 1)}) {
			if err != nil {
				return err
			}
			for _, event := range b.Events {
				if event.Kind != CommandEvent {
					continue
				}
				entry, found, err := entryOf(tx, event)
				if err != nil || !found {
					return errors.Join(err, fmt.Errorf("seatbook: the journal lacks %s", event.Subject))
				}
				if !until.IsZero() && entry.Recorded.After(until) {
					return nil
				}
				entries = append(entries, entry)
			}
		}
		return nil
	})
	return entries, err
}

// eachHead calls fn for the head of every stream, outside of a transaction.
func (e *Engine) eachHead(ctx context.Context, fn func(Head) error) error {
	var list []Head
	err := e.store.View(ctx, func(tx store.Tx) error {
		list = nil
		for h, err := range allHeads(tx) {
			if err != nil {
				return err
			}
			list = append(list, h)
		}
		return nil
	})
	for _, h := range list {
		if err == nil {
			err = fn(h)
		}
	}
	return err
}

func entryOf(tx store.Tx, event Event) (Entry, bool, error) {
	for entry, err := range journal.Scan(tx, string(event.Streams[0]), store.Part{From: store.Int(event.Sequence), Limit: 1}) {
		return entry, err == nil && entry.ID == event.Subject, err
	}
	return Entry{}, false, nil
}

// again runs one entry at the instant at which it took effect.
func (e *Engine) again(ctx context.Context, original *Engine, entry Entry) error {
	def, ok := e.Definition(entry.Name, false)
	if !ok {
		return fmt.Errorf("there is no command %q", entry.Name)
	}
	value, err := def.Decode(entry.Args)
	if err != nil {
		return err
	}
	if id, _, ok := recorded(value); ok {
		if err := e.settleUntil(ctx, entry.Stream, entry.At); err != nil {
			return err
		}
		if _, open, err := e.openQuestion(ctx, id); err != nil || !open {
			return err
		}
	}
	if value, err = original.readdress(ctx, value); err != nil {
		return err
	}
	c := call{def: def, value: value, actor: rule.Operator, at: entry.At, secrets: entry.Secrets, key: entry.Key}
	if strings.HasPrefix(entry.Actor, "~") {
		email, err := original.emailOf(ctx, rule.Person(entry.Actor))
		if err != nil {
			return err
		}
		c.actor = rule.ByEmail(email)
	}
	_, err = e.do(ctx, c)
	if errors.Is(err, rule.PaymentDeclined) || errors.Is(err, rule.Parked) || errors.Is(err, billing.ErrUnanswered) {
		return nil
	}
	return err
}

// settleUntil does what is due in one stream up to an instant.
func (e *Engine) settleUntil(ctx context.Context, stream rule.Stream, until time.Time) error {
	for {
		var asked []string
		paused := false
		err := e.store.Update(ctx, func(tx store.Tx) error {
			s := e.session(tx, until)
			err := s.settle([]rule.Stream{stream}, settling{until: until})
			paused = errors.Is(err, errPaused)
			if err != nil && !paused {
				return err
			}
			asked = s.promised
			return s.flush()
		})
		if err != nil {
			return err
		}
		if err := e.answer(ctx, asked, nil); err != nil {
			return err
		}
		if !paused {
			return nil
		}
	}
}

func (e *Engine) emailOf(ctx context.Context, person rule.Person) (email string, err error) {
	err = e.store.View(ctx, func(tx store.Tx) error {
		email, err = account.EmailOf(rule.NewView(e.ground, tx, e.now(), rule.Operator, nil), person)
		return err
	})
	return email, err
}

// readdress puts addresses back where a journal has the identifiers of people.
func (e *Engine) readdress(ctx context.Context, value any) (any, error) {
	v := reflect.New(reflect.TypeOf(value)).Elem()
	v.Set(reflect.ValueOf(value))
	err := e.store.View(ctx, func(tx store.Tx) error {
		view := rule.NewView(e.ground, tx, e.now(), rule.Operator, nil)
		for i := range v.NumField() {
			if err := readdressField(view, v.Field(i)); err != nil {
				return err
			}
		}
		value = v.Interface()
		if r, ok := value.(rule.Restorable); ok {
			restored, err := r.Restore(view, func(token rule.Address) (rule.Address, error) { return addressOf(view, token) })
			if err != nil {
				return err
			}
			value = restored
		}
		return nil
	})
	return value, err
}

func readdressField(view *rule.View, field reflect.Value) error {
	switch of := field.Interface().(type) {
	case rule.Address:
		address, err := addressOf(view, of)
		if err != nil {
			return err
		}
		field.Set(reflect.ValueOf(address))
	case []rule.Address:
		list := make([]rule.Address, len(of))
		for i, a := range of {
			address, err := addressOf(view, a)
			if err != nil {
				return err
			}
			list[i] = address
		}
		field.Set(reflect.ValueOf(list))
	}
	return nil
}

func addressOf(view *rule.View, token rule.Address) (rule.Address, error) {
	id, named := strings.CutSuffix(string(token), "+")
	if !strings.HasPrefix(id, "~") {
		return token, nil
	}
	p, found, err := account.PersonByID(view, rule.Person(id))
	if err != nil || !found {
		return token, err
	}
	if !named {
		return rule.Address(p.Email), nil
	}
	// A name that stood before the address and that nobody kept decided nothing.
	return rule.Named(cmp.Or(p.Name, "?"), p.Email), nil
}
