package portfolio

import (
	"fmt"
	"math/rand/v2"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/simulator"
)

// Workload says how the teams of a portfolio live. Shares are percent; a weight is
// how often something is drawn beside the others of its list. The fields have in
// YAML the names that they have in JSON; examples/workload.yaml tells them.
type Workload struct {
	// FoundedWithin is in how many days from the portfolio's start teams are founded,
	// each on one of them: 1 to 366.
	FoundedWithin int       `json:"founded_within"`
	Countries     []Country `json:"countries"`
	// Sizes are how many people a team begins with, its owner among them.
	Sizes []Size `json:"sizes"`
	// Joins and Leaves are how many people come and go in a year, for each hundred
	// that a team began with: 0 to 1000. The owner stays.
	Joins    int         `json:"joins"`
	Leaves   int         `json:"leaves"`
	Seats    SeatPlan    `json:"seats"`
	Tokens   TokenPlan   `json:"tokens"`
	Work     WorkPlan    `json:"work"`
	Payments PaymentPlan `json:"payments"`
}

// Country is where teams are, with the zone that they live by.
type Country struct {
	Country string      `json:"country"`
	Zone    period.Zone `json:"zone"`
	Weight  int         `json:"weight"`
}

// Size is how many people a team has, 1 to 1000.
type Size struct {
	People int `json:"people"`
	Weight int `json:"weight"`
}

// SeatPlan says which seats teams buy.
type SeatPlan struct {
	// Share is the share of people who are given a seat. A team buys one at least.
	Share int `json:"share"`
	// Spare is how many seats are bought for each hundred that are given, beside those.
	Spare int `json:"spare"`
	// Second is the share of teams that buy two products in place of one.
	Second int `json:"second"`
	// Products are what is bought; none is everything that is on offer, alike.
	Products []Product `json:"products"`
	// Terms are for how long; those that a product is not sold for are left out.
	Terms []Term `json:"terms"`
	// Upgrades is the share of subscriptions that are upgraded in a year, of those
	// whose product can be.
	Upgrades int `json:"upgrades"`
	// Stops is the share of subscriptions that are told in a year not to renew themselves.
	Stops int `json:"stops"`
	// Returns is the share of people leaving whose seat is not renewed.
	Returns int `json:"returns"`
}

// Product is one that teams buy.
type Product struct {
	Product string `json:"product"`
	Weight  int    `json:"weight"`
}

// Term is one that teams buy for.
type Term struct {
	Term   licensing.Term `json:"term"`
	Weight int            `json:"weight"`
}

// TokenPlan says who works on tokens.
type TokenPlan struct {
	// Teams is the share of teams that buy tokens, for everybody without a seat.
	Teams int    `json:"teams"`
	Packs []Pack `json:"packs"`
	// Refills is the share of launches refused for want of tokens after which another
	// pack is bought.
	Refills int `json:"refills"`
}

// Pack is how many tokens are bought at a time, 1 to 1,000,000.
type Pack struct {
	Tokens int64 `json:"tokens"`
	Weight int   `json:"weight"`
}

// WorkPlan says when people work. In a week of work somebody works on some days in
// a row from Monday to Friday: with a seat the product stays open for as long, on
// tokens it is opened in the morning of each and closed in the evening.
type WorkPlan struct {
	// Weeks is the share of weeks in which somebody works.
	Weeks int    `json:"weeks"`
	Days  []Days `json:"days"`
}

// Days is a number of days: of a week 1 to 5, of a payment that fails 1 to 365.
type Days struct {
	Days   int `json:"days"`
	Weight int `json:"weight"`
}

// PaymentPlan says how teams pay.
type PaymentPlan struct {
	// Cards is up to how many people a team pays by card when it is founded; larger
	// ones pay by direct debit, which has no limit. 0 to 1000.
	Cards int `json:"cards"`
	// Fails is the share of months in which nothing can be charged from some day on,
	// for so many days as Lasts says. After those what is open is paid by hand.
	Fails int    `json:"fails"`
	Lasts []Days `json:"lasts"`
}

