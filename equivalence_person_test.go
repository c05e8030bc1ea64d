package seatbook_test

import "pgregory.net/rapid"

// personCommands are those on a person's login and on their place in a group.
var personCommands = []string{"account.set_two_step", "account.trust_device", "account.forget_device", "account.remove_from_group"}

// personStep draws the arguments of one of them, and leaves other steps alone.
func personStep(t *rapid.T, s step, team, person string, count int) step {
	switch s.name {
	case "account.set_two_step":
		s.args = map[string]any{"user": person, "on": count > 0}
	case "account.trust_device", "account.forget_device":
		s.args = map[string]any{"user": person, "device": rapid.SampledFrom([]string{"desk", "lap"}).Draw(t, "device")}
	case "account.remove_from_group":
		s.args = map[string]any{"team": team, "group": "crew", "user": person}
	}
	return s
}
