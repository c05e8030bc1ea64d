package licensing

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
)

// sampleProduct is one line of the sample catalogue. Rates marked in the table
// as published are public facts; all other rates, and all prices, are
// illustrative.
type sampleProduct struct {
	id, name string
	kind     Kind
	upgrades string
	rate     int64
	// annual is the price of a seat for a year in dollars; zero is not sold alone.
	annual int64
}

var sampleProducts = []sampleProduct{
	// Rates of this part are published.
	{"autocad", "AutoCAD", Full, "", 7, 2030},
	{"revit", "Revit", Full, "", 10, 2910},
	{"3ds-max", "3ds Max", Full, "", 6, 1945},
	{"maya", "Maya", Full, "", 6, 1945},
	{"navisworks-manage", "Navisworks Manage", Full, "", 9, 2680},
	{"navisworks-simulate", "Navisworks Simulate", Full, "", 4, 1025},
	// Everything from here on is illustrative.
	{"civil-3d", "Civil 3D", Full, "", 9, 2870},
	{"inventor", "Inventor Professional", Full, "", 8, 2500},
	{"vault", "Vault Professional", Full, "", 2, 1100},
	{"infraworks", "InfraWorks", Full, "", 6, 2095},
	{"recap", "ReCap Pro", Full, "", 1, 385},
	{"advance-steel", "Advance Steel", Full, "", 7, 2200},
	{"robot", "Robot Structural Analysis", Full, "", 8, 3350},
	{"vred", "VRED Design", Full, "", 20, 6900},
	{"alias", "Alias Concept", Full, "", 12, 4800},
	{"motionbuilder", "MotionBuilder", Full, "", 6, 2145},
	{"mudbox", "Mudbox", Full, "", 1, 110},
	{"arnold", "Arnold", Full, "", 1, 415},
	{"fusion", "Fusion", Full, "", 3, 680},
	{"autocad-lt", "AutoCAD LT", LT, "autocad", 0, 505},
	{"revit-lt", "Revit LT", LT, "revit", 0, 560},
	{"inventor-lt", "Inventor LT", LT, "inventor", 0, 600},
	{"construction-cloud", "Construction Cloud", Cloud, "", 0, 1200},
	{"flow", "Flow Production Tracking", Cloud, "", 0, 540},
	{"aec", "Architecture, Engineering & Construction Collection", Collection, "", 0, 3675},
	{"media", "Media & Entertainment Collection", Collection, "", 0, 2555},
}

var sampleMembers = map[string][]string{
	"aec":   {"autocad", "revit", "civil-3d", "infraworks", "navisworks-manage", "recap", "robot", "3ds-max"},
	"media": {"3ds-max", "maya", "motionbuilder", "mudbox", "arnold"},
}

// sampleServices, sampleResults and sampleOlder make a few products of the sample
// more than a name and a price.
var (
	sampleServices = map[string][]string{"construction-cloud": {"docs", "takeoff"}}
	sampleResults  = map[string][]ResultRate{"construction-cloud": {{Result: "drawing", Rate: 1}, {Result: "model", Rate: 4}}}
	sampleOlder    = map[string][]string{"inventor": {"2022", "2023"}}
)

// samplePremium is the price of a seat of the premium plan for a year in dollars.
const samplePremium = 300

// sampleReleases are the years of the last six releases.
var sampleReleases = []int{2022, 2023, 2024, 2025, 2026, 2027}

// Sample returns the built-in catalogue: some twenty-five products with daily
// rates, which are published facts for the best-known, LT products with their
// full ones, two collections, and the releases of six years. Prices are
// illustrative.
func Sample() *Catalog {
	c := &Catalog{Tokens: TokenOffer{Price: money.Must("3.00 USD"), Minimum: 100}, Premium: PlanOffer{Prices: samplePrices(samplePremium)[1:]}}
	for _, s := range sampleProducts {
		c.Products = append(c.Products, s.product())
	}
	if faults := c.Check(); len(faults) > 0 {
		panic(fmt.Sprintf("licensing: the sample catalogue is faulty: %v", faults))
	}
	return c
}

func (s sampleProduct) product() Product {
	p := Product{
		ID: s.id, Name: s.name, Kind: s.kind, UpgradesTo: s.upgrades, Members: slices.Clone(sampleMembers[s.id]),
		PremiumEligible: s.kind == Full || s.kind == Collection, Prices: samplePrices(s.annual),
		Services: slices.Clone(sampleServices[s.id]), ResultRates: slices.Clone(sampleResults[s.id]), PreviousUse: slices.Clone(sampleOlder[s.id]),
	}
	if s.rate > 0 {
		p.FlexRate = Rates{{Rate: s.rate}}
	}
	if s.kind == Collection || s.kind == Cloud {
		return p
	}
	for _, year := range sampleReleases {
		p.Releases = append(p.Releases, Release{Version: fmt.Sprint(year), On: period.Date{Year: year - 1, Month: 3, Day: 25}})
		p.Updates = append(p.Updates, Update{
			Name: fmt.Sprintf("%s %d.1", s.name, year), Kind: PlainUpdate, On: period.Date{Year: year - 1, Month: 8, Day: 5},
		})
	}
	return p
}

// samplePrices makes the prices of all terms from that of a year: a month costs
// an eighth of it, three years are cheaper by a tenth, and a renewal by a twentieth.
func samplePrices(annual int64) []Price {
	const cents, monthShare, renewalShare = 100, 8, 20
	year := annual * cents
	price := func(term Term, minor int64) Price {
		amount, renewal := dollars(minor), dollars(minor-minor/renewalShare)
		return Price{Term: term, New: amount, Renewal: &renewal}
	}
	return []Price{price(Monthly, year/monthShare), price(Annual, year), price(ThreeYear, year*3-year*3/10)}
}

func dollars(minor int64) money.Amount {
	amount, err := money.New(minor, "USD")
	if err != nil {
		panic(err)
	}
	return amount
}
