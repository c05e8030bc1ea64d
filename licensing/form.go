package licensing

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// Forms are the forms in which something can be downloaded, and how: in every
// edition and language of the product, on every platform, in every country, by
// every method (LIC-2). A list is empty where the catalogue tells of none.
type Forms struct {
	Editions  []string `json:"editions"`
	Languages []string `json:"languages"`
	Platforms []string `json:"platforms"`
	// Methods are the ways to download it.
	Methods []string `json:"methods"`
}

// methods are the ways in which everything can be downloaded.
var methods = []string{"install-now", "browser-download", "custom-install"}

// forms returns those of the product.
func (p *Product) forms() Forms {
	return Forms{
		Editions: append([]string{}, p.Editions...), Languages: append([]string{}, p.Languages...),
		Platforms: append([]string{}, p.Platforms...), Methods: slices.Clone(methods),
	}
}

// formFaults says what is wrong with a product's editions, languages and platforms.
func (p *Product) formFaults() []string {
	var texts []string
	for _, of := range []struct {
		what  string
		names []string
	}{{"edition", p.Editions}, {"language", p.Languages}, {"platform", p.Platforms}} {
		for i, name := range of.names {
			if name == "" || len(name) > account.MaxName || !rule.Legible(name) || slices.Contains(of.names[:i], name) {
				texts = append(texts, fmt.Sprintf("%s lists the %s %q twice, or by a name that nobody could read", p.ID, of.what, name))
			}
		}
	}
	return texts
}

// subscriptionsOf returns the subscriptions by which the team gives the product
// that a right is for, in the order of their identifiers: of a seat that is
// pinned the one, else all that cover now; of an overlap those that were upgraded.
func (c Cover) subscriptionsOf(v *rule.View, person rule.Person) ([]string, error) {
	list := []string{}
	switch c.Source {
	case Seat:
		p, err := poolOf(v, c.Team, c.Product)
		if err != nil {
			return nil, err
		}
		h, err := holdingOf(v, c.Team, c.Product, person)
		if err != nil {
			return nil, err
		}
		if pin := p.pinOf(h); pin >= 0 {
			return []string{p.rights[pin].Subscription}, nil
		}
		for _, e := range p.rights {
			list = append(list, e.Subscription)
		}
	case Overlay:
		overlaps, err := overlapsOf(v, c.Team, person, c.Product)
		if err != nil {
			return nil, err
		}
		for _, o := range overlaps {
			if o.Ends.After(v.Now()) {
				list = append(list, o.Subscription)
			}
		}
	case OnTrial, Educating, Tokens, None:
	}
	slices.SortFunc(list, rule.CompareIDs)
	return slices.Compact(list), nil
}

func holdingOf(v *rule.View, team rule.Stream, product string, person rule.Person) (Holding, error) {
	h, _, err := holdings.Get(v.Tx(), string(team), holdingKey(product, person))
	return h, err
}
