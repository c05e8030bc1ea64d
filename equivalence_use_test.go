package seatbook_test

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// useCommands are those on older releases, home use and education access, as
// [useStep] draws them.
var useCommands = []string{
	"licensing.request_previous_use", "licensing.grant_previous_use", "licensing.grant_previous_use", "licensing.decline_previous_use",
	"licensing.end_previous_use", "licensing.request_home_use", "licensing.grant_home_use", "licensing.grant_home_use",
	"licensing.decline_home_use", "licensing.end_home_use", "licensing.confirm_education", "licensing.confirm_education",
	"licensing.start_education", "licensing.start_education", "licensing.renew_education",
}

// useOpening gives the shared member an education access, and in the team whose
// seats are under maintenance an older release and home use.
func useOpening() []step {
	op, cyd := rule.Operator, "cyd@both.test"
	return []step{
		{actor: op, name: "licensing.confirm_education", args: map[string]any{"user": cyd, "until": "2027-01-01T00:00:00Z"}},
		{actor: op, name: "licensing.start_education", args: map[string]any{"user": cyd, "product": "patient"}},
		{actor: op, name: "licensing.grant_previous_use", args: map[string]any{"team": "globex", "user": cyd, "product": "large", "version": "1"}},
		{actor: op, name: "licensing.grant_home_use", args: map[string]any{"team": "globex", "user": cyd, "product": "large"}},
	}
}

// useStep fills in one of them, and a release where one is opened that has them;
// any other command is left as it is.
func useStep(s step, team, person, product string, count int) step {
	if s.name == "flex.open" && product == "large" && count > 1 {
		s.args["release"] = fmt.Sprint(count - 1)
	}
	if !slices.Contains(useCommands, s.name) {
		return s
	}
	switch s.name {
	case "licensing.confirm_education":
		s.args = map[string]any{"user": person, "until": []string{"2026-02-01T00:00:00Z", "2027-01-01T00:00:00Z"}[min(max(count, 0), 1)]}
	case "licensing.start_education", "licensing.renew_education":
		s.args = map[string]any{"user": person, "product": product}
	case "licensing.request_home_use", "licensing.grant_home_use", "licensing.decline_home_use", "licensing.end_home_use":
		s.args = map[string]any{"team": team, "user": person, "product": product}
	default:
		s.args = map[string]any{"team": team, "user": person, "product": "large", "version": "1"}
	}
	return s
}

// oldReleases are five releases, so that the first is beyond those that everyone
// may download.
func oldReleases() []licensing.Release {
	var list []licensing.Release
	for i := range 5 {
		list = append(list, licensing.Release{Version: fmt.Sprint(i + 1), On: period.Date{Year: 2020 + i, Month: 3, Day: 1}})
	}
	return list
}
