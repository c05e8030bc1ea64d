package licensing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Device is one computer on which a person has a product installed (LIC-13). It
// stays when the right to the product ends: nothing is installed again when
// there is another one (LIC-15).
type Device struct {
	Person  rule.Person
	Product string
	// Handle is the person's own name for it.
	Handle string
	Since  time.Time
}

var devices = store.NewTable("licensing.device", func(d *Device) (string, store.Key) {
	return string(d.Person), store.String(d.Product) + store.String(d.Handle)
})

// installs returns the products that are installed with a product: of a
// collection its members too.
func (p *Product) installs() []string { return append([]string{p.ID}, p.Members...) }

// devicesOf returns on which devices a person has a product installed, in the
// order of their handles; of all products, in theirs, where none is named.
func devicesOf(v *rule.View, person rule.Person, product string) ([]Device, error) {
	part := store.Part{}
	if product != "" {
		part.Prefix = store.String(product)
	}
	var list []Device
	for d, err := range devices.Scan(v.Tx(), string(person), part) {
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// Installed reports whether a person has a product on a device.
func Installed(v *rule.View, person rule.Person, product, device string) (bool, error) {
	_, found, err := devices.Get(v.Tx(), string(person), store.String(product)+store.String(device))
	return found, err
}

func handlesOf(list []Device) []string {
	handles := []string{}
	for _, d := range list {
		handles = append(handles, d.Handle)
	}
	return handles
}

// CheckDeviceName refuses what is no handle of a device.
func CheckDeviceName(device string) error {
	if err := account.CheckHandle("device", device); err != nil {
		return err
	}
	if rule.CardLike(device) {
		return rule.Refuse(rule.Invalid, DeviceRule, "a device's name cannot hold what may be a card number")
	}
	return nil
}

// Install tells that a person has installed a product on a device; of a
// collection all its members with it. Installing it again changes nothing.
type Install struct {
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	// Device is the person's own handle for it, 1 to 64 of a-z, 0-9 and hyphens.
	Device string `json:"device"`
}

// Installation is the result of [Install] and [Uninstall].
type Installation struct {
	Device string `json:"device"`
	// Products are those that were concerned, the product itself first.
	Products []string `json:"products"`
	// Devices are all on which the person has the product now, Left on how many
	// more it can be installed.
	Devices []string `json:"devices"`
	Left    int      `json:"left"`
}

// About names the person.
func (c Install) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, c.User) }

// Do installs it, all or nothing (LIC-13).
func (c Install) Do(s *rule.Scope) (Installation, error) {
	p, err := ProductOf(&s.View, c.Product)
	if err != nil {
		return Installation{}, err
	}
	if p.Kind == Cloud {
		return Installation{}, rule.Refusef(rule.Invalid, DeviceRule, "%s is a cloud service, of which nothing is installed", p.ID)
	}
	if err := CheckDeviceName(c.Device); err != nil {
		return Installation{}, err
	}
	person := c.User.Person()
	if err := mayInstall(&s.View, person, p); err != nil {
		return Installation{}, err
	}
	for _, id := range p.installs() {
		if err := install(s, Device{Person: person, Product: id, Handle: c.Device, Since: s.Now()}); err != nil {
			return Installation{}, err
		}
	}
	return installation(&s.View, person, p, c.Device)
}

// mayInstall refuses who has no right to the product.
func mayInstall(v *rule.View, person rule.Person, p *Product) error {
	teams, err := account.Visible(v, person)
	if err != nil {
		return err
	}
	c, err := rightTo(v, person, p.ID, teams)
	if err == nil && c.Source == None {
		err = rule.Refusef(rule.NotAssigned, DeviceRule, "the person has no right to %s, so it cannot be installed", p.ID)
	}
	return err
}

func install(s *rule.Scope, d Device) error {
	list, err := devicesOf(&s.View, d.Person, d.Product)
	if err != nil {
		return err
	}
	for _, one := range list {
		if one.Handle == d.Handle {
			return nil
		}
	}
	most := Devices.Of(&s.View)
	if len(list) >= most {
		return rule.Refusef(rule.TooManyDevices, DeviceRule, "%s is installed on %d devices already, and %d is the most: remove it from one of them first: %s",
			d.Product, len(list), most, rule.Show(handlesOf(list))).
			With(rule.Fig("product", d.Product), rule.Fig("devices", most), rule.Fig("installed on", handlesOf(list)))
	}
	return devices.Put(s.Tx(), d)
}

