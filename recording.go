package seatbook

import (
	"context"
	"errors"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/seatbook/seatbook/billing"
)

// recording is a journal that is being run again: what the outside answered
// then stands in it, and when each entry was recorded.
type recording struct {
	clock.Clock

	now     time.Time
	answers map[string]billing.Answer
	at      map[string]time.Time
}

// Now implements [clock.Clock]: when the present entry was recorded.
func (r *recording) Now() time.Time { return r.now }

// errSilent is what a replayed provider says of what was not answered at once.
var errSilent = errors.New("seatbook: it was answered later, or never")

// Charge implements [billing.Payments].
func (r *recording) Charge(_ context.Context, charge billing.Charge) (billing.Answer, error) {
	return r.said(charge.ID, charge.At)
}

// Refund implements [billing.Payments].
func (r *recording) Refund(_ context.Context, refund billing.Refund) (billing.Answer, error) {
	return r.said(refund.ID, refund.At)
}

func (r *recording) said(id string, at time.Time) (billing.Answer, error) {
	answer, ok := r.answers[id]
	if !ok || !r.at[id].Equal(at) {
		return billing.Answer{}, errSilent
	}
	return answer, nil
}

// hear takes note of what the outside answered, where the entry says it.
func (r *recording) hear(e *Engine, entry Entry) error {
	if entry.Name != "billing.record_charge" && entry.Name != "billing.record_refund" {
		return nil
	}
	def, ok := e.Definition(entry.Name, false)
	if !ok {
		return nil
	}
	command, err := def.Decode(entry.Args)
	if err != nil {
		return err
	}
	if id, answer, ok := recorded(command); ok {
		r.answers[id], r.at[id] = answer, entry.At
	}
	return nil
}
