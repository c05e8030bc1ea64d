package seatbook_test

import (
	"maps"
	"time"

	"pgregory.net/rapid"
)

var flexCommands = []string{
	"flex.submit", "flex.submit", "flex.finish_job", "flex.finish_job", "flex.set_limit", "flex.set_limit", "flex.grant_tokens", "flex.grant_credits", "flex.use_credits",
}

// flexStep fills in a command that concerns results, credits and limits, and
// reports what happens in a session late at times.
func flexStep(t *rapid.T, s step, team, person, product string, count int) step {
	pick := func(label string, list []string) string { return rapid.SampledFrom(list).Draw(t, label) }
	switch s.name {
	case "flex.open", "flex.activity", "flex.close":
		s.late = time.Duration(rapid.SampledFrom([]int{0, 0, 1, 299, 301, 3600, 3601, -1}).Draw(t, "late")) * time.Second
	case "flex.submit":
		jobs := []map[string]any{{"result": "image"}, {"result": "film", "units": max(count, 1)}}
		s.args = map[string]any{"user": person, "product": "sky", "team": team, "jobs": jobs[:1+s.n%2]}
	case "flex.finish_job":
		s.ref, s.kind, s.args = "job", "job", map[string]any{"outcome": pick("outcome", []string{"done", "failed", "failed"})}
	case "flex.set_limit":
		s.args = map[string]any{"team": team, "per": pick("per", []string{"person", "product", "team"}), "in": pick("in", []string{"day", "week", "month"})}
		if count > 0 {
			s.args["tokens"] = 6 * count
		}
		switch {
		case s.n > 2:
		case s.args["per"] == "person":
			s.args["user"] = person
		case s.args["per"] == "product":
			s.args["product"] = product
		}
	case "flex.grant_tokens":
		s.args = map[string]any{"team": team, "tokens": count}
	case "flex.grant_credits":
		s.args = map[string]any{"team": team, "credits": count}
		if count > 2 {
			s.args["user"] = person
		}
	case "flex.use_credits":
		s.args = map[string]any{"user": person, "team": team, "service": "sky", "credits": count}
	}
	return s
}

// reported returns the step with the instant at which its event took place.
func (s step) reported(now time.Time) step {
	if s.late == 0 {
		return s
	}
	s.args = maps.Clone(s.args)
	if s.args == nil {
		s.args = map[string]any{}
	}
	s.args["at"] = now.Add(-s.late)
	return s
}
