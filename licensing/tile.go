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
	// HomeUntil is until when the person may use it at home too, on the same
	// seat; null where they may not.
	HomeUntil *time.Time `json:"home_until"`
	// Current is the current release, Previous those before it that can be
	// downloaded; both empty where the catalogue lists none.
	Current  string   `json:"current"`
	Previous []string `json:"previous"`
	// Updates are the names of what has been published for the product.
	Updates []string `json:"updates"`
	// Subscriptions are those that the right comes from; none for a trial, for
	// education access and for tokens.
	Subscriptions []string `json:"subscriptions"`
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
	list, flexible := []Tile{}, Tile{Product: FlexTile, Name: "Flex", Source: Tokens, Previous: []string{}, Updates: []string{}, Subscriptions: []string{}, Products: []string{}}
	for _, u := range usable {
		byTokens := u.cover.Source == Tokens
		if !matches(q.Search, u.product.ID, u.product.Name) && !(byTokens && matches(q.Search, FlexTile)) {
			continue
		}
		if byTokens {
			flexible.Products = append(flexible.Products, u.product.ID)
			continue
		}
		tile, err := u.tile(v, q.User.Person())
		if err != nil {
			return nil, err
		}
		list = append(list, tile)
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

func (u usable) tile(v *rule.View, person rule.Person) (Tile, error) {
	until := u.cover.Until
	t := Tile{
		Product: u.product.ID, Name: u.product.Name, Source: u.cover.Source, Until: &until,
		Previous: []string{}, Updates: []string{}, Products: append([]string{}, u.product.Members...),
	}
	teams, err := account.Visible(v, person)
	if err != nil {
		return t, err
	}
	releases, err := releasesFor(v, person, u.product, teams)
	if err != nil {
		return t, err
	}
	for i, r := range releases {
		if i == 0 {
			t.Current = r.Version
		} else {
			t.Previous = append(t.Previous, r.Version)
		}
	}
	for _, update := range published(v, u.product) {
		t.Updates = append(t.Updates, update.Name)
	}
	if t.Subscriptions, err = u.cover.subscriptionsOf(v, person); err != nil {
		return t, err
	}
	t.HomeUntil, err = homeUntil(v, person, u.product.ID, teams)
	return t, err
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
	Forms
}

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
	teams, err := account.Visible(v, q.User.Person())
	if err != nil {
		return nil, err
	}
	if teams, err = account.Granting(v, teams, q.User.Person(), account.Downloads); err != nil {
		return nil, err
	}
	list := []Available{}
	for _, u := range usable {
		id := u.product.ID
		releases, err := releasesFor(v, q.User.Person(), u.product, teams)
		if err != nil {
			return nil, err
		}
		for _, r := range releases {
			if matches(q.Search, id, u.product.Name, r.Version) {
				list = append(list, Available{Product: id, Kind: "product", Name: r.Version, On: r.On, Forms: u.product.forms()})
			}
		}
		for _, up := range published(v, u.product) {
			if matches(q.Search, id, u.product.Name, up.Name) {
				kind := up.Kind
				if kind == "" {
					kind = PlainUpdate
				}
				list = append(list, Available{Product: id, Kind: string(kind), Name: up.Name, On: up.On, Forms: u.product.forms()})
			}
		}
	}
	return list, nil
}