// DefaultWorkload returns how teams live where nothing else is said. It is made up:
// many small teams and few large ones, who work three weeks out of four.
func DefaultWorkload() Workload {
	return Workload{
		FoundedWithin: 365,
		Countries:     []Country{{"US", "America/New_York", 50}, {"FR", "Europe/Paris", 25}, {"JP", "Asia/Tokyo", 25}},
		Sizes:         []Size{{1, 35}, {2, 20}, {4, 25}, {8, 14}, {20, 5}, {50, 1}},
		Joins:         20, Leaves: 15,
		Seats: SeatPlan{
			Share: 75, Spare: 10, Second: 20, Products: []Product{},
			Terms:    []Term{{licensing.Monthly, 45}, {licensing.Annual, 45}, {licensing.ThreeYear, 10}},
			Upgrades: 10, Stops: 15, Returns: 50,
		},
		Tokens:   TokenPlan{Teams: 40, Packs: []Pack{{100, 50}, {500, 40}, {2000, 10}}, Refills: 30},
		Work:     WorkPlan{Weeks: 75, Days: []Days{{1, 10}, {2, 15}, {3, 25}, {4, 30}, {5, 20}}},
		Payments: PaymentPlan{Cards: 8, Fails: 3, Lasts: []Days{{2, 50}, {10, 30}, {25, 12}, {70, 8}}},
	}
}

// LoadWorkload reads a workload from a YAML file, as strictly as a scenario is read,
// for teams that are sold what a catalogue has; nil is the built-in sample. What the
// file leaves out is as in [DefaultWorkload]; a list that it has stands in place of
// the whole. The error is [simulator.Faults].
func LoadWorkload(path string, catalog *licensing.Catalog) (Workload, error) {
	w := open()
	err := simulator.LoadSettings(path, "a workload", &w, func() []simulator.Slip { w = w.filled(); return w.Check(catalog) })
	return w, err
}

// CheckWorkload is what is wrong with a workload, whatever is sold: as where the
// catalogue has faults of its own.
func CheckWorkload(path string) error {
	w := open()
	return simulator.LoadSettings(path, "a workload", &w, func() []simulator.Slip {
		w = w.filled()
		w.Seats.Products = []Product{}
		return w.Check(nil)
	})
}

// ParseWorkload is [LoadWorkload] of a text. The file's name is for messages.
func ParseWorkload(file string, text []byte, catalog *licensing.Catalog) (Workload, error) {
	w := open()
	err := simulator.ParseSettings(file, text, "a workload", &w, func() []simulator.Slip { w = w.filled(); return w.Check(catalog) })
	return w, err
}

// open is the default without its lists, into whose elements a decoder would write.
func open() Workload {
	w := DefaultWorkload()
	w.Countries, w.Sizes, w.Seats.Products, w.Seats.Terms = nil, nil, nil, nil
	w.Tokens.Packs, w.Work.Days, w.Payments.Lasts = nil, nil, nil
	return w
}

// filled has the lists of the default where a file has none.
func (w Workload) filled() Workload {
	d := DefaultWorkload()
	keep(&w.Countries, d.Countries)
	keep(&w.Sizes, d.Sizes)
	keep(&w.Seats.Products, d.Seats.Products)
	keep(&w.Seats.Terms, d.Seats.Terms)
	keep(&w.Tokens.Packs, d.Tokens.Packs)
	keep(&w.Work.Days, d.Work.Days)
	keep(&w.Payments.Lasts, d.Payments.Lasts)
	return w
}

func keep[T any](list *[]T, otherwise []T) {
	if *list == nil {
		*list = otherwise
	}
}

// weighted is an element of a list that is drawn from.
type weighted interface{ weighs() int }

func (c Country) weighs() int { return c.Weight }
func (s Size) weighs() int    { return s.Weight }
func (p Product) weighs() int { return p.Weight }
func (t Term) weighs() int    { return t.Weight }
func (p Pack) weighs() int    { return p.Weight }
func (d Days) weighs() int    { return d.Weight }

// drawn draws an element by the weights, which have been checked. There is no float
// in it: they do not come out alike on every processor.
func drawn[T weighted](random *rand.Rand, list []T) T {
	total := 0
	for _, one := range list {
		total += one.weighs()
	}
	n := random.IntN(total)
	for _, one := range list {
		if n -= one.weighs(); n < 0 {
			return one
		}
	}
	panic(fmt.Sprintf("portfolio: %d of %d is drawn from a list of %d", n, total, len(list)))
}
