package licensing

import (
	"slices"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// rights answers what account asks of this module.
type rights struct{}

// LiveCloud implements [account.Rights]: a seat of a cloud product is live, or
// of a collection that holds one.
func (rights) LiveCloud(v *rule.View, team rule.Stream) (bool, error) {
	catalog := CatalogOf(v)
	for e, err := range entitlements.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return false, err
		}
		if !e.Covers(v.Now()) {
			continue
		}
		if catalog.isCloud(e.Product) || catalog.byID[e.Product] != nil && slices.ContainsFunc(catalog.byID[e.Product].Members, catalog.isCloud) {
			return true, nil
		}
	}
	return false, nil
}

// OnTrial implements [account.Rights].
func (rights) OnTrial(v *rule.View, person rule.Person) (bool, error) {
	for t, err := range trials.Scan(v.Tx(), string(person), store.Part{}) {
		if err != nil {
			return false, err
		}
		if t.Running(v.Now()) {
			v.Cite(TrialRule, rule.Fig("ends", t.Ends))
			return true, nil
		}
	}
	return false, nil
}
