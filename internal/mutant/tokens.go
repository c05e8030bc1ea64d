package mutant

// tokens break invariants 1 to 15.
var tokens = []Mutant{
	{
		Breaks: []int{1, 4}, Does: "what a short run gives back is not in the balance", Package: engine, Run: ledger,
		File: "flex/pack.go", Old: "			back += d.Tokens\n", New: "",
	},
	{
		Breaks: []int{1, 2}, Does: "what is left of a pack at its end is nowhere", Package: engine, Run: ledger,
		File: "flex/pack.go", Old: "p.Lost, p.Left, p.Ended = p.Lost+lost, 0, true", New: "p.Lost, p.Left, p.Ended = p.Lost, 0, true",
	},
	{
		Breaks: []int{2, 3}, Does: "the first pack pays all of a charge", Package: "flex", Run: packOrder,
		File: "flex/pack.go", Old: "n := min(missing, p.Left)", New: "n := missing",
	},
	{
		Breaks: []int{3}, Does: "what is given back is given twice", Package: engine, Run: ledger,
		File: "flex/pack.go", Old: "			p.Left += d.Tokens\n", New: "			p.Left += 2 * d.Tokens\n",
	},
	{
		Breaks: []int{4}, Does: "packs that have ended count on", Package: engine, Run: ledger,
		File: "flex/balance.go", Old: "		if !p.Ended {\n			live", New: "		if !p.Ended || p.Used > 0 {\n			live",
	},
	{
		Breaks: []int{5}, Does: "a charge takes a token less than the rate", Package: engine, Run: ledger,
		File: "flex/window.go", Old: "debit(s, w.Team, rate, !w.Taking.IsZero())", New: "debit(s, w.Team, rate-1, !w.Taking.IsZero())",
	},
	{
		Breaks: []int{6}, Does: "the smallest pack pays first, whenever it ends", Package: "flex", Run: packOrder,
		File: "flex/pack.go", Old: "store.Time(p.Ends) + store.Int(p.Tokens) +", New: "store.Int(p.Tokens) + store.Time(p.Ends) +",
	},
	{
		Breaks: []int{6}, Does: "of two packs of one size and end the later purchase pays first", Package: "flex", Run: packOrder,
		File: "flex/pack.go", Old: "store.Int(p.Tokens) + store.Time(p.Bought) + rule.IDKey(p.ID)", New: "store.Int(p.Tokens) + store.Int(-p.Bought.Unix()) + rule.IDKey(p.ID)",
	},
	{
		Breaks: []int{7}, Does: "a charge at the instant of a pack's end takes from it", Package: "flex", Run: "TestWhatGoesOnAtAPacksEndTakesFromTheNext",
		File: "flex/pack.go", Old: `Name: "flex.pack-end", Rank: 15`, New: `Name: "flex.pack-end", Rank: 89`,
	},
	{
		Breaks: []int{8}, Does: "a window ends a nanosecond early for who opens again", Package: "flex", Run: windowLength,
		File: "flex/window.go", Old: "found && v.Now().Before(w.End), err", New: "found && v.Now().Before(w.End.Add(-1)), err",
	},
	{
		Breaks: []int{8}, Does: "every launch is a charge", Package: engine, Run: ledger,
		File: "flex/open.go", Old: "	if open {\n		m.window = &w", New: "	if open && w.Taking.IsZero() {\n		m.window = &w",
	},
	{
		Breaks: []int{8}, Does: "a day is one of the calendar", Package: "flex", Run: windowLength,
		File: "flex/rules.go", Old: `"day-length", "24h"`, New: `"day-length", "1d"`,
	},
	{
		Breaks: []int{9}, Does: "a window costs what it did when the session was opened", Package: engine, Run: ledger,
		File: "flex/late.go", Old: "rate, _ := product.FlexRate.At(start)", New: "rate, _ := product.FlexRate.At(on.Opened)",
	},
	{
		Breaks: []int{10}, Does: "a run of five minutes is free", Package: "flex", Run: windowLength,
		File: "flex/rules.go", Old: `"short-run", "5m"`, New: `"short-run", "5m1s"`,
	},
	{
		Breaks: []int{10}, Does: "a run that goes on has five minutes free again", Package: "flex", Run: windowLength,
		File: "flex/window.go", Old: "ShortRun.Of(&s.View).After(on.Opened, team.Location()).UTC(); taking.After(s.Now()) && !on.Charged {", New: "ShortRun.Of(&s.View).After(s.Now(), team.Location()).UTC(); taking.After(s.Now()) {",
	},
	{
		Breaks: []int{11}, Does: "who has a seat pays the next window too", Package: engine, Run: ledger,
		File: "flex/window.go", Old: "if covered, err := coverAll(s, open); covered || err != nil {\n		return err\n	}\n	product, err := licensing.ProductOf(&s.View, w.Product)",
		New: "if covered, err := coverAll(s, open); covered && len(open) > 9 || err != nil {\n		return err\n	}\n	product, err := licensing.ProductOf(&s.View, w.Product)",
	},
	{
		Breaks: []int{12}, Does: "a pack is full again after its transfer", Package: engine, Run: ledger,
		File: "flex/transfer.go", Old: "	p.Team = to.Handle\n", New: "	p.Team, p.Left = to.Handle, p.Tokens\n",
	},
	{
		Breaks: []int{12}, Does: "a pack that is moved stays in the balance", Package: engine, Run: ledger,
		File: "flex/transfer.go", Old: "change(s, p.Team, -p.Left, 0, -p.Tokens)", New: "change(s, p.Team, 0, 0, 0)",
	},
	{
		Breaks: []int{13}, Does: "a pack that has ended takes back what it gave", Package: "flex", Run: "TestTokensGivenBackToAPackThatHasEndedAreLost",
		File: "flex/pack.go", Old: "		case p.Ended:\n", New: "		case p.Ended && p.Lost < 0:\n",
	},
	{
		Breaks: []int{14}, Does: "a token less than the rate is enough", Package: "flex", Run: "TestALaunchNeedsTheRateAndNoMore",
		File: "flex/pack.go", Old: "if w.Left < tokens {", New: "if w.Left+1 < tokens {",
	},
	{
		Breaks: []int{14}, Does: "a launch needs a token more than the rate", Package: "flex", Run: "TestALaunchNeedsTheRateAndNoMore",
		File: "flex/pack.go", Old: "if w.Left < tokens {", New: "if w.Left <= tokens {",
	},
	{
		Breaks: []int{15}, Does: "a pack that has ended ends again whenever somebody looks", Package: engine, Run: ledger,
		File: "flex/pack.go", Old: "p.Lost, p.Left, p.Ended = p.Lost+lost, 0, true", New: "p.Lost, p.Left, p.Ended = p.Lost+lost, 0, false",
	},
}
