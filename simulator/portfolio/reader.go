package portfolio

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/seatbook/seatbook/money"
)

// MaxLine is how long a line of a file of results is at most, in bytes.
const MaxLine = 64 << 10

// ErrTorn means that a file of results ends within a line, as where the run that
// wrote it was cut off. What stands before is whole.
var ErrTorn = errors.New("portfolio: the last line is cut off")

// Reader reads a file of results. It takes nothing that a run does not write: each
// line is held against the bytes that it would be written as.
type Reader struct {
	Header Header

	lines *bufio.Reader
	// next is the number of the next team, last that of the last.
	next, last int
	// line is how many lines were read, whole how many bytes they have.
	line  int
	whole int64
}

// NewReader reads the header. A file that is empty, or ends within its header, is
// [ErrTorn].
func NewReader(r io.Reader) (*Reader, error) {
	reader := &Reader{lines: bufio.NewReaderSize(r, MaxLine)}
	text, err := reader.read()
	if errors.Is(err, io.EOF) {
		return nil, ErrTorn
	}
	if err != nil {
		return nil, err
	}
	if err := decode(text, &reader.Header); err != nil {
		return nil, reader.wrong(err)
	}
	if err := reader.Header.check(); err != nil {
		return nil, reader.wrong(err)
	}
	first, count := reader.Header.Shard.Range(reader.Header.Teams)
	reader.next, reader.last = first, first+count-1
	return reader, nil
}

// Next returns the next team, and [io.EOF] after the last that there is. A file that
// has all its teams ends there; [Reader.Missing] says whether it does.
func (r *Reader) Next() (*Team, error) {
	text, err := r.read()
	if err != nil {
		return nil, err
	}
	var t Team
	if err := decode(text, &t); err != nil {
		return nil, r.wrong(err)
	}
	if t.Team != r.next || t.Team > r.last {
		want := "no team belongs here"
		if r.next <= r.last {
			want = fmt.Sprintf("team %d belongs here", r.next)
		}
		return nil, r.wrong(fmt.Errorf("it is team %d, and %s", t.Team, want))
	}
	if err := t.check(); err != nil {
		return nil, r.wrong(err)
	}
	r.next++
	return &t, nil
}

// Missing is how many teams are still to come.
func (r *Reader) Missing() int { return r.last - r.next + 1 }

// read returns the next line with its end.
func (r *Reader) read() ([]byte, error) {
	text, err := r.lines.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		r.line++
		return nil, r.wrong(fmt.Errorf("it has more than %d bytes", MaxLine))
	case errors.Is(err, io.EOF) && len(text) > 0:
		return nil, ErrTorn
	case err != nil:
		return nil, err
	}
	r.line++
	r.whole += int64(len(text))
	return text, nil
}

func (r *Reader) wrong(err error) error { return fmt.Errorf("line %d: %w", r.line, err) }

// decode reads a line into a value that is written as the same line.
func decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("it is not what a run writes: %w", err)
	}
	again, err := lineOf(into)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, text) {
		at := 0
		for at < min(len(again), len(text)) && again[at] == text[at] {
			at++
		}
		return fmt.Errorf("it is not written as a run writes it, from byte %d on", at+1)
	}
	return nil
}

// The bounds of figures, so that no sum of a million teams overflows.
const (
	maxCount  = 1_000_000_000_000
	maxAmount = 1_000_000_000_000
)

// check refuses figures that no team has.
func (t *Team) check() error {
	for _, c := range Counts {
		if n := c.Of(t); n < 0 || n > maxCount {
			return fmt.Errorf("%s is %d, and can be 0 to %d", c.Name, n, int64(maxCount))
		}
	}
	for code, n := range t.Refusals {
		if n < 1 || n > maxCount {
			return fmt.Errorf("the refusals %q are %d, and can be 1 to %d", string(code), n, int64(maxCount))
		}
	}
	for _, m := range Amounts {
		before := money.Currency("")
		for _, a := range m.Of(t) {
			if a.Currency() <= before {
				return fmt.Errorf("%s has the currencies %q and %q in this order", m.Name, before, a.Currency())
			}
			if before = a.Currency(); a.Minor() > maxAmount || a.Minor() < -maxAmount {
				return fmt.Errorf("%s is %s, which is out of bounds", m.Name, a)
			}
		}
		if m.Of(t) == nil {
			return fmt.Errorf("%s is missing", m.Name)
		}
	}
	switch {
	case t.Refusals == nil:
		return errors.New("the refusals are missing")
	case t.Founded.Location() != time.UTC || t.Until.Location() != time.UTC || !t.Founded.Before(t.Until):
		return errors.New("it does not live from an instant to a later one, in UTC")
	case len(t.Digest) != 64 || strings.Trim(t.Digest, "0123456789abcdef") != "":
		return errors.New("the digest is no SHA-256 of 64 hexadecimal digits")
	}
	return nil
}
