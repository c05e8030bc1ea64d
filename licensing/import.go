package licensing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// seatImport refuses an import for which there are too few seats, with how many
// are missing for all its people together (ACC-8, LIC-5).
func seatImport(s *rule.Scope, importing account.Importing) error {
	products := slices.Clone(importing.Products)
	for _, id := range products {
		if _, err := ProductOf(&s.View, id); err != nil {
			return err
		}
	}
	for _, g := range importing.Groups {
		granted, err := groupProducts(&s.View, importing.Team, g)
		if err != nil {
			return err
		}
		products = append(products, granted...)
	}
	slices.Sort(products)
	for _, id := range slices.Compact(products) {
		wanted := len(importing.Invited)
		for _, p := range importing.Members {
			_, holds, err := holdings.Get(s.Tx(), string(importing.Team), holdingKey(id, p))
			if err != nil {
				return err
			}
			if !holds {
				wanted++
			}
		}
		if err := room(s, importing.Team, id, wanted, ShortageRule); err != nil {
			return err
		}
	}
	return nil
}

// giveImported gives members what an import names, without a mail.
func giveImported(s *rule.Scope, imported account.MembersImported) error {
	for _, id := range imported.Products {
		if err := give(s, imported.Team, id, Source{Kind: Personal}, imported.Members); err != nil {
			return err
		}
	}
	return nil
}

// removals answers what account asks about a person who is to be removed.
type removals struct{}

// Removes implements [account.Removals].
func (removals) Removes(v *rule.View, team rule.Stream, person rule.Person) ([]account.Ending, error) {
	var ends []account.Ending
	for h, err := range holdingsOf.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return nil, err
		}
		for _, source := range h.Sources {
			ends = append(ends, account.Ending{What: "product", Name: h.Product, Source: string(source.Kind), From: source.From})
		}
	}
	list, err := overlapsOf(v, team, person, "")
	if err != nil {
		return nil, err
	}
	for _, o := range list {
		until := o.Ends
		ends = append(ends, account.Ending{What: "overlap", Name: o.Product, Source: o.Next, From: o.Subscription, Until: &until})
	}
	used, err := removedUses(v, team, person)
	return append(ends, used...), err
}
