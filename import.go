package seatbook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// ErrNotEmpty is why an import into a store that holds something is refused.
var ErrNotEmpty = errors.New("seatbook: the store is not empty, and an import begins with nothing")

// ImportError is what is wrong with an export, and at which line.
type ImportError struct {
	// Line counts from 1.
	Line int
	// Err says what it is.
	Err error
}

// Error says the line and what is wrong.
func (e *ImportError) Error() string {
	return fmt.Sprintf("seatbook: line %d of the export: %v", e.Line, e.Err)
}

// Unwrap returns what is wrong.
func (e *ImportError) Unwrap() error { return e.Err }

// Export is an export that was opened: its head is read, its records are not.
type Export struct {
	lines    *sealed
	manifest Manifest
	catalog  *licensing.Catalog
	// taken is set once somebody reads the records.
	taken bool
}

// OpenExport reads the head of what [Engine.Export] wrote. It refuses another
// format, and a newer version of it, with an [ImportError].
func OpenExport(r io.Reader) (*Export, error) {
	x := &Export{lines: newSealed(r)}
	if err := x.open(); err != nil {
		return nil, x.lines.fault(err)
	}
	return x, nil
}

func (x *Export) open() error {
	text, err := x.lines.next()
	if err != nil {
		return err
	}
	// What the format is comes first: a newer one may have other fields.
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil || m.Format != exportFormat {
		return fmt.Errorf("this is no export of a store: the first line does not say %q", exportFormat)
	}
	if m.Version != ExportVersion {
		return fmt.Errorf("the export has version %d of the format, and version %d is read here", m.Version, ExportVersion)
	}
	if err := strictly(text, &m); err != nil {
		return err
	}
	if err := rule.CheckInstant(m.At); err != nil {
		return err
	}
	x.manifest = m
	if text, err = x.lines.next(); err != nil {
		return err
	}
	var o offer
	if err := strictly(text, &o); err != nil {
		return err
	}
	if o.Catalog == nil {
		return errors.New("the second line has no catalogue")
	}
	if faults := o.Catalog.Check(); len(faults) > 0 {
		return fmt.Errorf("the catalogue has %d faults, the first: %w", len(faults), faults[0])
	}
	x.catalog = o.Catalog
	return nil
}

// Manifest returns the first line. Its maps are the caller's.
func (x *Export) Manifest() Manifest {
	m := x.manifest
	m.Policy, m.Tables = maps.Clone(m.Policy), maps.Clone(m.Tables)
	return m
}

// Catalog returns what was sold where the export was written.
func (x *Export) Catalog() *licensing.Catalog { return x.catalog.Clone() }

// Sum returns the SHA-256 of the export in hexadecimal digits, or "" before it was
// imported.
func (x *Export) Sum() string { return x.lines.sealed.SHA256 }

// Import puts an export into an empty store and returns the engine over it, which
// goes on as the one that wrote the file: every answer, identifier and digest is
// the same. What the config leaves out, be it the policy, the zone or the
// catalogue, is that of the export. Another policy is in force from then on and is
// noted by the next command, as ever; what is due follows it at once.
//
// All of it is kept or nothing. A store that holds something is [ErrNotEmpty]. An
// [ImportError] says at which line a file is torn, altered, of a newer version, or
// not what the checks of the modules let pass; records of older versions are
// lifted. A state in which [Engine.Audit] finds a fault is refused too.
func Import(ctx context.Context, r io.Reader, into store.Store, config Config) (*Engine, error) {
	x, err := OpenExport(r)
	if err != nil {
		return nil, err
	}
	return x.Import(ctx, into, config)
}

