package pgstore_test

import (
	"context"
	"embed"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/pgstore/internal/cluster"
	"github.com/seatbook/seatbook/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

var (
	comment = regexp.MustCompile(`(?m)--.*$`)
	word    = regexp.MustCompile(`[a-z_0-9]+`)
	primary = regexp.MustCompile(`primary\s+key(\s*\(\s*([a-z_0-9]*))?`)
	bracket = regexp.MustCompile(`\([^()]*\)`)
	change  = regexp.MustCompile(`alter\s+table\s+[a-z_0-9]+\s+(add|drop|alter)\s`)
)

// shared are the words of SQL that PostgreSQL, Citus, CockroachDB and YugabyteDB all
// take, and that a migration may be made of. Everything else is refused until
// somebody has looked it up for all four and put it here.
var shared = strings.Fields(`create table drop index on add column alter
	not null default primary key bytea text integer bigint boolean timestamptz`)

// refusedIn says what is wrong with a migration, empty where nothing is.
func refusedIn(migration string) string {
	up, down, found := strings.Cut(migration, "-- +goose Down")
	if !found || !strings.Contains(up, "-- +goose Up") {
		return "it does not say how to go up and down"
	}
	for _, part := range []string{up, down} {
		text := strings.ToLower(comment.ReplaceAllString(part, ""))
		if n := strings.Count(text, ";"); n != 1 {
			return "it is not one statement"
		}
		if strings.ContainsAny(text, `'"$`) {
			return "it has a text or a quoted name"
		}
		if wrong := refusedInTable(text); wrong != "" {
			return wrong
		}
		if w := foreignIn(text); w != "" {
			return "it says " + w + ", which is not in the list of what the engines share"
		}
	}
	return ""
}

// foreignIn returns the first word that is none of ours and that the engines do not share.
func foreignIn(text string) string {
	for _, w := range word.FindAllString(text, -1) {
		if !contains(shared, w) && !named(w) {
			return w
		}
	}
	return ""
}

// refusedInTable says what is wrong with how a statement makes or changes a table. Its
// key is what an engine spreads it by, so each leads with the stream. Several
// changes in one statement are several jobs to an engine that changes tables in the
// background, and one of them may fail after the others are done.
func refusedInTable(text string) string {
	keys := primary.FindAllStringSubmatch(text, -1)
	for _, key := range keys {
		if key[2] != "stream" {
			return "a table's primary key does not begin with the stream"
		}
	}
	if strings.Contains(text, "create table") && len(keys) != 1 {
		return "a table has no primary key, and its stream is to lead one"
	}
	altered := strings.Contains(text, "alter table")
	if altered && (!change.MatchString(text) || strings.Contains(bracket.ReplaceAllString(text, ""), ",")) {
		return "it is not one change of the table"
	}
	return ""
}

// named reports whether a word is a name of ours: a column, or a table with the
// library's name before it.
func named(w string) bool {
	return strings.HasPrefix(w, "seatbook_") || contains([]string{"stream", "key", "kind", "version", "value", "target"}, w)
}

func contains(list []string, w string) bool {
	for _, one := range list {
		if one == w {
			return true
		}
	}
	return false
}

func TestMigrationsAreWhatTheEnginesShare(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(migrations, "migrations/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := fs.ReadFile(migrations, file)
		require.NoError(t, err)
		require.Empty(t, refusedIn(string(text)), file)
	}
}

func TestAMigrationOfAnotherKindIsRefused(t *testing.T) {
	t.Parallel()
	down := "\n-- +goose Down\nDROP TABLE seatbook_x;"
	sound := "-- +goose Up\nCREATE TABLE seatbook_x (stream bytea, key bytea, PRIMARY KEY (stream, key));" + down
	require.Empty(t, refusedIn(sound))
	for _, statement := range []string{
		"ALTER TABLE seatbook_x ADD COLUMN kind text;", "ALTER TABLE seatbook_x DROP COLUMN kind;",
		"ALTER TABLE seatbook_x ALTER COLUMN kind DROP NOT NULL;", "ALTER TABLE seatbook_x ADD PRIMARY KEY (stream, key);", "CREATE INDEX seatbook_i ON seatbook_x (stream, kind);",
	} {
		require.Empty(t, refusedIn("-- +goose Up\n"+statement+down), statement)
	}
	for statement, says := range map[string]string{
		"CREATE SEQUENCE seatbook_s;":                                                                                    "sequence",
		"CREATE TABLE seatbook_x (key bytea, stream bytea, PRIMARY KEY (key));":                                          "begin with the stream",
		"CREATE TABLE seatbook_x (stream bytea, key bigserial, PRIMARY KEY (stream, key));":                              "bigserial",
		"CREATE TABLE seatbook_x (stream bytea, key bytea, PRIMARY KEY (stream, key), EXCLUDE USING gist (key WITH =));": "exclude",
		"CREATE TABLE seatbook_x (stream bytea, key bytea, PRIMARY KEY (stream, key) DEFERRABLE);":                       "deferrable",
		"CREATE TRIGGER seatbook_t BEFORE INSERT ON seatbook_record EXECUTE FUNCTION seatbook_f();":                      "trigger",
		"CREATE TABLE seatbook_x (key bytea PRIMARY KEY, stream bytea);":                                                 "begin with the stream",
		"CREATE TABLE seatbook_x (stream bytea, key bytea);":                                                             "no primary key",
		"CREATE TABLE seatbook_x (stream bytea); -- PRIMARY KEY (stream, key)":                                           "no primary key",
		"ALTER TABLE seatbook_x ADD PRIMARY KEY (key);":                                                                  "begin with the stream",
		"ALTER TABLE seatbook_x ADD COLUMN key bytea PRIMARY KEY;":                                                       "begin with the stream",
		"ALTER TABLE seatbook_x ADD COLUMN kind text, DROP COLUMN value;":                                                "one change",
		"ALTER TABLE seatbook_x ADD COLUMN kind text, ADD COLUMN version text;":                                          "one change",
		"ALTER TABLE seatbook_x ALTER COLUMN kind DROP NOT NULL, DROP COLUMN key;":                                       "one change",
		"ALTER TABLE seatbook_x;":     "one change",
		"NOTIFY seatbook_n;":          "notify",
		"LISTEN seatbook_n;":          "listen",
		"SELECT pg_advisory_lock(1);": "select",
		"CREATE INDEX seatbook_i ON seatbook_record (kind); DROP INDEX seatbook_i;": "one statement",
		"CREATE FUNCTION seatbook_f() RETURNS text LANGUAGE sql AS 'select 1';":     "a text",
	} {
		require.Contains(t, refusedIn("-- +goose Up\n"+statement+down), says, statement)
	}
	require.Contains(t, refusedIn("CREATE TABLE seatbook_x ();"), "up and down")
}

// The table of what was migrated is the one that is made outside of the migrations,
// and the one whose key has no stream.
func TestTheTableOfMigrationsIsTheOneException(t *testing.T) {
	t.Parallel()
	require.Contains(t, refusedInTable(pgstore.CreateVersions), "begin with the stream")
	require.Empty(t, foreignIn(pgstore.CreateVersions))
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	var made []string
	for _, file := range files {
		if strings.HasSuffix(file.Name(), ".go") && !strings.HasSuffix(file.Name(), "_test.go") {
			text, err := os.ReadFile(file.Name())
			require.NoError(t, err)
			made = append(made, regexp.MustCompile("(?i)create +table[^`]*").FindAllString(string(text), -1)...)
		}
	}
	require.Equal(t, []string{pgstore.CreateVersions}, made)
}

// No statement of the library has anything of the other kind either.
func TestStatementsKeepToWhatTheEnginesShare(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	banned := regexp.MustCompile(`(?i)\b(listen|notify|pg_advisory\w*|nextval|for update|for share|lock table|create trigger|serial|bigserial|deferrable)\b`)
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(file.Name())
		require.NoError(t, err)
		for _, literal := range regexp.MustCompile("(?s)`[^`]*`|\"[^\"\n]*\"").FindAllString(string(text), -1) {
			require.NotRegexp(t, banned, literal, file.Name())
		}
	}
}

