package simulator

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// MaxStateBytes is how large the export can be that a scenario begins on, unpacked.
const MaxStateBytes = 1 << 30

// LoadFrom reads a scenario like [Load] and has it begin on the export in a file,
// whatever the scenario itself says. An empty name leaves it at what it says. A done
// context ends the reading of an export.
func LoadFrom(ctx context.Context, path, export string, vocabulary *Vocabulary) (*Scenario, error) {
	text, err := readFile(path, false)
	if err != nil {
		return nil, Faults{{File: path, Line: 1, Column: 1, Text: "the file cannot be read: " + err.Error()}}
	}
	return parse(ctx, path, export, text, vocabulary)
}

// opened is an export that a scenario begins on.
type opened struct {
	*seatbook.Export

	// name is what the scenario or the flag calls it, at the node that names it; a
	// flag has none.
	name string
	at   *yaml.Node
	file *stateFile
}

// wrong notes what is wrong with the export, where it is named.
func (p *parser) wrong(o *opened, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if o.at != nil {
		p.at(o.at, "the export %s %s", quote(o.name), text)
		return
	}
	p.add(Fault{File: o.name, Line: 1, Column: 1, Text: "the export " + text})
}

// openFrom reads the head of the export that the scenario begins on, if there is one.
// What it leaves out is taken from there.
func (p *parser) openFrom(export string, n *yaml.Node) *opened {
	o := &opened{name: export}
	path := export
	if export == "" {
		if n == nil {
			return nil
		}
		if o.name, o.at = p.word(n, "from"), n; o.name == "" {
			return nil
		}
		if filepath.IsAbs(o.name) {
			p.at(n, "the export %s is named by its whole path: a path is relative to the scenario file", quote(o.name))
			return nil
		}
		path = filepath.Join(filepath.Dir(p.name), filepath.FromSlash(o.name))
	}
	var err error
	if o.file, err = openState(path, o.at != nil); err == nil {
		o.Export, err = seatbook.OpenExport(o.file)
	}
	if err != nil {
		p.wrong(o, "cannot be opened: %s", unnamed(err))
		o.file.close()
		return nil
	}
	p.scenario.From = path
	p.scenario.Policy = o.Manifest().Policy
	p.scenario.Catalog = o.Catalog()
	for _, name := range slices.Sorted(maps.Keys(p.scenario.Policy)) {
		if err := p.vocabulary.CheckPolicy(name, p.scenario.Policy[name]); err != nil {
			p.wrong(o, "has a policy that cannot be in force here: %v", err)
		}
	}
	return o
}

// zoneOf takes the zone from the export, where the scenario names none.
func (p *parser) zoneOf(o *opened) {
	zone, err := period.LoadZone(o.Manifest().Zone)
	if err != nil {
		p.wrong(o, "has no zone that is known here, and the scenario names none: %v", plain(err))
		return
	}
	p.zone, p.scenario.Zone = zone, zone
}

var packages = regexp.MustCompile(`(^|: )(seatbook|store): `)

// unnamed leaves out the names of the packages that say it.
func unnamed(err error) string { return packages.ReplaceAllString(plain(err), "$1") }

// startsOn checks that the scenario does not begin before the export was written.
func (p *parser) startsOn(o *opened, n *yaml.Node) {
	if m := o.Manifest(); p.scenario.Start.Before(m.At) {
		p.at(n, "%s is before the instant of the export %s, which is %s: a scenario on it starts then or later", n.Value, quote(o.name), rule.Show(m.At))
	}
}

// readFrom reads the records of the export, once nothing is wrong with the rest.
func (p *parser) readFrom(ctx context.Context, o *opened) {
	s := p.scenario
	state, err := readState(ctx, o.Export, Config{Zone: s.Zone, Policy: s.Policy, Catalog: s.Catalog, Modules: p.vocabulary.added})
	if err != nil {
		p.wrong(o, "cannot be opened: %s", unnamed(err))
		return
	}
	s.state = state
}

// stateFile is the file of an export, unpacked where its name ends in .gz.
type stateFile struct {
	io.Reader

	file *os.File
	left int64
}

// openState opens the file of an export. A pipe will do where a flag names it.
func openState(path string, regular bool) (*stateFile, error) {
	if err := readable(path, regular); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, reason(err)
	}
	f := &stateFile{Reader: file, file: file, left: MaxStateBytes}
	if strings.HasSuffix(path, ".gz") {
		if f.Reader, err = gzip.NewReader(file); err != nil {
			f.close()
			return nil, fmt.Errorf("it cannot be unpacked: %w", err)
		}
	}
	return f, nil
}

// Read reads no more than an export can have.
func (f *stateFile) Read(b []byte) (int, error) {
	n, err := f.Reader.Read(b)
	if f.left -= int64(n); f.left < 0 {
		return 0, fmt.Errorf("it has more than %d bytes", MaxStateBytes)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = reason(err)
	}
	return n, err
}

// close closes the file; nothing was written.
func (f *stateFile) close() {
	if f != nil {
		f.file.Close() //nolint:errcheck // nothing was written
	}
}