// installation shows on which devices a person has a product now.
func installation(v *rule.View, person rule.Person, p *Product, device string) (Installation, error) {
	list, err := devicesOf(v, person, p.ID)
	if err != nil {
		return Installation{}, err
	}
	most := Devices.Of(v)
	v.Cite(DeviceRule, rule.Fig("devices", most), rule.Fig("installed on", handlesOf(list)))
	return Installation{Device: device, Products: p.installs(), Devices: handlesOf(list), Left: max(0, most-len(list))}, nil
}

// Uninstall tells that a person has removed a product from a device; of a
// collection all its members with it.
type Uninstall struct {
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	Device  string       `json:"device"`
}

// About names the person.
func (c Uninstall) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, c.User) }

// Do removes it, unless something of it is in use there, online or offline
// (LIC-13).
func (c Uninstall) Do(s *rule.Scope) (Installation, error) {
	p, err := ProductOf(&s.View, c.Product)
	if err != nil {
		return Installation{}, err
	}
	person := c.User.Person()
	there, err := Installed(&s.View, person, p.ID, c.Device)
	if err != nil {
		return Installation{}, err
	}
	if !there {
		return Installation{}, errNotInstalled(&s.View, person, p, c.Device)
	}
	places, err := PlaceService.Of(&s.View).PlacesOf(&s.View, person)
	if err != nil {
		return Installation{}, err
	}
	for _, id := range p.installs() {
		for _, at := range places {
			if at.Product == id && at.Device == c.Device {
				return Installation{}, at.refusal(&s.View, person, id+" is not removed from a device that works with it")
			}
		}
		if err := devices.Delete(s.Tx(), string(person), store.String(id)+store.String(c.Device)); err != nil {
			return Installation{}, err
		}
	}
	return installation(&s.View, person, p, c.Device)
}

// DevicesQuery lists on which devices a person has installed what, and where
// it is in use.
type DevicesQuery struct {
	User rule.Address `json:"user"`
	// Product narrows it to one.
	Product string `json:"product,omitempty"`
}

// DeviceShown is a product on a device as results show it.
type DeviceShown struct {
	Product string    `json:"product"`
	Device  string    `json:"device"`
	Since   time.Time `json:"since"`
	InUse   bool      `json:"in_use"`
	// OfflineUntil is the end of the lease by which it is used offline, null for
	// none.
	OfflineUntil *time.Time `json:"offline_until"`
}

// About names the person.
func (q DevicesQuery) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, q.User) }

// Answer lists them by product and handle. An admin sees what is in use by the
// rights of the teams that they administer.
func (q DevicesQuery) Answer(v *rule.View) ([]DeviceShown, error) {
	if q.Product != "" {
		if _, err := ProductOf(v, q.Product); err != nil {
			return nil, err
		}
	}
	person := q.User.Person()
	found, err := devicesOf(v, person, q.Product)
	if err != nil {
		return nil, err
	}
	places, err := visiblePlaces(v, person)
	if err != nil {
		return nil, err
	}
	list := []DeviceShown{}
	for _, d := range found {
		shown := DeviceShown{Product: d.Product, Device: d.Handle, Since: d.Since}
		for _, at := range places {
			if at.Product != d.Product || at.Device != d.Handle {
				continue
			}
			shown.InUse = true
			if !at.Until.IsZero() {
				shown.OfflineUntil = &at.Until
			}
		}
		list = append(list, shown)
	}
	v.Cite(DeviceRule, rule.Fig("devices", Devices.Of(v)), rule.Fig("installed", len(list)))
	return list, nil
}

// checkDevice says that nobody installs a product on more devices than there may
// be, and nothing of a cloud service on any.
func checkDevice(v *rule.View, before, after *Device) error {
	if before != nil || after == nil {
		return nil
	}
	name := "the device " + after.Handle + " of " + string(after.Person)
	if CatalogOf(v).isCloud(after.Product) {
		return rule.Breaks(name, "has the cloud service %s installed", after.Product)
	}
	list, err := devicesOf(v, after.Person, after.Product)
	if most := Devices.Of(v); err == nil && len(list) > most {
		err = rule.Breaks(name, "has %s, which is on %d devices of at most %d", after.Product, len(list), most)
	}
	return err
}
