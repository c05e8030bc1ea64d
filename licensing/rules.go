package licensing

import "github.com/seatbook/seatbook/rule"

// The rules of products, seats and access.
var (
	CatalogRule = rule.Declare("LIC-1", "000, 002",
		"The catalogue lists products (LT and full), collections with their members, and cloud services, each with releases, updates, add-ons, extensions and services, each retired or not, automatically renewable or not. A collection's seat covers its members.")
	DownloadRule = rule.Declare("LIC-2", "000, 001",
		"Downloads are the current release and the three before it of what one may use. Releases count by order, not by year; a release appears at its date. A collection lists each member's own. Older ones are refused, naming the oldest allowed.",
		PreviousVersions)
	TileRule = rule.Declare("LIC-3", "000, 004",
		"There is a tile for each product that one may use, with its current release; Flex is one tile that lists the granted products.")
	SeatRule = rule.Declare("LIC-4", "000, 001, [pub]",
		"Never more people assigned or held than seats. Seats are assigned and unassigned as often as wanted, from the team's pool or pinned to one subscription, whose end ends the access. Group grants come from the pool. Buying assigns nobody. Assigning what the person already holds succeeds and changes nothing.")
	ShortageRule = rule.Declare("LIC-5", "[pub]; order: decision",
		"Too few seats when a group gains a member or a product: the whole operation is refused, with how many are missing. Seats lost leave the team over-assigned: nobody is dropped; who was assigned last has no access first, and gets it back when seats return.")
	AccessRule = rule.Declare("LIC-6", "004",
		"Whether someone may open a product now, and what pays, is decided in this order: seat, overlap, trial, tokens, none. The answer says which, until when, and by which rules.")
	OverlapRule = rule.Declare("LIC-7", "002",
		"After an upgrade the people who held the old product at the order keep it for 30 days from the order instant. Taking the old one away ends that person's overlap at once, and all overlap ends by itself. The mail of a new product is sent at its assignment, to whom the product is new.",
		UpgradeOverlap)
	TrialRule = rule.Declare("LIC-8", "000, 001, 004",
		"A trial lasts 30 days, once per person and product, and is never extended.", TrialLife)
)

// The parameters of the rules of products, seats and access.
var (
	PreviousVersions = rule.NewCount("previous-versions", 3, 0, 100)
	UpgradeOverlap   = rule.NewSpan("upgrade-overlap", "30d")
	TrialLife        = rule.NewSpan("trial-life", "30d")
)
