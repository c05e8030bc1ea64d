package seatbook

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// SecretBytes is how many random bytes a secret is made of.
const SecretBytes = 32

// Secret implements [rule.Work]: 32 random bytes, of which the journal keeps
// the hash. A replay gives the hash in their place.
func (w *working) Secret() (rule.Secret, error) {
	if len(w.given) > 0 {
		secret := rule.Secret(w.given[0])
		w.given = w.given[1:]
		w.secrets = append(w.secrets, secret.Hash())
		return secret, nil
	}
	var b [SecretBytes]byte
	if _, err := io.ReadFull(w.engine.random, b[:]); err != nil {
		return "", fmt.Errorf("seatbook: no secret can be made: %w", err)
	}
	secret := rule.Secret(base64.RawURLEncoding.EncodeToString(b[:]))
	w.secrets = append(w.secrets, secret.Hash())
	return secret, nil
}

// actorStream names who acts: in journals, and as the owner of idempotency keys.
func actorStream(a rule.Actor) string {
	if a.IsOperator() {
		return operatorStream
	}
	return string(a.Person())
}

// journal writes the command into the journal of every stream that it changed.
// A command that changed nothing leaves no entry.
func (s *session) journal(c call, op *operation, trail *rule.Trail) error {
	if len(op.written) == 0 {
		return nil
	}
	args, err := json.Marshal(c.value)
	if err != nil {
		return fmt.Errorf("seatbook: %s cannot be written down: %w", c.def.Name, err)
	}
	// A team's handle comes before every person's identifier.
	first := s.lanes[op.written[0]]
	sum := sha256.Sum256(args)
	entry := Entry{
		ID: rule.NewID("cmd", first.Stream, first.Operations, 1), At: op.at, Recorded: s.recorded,
		Actor: strings.TrimPrefix(actorStream(c.actor), "!"), Name: c.def.Name, Args: args, Sum: hex.EncodeToString(sum[:]), Key: c.key,
		Secrets: op.secrets, Rules: trail.Rules(), Book: s.engine.ground.Book.Digest(),
	}
	for _, stream := range op.written {
		h := s.lanes[stream]
		h.Sequence++
		entry.Stream, entry.Sequence, entry.Previous = stream, h.Sequence, h.Hash
		if stream.IsPerson() && !first.Stream.IsPerson() {
			entry.Args = nil
		}
		entry.Hash = entry.chained()
		h.Hash = entry.Hash
		if err := journal.Put(s.tx, entry); err != nil {
			return err
		}
	}
	s.events = append(s.events, commandEvent(entry, op.written, first.Sequence))
	return s.kept(c)
}

// noteBook writes down which rule book is in force, where it is another than
// before: a change of policy is an input like a command.
func (s *session) noteBook() error {
	if s.engine.noted.Load() || len(s.busy()) == 0 {
		return nil
	}
	book := s.engine.ground.Book
	last, _, err := books.Get(s.tx, bookStream, "")
	if err != nil || last.Digest == book.Digest() {
		s.engine.noted.Store(err == nil)
		return err
	}
	if err := books.Put(s.tx, inForce{Digest: book.Digest(), Policy: book.Policy()}); err != nil {
		return err
	}
	args, err := json.Marshal(book.Policy())
	if err != nil {
		return err
	}
	sum := sha256.Sum256(args)
	h, err := s.lane(bookStream)
	if err != nil {
		return err
	}
	h.Operations++
	h.Sequence++
	entry := Entry{
		Stream: bookStream, Sequence: h.Sequence, ID: rule.NewID("cmd", bookStream, h.Operations, 1), At: s.recorded, Recorded: s.recorded,
		Actor: "operator", Name: "seatbook.policy", Args: args, Sum: hex.EncodeToString(sum[:]), Book: book.Digest(), Previous: h.Hash,
	}
	if entry.At.Before(h.Last) {
		entry.At = h.Last
	}
	entry.Hash = entry.chained()
	h.Hash, h.Last = entry.Hash, entry.At
	h.changed = true
	return journal.Put(s.tx, entry)
}

// whole reports whether the entry's fields are those that its hash speaks of.
func (e Entry) whole() bool {
	sum := sha256.Sum256(e.Args)
	// A store that keeps JSON gives the word back where nothing was put.
	bare := e.Args == nil || string(e.Args) == "null"
	return e.Hash == e.chained() && (bare && e.Stream.IsPerson() || e.Sum == hex.EncodeToString(sum[:]))
}

// chained is the hash of the entry and of all before it. It leaves out when the
// entry was recorded, so that a late worker writes the same journal.
func (e Entry) chained() string {
	text := make([]byte, 0, 1024)
	for _, part := range [...]string{
		e.Previous, string(e.Stream), strconv.FormatInt(e.Sequence, 10), e.ID, strconv.FormatInt(e.At.UnixNano(), 10),
		e.Actor, e.Name, e.Sum, e.Key, strings.Join(e.Secrets, " "), strings.Join(e.Rules, " "), e.Book,
	} {
		text = strconv.AppendInt(text, int64(len(part)), 10)
		text = append(append(text, ':'), part...)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Journal returns the entries of a stream after a sequence, at most so many.
func (e *Engine) Journal(ctx context.Context, stream rule.Stream, after int64, limit int) ([]Entry, error) {
	var list []Entry
	err := e.store.View(ctx, func(tx store.Tx) error {
		list = nil
		for entry, err := range journal.Scan(tx, string(stream), store.Part{From: store.Int(after + 1), Limit: limit}) {
			if err != nil {
				return err
			}
			list = append(list, entry)
		}
		return nil
	})
	return list, err
}

// body identifies what a call asks for, to tell a retry from another command.
func (c call) body() (string, error) {
	args, err := json.Marshal(c.value)
	if err != nil {
		return "", fmt.Errorf("seatbook: %s cannot be written down: %w", c.def.Name, err)
	}
	sum := sha256.Sum256(append([]byte(c.def.Name+" "), args...))
	return hex.EncodeToString(sum[:]), nil
}

// recall finds the first answer to a command with this key.
func (s *session) recall(c call, out *outcome) (bool, error) {
	first, found, err := memory.Get(s.tx, actorStream(c.actor), store.String(c.key))
	if err != nil || !found {
		return false, err
	}
	body, err := c.body()
	if err != nil {
		return false, err
	}
	if first.Name != c.def.Name || first.Body != body {
		return false, rule.Refusef(rule.Conflict, rule.Permissions, "the idempotency key %q belongs to another command, %s", c.key, first.Name)
	}
	out.result, err = c.def.DecodeResult(first.Result)
	out.promised = s.promised
	return true, err
}

// remember keeps the answer to a command with a key, without its secrets.
func (s *session) remember(c call, result any) error {
	if c.key == "" {
		return nil
	}
	if secretive, ok := result.(interface{ WithoutSecrets() any }); ok {
		result = secretive.WithoutSecrets()
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	kept, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("seatbook: the result of %s cannot be written down: %w", c.def.Name, err)
	}
	return memory.Put(s.tx, remembered{Actor: actorStream(c.actor), Key: c.key, Name: c.def.Name, Body: body, Result: kept})
}

// forget drops the answer to a command whose charge was declined: a refusal is
// not remembered.
func (e *Engine) forget(ctx context.Context, c call) error {
	if c.key == "" {
		return nil
	}
	return e.store.Update(ctx, func(tx store.Tx) error {
		return memory.Delete(tx, actorStream(c.actor), store.String(c.key))
	})
}
