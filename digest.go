package seatbook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
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
	var d digest
	err := e.store.View(ctx, func(tx store.Tx) error {
		d = digest{engine: e, Hash: sha256.New()}
		for row, err := range tx.Scan(store.Range{}) {
			if err != nil {
				return err
			}
			if err := d.add(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(d.Sum(nil)), nil
}

// digest is the sum of the rows so far.
type digest struct {
	hash.Hash

	engine *Engine
	// text is used again for each row.
	text []byte
}

func (d *digest) add(row store.Row) error {
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
	d.text = append(strconv.AppendInt(d.text[:0], int64(len(row.Key)), 10), ':')
	d.text = append(d.text, row.Key...)
	table := store.TableOf(row.Key)
	if strings.Contains(table, "/") {
		d.text = fmt.Append(d.text, row.Value)
		_, err := d.Write(d.text)
		return err
	}
	codec, ok := d.engine.codecs[table]
	if !ok {
		return fmt.Errorf("seatbook: no module has the table %q", table)
	}
	data, err := codec.Encode(value)
	if err != nil {
		return err
	}
	d.text = append(strconv.AppendInt(d.text, int64(len(data)), 10), ':')
	d.text = append(d.text, data...)
	_, err = d.Write(d.text)
	return err
}
