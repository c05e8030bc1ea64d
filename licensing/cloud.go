package licensing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// isCloud reports whether the product is a cloud service, which runs nowhere but
// at the vendor.
func (c *Catalog) isCloud(id string) bool {
	p := c.byID[id]
	return p != nil && p.Kind == Cloud
}

// opening keeps the teams whose rights open a product to a person: of a cloud
// product those that do not withhold cloud services from them (ACC-23), of any
// other all.
func opening(v *rule.View, person rule.Person, product string, teams []rule.Stream) ([]rule.Stream, error) {
	if !CatalogOf(v).isCloud(product) {
		return teams, nil
	}
	return account.Granting(v, teams, person, account.CloudServices)
}

// WithheldCloud returns those of some teams that withhold a cloud product from a
// person. It is empty for any other product.
func WithheldCloud(v *rule.View, person rule.Person, product string, teams []rule.Stream) ([]rule.Stream, error) {
	open, err := opening(v, person, product, teams)
	if err != nil || len(open) == len(teams) {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(teams), func(t rule.Stream) bool { return slices.Contains(open, t) }), nil
}

// SeatedIn reports whether a seat or an overlap of one of some teams is for the
// product, also where the team withholds its use.
func SeatedIn(v *rule.View, person rule.Person, product string, teams []rule.Stream) (bool, error) {
	c, err := teamCover(v, person, product, teams)
	return c.Source != None, err
}
