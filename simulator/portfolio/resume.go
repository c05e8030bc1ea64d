package portfolio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// File is where results are written to and gone on with. An [os.File] that can be
// read and written is one.
type File interface {
	io.ReadWriteSeeker
	Truncate(size int64) error
}

// Progress is how far a run is: Done of the shard's Teams are in the file, of which
// Found were there before.
type Progress struct{ Found, Done, Teams int }

// Resume brings a file of results to its end. An empty file gets the header and all
// teams of the shard; one that a run left goes on after its last whole line. Either
// way it ends in the same bytes. A file of another portfolio, or of something else,
// is refused and stays as it is.
//
// Each team is in the file as soon as those before it are, so where the context is
// done, or the process dies, what was done is kept. progress may be nil.
func (p *Portfolio) Resume(ctx context.Context, f File, progress func(Progress)) error {
	next, err := p.found(f)
	if err != nil {
		return err
	}
	first, count := p.header.Shard.Range(p.header.Teams)
	done := Progress{Found: next - first, Done: next - first, Teams: count}
	show := func() {
		if progress != nil {
			progress(done)
		}
	}
	show()
	return p.Run(ctx, next, func(t *Team) error {
		text, err := lineOf(t)
		if err != nil {
			return err
		}
		if _, err := f.Write(text); err != nil {
			return err
		}
		done.Done++
		show()
		return nil
	})
}

// found returns the first team that is not in the file, which is left so that its
// line can be written: cut off after its last whole line.
func (p *Portfolio) found(f File) (next int, err error) {
	header, err := p.header.line()
	if err != nil {
		return 0, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	r, err := NewReader(f)
	if errors.Is(err, ErrTorn) {
		first, _ := p.header.Shard.Range(p.header.Teams)
		return first, restart(f, header)
	}
	if err != nil {
		return 0, err
	}
	if err := p.header.same(&r.Header); err != nil {
		return 0, err
	}
	if r.Header.Shard != p.header.Shard {
		return 0, fmt.Errorf("it is %s, and not %s", r.Header.Shard.says(r.Header.Teams), p.header.Shard.says(p.header.Teams))
	}
	for {
		_, err := r.Next()
		if errors.Is(err, io.EOF) || errors.Is(err, ErrTorn) {
			return r.next, rewrite(f, r.whole, nil)
		}
		if err != nil {
			return 0, err
		}
	}
}

// restart writes the header into a file that is empty, or was cut off within it. A
// file that begins otherwise is not ours to write over.
func restart(f File, header []byte) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	start, err := io.ReadAll(io.LimitReader(f, int64(len(header))))
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(header, start) {
		return errors.New("it is no file of this portfolio's results")
	}
	return rewrite(f, 0, header)
}

// rewrite cuts the file off at a place, and writes there.
func rewrite(f File, at int64, text []byte) error {
	if err := f.Truncate(at); err != nil {
		return err
	}
	if _, err := f.Seek(at, io.SeekStart); err != nil {
		return err
	}
	_, err := f.Write(text)
	return err
}