func TestMigratingTwiceAndAtOnceDoesItOnce(t *testing.T) {
	t.Parallel()
	schema, err := server.Schema(t.Context())
	require.NoError(t, err)
	owner := server.URL("seatbook_owner", cluster.Database, schema)
	done := make(chan error)
	for range 4 {
		go func() { done <- pgstore.Migrate(context.Background(), owner) }()
	}
	for range 4 {
		require.NoError(t, <-done)
	}
	require.NoError(t, pgstore.Migrate(t.Context(), owner))
	conn, err := pgx.Connect(t.Context(), owner)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close(context.Background())) })
	var n int64
	require.NoError(t, conn.QueryRow(t.Context(), "select count(*) from seatbook_migration where version > 0").Scan(&n))
	require.Equal(t, pgstore.Version(), n)
}

func TestOpenRefusesTablesOfAnotherRelease(t *testing.T) {
	t.Parallel()
	schema, err := server.Schema(t.Context())
	require.NoError(t, err)
	url := server.URL("seatbook", cluster.Database, schema)
	_, err = pgstore.Open(t.Context(), url)
	require.ErrorIs(t, err, pgstore.ErrNotMigrated)
	require.ErrorContains(t, err, "run Migrate")
	owner := server.URL("seatbook_owner", cluster.Database, schema)
	require.NoError(t, pgstore.Migrate(t.Context(), owner))
	open(t, url)
	require.NoError(t, server.Exec(t.Context(), cluster.Database, "insert into "+schema+".seatbook_migration values (99)"))
	_, err = pgstore.Open(t.Context(), url)
	require.ErrorIs(t, err, pgstore.ErrNotMigrated)
	require.ErrorContains(t, err, "they are at 99")
}

// A host has one URL, with what it says of the pool, for all that connects.
func TestWhatOpenTakesTheOthersTakeToo(t *testing.T) {
	t.Parallel()
	schema, err := server.Schema(t.Context())
	require.NoError(t, err)
	url := server.URL("seatbook_owner", cluster.Database, schema) + "&pool_max_conns=3&pool_max_conn_idle_time=5m"
	require.NoError(t, pgstore.Migrate(t.Context(), url))
	require.NoError(t, pgstore.Views(t.Context(), url, []store.Codec{values.Codec()}))
	open(t, url)
	wrong := url + "&pool_max_conns=many"
	require.ErrorContains(t, pgstore.Migrate(t.Context(), wrong), "pool_max_conns")
	require.ErrorContains(t, pgstore.Views(t.Context(), wrong, nil), "pool_max_conns")
}
