package simulator

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/licensing"
)

func (known shapes) catalog() *shape { return known.of(reflect.TypeFor[licensing.Catalog]()) }

// catalog reads what is sold, and notes everything that is wrong with it.
func (r *reader) catalog(n *yaml.Node, s *shape) *licensing.Catalog {
	before := len(r.list)
	lost := r.more
	var value any
	r.into("the catalogue", func() { value = r.value(n, s) })
	misread := r.list[min(before, len(r.list)):]
	if len(misread) > 0 || r.more > lost {
		r.judge(n, legible(value), misread)
		return nil
	}
	var catalog licensing.Catalog
	if err := remade(value, &catalog); err != nil {
		r.at(n, "the catalogue cannot be read: %v", plain(err))
		return nil
	}
	if r.judge(n, &catalog, nil) {
		return nil
	}
	return &catalog
}

// remade makes a value of what was read.
func remade(value, into any) error {
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	return err
}

// legible are the products of a catalogue that could not be read in full: of each what
// can be told, and be it the name alone.
func legible(value any) *licensing.Catalog {
	catalog := &licensing.Catalog{}
	products, _ := memberOf(value, "products").([]any)
	for _, one := range products {
		var p licensing.Product
		if remade(one, &p) != nil {
			id, _ := memberOf(one, "id").(string)
			p = licensing.Product{ID: id}
		}
		catalog.Products = append(catalog.Products, p)
	}
	return catalog
}

// memberOf is the value of a field that was read, or nothing.
func memberOf(value any, name string) any {
	o, _ := value.(object)
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// judge notes what a catalogue's own check finds, where it stands. Of products that
// could not be read in full it would find what is not there, and so it would of the
// catalogue as a whole, and of names where one of the products has none.
func (r *reader) judge(n *yaml.Node, catalog *licensing.Catalog, misread []Fault) (found bool) {
	products := valueOf(n, "products")
	nameless := slices.ContainsFunc(catalog.Products, func(p licensing.Product) bool { return p.ID == "" })
	spoilt := func(product int) bool {
		if products == nil || product < 0 || product >= len(products.Content) {
			return false
		}
		return slices.ContainsFunc(misread, func(f Fault) bool {
			from := func(i int) bool {
				p := products.Content[i]
				return cmp.Or(cmp.Compare(f.Line, p.Line), cmp.Compare(f.Column, p.Column)) >= 0
			}
			return from(product) && (product+1 == len(products.Content) || !from(product+1))
		})
	}
	for _, fault := range catalog.Check() {
		names := fault.Field == "upgrades_to" || fault.Field == "members"
		if spoilt(fault.Product) || len(misread) > 0 && (fault.Product < 0 || names && nameless) {
			continue
		}
		where := n
		if fault.Product >= 0 && products != nil && fault.Product < len(products.Content) {
			where = follow(products.Content[fault.Product])
		}
		if value := valueOf(where, fault.Field); value != nil {
			where = value
		}
		r.at(where, "%s", fault.Text)
		found = true
	}
	return found
}

// valueOf is what stands under a key of a map, or nothing.
func valueOf(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for _, p := range pairs(n) {
		if p.key.Value == key {
			return follow(p.value)
		}
	}
	return nil
}

// MarshalJSON writes the fields in their order.
func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}
