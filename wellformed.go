package seatbook

import (
	"reflect"
	"strings"
	"time"

	"github.com/seatbook/seatbook/rule"
)

// wellFormed refuses a command with a text that is no UTF-8, or has a zero byte:
// not every store can keep one, and what one keeps another would change.
func (c call) wellFormed() error {
	if !rule.Storable(c.key) {
		return malformed("the idempotency key")
	}
	if where := unstorable(reflect.ValueOf(c.value)); where != "" {
		return malformed(where)
	}
	return nil
}

func malformed(what string) error {
	return rule.Refusef(rule.Invalid, rule.Permissions, "%s is no text: it has bytes that are no UTF-8, or a zero byte", what)
}

// unstorable names the first field with a text that not every store keeps, or nothing.
func unstorable(v reflect.Value) string {
	switch v.Kind() { //nolint:exhaustive // no other kind holds a text
	case reflect.String:
		if v.Type().Implements(reflect.TypeFor[rule.File]()) {
			return ""
		}
		if !rule.Storable(v.String()) {
			return "a text"
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return unstorable(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		if k := v.Type().Elem().Kind(); k == reflect.Uint8 {
			return ""
		}
		for i := range v.Len() {
			if where := unstorable(v.Index(i)); where != "" {
				return where
			}
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			if unstorable(entries.Key()) != "" || unstorable(entries.Value()) != "" {
				return "a text"
			}
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return ""
		}
		return unstorableField(v)
	default:
	}
	return ""
}

func unstorableField(v reflect.Value) string {
	for i := range v.NumField() {
		if unstorable(v.Field(i)) == "" {
			continue
		}
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name == "" {
			name = v.Type().Field(i).Name
		}
		return name
	}
	return ""
}
