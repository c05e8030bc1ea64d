package licensing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// Place is a device on which a person works with a product now: in a session
// that is open, or offline by a lease (LIC-13).
type Place struct {
	Device  string
	Product string
	// By is the product whose right it goes by, the product itself or a
	// collection that holds it; empty where tokens pay.
	By string
	// Team is whose right or tokens they are, empty for none.
	Team rule.Stream
	// Until is the end of the lease; zero for a session.
	Until time.Time
}

// Places is what licensing asks of the module that opens products.
type Places interface {
	// PlacesOf returns everything that a person works with on a device that is
	// known, in a fixed order.
	PlacesOf(v *rule.View, person rule.Person) ([]Place, error)
}

// PlaceService answers [Places].
var PlaceService = rule.NewService[Places]("licensing.Places")

// visiblePlaces keeps what goes by the teams that the actor may see.
func visiblePlaces(v *rule.View, person rule.Person) ([]Place, error) {
	teams, err := account.Visible(v, person)
	if err != nil {
		return nil, err
	}
	places, err := PlaceService.Of(v).PlacesOf(v, person)
	return slices.DeleteFunc(places, func(p Place) bool { return p.Team != "" && !slices.Contains(teams, p.Team) }), err
}

// together reports whether what is in use and a product that is to be opened by
// a right are used as one: the same product, or two titles of one collection by
// a right to the collection.
func (at Place) together(c *Catalog, product, by string) bool {
	if at.Product == product {
		return true
	}
	return by != "" && at.By == by && c.byID[by] != nil && c.byID[by].Kind == Collection
}

// refusal says why, and that something is in use on a device, and on which
// devices the person has it.
func (at Place) refusal(v *rule.View, person rule.Person, why string) error {
	list, err := devicesOf(v, person, at.Product)
	if err != nil {
		return err
	}
	refused := rule.Refusef(rule.DeviceInUse, DeviceRule, "%s: %s is in use on %s, of the devices %s",
		why, at.Product, at.Device, rule.Show(handlesOf(list))).
		With(rule.Fig("in use on", at.Device), rule.Fig("devices", handlesOf(list)))
	if !at.Until.IsZero() {
		refused = refused.With(rule.Fig("offline until", at.Until))
	}
	return refused
}

// CheckDevice refuses a device on which a person cannot use a product by a right
// now: it is not installed there, or is in use on another one (LIC-13). By is
// what the right is for, empty where tokens pay. A cloud service is used
// anywhere.
func CheckDevice(v *rule.View, person rule.Person, p *Product, by, device string) error {
	if p.Kind == Cloud {
		return nil
	}
	there, err := Installed(v, person, p.ID, device)
	if err != nil {
		return err
	}
	if !there {
		return errNotInstalled(v, person, p, device)
	}
	places, err := PlaceService.Of(v).PlacesOf(v, person)
	if err != nil {
		return err
	}
	for _, at := range places {
		if at.Device != device && at.together(CatalogOf(v), p.ID, by) {
			return at.refusal(v, person, p.ID+" is used on one device at a time")
		}
	}
	v.Cite(DeviceRule, rule.Fig("device", device), rule.Fig("in use elsewhere", false))
	return nil
}

func errNotInstalled(v *rule.View, person rule.Person, p *Product, device string) error {
	if err := CheckDeviceName(device); err != nil {
		return err
	}
	list, err := devicesOf(v, person, p.ID)
	if err != nil {
		return err
	}
	return rule.Refusef(rule.NotFound, DeviceRule, "%s is not installed on the device %s, but on %s", p.ID, device, rule.Show(handlesOf(list))).
		With(rule.Fig("devices", handlesOf(list)))
}
