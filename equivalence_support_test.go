package seatbook_test

import "pgregory.net/rapid"

// supportCommands are those of hubs, of support and of the success centre.
var supportCommands = []string{
	"account.create_hub", "account.enter_hub", "account.add_to_hub", "account.remove_from_hub", "account.open_case", "account.reply_case",
	"account.close_case", "account.share_case", "account.unshare_case", "account.name_phone_user", "account.remove_phone_user",
	"account.delegate_cases", "account.undelegate_cases", "account.set_support_contacts", "account.contact_success_manager",
	"account.add_learning_plan", "account.book_coaching",
}

// supportStep fills in one of them; any other command is left as it is.
func supportStep(t *rapid.T, s step, team, person string, count int) step {
	switch s.name {
	case "account.create_hub":
		s.args = map[string]any{"team": team, "hub": "dock"}
	case "account.enter_hub", "account.add_to_hub", "account.remove_from_hub":
		s.args = map[string]any{"team": team, "hub": "dock", "user": person}
	case "account.open_case":
		s.args = map[string]any{"user": person, "subject": "help", "channel": "web", "severity": count, "despite_offer": true}
		if rapid.Bool().Draw(t, "in a team") {
			s.args["team"] = team
		}
	case "account.reply_case":
		s.ref, s.kind, s.args = "case", "case", map[string]any{"text": "so"}
	case "account.close_case", "account.share_case", "account.unshare_case":
		s.ref, s.kind = "case", "case"
	case "account.name_phone_user", "account.remove_phone_user", "account.delegate_cases", "account.undelegate_cases":
		buyer := rapid.SampledFrom(people).Draw(t, "buyer")
		s.args = map[string]any{"team": team, "user": person, "purchaser": buyer}
	case "account.set_support_contacts":
		s.args = map[string]any{"team": team, "specialist": "Ines"}
	case "account.contact_success_manager":
		s.args = map[string]any{"team": team, "text": "hello"}
	case "account.add_learning_plan":
		s.args = map[string]any{"team": team, "title": "steps", "courses": []string{"lines"}}
	case "account.book_coaching":
		day := rapid.SampledFrom([]string{"2026-02-02", "2026-02-03", "2026-03-02"}).Draw(t, "day")
		s.args = map[string]any{"team": team, "at": day + "T10:00:00Z"}
	}
	return s
}
