package flex

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// checkRelease refuses a release that the person may not run: one that is too old
// and was not granted to them in the team named, or where none is named in any
// of theirs (LIC-2, LIC-11).
func checkRelease(v *rule.View, person rule.Person, product *licensing.Product, version, named string) error {
	teams, err := account.Visible(v, person)
	if err != nil {
		return err
	}
	if named != "" {
		teams = slices.DeleteFunc(teams, func(t rule.Stream) bool { return string(t) != named })
	}
	return licensing.CheckReleaseFor(v, person, product, version, teams)
}
