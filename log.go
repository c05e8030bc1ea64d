package seatbook

import (
	"bytes"
	"encoding/json"
	"iter"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// journals answers what account asks of the engine: what stands in the journal of
// a team, in words.
type journals struct{ engine *Engine }

// Changes implements [account.Log].
func (j journals) Changes(v *rule.View, team rule.Stream, before int64) iter.Seq2[account.Change, error] {
	part := store.Part{Reverse: true}
	if before > 0 {
		part.To = store.Int(before)
	}
	return func(yield func(account.Change, error) bool) {
		for entry, err := range journal.Scan(v.Tx(), string(team), part) {
			if err != nil {
				yield(account.Change{}, err)
				return
			}
			if !yield(j.change(v, entry)) {
				return
			}
		}
	}
}

// change says what an entry did, and which product the subscription or the session
// that it names is of.
func (j journals) change(v *rule.View, entry Entry) (account.Change, error) {
	c := account.Change{
		Sequence: entry.Sequence, At: entry.At, Actor: entry.Actor, Kind: entry.Name, Text: entry.Name, Args: entry.Args,
	}
	if def, known := j.engine.Definition(entry.Name, false); known {
		c.Text = def.Text
	}
	var named struct{ Subscription, Session any }
	if !namesOne(entry.Args) || json.Unmarshal(entry.Args, &named) != nil {
		return c, nil
	}
	var err error
	if id, _ := named.Subscription.(string); id != "" {
		c.Product, err = billing.ProductOf(v, entry.Stream, id)
	} else if id, _ := named.Session.(string); id != "" {
		c.Product, err = flex.ProductOf(v, entry.Stream, id)
	}
	return c, err
}

// namesOne reports whether fields of a command, as they are written down, can have one
// of a subscription or of a session.
func namesOne(args []byte) bool {
	return bytes.Contains(args, []byte(`"subscription":`)) || bytes.Contains(args, []byte(`"session":`))
}
