package seatbook

import (
	"cmp"
	"context"
	"encoding/json"
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

// recording is a journal that is being run again: what the outside answered
// then stands in it.
type recording struct {
	answers map[string]billing.Answer
	at      map[string]time.Time
}

// errSilent is what a replayed provider says of a charge that was not answered
// at once.
var errSilent = errors.New("seatbook: the charge was answered later, or never")

// Charge implements [billing.Payments].
func (r *recording) Charge(_ context.Context, charge billing.Charge) (billing.Answer, error) {
	answer, ok := r.answers[charge.ID]
	if !ok || !r.at[charge.ID].Equal(charge.At) {
		return billing.Answer{}, errSilent
	}
	return answer, nil
}

// Replay runs the journal of an engine again, from the start, into another,
// empty store, and returns the engine over it. Under the same rule book both
// have the same digest. Secrets are not in a journal; their hashes are.
func (e *Engine) Replay(ctx context.Context, into store.Store) (*Engine, error) {
	entries, lasts, err := e.history(ctx)
	if err != nil {
		return nil, err
	}
	r := *e
	r.store, r.noted = into, new(atomic.Bool)
	r.recording = &recording{answers: map[string]billing.Answer{}, at: map[string]time.Time{}}
	r.payments = r.recording
	for _, entry := range entries {
		var answer billing.RecordCharge
		if entry.Name != "billing.record_charge" {
			continue
		}
		if err := json.Unmarshal(entry.Args, &answer); err != nil {
			return nil, err
		}
		r.recording.answers[answer.Charge] = billing.Answer{Outcome: answer.Outcome, Reference: answer.Reference}
		r.recording.at[answer.Charge] = entry.At
	}
	for _, entry := range entries {
		if err := r.again(ctx, e, entry); err != nil {
			return nil, fmt.Errorf("seatbook: replaying %s at %s: %w", entry.Name, rule.Show(entry.At), err)
		}
	}
	for _, h := range lasts {
		if err := r.settleUntil(ctx, h.Stream, h.Last); err != nil {
			return nil, err
		}
	}
	r.recording, r.payments = nil, e.payments
	return &r, nil
}

// history returns the commands in the store-wide order, each once, and the
// heads of all streams.
func (e *Engine) history(ctx context.Context) (entries []Entry, lasts []Head, err error) {
	err = e.store.View(ctx, func(tx store.Tx) error {
		entries, lasts = nil, nil
		for h, err := range allHeads(tx) {
			if err != nil {
				return err
			}
			lasts = append(lasts, h)
		}
		for b, err := range feed.Scan(tx, feedStream, store.Part{}) {
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
				entries = append(entries, entry)
			}
		}
		return nil
	})
	return entries, lasts, err
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
	if answer, ok := value.(billing.RecordCharge); ok {
		if err := e.settleUntil(ctx, entry.Stream, entry.At); err != nil {
			return err
		}
		if _, open, err := e.openCharge(ctx, answer.Charge); err != nil || !open {
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
