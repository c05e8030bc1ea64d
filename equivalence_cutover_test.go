package seatbook_test

import (
	"fmt"

	"pgregory.net/rapid"
)

// cutoverCommands are those of the move from the old subscription centre.
var cutoverCommands = []string{"account.cut_over", "account.cut_over", "account.check_off"}

// cutoverStep fills in one of them; any other command is left as it is.
func cutoverStep(t *rapid.T, s step, person, product string, count int) step {
	switch s.name {
	case "account.cut_over":
		team := rapid.SampledFrom([]string{"mill", "quay", "acme", "globex"}).Draw(t, "customer")
		second := rapid.SampledFrom(people).Draw(t, "coordinator")
		ends := rapid.SampledFrom([]string{"2027-01-01", "2026-12-15", "2026-02-01"}).Draw(t, "ends")
		s.args = map[string]any{"export": fmt.Sprintf(
			"Firm of %[1]s,%[1]s,C-%[2]d,%[3]s,%[4]s,fay@acme.test,%[5]s,%[6]d,annual,2026-01-01,%[7]s,,A\n"+
				"Firm of %[1]s,%[1]s,C-%[2]d,%[3]s,,gil@acme.test,%[5]s,1,annual,2026-01-01,%[7]s,Shop,B\nno row\n",
			team, s.n, person, second, product, count, ends)}
	case "account.check_off":
		s.args = map[string]any{"user": person, "check": rapid.SampledFrom([]string{"roles", "permissions", "language"}).Draw(t, "check")}
	}
	return s
}
