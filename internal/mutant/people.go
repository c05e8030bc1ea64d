package mutant

// people break invariants 42 to 50.
var people = []Mutant{
	{
		Breaks: []int{42}, Does: "the former primary admin stays primary", Package: engine, Run: machine,
		File: "account/member.go", Old: "assume(s, former, Secondary)", New: "assume(s, former, Primary)",
	},
	{
		Breaks: []int{42, 44}, Does: "who has just handed the team over does so again", Package: engine, Run: "TestOneOfTwoHandOversMakesThePrimary",
		File: "account/member.go", Old: "if own != Primary {", New: "if !own.Admin() {",
	},
	{
		Breaks: []int{42, 43}, Does: "the primary admin is demoted", Package: engine, Run: machine,
		File: "account/member.go", Old: "case m.Role == Primary:", New: "case m.Role == Primary && c.Role == Guest:",
	},
	{
		Breaks: []int{43}, Does: "the primary admin is removed", Package: engine, Run: machine,
		File: "account/removal.go", Old: "if m.Role == Primary {", New: "if m.Role == Primary && m.Since.IsZero() {",
	},
	{
		Breaks: []int{44}, Does: "any admin takes the team over", Package: engine, Run: machine,
		File: "account/member.go", Old: "if own != Primary {", New: "if !own.Admin() {",
	},
	{
		Breaks: []int{44}, Does: "an admin invites a primary admin", Package: engine, Run: machine,
		File: "account/invitation.go", Old: "if role == Primary {", New: "if role == Primary && c.Team == \"\" {",
	},
	{
		Breaks: []int{44}, Does: "a plain user manages people", Package: engine, Run: machine,
		File: "account/permission.go", Old: "ManagePeople:          {roles: []Role{Primary, Secondary, SSO}},", New: "ManagePeople:          {roles: []Role{Primary, Secondary, SSO, User}},",
	},
	{
		Breaks: []int{45}, Does: "guests get the defaults", Package: engine, Run: machine,
		File: "licensing/default.go", Old: "	if role == account.Guest {", New: "	if role == account.SSO {",
	},
	{
		Breaks: []int{45}, Does: "guests are admins", Package: engine, Run: machine,
		File: "account/role.go", Old: "return r == Primary || r == Secondary || r == SSO", New: "return r == Primary || r == Secondary || r == SSO || r == Guest",
	},
	{
		Breaks: []int{46}, Does: "who is no member learns that there is such a team", Package: engine, Run: foreign,
		File: "account/permission.go", Old: "	case !in:\n		return rule.Missing(s.What, s.Name)\n	}\n	ok :=", New: "	case !in:\n		return notPermitted(v, need, s.Team)\n	}\n	ok :=",
	},
	{
		Breaks: []int{46}, Does: "who shares no team with a person learns that there is such a person", Package: engine, Run: foreign,
		File: "account/permission.go", Old: "	default:\n		return rule.Missing(s.What, s.Name)\n	}\n}\n\nfunc notPermitted", New: "	case len(teams) > 0:\n		return notPermitted(v, need, \"\")\n	default:\n		return rule.Missing(s.What, s.Name)\n	}\n}\n\nfunc notPermitted",
	},
	{
		Breaks: []int{47}, Does: "a list goes on into the next team", Package: engine, Run: disjoint,
		File: "store/table.go", Old: "for row, err := range tx.Scan(p.of(stream, t.head)) {",
		New: "whole := p.of(stream, t.head)\n		whole.To = \"\"\n		for row, err := range tx.Scan(whole) {\n			if TableOf(row.Key) != t.name {\n				continue\n			}",
	},
	{
		Breaks: []int{48}, Does: "an invitation is accepted after its end", Package: engine, Run: machine,
		File: "account/accept.go", Old: "	if !i.Open(s.Now()) {", New: "	if !i.Open(s.Now()) && c.Team == \"\" {",
	},
	{
		Breaks: []int{48}, Does: "an invitation is accepted twice", Package: engine, Run: "TestAnInvitationIsAcceptedOnceByTwoRequests",
		File: "account/accept.go", Old: "	i.Accepted = s.Now()\n", New: "",
	},
	{
		Breaks: []int{48}, Does: "somebody else accepts the invitation", Package: engine, Run: machine,
		File: "account/accept.go", Old: "!actor.IsOperator() && actor.Person() != i.Person {", New: "!actor.IsOperator() && actor.Person() == \"\" {",
	},
	{
		Breaks: []int{49}, Does: "a person is invited twice", Package: engine, Run: machine,
		File: "account/invitation.go", Old: "case found && old.Open(s.Now()):", New: "case found && old.Open(s.Now()) && c.Team == \"\":",
	},
	{
		Breaks: []int{49}, Does: "an address in other letters is another person", Package: engine, Run: machine,
		File: "rule/actor.go", Old: "strings.ToLower(parsed.Address)", New: "parsed.Address",
	},
	{
		Breaks: []int{49}, Does: "a member is invited again", Package: engine, Run: machine,
		File: "account/invitation.go", Old: "	} else if in {", New: "	} else if in && c.Team == \"\" {",
	},
	{
		Breaks: []int{50}, Does: "a role is given that its giver has lost", Package: engine, Run: machine,
		File: "account/accept.go", Old: "if in && inviter.Role.Admin() && !i.Role.Above(inviter.Role) {", New: "if in && inviter.Since.Before(v.Now()) {",
	},
	{
		Breaks: []int{50}, Does: "a role is given by who has left", Package: engine, Run: machine,
		File: "account/accept.go", Old: "if !i.Role.Admin() || i.By == \"\" {", New: "if _, in, err := MemberOf(v, i.Team, i.By); err != nil || !in || !i.Role.Admin() {",
	},
}
