package simulatortest

import (
	"reflect"

	"github.com/google/go-cmp/cmp"

	"github.com/seatbook/seatbook/rule"
)

// Want asks a query and compares the answer with what is wanted of it, field by
// field. A field that is left at its zero value is not compared; a list is
// compared as a whole and in order, each element by the fields that it sets. The
// test ends where they differ. Options are those of [cmp.Diff].
func Want[R any](t *Timeline, query rule.Query[R], want R, options ...cmp.Option) {
	t.tb.Helper()
	got := Ask(t, query)
	filled := reflect.New(reflect.TypeFor[R]()).Elem()
	filled.Set(reflect.ValueOf(&want).Elem())
	fill(filled, reflect.ValueOf(&got).Elem())
	t.compare(query, filled.Interface(), got, options)
}

// WantExactly is [Want] with every field compared, also those that are zero.
func WantExactly[R any](t *Timeline, query rule.Query[R], want R, options ...cmp.Option) {
	t.tb.Helper()
	t.compare(query, want, Ask(t, query), options)
}

func (t *Timeline) compare(query, want, got any, options []cmp.Option) {
	t.tb.Helper()
	whole := cmp.Exporter(func(reflect.Type) bool { return true })
	if diff := cmp.Diff(want, got, append(options, whole)...); diff != "" {
		t.fatalf("%s asked by %s is not as wanted (-want +got):\n%s", t.nameOf(query), t.actor, diff)
	}
}

// fill puts into what is wanted what was got, wherever it says nothing. What it
// changes below lists and pointers it copies first.
func fill(want, got reflect.Value) {
	switch want.Kind() { //nolint:exhaustive // the others are values as a whole
	case reflect.Struct:
		if !open(want.Type()) {
			break
		}
		for i := range want.NumField() {
			fill(want.Field(i), got.Field(i))
		}
		return
	case reflect.Slice:
		if want.IsNil() {
			break
		}
		list := reflect.MakeSlice(want.Type(), want.Len(), want.Len())
		reflect.Copy(list, want)
		for i := range min(list.Len(), got.Len()) {
			fill(list.Index(i), got.Index(i))
		}
		want.Set(list)
		return
	case reflect.Pointer:
		if want.IsNil() || got.IsNil() {
			break
		}
		one := reflect.New(want.Type().Elem())
		one.Elem().Set(want.Elem())
		fill(one.Elem(), got.Elem())
		want.Set(one)
		return
	}
	if want.IsZero() {
		want.Set(got)
	}
}

// open reports whether all fields of a struct are exported: one that hides some,
// such as an instant or an amount, is a value as a whole.
func open(t reflect.Type) bool {
	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			return false
		}
	}
	return true
}
