package seatbook

import (
	"cmp"
	"context"
	"fmt"

	"github.com/seatbook/seatbook/store"
)

// ownStreams are those in which the engine keeps what belongs to no team or person.
var ownStreams = map[string]bool{
	feedStream: true, toldStream: true, claimStream: true, wakeStream: true, outsideStream: true, refusalStream: true, operatorStream: true, bookStream: true,
}

// auditOrphans checks that no stream has records without a head, which no audit
// would come across. What is remembered of a person's commands may stand alone.
func auditOrphans(ctx context.Context, tx store.Tx) error {
	stream, known := "", false
	for row, err := range tx.Scan(store.Range{}) {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		of := store.StreamOf(row.Key)
		if ownStreams[of] || store.TableOf(row.Key) == memory.Name() {
			continue
		}
		if of != stream {
			if _, known, err = heads.Get(tx, of, ""); err != nil {
				return err
			}
			stream = of
		}
		if !known {
			return fmt.Errorf("seatbook: %s has records of %s and no head", of, store.TableOf(row.Key))
		}
	}
	return nil
}
