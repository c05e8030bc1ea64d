package licensing

import (
	"slices"
	"strings"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// HomeQuery is what a person finds when they come in, the actor where none is named.
type HomeQuery struct {
	User rule.Address `json:"user,omitempty"`
}

// Home is the summary of a person's account.
type Home struct {
	// Teams are those that the person administers.
	Teams []TeamSummary `json:"teams"`
	// Products are what the person may use, in the order of the catalogue.
	Products []Usable `json:"products"`
	// Learning is what is suggested for the products that the person has or bought,
	// or that a team they administer has seats of.
	Learning []Lesson `json:"learning"`
}

// TeamSummary is a team as its admins find it.
type TeamSummary struct {
	Team     string           `json:"team"`
	Products []ProductSummary `json:"products"`
	// OpenCases is how many support cases are open in the team.
	OpenCases int `json:"open_cases"`
}

// ProductSummary is how much of a product is free, and how many work with it.
type ProductSummary struct {
	Product string `json:"product"`
	Free    int    `json:"free"`
	// Active is how many people worked with it in the days of active-window.
	Active int `json:"active"`
}

// Usable is a product that a person may use, and by what right.
type Usable struct {
	Product string       `json:"product"`
	Name    string       `json:"name"`
	Source  AccessSource `json:"source"`
}

// Lesson is a learning suggestion for a product.
type Lesson struct {
	Product string `json:"product"`
	Lesson  string `json:"lesson"`
}

func (q HomeQuery) user(v *rule.View) rule.Address {
	if q.User == "" {
		return rule.Address(v.Actor().Email())
	}
	return q.User
}

// About names the person.
func (q HomeQuery) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, q.user(v)) }

// Answer sums up (ACC-13).
func (q HomeQuery) Answer(v *rule.View) (Home, error) {
	home := Home{Teams: []TeamSummary{}, Products: []Usable{}, Learning: []Lesson{}}
	person := q.user(v).Person()
	v.Cite(account.HomeRule, rule.Fig(account.ActiveWindow.Name(), account.ActiveWindow.Of(v)))
	usable, err := usableBy(v, person)
	if err != nil {
		return home, err
	}
	var learn []string
	for _, u := range usable {
		home.Products = append(home.Products, Usable{Product: u.product.ID, Name: u.product.Name, Source: u.cover.Source})
		if u.cover.Source == Seat || u.cover.Source == Overlay {
			learn = append(learn, u.product.ID)
		}
	}
	teams, err := account.TeamsOf(v, person)
	if err != nil {
		return home, err
	}
	for _, team := range teams {
		m, in, err := account.MemberOf(v, team, person)
		if err != nil {
			return home, err
		}
		bought, err := boughtBy(v, team, person)
		if err != nil {
			return home, err
		}
		learn = append(learn, bought...)
		if !in || !m.Role.Admin() {
			continue
		}
		summary, err := summaryOf(v, team)
		if err != nil {
			return home, err
		}
		home.Teams = append(home.Teams, summary)
		for _, p := range summary.Products {
			learn = append(learn, p.Product)
		}
	}
	home.Learning = lessons(v, learn)
	return home, nil
}

// boughtBy returns the products of a team's live subscriptions that the person bought.
func boughtBy(v *rule.View, team rule.Stream, person rule.Person) ([]string, error) {
	all, err := account.PlanService.Of(v).Bought(v, team)
	var list []string
	for _, b := range all {
		if b.Live && b.Purchaser == person {
			list = append(list, b.Product)
		}
	}
	return list, err
}

// summaryOf counts a team's free seats and who works with its products: those it
// owns seats of or somebody was active in, in alphabetical order.
func summaryOf(v *rule.View, team rule.Stream) (TeamSummary, error) {
	summary := TeamSummary{Team: string(team), Products: []ProductSummary{}}
	t, err := account.TeamByHandle(v, team)
	if err != nil {
		return summary, err
	}
	active, err := account.ActivityService.Of(v).ActiveSince(v, team, account.ActiveWindow.Of(v).Before(v.Now(), t.Location()))
	if err != nil {
		return summary, err
	}
	for i := range CatalogOf(v).Products {
		p := &CatalogOf(v).Products[i]
		seats, err := SeatsOf(v, team, p.ID)
		if err != nil {
			return summary, err
		}
		if seats.Owned > 0 || active[p.ID] > 0 {
			summary.Products = append(summary.Products, ProductSummary{Product: p.ID, Free: seats.Free, Active: active[p.ID]})
		}
	}
	slices.SortFunc(summary.Products, func(a, b ProductSummary) int { return strings.Compare(a.Product, b.Product) })
	summary.OpenCases, err = account.OpenCases(v, team)
	return summary, err
}

// lessons are the catalogue's learning suggestions for products, in its order.
func lessons(v *rule.View, products []string) []Lesson {
	list := []Lesson{}
	for i := range CatalogOf(v).Products {
		p := &CatalogOf(v).Products[i]
		if !slices.Contains(products, p.ID) {
			continue
		}
		for _, l := range p.Learning {
			list = append(list, Lesson{Product: p.ID, Lesson: l})
		}
	}
	return list
}
