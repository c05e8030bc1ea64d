package seatbook

import (
	"context"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// EventKind says what an event is.
type EventKind string

// The kinds of events.
const (
	// CommandEvent is a command that was kept.
	CommandEvent EventKind = "command"
	// WorkEvent is due work that was done.
	WorkEvent EventKind = "work"
	// NoticeEvent is a notice to be sent.
	NoticeEvent EventKind = "notice"
	// FactEvent is something that happened within a command or due work.
	FactEvent EventKind = "fact"
)

// Event is one thing that the host may want to know of.
type Event struct {
	// Cursor is where to go on after this event.
	Cursor Cursor `json:"cursor"`
	// Kind and Name say what happened: the command's, the work's, the notice's name.
	Kind EventKind `json:"kind"`
	Name string    `json:"name"`
	// At is when it took effect.
	At time.Time `json:"at"`
	// Streams are those that it changed.
	Streams []rule.Stream `json:"streams"`
	// Actor is the person's identifier, or "operator".
	Actor string `json:"actor"`
	// Subject is the identifier of the command or the key of the work.
	Subject string `json:"subject"`
	// Sequence is the command's place in the journal of the first stream.
	Sequence int64 `json:"sequence"`
	// Rules are the identifiers of the rules cited, Reasons those of due work with
	// the figures that decided.
	Rules   []string `json:"rules"`
	Reasons []string `json:"reasons"`
	// Facts tell the rest, by name.
	Facts map[string]string `json:"facts"`
}

// Cursor is a place in the store-wide order of events.
type Cursor struct {
	Ordinal int64 `json:"ordinal"`
	Index   int   `json:"index"`
}

// Before reports whether the place comes before another.
func (c Cursor) Before(o Cursor) bool {
	return c.Ordinal < o.Ordinal || c.Ordinal == o.Ordinal && c.Index < o.Index
}

func commandEvent(entry Entry, written []rule.Stream, first int64) Event {
	return Event{
		Kind: CommandEvent, Name: entry.Name, At: entry.At, Streams: written, Actor: entry.Actor, Subject: entry.ID,
		Sequence: first, Rules: entry.Rules,
	}
}

func workEvent(item rule.Item, trail *rule.Trail) Event {
	reasons := make([]string, len(trail.Citations))
	for i, c := range trail.Citations {
		reasons[i] = c.String()
	}
	return Event{
		Kind: WorkEvent, Name: item.Kind.Name, At: item.At, Streams: item.Streams, Actor: "time", Subject: item.Key,
		Rules: trail.Rules(), Reasons: reasons,
	}
}

// tellable makes an event of a happening that is one.
func tellable(at time.Time, happening any) (Event, bool) {
	told, ok := happening.(rule.Told)
	if !ok {
		return Event{}, false
	}
	t := told.Tell()
	kind := FactEvent
	if t.Notice {
		kind = NoticeEvent
	}
	return Event{Kind: kind, Name: t.Name, At: at, Streams: []rule.Stream{t.Stream}, Facts: t.Facts}, true
}

// lastBatch returns what was told last, the zero batch where nothing was.
func lastBatch(tx store.Tx) (batch, error) {
	for last, err := range feed.Scan(tx, feedStream, store.Part{Reverse: true, Limit: 1}) {
		return last, err
	}
	return batch{}, nil
}

// Latest returns the place of the last event, to hear only of what comes after.
func (e *Engine) Latest(ctx context.Context) (Cursor, error) {
	if err := e.number(ctx); err != nil {
		return Cursor{}, err
	}
	var last batch
	err := e.store.View(ctx, func(tx store.Tx) (err error) {
		last, err = lastBatch(tx)
		return err
	})
	return Cursor{Ordinal: last.Ordinal, Index: len(last.Events)}, err
}

// Events returns what happened after a cursor, in the store-wide order, at
// least up to the limit where there is so much. The zero Cursor is the start;
// the last event's cursor is where to go on.
func (e *Engine) Events(ctx context.Context, after Cursor, limit int) ([]Event, error) {
	if err := e.number(ctx); err != nil {
		return nil, err
	}
	var list []Event
	err := e.store.View(ctx, func(tx store.Tx) error {
		list = nil
		names := account.AddressesIn(rule.NewView(e.ground, tx, time.Time{}, rule.Operator, nil))
		for b, err := range feed.Scan(tx, feedStream, store.Part{From: store.Int(after.Ordinal)}) {
			if err != nil {
				return err
			}
			for _, event := range b.Events {
				if after.Before(event.Cursor) {
					if event.Facts, err = names.InFacts(event.Facts); err != nil {
						return err
					}
					list = append(list, event)
				}
				if len(list) >= limit {
					return nil
				}
			}
		}
		return nil
	})
	return list, err
}