// Import does what the function [Import] says with the rest of the export. It can be
// called once, as it reads to the end.
func (x *Export) Import(ctx context.Context, into store.Store, config Config) (*Engine, error) {
	if x.taken {
		return nil, errors.New("seatbook: the export was read already: open it again")
	}
	x.taken = true
	config, judging, err := x.complete(config)
	if err != nil {
		return nil, err
	}
	e, err := New(into, config)
	if err != nil {
		return nil, err
	}
	// The state was made under the rules of the export, and is looked at under them
	// as far as they are still there.
	judge := e
	if e.Book().Digest() != x.manifest.Book || config.Zone != judging.Zone || config.Catalog != judging.Catalog {
		if then, err := New(into, judging); err == nil {
			judge = then
		}
	}
	begun := false
	err = into.Update(ctx, func(tx store.Tx) error {
		if begun {
			return errors.New("seatbook: somebody else wrote into the store during the import")
		}
		begun = true
		if err := judge.load(ctx, tx, x); err != nil {
			return err
		}
		return e.takeOver(ctx, tx, judge, x.manifest.Book)
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// takeOver checks the state as a whole. Where this engine goes by other rules than
// the state was made under, what is due follows them from here on.
func (e *Engine) takeOver(ctx context.Context, tx store.Tx, judge *Engine, book string) error {
	if judge.Book().Digest() == book {
		if err := judge.audit(ctx, tx); err != nil {
			return fmt.Errorf("seatbook: the state of the export does not hold together: %w", err)
		}
		alike, err := e.decidesLike(judge)
		if err != nil || alike {
			return err
		}
	}
	if err := e.requeue(ctx, tx); err != nil {
		return err
	}
	if err := e.audit(ctx, tx); err != nil {
		return fmt.Errorf("seatbook: the state of the export does not hold together under these rules: %w", err)
	}
	return nil
}

// decidesLike reports whether two engines have the same rules, zone and catalogue.
func (e *Engine) decidesLike(other *Engine) (bool, error) {
	if e.Book().Digest() != other.Book().Digest() || e.ground.Zone.String() != other.ground.Zone.String() {
		return false, nil
	}
	one, err := json.Marshal(e.catalog)
	if err != nil {
		return false, err
	}
	two, err := json.Marshal(other.catalog)
	return bytes.Equal(one, two), err
}

// complete fills in from the export what a config leaves out. The second one that it
// returns is that under which the export was written.
func (x *Export) complete(config Config) (own, judging Config, err error) {
	if config.Catalog == nil {
		config.Catalog = x.catalog
	}
	judging = config
	judging.Policy, judging.Catalog = x.manifest.Policy, x.catalog
	if config.Policy == nil {
		config.Policy = x.manifest.Policy
	}
	zone, err := period.LoadZone(x.manifest.Zone)
	switch {
	case err == nil:
		judging.Zone = zone
	case config.Zone == nil:
		return config, judging, &ImportError{1, fmt.Errorf("the zone of teams that name none: %w", err)}
	}
	if config.Zone == nil {
		config.Zone = zone
	}
	return config, judging, nil
}

// watchedLine is where a record stands that has invariants.
type watchedLine struct {
	key string
	at  int
}

// load puts the records into the store, and looks at them once all are there.
func (e *Engine) load(ctx context.Context, tx store.Tx, x *Export) error {
	for _, err := range tx.Scan(store.Range{Limit: 1}) {
		if err != nil {
			return err
		}
		return ErrNotEmpty
	}
	var checked []watchedLine
	for !x.lines.ended {
		if err := ctx.Err(); err != nil {
			return err
		}
		text, err := x.lines.next()
		if err != nil {
			return x.lines.fault(err)
		}
		if x.lines.ended {
			break
		}
		key, table, err := e.loadRecord(tx, x.manifest.Tables, text)
		if err != nil {
			return x.lines.fault(err)
		}
		if len(e.checks[table]) > 0 {
			checked = append(checked, watchedLine{key, x.lines.at})
		}
	}
	if err := x.dated(tx); err != nil {
		return err
	}
	if err := e.holds(ctx, tx, x.manifest.At, checked); err != nil {
		return err
	}
	if err := auditOrphans(ctx, tx); err != nil {
		return err
	}
	return numberAll(tx)
}

// numberAll gives ordinals to what was told and not numbered yet, before anything
// is told here.
func numberAll(tx store.Tx) error {
	for {
		some := false
		for _, err := range unnumberedTable.Scan(tx, toldStream, store.Part{Limit: 1}) {
			if some = err == nil; !some {
				return err
			}
		}
		if !some {
			return nil
		}
		if err := numberSome(tx); err != nil {
			return err
		}
	}
}

// dated checks that nothing happened after the export was written.
func (x *Export) dated(tx store.Tx) error {
	for h, err := range allHeads(tx) {
		if err != nil {
			return err
		}
		if h.Last.After(x.manifest.At) {
			return &ImportError{1, fmt.Errorf("it says that it was written %s, and %s changed %s", rule.Show(x.manifest.At), h.Stream, rule.Show(h.Last))}
		}
	}
	return nil
}

// loadRecord puts one record into the store.
func (e *Engine) loadRecord(tx store.Tx, versions map[string]int, text []byte) (key, table string, err error) {
	var l line
	if err := strictly(text, &l); err != nil {
		return "", "", err
	}
	t, known := e.tables[l.Table]
	if !known {
		names := slices.Sorted(maps.Keys(e.tables))
		return "", "", fmt.Errorf("no module has the table %q; the nearest is %q", l.Table, rule.Nearest(l.Table, names))
	}
	if l.Version != versions[l.Table] {
		return "", "", fmt.Errorf("the record of %s has version %d, and the first line says %d", l.Table, l.Version, versions[l.Table])
	}
	value, err := e.codecs[l.Table].Decode(l.Version, l.Record)
	if err != nil {
		return "", "", err
	}
	key, err = t.Add(tx, value)
	return key, l.Table, err
}

// holds checks the invariants of records, each as one that stays as it is.
func (e *Engine) holds(ctx context.Context, tx store.Tx, at time.Time, checked []watchedLine) error {
	view := rule.NewView(e.ground, tx, at, rule.Operator, nil)
	for _, l := range checked {
		if err := ctx.Err(); err != nil {
			return err
		}
		value, found, err := tx.Get(l.key)
		if err != nil || !found {
			return errors.Join(err, fmt.Errorf("seatbook: the store lost the record of line %d", l.at))
		}
		for _, c := range e.checks[store.TableOf(l.key)] {
			if err := c.Holds(view, value, value); err != nil {
				return &ImportError{l.at, err}
			}
		}
	}
	return nil
}

// strictly reads a JSON value, and no field that it does not have.
func strictly(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("the line cannot be read: %w", err)
	}
	if rest, err := io.ReadAll(decoder.Buffered()); err != nil || len(bytes.TrimSpace(rest)) > 0 {
		return errors.New("something stands behind the value of the line")
	}
	return nil
}
