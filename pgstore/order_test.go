package pgstore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/store"
	"github.com/seatbook/seatbook/store/storetest"
)

// Rows are written and deleted in the order of their keys, so that two transactions
// never hold what the other one wants next.
func TestRowsAreSentInTheOrderOfTheirKeys(t *testing.T) {
	t.Parallel()
	var sent []string
	s := begin(t, pgstore.Sent(func(b *pgx.Batch) {
		sent = nil
		for _, q := range b.QueuedQueries {
			verb, _, _ := strings.Cut(q.SQL, " ")
			sent = append(sent, verb)
		}
	}))
	s.Use([]store.Codec{values.Codec()})
	require.NoError(t, s.Update(t.Context(), func(tx store.Tx) error {
		for _, key := range []string{"z", "a", "b"} {
			if err := tx.Put(key, storetest.Value{}); err != nil {
				return err
			}
		}
		return tx.Delete("m")
	}))
	require.Equal(t, []string{"begin", "insert", "delete", "insert", "commit"}, sent)
	// Where that would be very many statements they are put together.
	require.NoError(t, s.Update(t.Context(), func(tx store.Tx) error {
		for i := range 200 {
			key := fmt.Sprintf("row %03d", i)
			if i%2 == 1 {
				if err := tx.Delete(key); err != nil {
					return err
				}
				continue
			}
			if err := tx.Put(key, storetest.Value{Count: int64(i)}); err != nil {
				return err
			}
		}
		return nil
	}))
	require.Len(t, sent, 34)
	require.Equal(t, 100, rows(t, s, "row "))
	require.Equal(t, int64(198), count(t, s, "row 198"))
}
