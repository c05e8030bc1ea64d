package licensing

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// rightTo looks for what lets a person use a product, among some teams: a right
// that costs no tokens, or tokens.
func rightTo(v *rule.View, person rule.Person, product string, teams []rule.Stream) (Cover, error) {
	c, err := CoverOf(v, person, product, teams)
	if err != nil || c.Source != None {
		return c, err
	}
	granted, err := GrantsService.Of(v).Granted(v, person, product, teams)
	if granted {
		c.Source = Tokens
	}
	return c, err
}

// withheldDownloads is the refusal to download what the person may use only by
// teams that withhold downloads from them (ACC-23).
func withheldDownloads(v *rule.View, product string, team rule.Stream) error {
	contact, err := account.Contact(v, team)
	if err != nil {
		return err
	}
	return rule.Refusef(rule.NotPermitted, account.BenefitRule, "downloads of %s are withheld from the person", product).
		With(rule.Fig("benefit", string(account.Downloads))).To(contact)
}

// downloadable keeps what a person may use by a right that downloads are not
// withheld from.
func downloadable(v *rule.View, person rule.Person, list []usable) ([]usable, error) {
	teams, err := account.Visible(v, person)
	if err != nil {
		return nil, err
	}
	granting, err := account.Granting(v, teams, person, account.Downloads)
	if err != nil || len(granting) == len(teams) {
		return list, err
	}
	var kept []usable
	for _, u := range list {
		c, err := rightTo(v, person, u.product.ID, granting)
		if err != nil {
			return nil, err
		}
		if c.Source != None {
			kept = append(kept, u)
		}
	}
	return kept, nil
}
