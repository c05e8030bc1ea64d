package flex

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// places answers what licensing asks about where a person works.
type places struct{}

// PlacesOf implements [licensing.Places]: the leases that run, and then the open
// sessions on devices that are known, stream by stream.
func (places) PlacesOf(v *rule.View, person rule.Person) ([]licensing.Place, error) {
	homes, err := account.Concerns(v, person)
	if err != nil {
		return nil, err
	}
	list, err := leasedPlaces(v, person)
	if err != nil {
		return nil, err
	}
	for _, home := range homes {
		open, err := openOf(v, home, store.String(person))
		if err != nil {
			return nil, err
		}
		for _, s := range open {
			if s.Device != "" {
				list = append(list, licensing.Place{Device: s.Device, Product: s.Product, By: s.By, Team: s.Team})
			}
		}
	}
	return list, nil
}

func leasedPlaces(v *rule.View, person rule.Person) ([]licensing.Place, error) {
	running, err := leasesOf(v, person)
	var list []licensing.Place
	for _, l := range running {
		list = append(list, licensing.Place{Device: l.Device, Product: l.Product, By: l.By, Team: l.Team, Until: l.Ends})
	}
	return list, err
}

// check refuses what was found where it is nothing, and where the product cannot
// be used on the device that is named (LIC-13).
func (m means) check(v *rule.View, person rule.Person, product *licensing.Product, named, device string) error {
	if m.cover.Source == licensing.None && m.team == "" {
		return refuseNothing(v, person, product, named)
	}
	if device == "" {
		return nil
	}
	if err := licensing.CheckDeviceName(device); err != nil {
		return err
	}
	return licensing.CheckDevice(v, person, product, m.cover.Product, device)
}

// refuseNothing is the refusal to open what nothing lets the person open: a
// cloud product that a team would give them and withholds by ACC-23, or else
// what nobody has given them.
func refuseNothing(v *rule.View, person rule.Person, product *licensing.Product, named string) error {
	teams, err := account.Visible(v, person)
	if err != nil {
		return err
	}
	if named != "" {
		teams = slices.DeleteFunc(teams, func(t rule.Stream) bool { return string(t) != named })
	}
	withheld, err := licensing.WithheldCloud(v, person, product.ID, teams)
	if err != nil {
		return err
	}
	for _, team := range withheld {
		given, err := licensing.SeatedIn(v, person, product.ID, []rule.Stream{team})
		if err != nil {
			return err
		}
		if !given {
			if given, err = admits(v, team, person, product); err != nil {
				return err
			}
		}
		if !given {
			continue
		}
		return withheldIn(team, product)
	}
	return rule.Refusef(rule.NotAssigned, GrantRule, "the person has no seat, overlap, trial or tokens for %s", product.ID)
}

// withheldIn is the refusal of a cloud product that a team would give and withholds.
func withheldIn(team rule.Stream, product *licensing.Product) *rule.Refusal {
	return rule.Refusef(rule.NotAssigned, account.BenefitRule, "cloud services, and %s with them, are withheld from the person in the team %s", product.ID, team).
		With(rule.Fig("benefit", string(account.CloudServices)), rule.Fig("team", string(team)))
}

// withholdCloud looks again at what a person has open of cloud products in a
// team that withholds them from now on: a trial goes on, as it is the person's
// own, and all else ends (ACC-23).
func withholdCloud(sc *rule.Scope, changed account.BenefitChanged) error {
	if changed.Granted || changed.Benefit != account.CloudServices {
		return nil
	}
	open, err := openOf(&sc.View, changed.Team, store.String(changed.Person))
	if err != nil {
		return err
	}
	for _, s := range open {
		product, err := licensing.ProductOf(&sc.View, s.Product)
		if err != nil {
			return err
		}
		if product.Kind != licensing.Cloud {
			continue
		}
		sc.Cite(account.BenefitRule, rule.Fig("session", s.ID), rule.Fig("withheld in", string(s.Home)))
		cover, err := licensing.CoverOf(&sc.View, s.Person, s.Product, []rule.Stream{s.Home})
		if err != nil {
			return err
		}
		if s.covered() && cover.Source != licensing.None {
			err = recheck(sc, []Session{s})
		} else {
			_, err = closeSession(sc, s, sc.Now())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// auditDevices checks that nobody works with one product on two devices at a
// time, and that a lease that runs is of a product that is installed there.
func auditDevices(v *rule.View, stream rule.Stream) error {
	type use struct {
		person  rule.Person
		product string
	}
	at := map[use]string{}
	for s, err := range running.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return err
		}
		key := use{s.Person, s.Product}
		if s.Device != "" && at[key] != "" && at[key] != s.Device {
			return fmt.Errorf("flex: %s works with %s on %s and on %s", s.Person, s.Product, at[key], s.Device)
		}
		if s.Device != "" {
			at[key] = s.Device
		}
	}
	if !stream.IsPerson() {
		return nil
	}
	list, err := leasesOf(v, rule.Person(stream))
	if err != nil {
		return err
	}
	for _, l := range list {
		there, err := licensing.Installed(v, l.Person, l.Product, l.Device)
		if err != nil {
			return err
		}
		if !there || !l.Ends.After(l.Taken) {
			return fmt.Errorf("flex: %s has a lease of %s on %s from %s to %s, installed there: %t",
				l.Person, l.Product, l.Device, rule.Show(l.Taken), rule.Show(l.Ends), there)
		}
	}
	return nil
}
