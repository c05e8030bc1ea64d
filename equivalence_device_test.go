package seatbook_test

import "github.com/seatbook/seatbook/rule"

// deviceCommands are those of devices and of offline leases; a history opens
// products on devices too.
var deviceCommands = []string{
	"licensing.install", "licensing.install", "licensing.uninstall", "flex.take_lease", "flex.take_lease", "flex.return_lease",
}

// deviceOpening installs what the member of both teams may use on two devices.
func deviceOpening() []step {
	var steps []step
	for _, product := range []string{"large", "patient"} {
		for _, device := range []string{"desk", "laptop"} {
			args := map[string]any{"user": "cyd@both.test", "product": product, "device": device}
			steps = append(steps, step{actor: rule.Operator, name: "licensing.install", args: args})
		}
	}
	return steps
}

// deviceStep fills in one of them, and a device where a product is opened; any
// other command is left as it is.
func deviceStep(s step, person, product, team string, count int) step {
	if s.n%2 == 1 {
		person, product = "cyd@both.test", []string{"large", "patient"}[max(0, count)%2]
	}
	device := "desk"
	if count%2 == 0 {
		device = "laptop"
	}
	switch s.name {
	case "licensing.install", "licensing.uninstall":
		s.args = map[string]any{"user": person, "product": product, "device": device}
	case "flex.take_lease":
		s.args = map[string]any{"user": person, "product": product, "device": device}
		if count > 2 {
			s.args["team"] = team
		}
	case "flex.return_lease":
		s.args = map[string]any{"user": person, "product": product}
	case "flex.open":
		if s.n > 1 {
			s.args["user"], s.args["product"], s.args["device"] = person, product, device
		}
	}
	return s
}
