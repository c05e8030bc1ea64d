package simulator

import (
	"encoding/json"
	"reflect"

	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/licensing"
)

func (known shapes) catalog() *shape { return known.of(reflect.TypeFor[licensing.Catalog]()) }

// catalog reads what is sold, and notes everything that is wrong with it.
func (r *reader) catalog(n *yaml.Node, s *shape) *licensing.Catalog {
	before := len(r.list) + r.more
	var value any
	r.into("the catalogue", func() { value = r.value(n, s) })
	if len(r.list)+r.more > before {
		return nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		r.at(n, "the catalogue cannot be read: %v", plain(err))
		return nil
	}
	var catalog licensing.Catalog
	if err := json.Unmarshal(text, &catalog); err != nil {
		r.at(n, "the catalogue cannot be read: %v", plain(err))
		return nil
	}
	products := []*yaml.Node{}
	for _, p := range pairs(n) {
		if p.key.Value == "products" {
			products = p.value.Content
		}
	}
	faults := catalog.Check()
	for _, fault := range faults {
		where := n
		if fault.Product >= 0 && fault.Product < len(products) {
			where = follow(products[fault.Product])
		}
		r.at(where, "%s", fault.Text)
	}
	if len(faults) > 0 {
		return nil
	}
	return &catalog
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
