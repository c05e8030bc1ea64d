package seatbook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/seatbook/seatbook/store"
)

// unhashed are the streams that say how something came about and not what is:
// the order among streams, and what was refused.
var unhashed = map[string]bool{feedStream: true, toldStream: true, claimStream: true, refusalStream: true, bookStream: true}

// Digest returns the SHA-256, in 64 hexadecimal digits, of everything kept but
// the instants of recording, the order among streams and the count of refusals.
// Two histories that came to the same state have the same digest, however late
// their workers were.
func (e *Engine) Digest(ctx context.Context) (string, error) {
	h := sha256.New()
	err := e.store.View(ctx, func(tx store.Tx) error {
		for row, err := range tx.Scan(store.Range{}) {
			if err != nil {
				return err
			}
			if err := e.digestRow(h, row); err != nil {
				return err
			}
		}
		return nil
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

func (e *Engine) digestRow(h io.Writer, row store.Row) error {
	if unhashed[store.StreamOf(row.Key)] {
		return nil
	}
	value := row.Value
	switch v := value.(type) {
	case Entry:
		v.Recorded = time.Time{}
		value = v
	case Head:
		if v.Told = 0; v == (Head{Stream: v.Stream}) {
			return nil // something was read there, and nothing written
		}
		value = v
	}
	text := append(strconv.AppendInt(nil, int64(len(row.Key)), 10), ':')
	text = append(text, row.Key...)
	table := store.TableOf(row.Key)
	if strings.Contains(table, "/") {
		_, err := h.Write(fmt.Append(text, row.Value))
		return err
	}
	codec, ok := e.codecs[table]
	if !ok {
		return fmt.Errorf("seatbook: no module has the table %q", table)
	}
	data, err := codec.Encode(value)
	if err != nil {
		return err
	}
	text = append(strconv.AppendInt(text, int64(len(data)), 10), ':')
	_, err = h.Write(append(text, data...))
	return err
}
