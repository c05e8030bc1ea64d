package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// output is a file that a flag names. All are opened before anything runs, so that a
// path that cannot be written is a fault and not a lost result. What stood there stays
// until all that takes its place is written.
type output struct {
	flag, path string
	write      func(io.Writer) error
	// elsewhere means that the file is written by other means: its place alone is
	// looked at. made means that its directory is made where there is none.
	elsewhere, made bool

	to io.Writer
	// file is what is written to, and place where it goes once it is whole; empty where
	// it is there already.
	file  *os.File
	place string
}

// outputs are the files of one command.
type outputs []*output

// open opens what is named, and says everything that is wrong with it. One flag at
// most can name standard output, and none a file that another one writes or that is
// read.
func (list outputs) open(t *terminal, inputs ...string) (ok bool) {
	ok = true
	piped := ""
	for i, o := range list {
		err := o.collides(list[:i], inputs)
		switch {
		case o.path == "" || err != nil:
		case o.path == "-" && o.elsewhere:
			err = errors.New("it takes a file, and not standard output")
		case o.path == "-" && piped != "":
			t.fault(fmt.Errorf("%s and %s: both are standard output, and one can be", piped, o.flag))
			ok = false
		case o.path == "-":
			piped, o.to = o.flag, t.out
		default:
			err = o.open()
			if o.elsewhere {
				o.abandon()
				o.file, o.to = nil, nil
			}
		}
		if err != nil {
			ok = false
			t.fault(fmt.Errorf("%s: %w", o.flag, err))
		}
	}
	if !ok {
		list.abandon()
	}
	return ok
}

// collides refuses to write what is read, and to write one file twice.
func (o *output) collides(others outputs, inputs []string) error {
	if o.path == "" || o.path == "-" || !ordinary(o.path) {
		return nil
	}
	for _, input := range inputs {
		if input != "" && sameFile(o.path, input) {
			return fmt.Errorf("%s is read, and would be written over", o.path)
		}
	}
	for _, other := range others {
		if other.path != "" && other.path != "-" && sameFile(o.path, other.path) {
			return fmt.Errorf("%s is written by %s already", o.path, other.flag)
		}
	}
	return nil
}

// open opens a file beside the place of the output. A device or a pipe is written to
// as it is, and so is a file in a directory that takes no other.
func (o *output) open() (err error) {
	if !ordinary(o.path) {
		o.file, err = os.Create(o.path)
		o.to = o.file
		return err
	}
	place := leads(o.path)
	if o.made && absent(filepath.Dir(place)) {
		place = filepath.Dir(place)
	}
	there, err := os.OpenFile(place, os.O_WRONLY, 0)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return o.unopened(err)
	}
	o.file, err = beside(place, there)
	switch {
	case err == nil:
		o.place = place
		if there != nil {
			there.Close() //nolint:errcheck // nothing was written
		}
	case there != nil:
		o.file = there
	default:
		return o.unopened(err)
	}
	o.to = o.file
	return nil
}

// unopened says of the path that was named why it cannot be opened.
func (o *output) unopened(err error) error {
	var failed *os.PathError
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return &os.PathError{Op: "open", Path: o.path, Err: err}
}

// abandon closes what was opened, when nothing will be written.
func (list outputs) abandon() {
	for _, o := range list {
		o.abandon()
	}
}

func (o *output) abandon() {
	if o.file == nil {
		return
	}
	o.file.Close() //nolint:errcheck // nothing was written
	if o.place != "" {
		os.Remove(o.file.Name()) //nolint:errcheck // as above
	}
}

// piped reports whether a flag took standard output for itself.
func (list outputs) piped() bool {
	for _, o := range list {
		if o.path == "-" {
			return true
		}
	}
	return false
}

// done writes every file, and puts each in its place.
func (list outputs) done() error {
	var failures []error
	for _, o := range list {
		if o.to == nil {
			continue
		}
		if err := o.done(); err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", o.flag, err))
		}
	}
	return errors.Join(failures...)
}

func (o *output) done() error {
	if o.file == nil {
		return o.write(o.to)
	}
	if o.place == "" && ordinary(o.path) {
		if err := o.file.Truncate(0); err != nil {
			return err
		}
	}
	err := errors.Join(o.write(o.to), o.file.Close())
	switch {
	case o.place == "":
	case err != nil:
		os.Remove(o.file.Name()) //nolint:errcheck // what went wrong is said already
	default:
		err = os.Rename(o.file.Name(), o.place)
	}
	return err
}
