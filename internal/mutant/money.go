package mutant

// money breaks invariants 24 to 36 and 38 to 41. Types and linters see to 37.
var money = []Mutant{
	{
		Breaks: []int{24}, Does: "an invoice asks for its first line alone", Package: "billing", Run: proration,
		File: "billing/invoice.go", Old: "i.Total, err = sumOf(i.Lines)", New: "i.Total, err = sumOf(i.Lines[:1])",
	},
	{
		Breaks: []int{24}, Does: "a line is cut and not rounded", Package: "billing", Run: slow,
		File: "money/prorate.go", Old: "if ok && remainder >= uint64(den)-remainder {", New: "if ok && remainder > uint64(den) {",
	},
	{
		Breaks: []int{24}, Does: "half of the smallest unit is cut", Package: "billing", Run: proration,
		File: "money/prorate.go", Old: "remainder >= uint64(den)-remainder", New: "remainder > uint64(den)-remainder",
	},
	{
		Breaks: []int{24}, Does: "the last day is charged as one more", Package: "billing", Run: slow,
		File: "billing/subscription.go", Old: "num: int64(period.Days(now, t.Ends, zone)),", New: "num: int64(period.Days(now, t.Ends, zone)) + 1,",
	},
	{
		Breaks: []int{24}, Does: "days are those of UTC", Package: "billing", Run: slow,
		File: "billing/subscription.go", Old: "num: int64(period.Days(now, t.Ends, zone)),", New: "num: int64(period.Days(now, t.Ends, time.UTC)),",
	},
	{
		Breaks: []int{25}, Does: "every invoice takes the whole credit", Package: "billing", Run: creditSplit,
		File: "billing/settle.go", Old: "if rest, err = rest.Sub(part); err != nil {", New: "if _, err = rest.Sub(part); err != nil {",
	},
	{
		Breaks: []int{25}, Does: "a credit that is applied is there again", Package: "billing", Run: creditSplit,
		File: "billing/memo.go", Old: "if m.Left, err = m.Left.Sub(part); err != nil {", New: "if _, err = m.Left.Sub(part); err != nil {",
	},
	{
		Breaks: []int{26, 31}, Does: "a term that is paid late begins late", Package: "billing", Run: dayOfPayment,
		File: "billing/renew.go", Old: "		starts = s.Ends()\n", New: "		starts = sc.Now()\n",
	},
	{
		Breaks: []int{27}, Does: "a term whose charge waits for its answer is ordered again", Package: "billing", Run: "TestARenewalThatWaitsForItsAnswerIsNotChargedAgainAtTheEnd",
		File: "billing/unpaid.go", Old: "!now.Before(s.Ends()) && s.Pending == \"\" && s.Renewing", New: "!now.Before(s.Ends()) && s.Renewing",
	},
	{
		Breaks: []int{27, 28, 36}, Does: "an answer that two workers bring counts twice", Package: engine, Run: "TestOneRenewalIsChargedOnceBySixteenWorkers",
		File: "billing/charge.go", Old: "	case charge.Outcome == c.Outcome:\n		return Recorded{o.shown()}, nil\n	case charge.Outcome != \"\":",
		New: "	case charge.Outcome == Declined:",
	},
	{
		Breaks: []int{28, 29}, Does: "a worker that comes late does late what was due", Package: engine, Run: "TestWorkersChangeNothing",
		File: "settle.go", Old: "s.operate(work.Kind.Name, item.At, item.Streams,", New: "s.operate(work.Kind.Name, s.engine.now(), item.Streams,",
	},
	{
		Breaks: []int{30}, Does: "a term counts from the one before", Package: "billing", Run: termEnds,
		File: "billing/renew.go", Old: "period.Step(s.Anchor, s.Months, team.Location())", New: "period.Step(starts, term.Months(), team.Location())",
	},
	{
		Breaks: []int{30}, Does: "a term counts in UTC", Package: "billing", Run: termEnds,
		File: "billing/renew.go", Old: "period.Step(s.Anchor, s.Months, team.Location())", New: "period.Step(s.Anchor, s.Months, sc.Zone())",
	},
	{
		Breaks: []int{30}, Does: "a renewal moves the anchor", Package: engine, Run: books,
		File: "billing/renew.go", Old: "	s.Terms = append(slices.Clone(s.Terms), t)\n", New: "	s.Terms = append(slices.Clone(s.Terms), t)\n	s.Anchor, s.Months = starts, term.Months()\n",
	},
	{
		Breaks: []int{26, 40}, Does: "a reduction is forgotten at the renewal", Package: engine, Run: books,
		File: "billing/renew.go", Old: "Lot{Seats: o.Seats, Unit: o.Unit}); err != nil {", New: "Lot{Seats: sub.last().Seats(), Unit: o.Unit}); err != nil {",
	},
	{
		Breaks: []int{32}, Does: "who renews itself is active though it is not paid", Package: engine, Run: books,
		File: "billing/stage.go", Old: "		case now.Before(st.access):\n			return Expired\n", New: "		case now.Before(st.access):\n			return Active\n",
	},
	{
		Breaks: []int{33}, Does: "a declined renewal is tried again a day later than it should", Package: engine, Run: books,
		File: "billing/unpaid.go", Old: "(period.Span{Days: count})", New: "(period.Span{Days: count + 1})",
	},
	{
		Breaks: []int{31}, Does: "a term is renewed a day late", Package: "billing", Run: dayOfPayment,
		File: "billing/rules.go", Old: `"late-renewal-long", "45d"`, New: `"late-renewal-long", "46d"`,
	},
	{
		Breaks: []int{32}, Does: "what is cancelled is active again once it is paid", Package: "billing", Run: "TestPayingInTimeRestoresEverything",
		File: "billing/stage.go", Old: "	case !s.Cancelled.IsZero():\n		return Cancelled\n	default:", New: "	default:",
	},
	{
		Breaks: []int{32, 33}, Does: "nobody is shut off before the end of the term", Package: "billing", Run: stageLengths,
		File: "billing/stage.go", Old: "!ends && (from.IsZero() || due.Before(from))", New: "!ends && !from.IsZero() && due.Before(from)",
	},
	{
		Breaks: []int{33}, Does: "the later of the two clocks counts", Package: "billing", Run: "TestTheEarlierClockShutsOffWhatIsParked",
		File: "billing/stage.go", Old: "(from.IsZero() || due.Before(from))", New: "(from.IsZero() || from.Before(due))",
	},
	{
		Breaks: []int{32}, Does: "what has ended is shut off for an invoice that is due later", Package: "billing", Run: "TestWhatHasEndedIsNotShutOff",
		File: "billing/stage.go", Old: "ends := !s.AutoRenew && !due.Before(s.Ends())", New: "ends := !s.AutoRenew && due.Before(s.Starts)",
	},
	{
		Breaks: []int{33}, Does: "access goes on for a day too long", Package: "billing", Run: stageLengths,
		File: "billing/rules.go", Old: `"expired-access", "15d"`, New: `"expired-access", "16d"`,
	},
	{
		Breaks: []int{33}, Does: "a month is suspended as long as a year", Package: "billing", Run: stageLengths,
		File: "billing/stage.go", Old: "	if term == licensing.Monthly {\n		suspended = SuspendedMonthly.Of(v)\n	}\n", New: "",
	},
	{
		Breaks: []int{33}, Does: "what a month left in the queue shuts off the year after it", Package: engine, Run: books,
		File: "billing/agenda.go", Old: "	if !v.Now().Before(s.Ends()) {\n		items = append(items", New: "	if !v.Now().Before(s.Ends()) && s.Pending != \"\" {\n		items = append(items",
	},
	{
		Breaks: []int{34}, Does: "an invoice takes more credit than is open", Package: "billing", Run: creditSplit,
		File: "billing/memo.go", Old: "part, err := money.Min(most, open)", New: "part, err := money.Min(most, i.Total)",
	},
	{
		Breaks: []int{34}, Does: "more of a credit is applied than is left", Package: "billing", Run: creditSplit,
		File: "billing/settle.go", Old: "c.Amount.Sign() <= 0 || more > 0", New: "c.Amount.Sign() <= 0 || more > 1",
	},
	{
		Breaks: []int{35}, Does: "what was used is given back", Package: "billing", Run: "TestACreditIsWhatIsNotUsed",
		File: "billing/upgrade.go", Old: "lot.Seats, lot.Unit, p.fraction)", New: "lot.Seats, lot.Unit, whole)",
	},
	{
		Breaks: []int{35}, Does: "the tax on what is not used is kept", Package: "billing", Run: "TestACreditIsWhatIsNotUsed",
		File: "billing/upgrade.go", Old: "p.term.Tax.on(s, unused)", New: "(Tax{}).on(s, unused)",
	},
	{
		Breaks: []int{36}, Does: "an invoice is paid while another payment of it is on its way", Package: engine, Run: "TestAnInvoiceIsPaidOnceByManyAtOnce",
		File: "billing/settle.go", Old: "	case i.Paying != \"\":\n		return InvoiceSettled{}", New: "	case i.Paying != \"\" && open.IsZero():\n		return InvoiceSettled{}",
	},
	{
		Breaks: []int{38}, Does: "a payment is charged and noted nowhere", Package: "billing", Run: "TestPayingInTimeRestoresEverything",
		File: "billing/order.go", Old: "if i.Paid, err = i.Paid.Add(amount); err != nil {", New: "if _, err = i.Paid.Add(amount); err != nil {",
	},
	{
		Breaks: []int{38}, Does: "credit that went into an invoice is lost with it", Package: "billing", Run: "TestACreditOfACancelledInvoiceComesBack",
		File: "billing/giveback.go", Old: "	if i.Credited.IsZero() {\n		return nil\n	}\n	m, err := issueMemo", New: "	if !i.Credited.IsZero() {\n		return nil\n	}\n	m, err := issueMemo",
	},
	{
		Breaks: []int{39}, Does: "a line more than the bound is charged", Package: "billing", Run: "TestTooManyLinesInADayParkTheSubscription",
		File: "billing/guard.go", Old: "if s.Lines > most {", New: "if s.Lines > most+1 {",
	},
	{
		Breaks: []int{39}, Does: "what is parked is charged on", Package: "billing", Run: "TestTooManyLinesInADayParkTheSubscription",
		File: "billing/order.go", Old: "		if !sub.Parked.IsZero() {\n			o.Status", New: "		if !sub.Parked.IsZero() && id == \"\" {\n			o.Status",
	},
	{
		Breaks: []int{40}, Does: "a reduction cannot be undone", Package: "billing", Run: "TestAReductionIsChangedAgainBeforeTheRenewal",
		File: "billing/seats.go", Old: "	sub.RenewalSeats, sub.AlsoRenews = c.To, nil\n", New: "	sub.RenewalSeats, sub.AlsoRenews = min(sub.RenewalSeats, c.To), nil\n",
	},
	{
		Breaks: []int{40}, Does: "seats that were added are gone at the renewal", Package: "billing", Run: "TestSeatsAreAddedToTheNextTermTooWhereItIsPaid",
		File: "billing/seats.go", Old: "sub.RenewalSeats+o.Seats, append(", New: "sub.RenewalSeats, append(",
	},
	{
		Breaks: []int{40}, Does: "added seats that are returned renew all the same", Package: "billing", Run: "TestAddedSeatsThatAreReturnedLeaveWhatWasAskedFor",
		File: "billing/takeback.go", Old: "sub.RenewalSeats-r.order.Seats, slices.Delete(", New: "sub.RenewalSeats, slices.Delete(",
	},
	{
		Breaks: []int{41}, Does: "an invoice that is cancelled is emptied", Package: "billing", Run: "TestADeclinedRenewalByHandChangesNothing",
		File: "billing/order.go", Old: "		i.Cancelled = s.Now()\n", New: "		i.Cancelled, i.Lines, i.Total = s.Now(), nil, money.Amount{}\n",
	},
	{
		Breaks: []int{41}, Does: "the price of a term that is invoiced follows the catalogue", Package: "billing", Run: "TestAnUpgradeCreditsEachLotAtItsPrice",
		File: "billing/upgrade.go", Old: "lot.Seats, lot.Unit, p.fraction)", New: "lot.Seats, p.term.Lots[0].Unit, p.fraction)",
	},
}
