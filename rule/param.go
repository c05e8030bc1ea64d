package rule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
)

// Kind is the type of a parameter, by the word that the reference shows.
type Kind string

// The kinds of parameters.
const (
	KindSpan    Kind = "span"
	KindCount   Kind = "count"
	KindPercent Kind = "percent"
	KindMoney   Kind = "money"
	KindList    Kind = "list"
	KindSpans   Kind = "spans"
	KindWord    Kind = "word"
)

// Param is one number of a rule, with its default. Policies change it by name.
type Param struct {
	// Name is unique in the whole book.
	Name string
	Kind Kind
	// Default is the value as it is written in a policy.
	Default string
	// Rule is the identifier of the rule the parameter belongs to.
	Rule string
	// Bounds says in words which values are taken.
	Bounds string

	parse func(string) (any, error)
}

// Parse reads a value as it is written in a policy. The error says what is
// wrong and which values are taken.
func (p *Param) Parse(text string) (any, error) {
	v, err := p.parse(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("%s takes a %s (%s): %w", p.Name, p.Kind, p.Bounds, err)
	}
	return v, nil
}

// Parameter is a [Param] with the Go type of its value.
type Parameter interface{ param() *Param }

// Span is a parameter whose value is a stretch of time.
type Span struct{ p *Param }

// Count is a parameter whose value is a whole number.
type Count struct{ p *Param }

// Percent is a parameter whose value is a share of a whole.
type Percent struct{ p *Param }

// Money is a parameter whose value is an amount.
type Money struct{ p *Param }

// List is a parameter whose value is a list of words.
type List struct{ p *Param }

// Spans is a parameter whose value is a list of stretches of time.
type Spans struct{ p *Param }

// Word is a parameter whose value is one of a few words.
type Word struct{ p *Param }

func (s Span) param() *Param    { return s.p }
func (s Count) param() *Param   { return s.p }
func (s Percent) param() *Param { return s.p }
func (s Money) param() *Param   { return s.p }
func (s List) param() *Param    { return s.p }
func (s Spans) param() *Param   { return s.p }
func (s Word) param() *Param    { return s.p }

// Name returns the parameter's name.
func (s Span) Name() string { return s.p.Name }

// Name returns the parameter's name.
func (s Spans) Name() string { return s.p.Name }

const maxSpanYears = 100

func parseSpan(text string) (any, error) {
	span, err := period.ParseSpan(text)
	if err != nil {
		return nil, err
	}
	from := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	if span.After(from, time.UTC).After(from.AddDate(maxSpanYears, 0, 0)) {
		return nil, fmt.Errorf("%s is longer than %d years", text, maxSpanYears)
	}
	return span, nil
}

// NewSpan declares a span parameter. It takes spans up to 100 years.
func NewSpan(name, def string) Span {
	return Span{&Param{Name: name, Kind: KindSpan, Default: def, Bounds: "such as 90d, 12h, 3mo; up to 100y", parse: parseSpan}}
}

// NewCount declares a count parameter between two bounds, both taken.
func NewCount(name string, def, least, most int) Count {
	return Count{&Param{
		Name: name, Kind: KindCount, Default: strconv.Itoa(def), Bounds: fmt.Sprintf("%d to %d", least, most),
		parse: func(text string) (any, error) {
			n, err := strconv.Atoi(text)
			if err != nil {
				return nil, fmt.Errorf("%q is not a whole number", clip(text))
			}
			if n < least || n > most {
				return nil, fmt.Errorf("%d is out of bounds", n)
			}
			return n, nil
		},
	}}
}

// NewPercent declares a percent parameter, from 0% to 100%.
func NewPercent(name, def string) Percent {
	return Percent{&Param{
		Name: name, Kind: KindPercent, Default: def, Bounds: "0% to 100%",
		parse: func(text string) (any, error) { return money.ParsePercent(text) },
	}}
}

// NewMoney declares a money parameter, zero or more.
func NewMoney(name, def string) Money {
	return Money{&Param{
		Name: name, Kind: KindMoney, Default: def, Bounds: "such as 25000.00 USD",
		parse: func(text string) (any, error) {
			a, err := money.Parse(text)
			if err == nil && a.Sign() < 0 {
				err = fmt.Errorf("%s is below zero", text)
			}
			return a, err
		},
	}}
}

// MaxList is how many elements a list parameter can have.
const MaxList = 300

func elements(text string) ([]string, error) {
	inner, ok := strings.CutPrefix(text, "[")
	if ok {
		inner, ok = strings.CutSuffix(inner, "]")
	}
	if !ok && strings.ContainsAny(text, "[]") || ok && strings.ContainsAny(inner, "[]") {
		return nil, fmt.Errorf("%q has a bracket too many or too few", clip(text))
	}
	if !ok {
		inner = text
	}
	list := []string{}
	if strings.TrimSpace(inner) == "" {
		return list, nil
	}
	for part := range strings.SplitSeq(inner, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			return nil, fmt.Errorf("%q has an empty element", clip(text))
		}
		if list = append(list, part); len(list) > MaxList {
			return nil, fmt.Errorf("more than %d elements", MaxList)
		}
	}
	return list, nil
}

// NewList declares a parameter that is a list of words; check, where given,
// says what is wrong with an element.
func NewList(name, def string, check func(element string) error) List {
	return List{&Param{
		Name: name, Kind: KindList, Default: def, Bounds: "such as [US, CA]",
		parse: func(text string) (any, error) {
			list, err := elements(text)
			if err != nil || check == nil {
				return list, err
			}
			for _, e := range list {
				if err := check(e); err != nil {
					return nil, err
				}
			}
			return list, nil
		},
	}}
}

// NewSpans declares a parameter that is a list of spans.
func NewSpans(name, def string) Spans {
	return Spans{&Param{
		Name: name, Kind: KindSpans, Default: def, Bounds: "such as [90d, 30d, 7d]",
		parse: func(text string) (any, error) {
			list, err := elements(text)
			if err != nil {
				return nil, err
			}
			spans := []period.Span{}
			for _, e := range list {
				span, err := parseSpan(e)
				if err != nil {
					return nil, err
				}
				spans = append(spans, span.(period.Span)) //nolint:forcetypeassert // parseSpan returns one
			}
			return spans, nil
		},
	}}
}

// NewWord declares a parameter that is one of these words, the first of which
// is the default.
func NewWord(name string, words ...string) Word {
	return Word{&Param{
		Name: name, Kind: KindWord, Default: words[0], Bounds: strings.Join(words, " or "),
		parse: func(text string) (any, error) {
			if !slices.Contains(words, text) {
				return nil, fmt.Errorf("%q is none of them", clip(text))
			}
			return text, nil
		},
	}}
}
