// Package cluster runs a PostgreSQL server of its own for the tests: a fresh data
// directory, a socket in a temporary folder, no network. Tests alone import it.
package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seatbook/seatbook/pgstore"
)

// ErrMissing says that there is no PostgreSQL on this machine, and what to install.
var ErrMissing = errors.New("the tests of pgstore need PostgreSQL's server programs: apt-get install postgresql")

// Superuser is the role that made the cluster.
const Superuser = "postgres"

// Cluster is a running server.
type Cluster struct {
	// Dir holds everything, Bin the programs.
	Dir, Bin string
	as       *syscall.Credential
	schemas  atomic.Int64
	settings []string
}

// packaged is where Debian's packages put PostgreSQL, out of the way of PATH.
var packaged = "/usr/lib/postgresql/*/bin/initdb"

// Programs returns the folder of PostgreSQL's programs, of the newest version.
func Programs() (string, error) {
	found, err := filepath.Glob(packaged)
	if err != nil {
		return "", err
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		return "", ErrMissing
	}
	version := func(path string) int {
		n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		if err != nil {
			return 0
		}
		return n
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
}

// Start makes a cluster and starts it. Settings are added to its configuration, as
// name=value. By default nothing is forced to the disk: what is lost when a machine
// loses power is no matter here, and what is lost when the server is killed is.
func Start(ctx context.Context, settings ...string) (c *Cluster, err error) {
	bin, err := Programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "seatbook-pg")
	if err != nil {
		return nil, err
	}
	c = &Cluster{Dir: dir, Bin: bin}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Stop())
		}
	}()
	if err := c.yield(); err != nil {
		return nil, err
	}
	if err := c.run(ctx, "initdb", "-D", c.data(), "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"); err != nil {
		return nil, err
	}
	c.settings = append([]string{
		"listen_addresses=", "unix_socket_directories=" + dir, "fsync=off", "max_connections=200",
		"shared_buffers=64MB", "max_pred_locks_per_transaction=512", "log_min_messages=fatal", "log_min_error_statement=panic",
	}, settings...)
	if err := c.Restart(ctx); err != nil {
		return nil, err
	}
	return c, c.prepare(ctx)
}

// yield finds a user to run as: PostgreSQL refuses to run as root.
func (c *Cluster) yield() error {
	if os.Geteuid() != 0 {
		return nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		if who, err = user.Lookup("nobody"); err != nil {
			return err
		}
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	if err != nil {
		return err
	}
	c.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(c.Dir, int(uid), int(gid)) //nolint:gosec // identifiers of users fit
}

func (c *Cluster) data() string { return filepath.Join(c.Dir, "data") }

// Log is the path of what the server has written.
func (c *Cluster) Log() string { return filepath.Join(c.Dir, "log") }

func (c *Cluster) run(ctx context.Context, program string, args ...string) error {
	return c.runUnder(ctx, nil, program, args...)
}

// runUnder runs a program by way of prlimit, where limits are given.
func (c *Cluster) runUnder(ctx context.Context, limits []string, program string, args ...string) error {
	command := exec.CommandContext(ctx, filepath.Join(c.Bin, program), args...)
	if len(limits) > 0 {
		args = append(append(slices.Clone(limits), filepath.Join(c.Bin, program)), args...)
		command = exec.CommandContext(ctx, "prlimit", args...)
	}
	command.Dir = c.Dir
	command.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	// pg_ctl leaves a server behind that holds on to what it was given.
	command.WaitDelay = time.Second
	if err := command.Run(); err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		text, _ := os.ReadFile(c.Log())
		return fmt.Errorf("%s: %w\n%s%s", program, err, said.Bytes(), text)
	}
	return nil
}

// Restart starts the server, after it was killed too, and waits until it takes
// connections.
func (c *Cluster) Restart(ctx context.Context) error { return c.start(ctx, nil) }

// Restarted stops the server in order and starts it under limits of prlimit, such as
// --fsize=1000000, or without any.
func (c *Cluster) Restarted(ctx context.Context, limits ...string) error {
	if err := c.run(ctx, "pg_ctl", "-D", c.data(), "-m", "fast", "-w", "-s", "stop"); err != nil {
		return err
	}
	return c.start(ctx, limits)
}

