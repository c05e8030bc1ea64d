package command

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/seatbook/seatbook/simulator"
)

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

// packages are the names of packages that errors say before what is wrong.
var packages = regexp.MustCompile(`(^|: )((period|money|rule|store|seatbook|simulator|portfolio|history|report): )+`)

// worded is what an error says without the names of the packages that it came
// through, which are nothing to who typed a flag.
func worded(err error) string { return packages.ReplaceAllString(err.Error(), "$1") }

// filesOf are the files that scenarios were read from, and those that flags and
// arguments name whether they could be read or not.
func filesOf(scenarios []*simulator.Scenario, named ...string) []string {
	for _, s := range scenarios {
		named = append(named, s.Files()...)
	}
	return named
}

// setting reads one NAME=VALUE.
func setting(vocabulary *simulator.Vocabulary, text string) (name, value string, err error) {
	name, value, found := strings.Cut(text, "=")
	if !found {
		return "", "", fmt.Errorf("%q is not NAME=VALUE", text)
	}
	return name, value, vocabulary.CheckPolicy(name, value)
}
