package account_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
)

// zoned is a zone by its name.
func zoned(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	return zone
}

func TestAnExportStandsInAJournalAsItself(t *testing.T) {
	t.Parallel()
	export := account.Export(exportHead + moulin + ",Dealer,Lyon\nno row\n")
	written, err := json.Marshal(export)
	require.NoError(t, err)
	for _, word := range []string{"@", "Lyon", "no row"} {
		require.NotContains(t, string(written), word)
	}
	var read account.Export
	require.NoError(t, json.Unmarshal(written, &read))
	rows, err := read.Rows()
	require.NoError(t, err)
	original, err := export.Rows()
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, original[1], rows[1], "a bad row is told by line and reason")
	require.Equal(t, original[0].Contract, rows[0].Contract)
	require.Equal(t, original[0].Group, rows[0].Group)
	require.Equal(t, string(original[0].Manager.Person()), string(rows[0].Manager))
	again, err := json.Marshal(read)
	require.NoError(t, err)
	require.Equal(t, written, again)
}

func FuzzExport(f *testing.F) {
	for _, text := range []string{
		"", exportHead, moulin, "\ufeff" + strings.ReplaceAll(exportHead+moulin, "\n", "\r\n"), "a;b", "\"open", "export:\n{}",
		"export:\n{\"bad\":\"x\"}", "export:\nnull", "export:\n{\"people\":[\"a\",\"b\"]}", ",,,,,,,,,,,,,,", "\"" + moulin,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := account.Export(text).Rows()
		if err != nil || strings.HasPrefix(text, "export:") {
			return
		}
		for i, row := range rows {
			require.Positive(t, row.Line)
			require.True(t, i == 0 || row.Line > rows[i-1].Line)
			if row.Bad == "" {
				require.Positive(t, row.Seats)
				require.True(t, row.Starts.Before(row.Ends))
				require.NotEmpty(t, row.Manager.Person())
			} else {
				require.NotEmpty(t, row.Hash)
			}
		}
		written, err := account.Export(text).MarshalText()
		require.NoError(t, err)
		if text != "" {
			again, err := account.Export(written).Rows()
			require.NoError(t, err)
			require.Len(t, again, len(rows))
		}
	})
}
