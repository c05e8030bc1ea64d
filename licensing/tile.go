package licensing

import (
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// FlexTile is the name of the one tile that stands for everything that a person
// may open with tokens.
const FlexTile = "flex"

// Tile is one thing that a person may use, as the portal shows it.
type Tile struct {
	// Product is the product, or FlexTile.
	Product string       `json:"product"`
	Name    string       `json:"name"`
	Source  AccessSource `json:"source"`
	// Until is the end of the right; null for tokens.
	Until *time.Time `json:"until"`
	// Current is the current release, Previous those before it that can be
	// downloaded; both empty where the catalogue lists none.
	Current  string   `json:"current"`
	Previous []string `json:"previous"`
	// Updates are the names of what has been published for the product.
	Updates []string `json:"updates"`
	// Products are those that the Flex tile stands for.
	Products []string `json:"products"`
}

// TilesQuery lists what a person may use, in the order of the catalogue, the
// Flex tile last. A search keeps what has the text in its handle or name.
type TilesQuery struct {
	User   rule.Address `json:"user"`
	Search string       `json:"search,omitempty"`
}

// About names the person.
func (q TilesQuery) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, q.User) }

// Answer lists the tiles (LIC-3).
func (q TilesQuery) Answer(v *rule.View) ([]Tile, error) {
	v.Cite(TileRule)
	v.Cite(CatalogRule)
	usable, err := usableBy(v, q.User.Person())
	if err != nil {
		return nil, err
	}
	list, flexible := []Tile{}, Tile{Product: FlexTile, Name: "Flex", Source: Tokens, Previous: []string{}, Updates: []string{}, Products: []string{}}
	for _, u := range usable {
		byTokens := u.cover.Source == Tokens
		if !matches(q.Search, u.product.ID, u.product.Name) && !(byTokens && matches(q.Search, FlexTile)) {
			continue
		}
		if byTokens {
			flexible.Products = append(flexible.Products, u.product.ID)
			continue
		}
		list = append(list, u.tile(v))
	}
	if len(flexible.Products) > 0 {
		list = append(list, flexible)
	}
	return list, nil
}

// usable is a product that a person may use, and by what right.
type usable struct {
	product *Product
	cover   Cover
}

// usableBy returns what the person may use, in the order of the catalogue.
func usableBy(v *rule.View, person rule.Person) ([]usable, error) {
	teams, err := account.Visible(v, person)
	if err != nil {
		return nil, err
	}
	var list []usable
	catalog := CatalogOf(v)
	for i := range catalog.Products {
		p := &catalog.Products[i]
		if p.Since.After(v.Now()) {
			continue
		}
		c, err := CoverOf(v, person, p.ID, teams)
		if err != nil {
			return nil, err
		}
		if c.Source == None {
			granted, err := GrantsService.Of(v).Granted(v, person, p.ID, teams)
			if err != nil {
				return nil, err
			}
			if !granted {
				continue
			}
			c.Source = Tokens
		}
		list = append(list, usable{p, c})
	}
	return list, nil
}

func (u usable) tile(v *rule.View) Tile {
	until := u.cover.Until
	t := Tile{
		Product: u.product.ID, Name: u.product.Name, Source: u.cover.Source, Until: &until,
		Previous: []string{}, Updates: []string{}, Products: append([]string{}, u.product.Members...),
	}
	for i, r := range allowedReleases(v, u.product) {
		if i == 0 {
			t.Current = r.Version
		} else {
			t.Previous = append(t.Previous, r.Version)
		}
	}
	for _, update := range published(v, u.product) {
		t.Updates = append(t.Updates, update.Name)
	}
	return t
}

// published returns the updates that have appeared, in the catalogue's order.
func published(v *rule.View, p *Product) []Update {
	today := period.DateOf(v.Now(), v.Zone())
	var list []Update
	for _, u := range p.Updates {
		if !u.On.After(today) {
			list = append(list, u)
		}
	}
	return list
}

func matches(search string, texts ...string) bool {
	search = strings.ToLower(strings.TrimSpace(search))
	return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(strings.ToLower(t), search) })
}

// AvailableQuery lists all products, updates, add-ons and extensions that a
// person can download, and how.
type AvailableQuery struct {
	User   rule.Address `json:"user"`
	Search string       `json:"search,omitempty"`
}

// Available is one thing to download.
type Available struct {
	Product string `json:"product"`
	// Kind is "product", or what kind of update it is.
	Kind string      `json:"kind"`
	Name string      `json:"name"`
	On   period.Date `json:"on"`
	// Methods are the ways to download it.
	Methods []string `json:"methods"`
}

// methods are the ways in which everything can be downloaded, in every edition,
// language and country (LIC-2).
var methods = []string{"install-now", "browser-download", "custom-install"}

// About names the person.
func (q AvailableQuery) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, q.User) }

// Answer lists them, a product's releases before its updates.
func (q AvailableQuery) Answer(v *rule.View) ([]Available, error) {
	v.Cite(TileRule)
	v.Cite(DownloadRule, rule.Fig("previous-versions", PreviousVersions.Of(v)))
	usable, err := usableBy(v, q.User.Person())
	if err != nil {
		return nil, err
	}
	if usable, err = downloadable(v, q.User.Person(), usable); err != nil {
		return nil, err
	}
	list := []Available{}
	for _, u := range usable {
		id := u.product.ID
		for _, r := range allowedReleases(v, u.product) {
			if matches(q.Search, id, u.product.Name, r.Version) {
				list = append(list, Available{Product: id, Kind: "product", Name: r.Version, On: r.On, Methods: slices.Clone(methods)})
			}
		}
		for _, up := range published(v, u.product) {
			if matches(q.Search, id, u.product.Name, up.Name) {
				kind := up.Kind
				if kind == "" {
					kind = PlainUpdate
				}
				list = append(list, Available{Product: id, Kind: string(kind), Name: up.Name, On: up.On, Methods: slices.Clone(methods)})
			}
		}
	}
	return list, nil
}
