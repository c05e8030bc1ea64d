package licensing

import "github.com/seatbook/seatbook/rule"

// The rules of products, seats and access.
var (
	CatalogRule = rule.Declare("LIC-1", "000, 002",
		"The catalogue lists products (LT and full), collections with their members, and cloud services, their editions, languages and platforms, each with releases, updates, add-ons, extensions and services, each retired or not, automatically renewable or not. A collection's seat covers its members.")
	DownloadRule = rule.Declare("LIC-2", "000, 001",
		"Downloads are the current release and the three before it of what one may use, in every edition and language, in every country, by every method. Releases count by order, not by year; a release appears at its date. A collection lists each member's own. Older ones are refused, naming the oldest allowed.",
		PreviousVersions)
	TileRule = rule.Declare("LIC-3", "000, 004",
		"There is a tile for each product that one may use, with its current and previous releases, updates and subscriptions; Flex is one tile that lists the granted products.")
	SeatRule = rule.Declare("LIC-4", "000, 001, [pub]",
		"Never more people assigned or held than seats. Seats are assigned and unassigned as often as wanted, from the team's pool or pinned to one subscription, whose end ends the access. Group grants come from the pool. Buying assigns nobody. Assigning what the person already holds succeeds and changes nothing.")
	ShortageRule = rule.Declare("LIC-5", "[pub]; order: decision",
		"Too few seats when a group gains a member or a product: the whole operation is refused, with how many are missing. Seats lost leave the team over-assigned: nobody is dropped; who was assigned last has no access first, and gets it back when seats return.")
	AccessRule = rule.Declare("LIC-6", "004",
		"Whether someone may open a product now, and what pays, is decided in this order: seat, overlap, trial, tokens, none. The answer says which, until when, and by which rules.")
	OverlapRule = rule.Declare("LIC-7", "002",
		"After an upgrade the people who held the old product at the order keep it for 30 days from the order instant. Taking the old one away ends that person's overlap at once, and all overlap ends by itself. Who has one, and the admins, are told of its end before. The mail of a new product is sent at its assignment, to whom the product is new. "+
			"In general nothing is installed again. The serial number is updated only where a release of 2019 or earlier was bought standalone; a wrong one gives an error. "+
			"Bought by sales or a reseller, moving from a suite whose subscription has lapsed: the software is installed again.",
		UpgradeOverlap, OverlapNotice, SerialRelease)
	TrialRule = rule.Declare("LIC-8", "000, 001, 004",
		"A trial lasts 30 days, once per person and product, and is never extended. A person's trials are listed, active and expired, and others are suggested. "+
			"The person is told before it ends and when it has; who may use tokens then is told that tokens take over. It is converted by buying, without reinstall. What is downloaded on trial is counted in the person's teams.",
		TrialLife, TrialNotice)
	UpdateRule = rule.Declare("LIC-9", "001, [pub]",
		"Updates are shown from their instant of publication, and those who hold the product then are told. Admins grant an update to people. A weekly, monthly or quarterly update policy takes what has the age given.",
		UpdateAgeWeekly, UpdateAgeMonthly, UpdateAgeQuarterly)
	PackageRule = rule.Declare("LIC-10", "000",
		"Anyone makes custom install packages from what they may download. Admins alone make deployments for their team.")
	PreviousUseRule = rule.Declare("LIC-11", "001, [pub]",
		"Under a maintenance plan people run, on request, the older releases of a product that the catalogue lists for it, beyond those of LIC-2. The person asks and an admin grants, or an admin grants unasked. "+
			"Whoever holds a seat runs the older release instead of the current one, so that a mix of releases stays within the seats held: it is granted to as many people as there are seats under maintenance. It ends with the seat and the membership, and rests while the maintenance does.")
	HomeUseRule = rule.Declare("LIC-12", "001, [pub]",
		"Under a maintenance plan people use at home, on request, the product that they hold a seat of: one for each holder and product, on the same seat. It ends with the membership, the seat, or 13 months after the subscription's start, whichever is first. That end is fixed when it is granted.",
		HomeUseLife)
	DeviceRule = rule.Declare("LIC-13", "[pub]",
		"A person has a product installed on three devices and uses it on one at a time; a collection's titles run together on one device. "+
			"A lease lets a device work offline: 30 days on a seat, never beyond the end of the right, and 24 hours on tokens, never beyond the window that pays. "+
			"The product is in use on that device while the lease runs, also when the seat is lost meanwhile, which somebody else can have at once.",
		Devices, OfflineSeat, OfflineTokens)
	EducationRule = rule.Declare("LIC-14", "000, [pub]",
		"Education access lets a person who is eligible open and download a product for a year, by a right of their own that comes after a trial and before tokens. It can be renewed while the person is eligible, from 30 days before its end, when they are told, for a year from that end.",
		EducationLife, EducationNotice)
	KeepInstalledRule = rule.Declare("LIC-15", "004",
		"Nothing is installed again when a seat replaces tokens or the other way, nor after a trial, if a supported release is installed.")
	DefaultsRule = rule.Declare("LIC-16", "004, [pub]",
		"A team's defaults are products and services that all its people have, present and future, but not its guests. Too few seats: refused, with how many are missing. An open invitation holds them. Emptying the list turns it off. No mail.")
	ServiceRule = rule.Declare("LIC-17", "004, [pub]",
		"A product has named services. Each is granted to a person of a team or withheld, and all are granted at first.")
	TrialReportRule = rule.Declare("REP-4", "000, 001, [pub]",
		"Trial downloads are reported by day in the team's zone, product and person.")
)

// The parameters of the rules of products, seats and access.
var (
	PreviousVersions = rule.NewCount("previous-versions", 3, 0, 100)
	UpgradeOverlap   = rule.NewSpan("upgrade-overlap", "30d")
	OverlapNotice    = rule.NewSpans("overlap-notice", "[7d, 1d]")
	TrialLife        = rule.NewSpan("trial-life", "30d")
	TrialNotice      = rule.NewSpans("trial-notice", "[7d, 1d]")
	// SerialRelease is the last release whose serial number may have to be updated.
	SerialRelease = rule.NewCount("serial-release", 2019, 0, 9999)

	Devices       = rule.NewCount("devices", 3, 1, 100)
	OfflineSeat   = rule.NewSpan("offline-seat", "30d")
	OfflineTokens = rule.NewSpan("offline-tokens", "24h")

	HomeUseLife     = rule.NewSpan("home-use-life", "13mo")
	EducationLife   = rule.NewSpan("education-life", "1y")
	EducationNotice = rule.NewSpan("education-notice", "30d")

	UpdateAgeWeekly    = rule.NewSpan("update-age-weekly", "4d")
	UpdateAgeMonthly   = rule.NewSpan("update-age-monthly", "15d")
	UpdateAgeQuarterly = rule.NewSpan("update-age-quarterly", "45d")
)
