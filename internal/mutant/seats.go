package mutant

// seats break invariants 16 to 23.
var seats = []Mutant{
	{
		Breaks: []int{16}, Does: "one seat more is assigned than there is", Package: engine, Run: machine,
		File: "licensing/seat.go", Old: "if wanted <= seats.Free {", New: "if wanted <= seats.Free+1 {",
	},
	{
		Breaks: []int{16}, Does: "the last seat is claimed twice at once", Package: engine, Run: "TestOneOf64GetsTheLastSeat",
		File: "licensing/seat.go", Old: "Free: max(0, p.owned-held-t.Assigned)}", New: "Free: max(1, p.owned-held-t.Assigned)}",
	},
	{
		Breaks: []int{17}, Does: "a second reason takes a second seat", Package: engine, Run: machine,
		File: "licensing/seat.go", Old: "if len(h.Sources) == 1 {", New: "if len(h.Sources) >= 1 {",
	},
	{
		Breaks: []int{18}, Does: "a seat is freed while one reason is left", Package: engine, Run: machine,
		File: "licensing/seat.go", Old: "if len(left.Sources) > 0 {", New: "if len(left.Sources) > 1 {",
	},
	{
		Breaks: []int{18}, Does: "a seat stays with who lost the last reason, a group's", Package: engine, Run: machine,
		File: "licensing/group.go", Old: "return source == Source{ByGroup, group}", New: "return source == Source{ByGroup, product}",
	},
	{
		Breaks: []int{19}, Does: "a held seat is counted on after the person took it", Package: engine, Run: machine,
		File: "licensing/hold.go", Old: "return countHeld(s, h.Team, product, -1)", New: "return nil",
	},
	{
		Breaks: []int{19}, Does: "a new default holds no seats for the invited", Package: engine, Run: machine,
		File: "licensing/default.go", Old: "return countHeld(s, c.team, product, len(lacking))", New: "return nil",
	},
	{
		Breaks: []int{20}, Does: "a group needs seats also for those who hold the product", Package: engine, Run: machine,
		File: "licensing/group.go", Old: "if !has {", New: "if has || !has {",
	},
	{
		Breaks: []int{21}, Does: "one person more is pinned than the subscription has seats", Package: engine, Run: "TestPinsNeverExceedTheSubscription",
		File: "licensing/seat.go", Old: "if pinned+wanted > seats {", New: "if pinned+wanted > seats+1 {",
	},
	{
		Breaks: []int{21}, Does: "who is to be pinned by an invitation is not counted", Package: engine, Run: "TestPinsNeverExceedTheSubscription",
		File: "licensing/seat.go", Old: "t.pinned(subscription) + t.Waiting[subscription]", New: "t.pinned(subscription)",
	},
	{
		Breaks: []int{22}, Does: "people keep what a cancelled subscription gave", Package: engine, Run: machine,
		File: "licensing/shed.go", Old: "return source.Kind == Personal })", New: "return false })",
	},
	{
		Breaks: []int{22}, Does: "who is pinned to a subscription stays so after its end", Package: engine, Run: machine,
		File: "licensing/entitlement.go", Old: "edge == \"ends\" && fallen(list, s.Now())", New: "edge == \"\" && fallen(list, s.Now())",
	},
	{
		Breaks: []int{22}, Does: "a right gives access after its end", Package: engine, Run: machine,
		File: "licensing/entitlement.go", Old: "return !t.Before(e.From) && t.Before(e.End())", New: "return !t.Before(e.From)",
	},
	{
		Breaks: []int{22}, Does: "too few seats shut nobody out", Package: engine, Run: machine,
		File: "licensing/access.go", Old: "if before < n {", New: "if before >= 0 {",
	},
	{
		Breaks: []int{22}, Does: "who comes last is counted before the others", Package: licensing, Run: line,
		File: "licensing/line.go", Old: "total += last\n", New: "total += min(last, 0)\n",
	},
	{
		Breaks: []int{22}, Does: "a rung stands for more people than there are", Package: licensing, Run: line,
		File: "licensing/line.go", Old: "			before.Count = n\n", New: "",
	},
	{
		Breaks: []int{22}, Does: "who left is counted on", Package: licensing, Run: line,
		File: "licensing/line.go", Old: "		before.Count--\n", New: "",
	},
	{
		Breaks: []int{22}, Does: "the first of those who came at once is forgotten", Package: licensing, Run: line,
		File: "licensing/line.go", Old: "return store.Time(since) + store.String(email)", New: "return store.Time(since) + store.String(email[len(email):])",
	},
	{
		Breaks: []int{23}, Does: "a removed person keeps the seats", Package: engine, Run: machine,
		File: "licensing/seat.go", Old: "for _, h := range all {", New: "for _, h := range all[:0] {",
	},
	{
		Breaks: []int{23}, Does: "a removed person keeps the tokens, and has them back on return", Package: engine, Run: machine,
		File: "flex/session.go", Old: "return grants.Delete(sc.Tx(), string(m.Team), store.String(m.Person))", New: "return nil",
	},
}
