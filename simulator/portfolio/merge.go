package portfolio

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Part is a file of results that is merged or looked at.
type Part struct {
	// Name is for messages.
	Name string
	Open func() (io.ReadCloser, error)
}

// Merge writes the shards of a portfolio as the file that one run over all its teams
// makes, to the byte. They can be given in any order. It refuses shards that do not
// belong to one portfolio, or to one way to split it, that stand twice, are missing,
// or are not at their end. What it has written then is of no use.
func Merge(to io.Writer, parts []Part) error {
	shards, header, err := sorted(parts)
	if err != nil {
		return err
	}
	header.Shard = Whole
	line, err := header.line()
	if err != nil {
		return err
	}
	w := bufio.NewWriter(to)
	if _, err := w.Write(line); err != nil {
		return err
	}
	for _, part := range shards {
		err := part.Each(func(_ *Header, t *Team) error {
			text, err := lineOf(t)
			if err != nil {
				return err
			}
			_, err = w.Write(text)
			return err
		})
		if err != nil {
			return err
		}
	}
	return w.Flush()
}

// sorted returns the parts in the order of their shards, and the header of the first.
func sorted(parts []Part) ([]Part, *Header, error) {
	if len(parts) == 0 {
		return nil, nil, errors.New("there is nothing to merge")
	}
	var head *Header
	var found []Part
	for i, part := range parts {
		h, err := part.header()
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", part.Name, err)
		}
		if i == 0 {
			head, found = h, make([]Part, h.Shard.Of)
		}
		if err := h.same(head); err != nil {
			return nil, nil, fmt.Errorf("%s beside %s: %w", part.Name, parts[0].Name, err)
		}
		if h.Shard.Of != head.Shard.Of {
			return nil, nil, fmt.Errorf("%s is %s and %s is %s: shards of one split belong together",
				parts[0].Name, head.Shard.says(head.Teams), part.Name, h.Shard.says(h.Teams))
		}
		if twice := found[h.Shard.Index-1]; twice.Open != nil {
			return nil, nil, fmt.Errorf("%s and %s are both %s", twice.Name, part.Name, h.Shard.says(h.Teams))
		}
		found[h.Shard.Index-1] = part
	}
	if at := slices.IndexFunc(found, func(p Part) bool { return p.Open == nil }); at >= 0 {
		missing := Shard{at + 1, head.Shard.Of}
		return nil, nil, fmt.Errorf("%d of %d shards are given, and the first that is missing is %s", len(parts), head.Shard.Of, missing.says(head.Teams))
	}
	return found, head, nil
}

// header reads the part's header alone.
func (p Part) header() (*Header, error) {
	f, err := p.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	r, err := NewReader(f)
	if err != nil {
		return nil, err
	}
	return &r.Header, nil
}

// Each hands every team of the part to do, in order. A part that is not at its end is
// refused, after those that it has.
func (p Part) Each(do func(*Header, *Team) error) error {
	f, err := p.Open()
	if err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	r, err := NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	for {
		t, err := r.Next()
		if errors.Is(err, io.EOF) || errors.Is(err, ErrTorn) {
			if r.Missing() == 0 && err == io.EOF { //nolint:errorlint // it is what was just found
				return nil
			}
			return fmt.Errorf("%s is not at its end: %d of its teams are missing, from team %d on", p.Name, r.Missing(), r.next)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		if err := do(&r.Header, t); err != nil {
			return err
		}
	}
}