func (c *Cluster) start(ctx context.Context, limits []string) error {
	options := make([]string, 0, len(c.settings))
	for _, s := range c.settings {
		options = append(options, "-c "+strings.ReplaceAll(s, " ", `\ `))
	}
	return c.runUnder(ctx, limits, "pg_ctl", "-D", c.data(), "-l", c.Log(), "-w", "-t", "60", "-s", "-o", strings.Join(options, " "), "start")
}

// Kill kills the server and all its children at once, as a crash does.
func (c *Cluster) Kill() error {
	text, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		return err
	}
	// A process that stands still has no more children.
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	all := append(children(pid), pid)
	for _, one := range all {
		syscall.Kill(one, syscall.SIGKILL) //nolint:errcheck // it may have gone by itself
	}
	for range 1000 {
		if !slices.ContainsFunc(all, func(one int) bool { return !ended(one) }) {
			// Where nobody asks for the end of an orphan its number lives on, and a new
			// server would take it for the old one.
			lock := filepath.Join(c.Dir, ".s.PGSQL.5432.lock")
			return errors.Join(os.Remove(filepath.Join(c.data(), "postmaster.pid")), os.Remove(lock))
		}
		time.Sleep(5 * time.Millisecond) //nolint:forbidigo // a process that ends tells nobody
	}
	return fmt.Errorf("the server %d does not end", pid)
}

// children returns the processes that a process has started.
func children(pid int) (list []int) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, file := range files {
		text, _ := os.ReadFile(file)
		for _, field := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				list = append(list, child)
			}
		}
	}
	return list
}

// ended reports whether a process is one that nobody has asked the end of.
func ended(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || bytes.Contains(text, []byte(") Z "))
}

// Stop ends the server and removes everything.
func (c *Cluster) Stop() error {
	var err error
	if _, there := os.Stat(filepath.Join(c.data(), "postmaster.pid")); there == nil {
		err = c.run(context.Background(), "pg_ctl", "-D", c.data(), "-m", "immediate", "-w", "-s", "stop")
	}
	return errors.Join(err, os.RemoveAll(c.Dir))
}

// URL is how a role connects to a database, with a schema in front; an empty schema
// is the one that the role has by itself.
func (c *Cluster) URL(role, name, schema string) string {
	query := url.Values{"host": {c.Dir}}
	if schema != "" {
		query.Set("search_path", schema)
	}
	return "postgres://" + role + "@/" + name + "?" + query.Encode()
}

// Exec runs statements as the superuser.
func (c *Cluster) Exec(ctx context.Context, name, statements string) (err error) {
	conn, err := pgx.Connect(ctx, c.URL(Superuser, name, ""))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	_, err = conn.PgConn().Exec(ctx, statements).ReadAll()
	return err
}

// Database is the name of the database of the tests.
const Database = "seatbook"

// prepare makes the database with the script that hosts run.
func (c *Cluster) prepare(ctx context.Context) error {
	if err := c.Exec(ctx, "postgres", "create database "+Database); err != nil {
		return err
	}
	return c.Exec(ctx, Database, pgstore.Roles)
}

// Schema makes an empty schema that is owned and granted like the one of the script,
// and returns its name.
func (c *Cluster) Schema(ctx context.Context) (string, error) {
	name := "t" + strconv.FormatInt(c.schemas.Add(1), 10)
	return name, c.Exec(ctx, Database, strings.ReplaceAll(`
		create schema NAME authorization seatbook_owner;
		grant usage on schema NAME to seatbook;
		alter default privileges for role seatbook_owner in schema NAME
			grant select, insert, update, delete on tables to seatbook`, "NAME", name))
}

// Set adds settings, which hold from the next start on.
func (c *Cluster) Set(settings ...string) { c.settings = append(c.settings, settings...) }

// Give makes files those of the user that the server runs as.
func (c *Cluster) Give(paths ...string) error {
	if c.as == nil {
		return nil
	}
	for _, path := range paths {
		if err := os.Chown(path, int(c.as.Uid), int(c.as.Gid)); err != nil {
			return err
		}
	}
	return nil
}
