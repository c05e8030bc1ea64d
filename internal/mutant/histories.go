package mutant

import "slices"

// Histories are the rules broken on purpose that random histories must find: no
// test names them, only what must hold of every run (seatsim generate).
func Histories() []Mutant { return slices.Clone(histories) }

var histories = []Mutant{
	{
		Breaks: []int{16}, Does: "one seat more is assigned than there is",
		File: "licensing/seat.go", Old: "if wanted <= seats.Free {", New: "if wanted <= seats.Free+1 {",
	},
	{
		Breaks: []int{23}, Does: "a removed person keeps the seats",
		File: "licensing/seat.go", Old: "for _, h := range all {", New: "for _, h := range all[:0] {",
	},
	{
		Breaks: []int{42, 43}, Does: "the primary admin is removed",
		File: "account/removal.go", Old: "if m.Role == Primary {", New: "if m.Role == Primary && m.Since.IsZero() {",
	},
	{
		Breaks: []int{42}, Does: "the former primary admin stays primary",
		File: "account/member.go", Old: "assume(s, former, Secondary)", New: "assume(s, former, Primary)",
	},
	{
		Breaks: []int{48}, Does: "an invitation is accepted after its end",
		File: "account/accept.go", Old: "	if !i.Open(s.Now()) {", New: "	if !i.Open(s.Now()) && c.Team == \"\" {",
	},
	{
		Breaks: []int{45}, Does: "guests get the defaults",
		File: "licensing/default.go", Old: "	if role == account.Guest {", New: "	if role == account.SSO {",
	},
	{
		Breaks: []int{1, 2}, Does: "what is left of a pack at its end is nowhere",
		File: "flex/pack.go", Old: "p.Lost, p.Left, p.Ended = p.Lost+lost, 0, true", New: "p.Lost, p.Left, p.Ended = p.Lost, 0, true",
	},
	{
		Breaks: []int{4, 12}, Does: "a pack that is moved stays in the balance of the team it leaves",
		File: "flex/transfer.go", Old: "w, err := change(s, p.Team, -p.Left, 0, -p.Tokens)", New: "w, err := change(s, p.Team, 0, 0, -p.Tokens)",
	},
	{
		Breaks: []int{6}, Does: "the pack that ends last is used first",
		File: "flex/pack.go", Old: "range inOrder.Scan(s.Tx(), string(team), store.Part{Prefix: used(false)}) {",
		New: "range inOrder.Scan(s.Tx(), string(team), store.Part{Prefix: used(false), Reverse: true}) {",
	},
	{
		Breaks: []int{26, 30}, Does: "a renewal by hand begins when it is paid",
		File: "billing/renew.go", Old: "		starts = s.Ends()\n", New: "		starts = sc.Now()\n",
	},
	{
		Breaks: []int{28}, Does: "what was to come of a subscription stays in the queue when it no longer comes",
		File: "billing/agenda.go", Old: "if !slices.ContainsFunc(after, sameAs(item)) {", New: "if len(after) > len(before)+9 {",
	},
	{
		Breaks: []int{29}, Does: "a command sees only what was due an hour before it",
		File: "call.go", Old: "		how.until = at\n", New: "		how.until = at.Add(-time.Hour)\n",
	},
	{
		Breaks: []int{53}, Does: "a replay leaves what is due after the last command",
		File: "replay.go", Old: "return r.settleUntil(ctx, h.Stream, h.Last) })", New: "return nil })",
	},
	{
		Breaks: []int{56, 57}, Does: "a mark goes on with the world it marks",
		File: "simulator/world.go", Old: "return snapshot{store: w.store.Fork(),", New: "return snapshot{store: w.store,",
	},
	{
		Breaks: []int{56}, Does: "an instant is gone back to without what was done since the midnight before",
		File: "simulator/timeline.go", Old: "ReplayOnto(ctx, store, at)", New: "ReplayOnto(ctx, store, m.now)",
	},
	{
		Breaks: []int{55}, Does: "secrets are others in every run of a seed",
		File: "simulator/secrets.go", Old: "return s.stream.Read(p)", New: "for i := range p {\n		p[i] = byte(rand.Uint32())\n	}\n	return len(p), nil",
	},
	{
		Breaks: []int{63}, Does: "what was written before the store broke stays",
		File: "memstore/memstore.go", Old: "	if err := fn(t); err != nil {\n		return err\n	}\n", New: "	if err := fn(t); err != nil {\n		t.txn.Commit()\n		return err\n	}\n",
	},
	{
		Breaks: []int{63}, Does: "a command that the store failed uses up its secrets",
		File: "simulator/timeline.go", Old: "	if err != nil {\n		t.world.secrets.restore(before)", New: "	if rule.AsRefusal(err) != nil {\n		t.world.secrets.restore(before)",
	},
}
