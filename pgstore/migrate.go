package pgstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed migrations/*.sql
var embedded embed.FS

// Version returns the version of the tables that this release works with.
func Version() int64 {
	var last int64
	names, _ := fs.Glob(embedded, "migrations/*.sql")
	for _, name := range names {
		number, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil && n > last {
			last = n
		}
	}
	return last
}

// Migrate brings the tables of a database to this release. It connects as their
// owner, is run once for each release before the first process of it starts, and
// does nothing where nothing is to be done. Several may run at once. Each migration
// is one statement that is kept or not; where one fails, those before it are kept,
// and it is run again. The URL is one as [Open] takes it.
func Migrate(ctx context.Context, url string) (err error) {
	config, err := connConfig(url)
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*config)
	defer func() { err = errors.Join(err, db.Close()) }()
	for attempt := 1; ; attempt++ {
		err := up(ctx, db)
		if err == nil {
			return nil
		}
		if attempt == migrators || !beaten(err) {
			return fmt.Errorf("pgstore: %w", err)
		}
		timer := time.NewTimer(time.Duration(attempt) * 20 * time.Millisecond) //nolint:forbidigo // another process is at it
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// connConfig reads a URL for one connection. What it says of the pool is taken out,
// so that a host has one form of URL for everything.
func connConfig(url string) (*pgx.ConnConfig, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("pgstore: %w", err)
	}
	return config.ConnConfig, nil
}

// migrators is how often somebody else may be first.
const migrators = 10

func up(ctx context.Context, db *sql.DB) error {
	files, err := fs.Sub(embedded, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectCustom, db, files, goose.WithStore(versions{}), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return err
	}
	return onlyRead(ctx, db) // A release before left it open.
}

// onlyRead takes from all but the owner the right to write down what was migrated.
// Whoever creates tables for a service gives it the rows of each beforehand
// (ALTER DEFAULT PRIVILEGES), and a row of this one would stop every process that
// opens the store.
func onlyRead(ctx context.Context, db database.DBTxConn) (err error) {
	rows, err := db.QueryContext(ctx, versionWriters)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var writers []string
	for rows.Next() {
		var role string
		if err := rows.Scan(&role); err != nil {
			return err
		}
		if role != everybody {
			role = quoted(role)
		}
		writers = append(writers, role)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, role := range writers {
		if _, err := db.ExecContext(ctx, revokeVersions+role); err != nil {
			return err
		}
	}
	return nil
}

// everybody is how the grants name all roles at once.
const everybody = "PUBLIC"

// beaten reports whether a migration failed because another process did it meanwhile.
// Where two take the same right away, PostgreSQL tells one of an internal error.
func beaten(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == uniqueViolation || pg.Code == duplicateTable || pg.Code == internalError)
}

// Statements on the table of what was migrated. Goose's own has a column that counts
// by itself, for which the distributed engines have no cheap way. Its key has no stream
// in front, as the only one: it has one row for each release, no command writes it, and
// it stays on one machine where seatbook_record is spread over several.
const (
	createVersions = `create table seatbook_migration (version bigint not null primary key)`
	insertVersion  = `insert into seatbook_migration (version) values ($1)`
	deleteVersion  = `delete from seatbook_migration where version = $1`
	oneVersion     = `select version from seatbook_migration where version = $1`
	latestVersion  = `select coalesce(max(version), 0) from seatbook_migration`
	allVersions    = `select version from seatbook_migration order by version desc`
	revokeVersions = `revoke insert, update, delete, truncate on seatbook_migration from `
	versionWriters = `select distinct grantee::text from information_schema.table_privileges
where table_schema = current_schema() and table_name = 'seatbook_migration'
and privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
and grantee not in (select tableowner from pg_tables where schemaname = current_schema() and tablename = 'seatbook_migration')`
)

// versions keeps for goose what was migrated.
type versions struct{}

var _ database.Store = versions{}

// Tablename implements [database.Store].
func (versions) Tablename() string { return "seatbook_migration" }

// CreateVersionTable implements [database.Store].
func (versions) CreateVersionTable(ctx context.Context, db database.DBTxConn) error {
	if _, err := db.ExecContext(ctx, createVersions); err != nil {
		return err
	}
	return onlyRead(ctx, db) // In the same transaction: it was never open.
}

// Insert implements [database.Store].
func (versions) Insert(ctx context.Context, db database.DBTxConn, req database.InsertRequest) error {
	_, err := db.ExecContext(ctx, insertVersion, req.Version)
	return err
}

// Delete implements [database.Store].
func (versions) Delete(ctx context.Context, db database.DBTxConn, version int64) error {
	_, err := db.ExecContext(ctx, deleteVersion, version)
	return err
}

// GetMigration implements [database.Store].
func (versions) GetMigration(ctx context.Context, db database.DBTxConn, version int64) (*database.GetMigrationResult, error) {
	err := db.QueryRowContext(ctx, oneVersion, version).Scan(&version)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("%w: %d", database.ErrVersionNotFound, version)
	}
	return &database.GetMigrationResult{IsApplied: true}, err
}

// GetLatestVersion implements [database.Store].
func (versions) GetLatestVersion(ctx context.Context, db database.DBTxConn) (version int64, err error) {
	err = db.QueryRowContext(ctx, latestVersion).Scan(&version)
	return version, err
}

// ListMigrations implements [database.Store].
func (versions) ListMigrations(ctx context.Context, db database.DBTxConn) (list []*database.ListMigrationsResult, err error) {
	rows, err := db.QueryContext(ctx, allVersions)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		applied := &database.ListMigrationsResult{IsApplied: true}
		if err := rows.Scan(&applied.Version); err != nil {
			return nil, err
		}
		list = append(list, applied)
	}
	return list, rows.Err()
}
