package pgstore_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/pgstore/internal/cluster"
	"github.com/seatbook/seatbook/store"
)

// Every table of the engine has a view that reads, with the columns of its records.
func TestViewsShowEveryTable(t *testing.T) {
	t.Parallel()
	engine, _, url := office(t)
	do(t, engine, ada, purchase)
	schema := strings.Split(url, "search_path=")[1]
	owner := server.URL("seatbook_owner", cluster.Database, schema)
	for range 2 {
		require.NoError(t, pgstore.Views(t.Context(), owner, engine.Codecs()))
	}
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.Background())) })
	rows, err := conn.Query(t.Context(), "select table_name::text from information_schema.views where table_schema = $1", schema)
	require.NoError(t, err)
	views, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Len(t, views, len(engine.Codecs()))
	for _, view := range views {
		rows, err := conn.Query(t.Context(), "select * from "+view)
		require.NoError(t, err)
		_, err = pgx.CollectRows(rows, pgx.RowToMap)
		require.NoError(t, err, view)
	}
	var product, team string
	var own bool
	require.NoError(t, conn.QueryRow(t.Context(),
		`select product, stream_text, self_service from seatbook_billing_subscription where stream = 'acme\000\001'`).Scan(&product, &team, &own))
	require.Equal(t, purchase.Product, product)
	require.Equal(t, "acme", team)
}

// Lamp and lantern are tables whose views would have one name.
type Lamp struct{ Name string }

func TestViewsOfOneNameAreRefused(t *testing.T) {
	t.Parallel()
	key := func(l *Lamp) (string, store.Key) { return l.Name, "" }
	one, two := store.NewTable("hall.lamp", key), store.NewTable("hall_lamp", key)
	err := pgstore.Views(t.Context(), "postgres:///none", []store.Codec{one.Codec(), two.Codec()})
	require.ErrorContains(t, err, "hall.lamp and hall_lamp would have the same view")
	long := store.NewTable(strings.Repeat("long", 20), key)
	require.ErrorContains(t, pgstore.Views(t.Context(), "postgres:///none", []store.Codec{long.Codec()}), "more than 63 bytes")
}

// reader makes the views of some tables in the schema of a URL, and connects to it.
func reader(t *testing.T, url string, codecs []store.Codec) *pgx.Conn {
	t.Helper()
	schema := strings.Split(url, "search_path=")[1]
	require.NoError(t, pgstore.Views(t.Context(), server.URL("seatbook_owner", cluster.Database, schema), codecs))
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.Background())) })
	return conn
}

// odd is JSON for a text of which jsonb can hold about the half.
const odd = `"a\u0000\u0000b \\u0000 \\\u0000 \ud83d\ude00 \uD800 \u00e9 c"`

// One record that jsonb cannot hold leaves those of all other teams readable, in the
// view of its own table too.
func TestARecordThatJSONBCannotHoldLeavesTheViewsReadable(t *testing.T) {
	t.Parallel()
	engine, _, url := office(t)
	do(t, engine, ada, purchase)
	conn := reader(t, url, engine.Codecs())
	_, err := conn.Exec(t.Context(), `insert into seatbook_record
		select stream, key || 'odd', kind, version, '{"Odd":' || $1 || ',' || substr(value, 2), target
		from seatbook_record where value like '{"%'`, odd)
	require.NoError(t, err)
	rows, err := conn.Query(t.Context(), "select kind, count(*) from seatbook_record where value like '{%' group by kind")
	require.NoError(t, err)
	kinds, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
		Kind string
		Rows int
	}])
	require.NoError(t, err)
	require.Greater(t, len(kinds), 10)
	for _, k := range kinds {
		name := strings.NewReplacer(".", "_", "-", "_").Replace("seatbook_" + strings.TrimPrefix(k.Kind, "seatbook."))
		rows, err := conn.Query(t.Context(), "select * from "+pgx.Identifier{name}.Sanitize())
		require.NoError(t, err)
		read, err := pgx.CollectRows(rows, pgx.RowToMap)
		require.NoError(t, err, k.Kind)
		require.Len(t, read, k.Rows, k.Kind)
	}
}

// What jsonb can hold is shown as it is, and of the rest as much as can be.
func TestAViewShowsOddTextsAsFarAsItCan(t *testing.T) {
	t.Parallel()
	url := fresh(t, server)
	s := open(t, url)
	lamps := store.NewTable("hall.lamp", func(l *Lamp) (string, store.Key) { return "acme", store.String(l.Name) })
	s.Use([]store.Codec{lamps.Codec()})
	names := []string{"plain", "tok\x001", `said \u0000`, `\`, `\\u0000`, "<é😀\u2028>", "\x01"}
	require.NoError(t, s.Update(t.Context(), func(tx store.Tx) error {
		for _, name := range names {
			if err := lamps.Put(tx, Lamp{Name: name}); err != nil {
				return err
			}
		}
		return nil
	}))
	conn := reader(t, url, []store.Codec{lamps.Codec()})
	_, err := conn.Exec(t.Context(), `insert into seatbook_record values ('acme\000\001', 'odd', 'hall.lamp', 1, '{"Name":' || $1 || '}')`, odd)
	require.NoError(t, err)
	rows, err := conn.Query(t.Context(), `select name from seatbook_hall_lamp where stream = 'acme\000\001' and stream_text = 'acme'`)
	require.NoError(t, err)
	shown, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	want := []string{"a\ufffd\ufffdb \\u0000 \\\ufffd \\ud83d\\ude00 \\uD800 é c"}
	for _, name := range names {
		want = append(want, strings.ReplaceAll(name, "\x00", "\ufffd"))
	}
	require.ElementsMatch(t, want, shown)
}
