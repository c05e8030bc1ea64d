package simulator

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Difference is one place where a result is not what the scenario wants.
type Difference struct {
	// Path leads to the place, as in "invoice.lines.0.amount"; empty for the result as a whole.
	Path string `json:"path"`
	Want string `json:"want"`
	Got  string `json:"got"`
}

// String says the difference, as in "want invoice.total: 1200.00 USD, got 1300.00 USD".
func (d Difference) String() string {
	if d.Path == "" {
		return fmt.Sprintf("want %s, got %s", d.Want, d.Got)
	}
	return fmt.Sprintf("want %s: %s, got %s", d.Path, d.Want, d.Got)
}

// comparison holds a result against what is wanted of it.
type comparison struct {
	// load finds what was saved under a name.
	load        func(name string) (any, error)
	differences []Difference
	// lacking says which names had no value to compare with.
	lacking []string
}

func (c *comparison) differ(path, want string, got any) {
	c.differences = append(c.differences, Difference{path, want, show(got)})
}

// alike writes an instant with the offset of the one that it is compared with,
// so that the two can be told apart at a glance.
func alike(want, got any) any {
	w, okW := want.(string)
	g, okG := got.(string)
	if !okW || !okG {
		return got
	}
	x, badX := time.Parse(time.RFC3339Nano, w)
	y, badY := time.Parse(time.RFC3339Nano, g)
	if badX != nil || badY != nil {
		return got
	}
	return y.In(x.Location()).Format(time.RFC3339Nano)
}

// lack notes that what was to be compared with was never saved.
func (c *comparison) lack(m missing) {
	if text := m.Error(); !slices.Contains(c.lacking, text) {
		c.lacking = append(c.lacking, text)
	}
}

// matches reports whether a value is as wanted, noting nothing.
func (c *comparison) matches(w want, got any) bool {
	trial := &comparison{load: c.load}
	w.compare(trial, "", got)
	for _, text := range trial.lacking {
		c.lack(missing{errors.New(text)})
	}
	return len(trial.differences) == 0
}

// absent stands for a field that a result does not have, missing for a value
// that was not saved.
type (
	absent  struct{}
	missing struct{ error }
)

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// resolve puts what was saved in the place of a name.
func (c *comparison) resolve(value any) any {
	if name, ok := value.(ref); ok {
		saved, err := c.load(string(name))
		if err != nil {
			return missing{err}
		}
		return saved
	}
	return value
}

func (w wantValue) compare(c *comparison, path string, got any) {
	value := c.resolve(w.value)
	if m, ok := value.(missing); ok {
		c.lack(m)
		return
	}
	if !equal(w.shape, value, got) {
		c.differ(path, show(value), alike(value, got))
	}
}

func (w wantFields) compare(c *comparison, path string, got any) {
	fields, ok := got.(map[string]any)
	if !ok {
		c.differ(path, "a map", got)
		return
	}
	for _, f := range w.fields {
		value, found := fields[f.name]
		if !found {
			value = absent{}
		}
		f.want.compare(c, join(path, f.name), value)
	}
}

func (w wantList) compare(c *comparison, path string, got any) {
	list, ok := got.([]any)
	if !ok {
		c.differ(path, "a list", got)
		return
	}
	if len(list) != len(w.elements) {
		c.differences = append(c.differences, Difference{path, count(len(w.elements)), count(len(list)) + ": " + show(got)})
	}
	for i := range min(len(list), len(w.elements)) {
		w.elements[i].compare(c, join(path, strconv.Itoa(i)), list[i])
	}
}

func count(n int) string {
	if n == 1 {
		return "1 element"
	}
	return strconv.Itoa(n) + " elements"
}

func (w wantHas) compare(c *comparison, path string, got any) {
	list, ok := got.([]any)
	if !ok {
		c.differ(path, "a list", got)
		return
	}
	for i, element := range w.elements {
		wording, ok := c.wording(element, i)
		if ok && !slices.ContainsFunc(list, func(one any) bool { return c.matches(element, one) }) {
			c.differ(path, "it to have "+wording, got)
		}
	}
}

// wording shows what is wanted of an element, as far as it is made of values.
// It is not ok where one of them was never saved.
func (c *comparison) wording(w want, index int) (text string, ok bool) {
	switch w := w.(type) {
	case wantValue:
		value := c.resolve(w.value)
		if m, ok := value.(missing); ok {
			c.lack(m)
			return "", false
		}
		return show(value), true
	case wantFields:
		parts := make([]string, len(w.fields))
		for i, f := range w.fields {
			inner, ok := c.wording(f.want, index)
			if !ok {
				return "", false
			}
			parts[i] = f.name + ": " + inner
		}
		return "{" + strings.Join(parts, ", ") + "}", true
	default:
		return "what stands as number " + strconv.Itoa(index+1), true
	}
}

func (w wantLength) compare(c *comparison, path string, got any) {
	length := -1
	switch got := got.(type) {
	case []any:
		length = len(got)
	case map[string]any:
		length = len(got)
	case string:
		length = len([]rune(got))
	}
	if int64(length) != w.length {
		what := show(got)
		if length >= 0 {
			what = strconv.Itoa(length) + ": " + what
		}
		c.differences = append(c.differences, Difference{path, "a length of " + strconv.FormatInt(w.length, 10), what})
	}
}

func (w wantNull) compare(c *comparison, path string, got any) {
	if _, missing := got.(absent); w.null != (got == nil) || missing {
		wording := "null"
		if !w.null {
			wording = "anything but null"
		}
		c.differ(path, wording, got)
	}
}

func (w wantOrder) compare(c *comparison, path string, got any) {
	value := c.resolve(w.value)
	if m, ok := value.(missing); ok {
		c.lack(m)
		return
	}
	order, ok := order(got, value)
	if ok && (w.above && order > 0 || !w.above && order < 0) {
		return
	}
	wording := "less than "
	if w.above {
		wording = "more than "
	}
	c.differ(path, wording+show(value), alike(value, got))
}

func (w wantAll) compare(c *comparison, path string, got any) {
	for _, one := range w.wants {
		one.compare(c, path, got)
	}
}
