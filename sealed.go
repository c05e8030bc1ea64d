package seatbook

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
)

// sealed reads the lines of an export and holds them against its last one.
type sealed struct {
	from *bufio.Reader
	sum  hash.Hash
	text []byte
	// at is the number of the line that was read last.
	at int
	// ended is set behind the last line, which is kept.
	ended  bool
	sealed seal
}

func newSealed(r io.Reader) *sealed {
	return &sealed{from: bufio.NewReaderSize(r, 1<<16), sum: sha256.New()}
}

// headLines are the lines before the first record.
const headLines = 2

// sealing begins the last line, and no other.
var sealBegins = []byte(`{"records":`)

// next returns the next line, which is good until it is called again. Behind the last
// line, which it checks, it sets ended.
func (s *sealed) next() ([]byte, error) {
	text, err := s.read()
	if err != nil {
		return nil, err
	}
	if s.at <= headLines || !bytes.HasPrefix(text, sealBegins) {
		s.sum.Write(text)
		return text, nil
	}
	s.ended = true
	return nil, s.close(text)
}

// close checks the last line, and that nothing follows it.
func (s *sealed) close(text []byte) error {
	if err := strictly(text, &s.sealed); err != nil {
		return err
	}
	got := seal{Records: int64(s.at - headLines - 1), SHA256: hex.EncodeToString(s.sum.Sum(nil))}
	if got != s.sealed {
		return fmt.Errorf("the export was altered: it says that it has %d records and the sum %s, and it has %d and %s",
			s.sealed.Records, s.sealed.SHA256, got.Records, got.SHA256)
	}
	switch _, err := s.from.ReadByte(); {
	case err == nil:
		s.at++
		return errors.New("something follows what is the last line by its form")
	case !errors.Is(err, io.EOF):
		return fmt.Errorf("the export cannot be read: %w", err)
	}
	return nil
}

// read reads a line with its end, and no more than a line can have.
func (s *sealed) read() ([]byte, error) {
	s.text = s.text[:0]
	s.at++
	for {
		part, err := s.from.ReadSlice('\n')
		if len(s.text)+len(part) > MaxExportLine {
			return nil, fmt.Errorf("the line has more than %d bytes", MaxExportLine)
		}
		s.text = append(s.text, part...)
		switch {
		case err == nil:
			return s.text, nil
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("the export cannot be read: %w", err)
		case s.at == 1, bytes.HasPrefix(s.text, sealBegins):
			return s.text, nil // what it is decides, and not how it ends
		default:
			return nil, fmt.Errorf("the export is torn: it ends here, after %d records, without its last line", max(0, s.at-1-headLines))
		}
	}
}

// fault says at which line something is wrong. What ends a transaction from
// outside has no line.
func (s *sealed) fault(err error) error { return &ImportError{s.at, err} }
