package seatbook

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/store"
)

// What the first line of an export says of it.
const (
	exportFormat = "seatbook-export"
	// ExportVersion is the version of the file format that [Engine.Export] writes.
	ExportVersion = 1
)

// MaxExportLine is how many bytes a line of an export can have, its end included.
const MaxExportLine = 64 << 20

// Manifest is the first line of an export: what the file is and where it comes from.
type Manifest struct {
	// Format is always "seatbook-export", Version that of the format.
	Format  string `json:"format"`
	Version int    `json:"version"`
	// At is the instant of the export. Nothing in it happened later.
	At time.Time `json:"at"`
	// Zone is the zone of teams that name none.
	Zone string `json:"zone"`
	// Book is the digest of the rule book in force, Policy what is set in it.
	Book   string            `json:"book"`
	Policy map[string]string `json:"policy"`
	// Tables are the tables that the engine had, with the versions of their records.
	Tables map[string]int `json:"tables"`
}

// offer is the second line: what is sold.
type offer struct {
	Catalog *licensing.Catalog `json:"catalog"`
}

// line is every line between the second and the last: a record of a table.
type line struct {
	Table   string          `json:"table"`
	Version int             `json:"version"`
	Record  json.RawMessage `json:"record"`
}

// seal is the last line: the count of the records, and the SHA-256 of all lines
// before it in hexadecimal digits.
type seal struct {
	Records int64  `json:"records"`
	SHA256  string `json:"sha256"`
}

// Export writes the whole state as a text of one JSON value a line, for [Import]:
// the [Manifest], the catalogue, every record by its table's codec in the order of
// the keys, and the count and the sum of it all. The same state at the same instant
// gives the same bytes. It is one state, whatever is done meanwhile, and is
// written as it is read.
//
// Everything that decides is in it. Index rows are left out, as they follow from
// the records, and so are claims of workers, who are not there. Secrets are in it as hashes; names and addresses of people, tokens of
// payment methods and the last digits of cards are in it as the store has them.
//
// It fails where w does, where the context is done, and on a state that holds an
// instant beyond the year 9999 or a record above [MaxExportLine].
func (e *Engine) Export(ctx context.Context, w io.Writer) error {
	return e.store.View(ctx, func(tx store.Tx) error {
		out := &sealing{to: bufio.NewWriterSize(w, 1<<16), sum: sha256.New()}
		if err := e.exportHead(tx, out); err != nil {
			return err
		}
		for row, err := range tx.Scan(store.Range{}) {
			if err != nil {
				return err
			}
			table := store.TableOf(row.Key)
			if strings.Contains(table, "/") || table == claims.Name() {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := e.exportRow(out, table, row); err != nil {
				return err
			}
		}
		return out.close()
	})
}

// exportHead writes the two lines that come before the records.
func (e *Engine) exportHead(tx store.Tx, out *sealing) error {
	book := e.ground.Book
	m := Manifest{
		Format: exportFormat, Version: ExportVersion, At: e.now(), Zone: e.ground.Zone.String(),
		Book: book.Digest(), Policy: book.Policy(), Tables: map[string]int{},
	}
	for name, codec := range e.codecs {
		m.Tables[name] = codec.Version
	}
	// Where a clock was set back, what happened before that is later than the present.
	for h, err := range allHeads(tx) {
		if err != nil {
			return err
		}
		if h.Last.After(m.At) {
			m.At = h.Last
		}
	}
	if err := out.value(m); err != nil {
		return err
	}
	return out.value(offer{e.catalog})
}

func (e *Engine) exportRow(out *sealing, table string, row store.Row) error {
	codec, ok := e.codecs[table]
	if !ok {
		return fmt.Errorf("seatbook: no module has the table %q", table)
	}
	data, err := codec.Encode(row.Value)
	if err != nil {
		return err
	}
	out.records++
	return out.record(table, codec.Version, data)
}

// sealing writes lines and keeps the sum of them.
type sealing struct {
	to      *bufio.Writer
	sum     hash.Hash
	records int64
	text    []byte
	names   map[string]string
}

// value writes a line that is no record.
func (s *sealing) value(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.line(append(data, '\n'))
}

// record writes the line of a record. Writing it by hand spares going through
// the record once more.
func (s *sealing) record(table string, version int, data []byte) error {
	if bytes.IndexByte(data, '\n') >= 0 {
		var flat bytes.Buffer
		if err := json.Compact(&flat, data); err != nil {
			return err
		}
		data = flat.Bytes()
	}
	name, err := s.name(table)
	if err != nil {
		return err
	}
	s.text = fmt.Appendf(s.text[:0], `{"table":%s,"version":%d,"record":`, name, version)
	s.text = append(append(s.text, data...), "}\n"...)
	if len(s.text) > MaxExportLine {
		return fmt.Errorf("seatbook: a record of %s takes %d bytes, and a line of an export has %d at most", table, len(s.text), MaxExportLine)
	}
	return s.line(s.text)
}

// name is a table's name as JSON.
func (s *sealing) name(table string) (string, error) {
	if name, ok := s.names[table]; ok {
		return name, nil
	}
	data, err := json.Marshal(table)
	if s.names == nil {
		s.names = map[string]string{}
	}
	s.names[table] = string(data)
	return string(data), err
}

func (s *sealing) line(text []byte) error {
	s.sum.Write(text)
	_, err := s.to.Write(text)
	return err
}

// close writes the last line.
func (s *sealing) close() error {
	data, err := json.Marshal(seal{s.records, hex.EncodeToString(s.sum.Sum(nil))})
	if err != nil {
		return err
	}
	if _, err := s.to.Write(append(data, '\n')); err != nil {
		return err
	}
	return s.to.Flush()
}
