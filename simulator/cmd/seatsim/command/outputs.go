package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/seatbook/seatbook/simulator"
)

// output is a file that a flag names. All are opened before anything runs, so
// that a path that cannot be written is a fault and not a lost result.
type output struct {
	flag, path string
	write      func(io.Writer) error

	to   io.Writer
	file *os.File
}

// outputs are the files of one command.
type outputs []*output

// open opens what is named. One flag at most can name standard output.
func (list outputs) open(t *terminal) error {
	piped := ""
	for _, o := range list {
		switch o.path {
		case "":
		case "-":
			if piped != "" {
				return fmt.Errorf("%s and %s: both are standard output, and one can be", piped, o.flag)
			}
			piped, o.to = o.flag, t.out
		default:
			f, err := os.Create(o.path)
			if err != nil {
				list.abandon()
				return fmt.Errorf("%s: %w", o.flag, err)
			}
			o.to, o.file = f, f
		}
	}
	return nil
}

// abandon closes what was opened, when nothing will be written.
func (list outputs) abandon() {
	for _, o := range list {
		if o.file != nil {
			o.file.Close() //nolint:errcheck // nothing was written
		}
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

// done writes every file.
func (list outputs) done() error {
	var failures []error
	for _, o := range list {
		if o.to == nil {
			continue
		}
		err := o.write(o.to)
		if o.file != nil {
			err = errors.Join(err, o.file.Close())
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", o.flag, err))
		}
	}
	return errors.Join(failures...)
}

// policyOf reads NAME=VALUE settings, and says everything that is wrong with them.
func policyOf(t *terminal, vocabulary *simulator.Vocabulary, flag string, settings []string) (policy map[string]string, ok bool) {
	policy, ok = map[string]string{}, true
	for _, set := range settings {
		name, value, err := setting(vocabulary, set)
		if err != nil {
			ok = false
			t.fault(fmt.Errorf("%s: %w", flag, err))
			continue
		}
		policy[name] = value
	}
	return policy, ok
}

// loadAll reads every file with a policy, and says everything that is wrong with them.
func loadAll(t *terminal, vocabulary *simulator.Vocabulary, files []string, policy map[string]string) (scenarios []*simulator.Scenario, ok bool) {
	return loadFrom(t, vocabulary, files, "", policy)
}

// loadFrom reads every file like loadAll, to begin on an export where one is named.
func loadFrom(t *terminal, vocabulary *simulator.Vocabulary, files []string, export string, policy map[string]string) (scenarios []*simulator.Scenario, ok bool) {
	ok = true
	for _, file := range files {
		s, err := simulator.LoadFrom(t, file, export, vocabulary)
		if err != nil {
			ok = false
			t.faults(err)
			continue
		}
		scenarios = append(scenarios, s.With(policy))
	}
	return scenarios, ok
}

// setting reads one NAME=VALUE.
func setting(vocabulary *simulator.Vocabulary, text string) (name, value string, err error) {
	name, value, found := strings.Cut(text, "=")
	if !found {
		return "", "", fmt.Errorf("%q is not NAME=VALUE", text)
	}
	return name, value, vocabulary.CheckPolicy(name, value)
}
