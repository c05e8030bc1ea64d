package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// The sides of a boundary. A parameter that is a word has its words instead.
const (
	// Less is where a step comes out otherwise if the parameter is the least bit
	// smaller, or a list does not name what it names.
	Less = "less"
	// More is where a step comes out otherwise if the parameter is the least bit
	// greater, or a list names what it does not.
	More = "more"
)

// sidesOf returns the sides of a parameter's boundary. A parameter that takes no
// smaller or no greater value has no boundary there.
func sidesOf(p *rule.Param) []string {
	if p.Kind == rule.KindWord {
		return strings.Split(p.Bounds, " or ")
	}
	var sides []string
	for _, side := range []string{Less, More} {
		if listed(p) || p.Kind == rule.KindQuota || len(nudges(p, p.Default, side, nil)) > 0 {
			sides = append(sides, side)
		}
	}
	return sides
}

// listed reports whether a parameter is a list of words: a thing is in it or is not.
func listed(p *rule.Param) bool {
	return p.Kind == rule.KindList && !strings.ContainsAny(p.Default, "=0123456789")
}

// nudges returns the values that lie next to one: below it for [Less], above it
// for [More]. A step that comes out otherwise under one of them stands right at
// the boundary, on that side. Words are what a list could name besides.
func nudges(p *rule.Param, value, side string, words []string) []string {
	var next []string
	switch p.Kind {
	case rule.KindWord:
		if value == side {
			next = strings.Split(p.Bounds, " or ")
		}
	case rule.KindList:
		next = nudgedList(p, value, side, words)
	case rule.KindSpans:
		next = nudgedSpans(value, side)
	case rule.KindSpan, rule.KindCount, rule.KindPercent, rule.KindMoney, rule.KindDay, rule.KindHours, rule.KindQuota:
		next = nudged(p.Kind, value, side)
	}
	return slices.DeleteFunc(next, func(text string) bool {
		_, err := p.Parse(text)
		return err != nil || text == value
	})
}

// nudged moves one value by the least step: a second, one, a percent, the
// smallest coin, a day, a minute at both ends.
func nudged(kind rule.Kind, value, side string) []string {
	sign := 1
	if side == Less {
		sign = -1
	}
	switch kind { //nolint:exhaustive // lists and words are moved elsewhere
	case rule.KindSpan:
		if span, err := period.ParseSpan(value); err == nil {
			return nudgedSpan(span, sign)
		}
	case rule.KindCount:
		if n, err := strconv.Atoi(value); err == nil {
			return []string{strconv.Itoa(n + sign)}
		}
	case rule.KindPercent:
		if n, err := strconv.Atoi(strings.TrimSuffix(value, "%")); err == nil {
			return []string{strconv.Itoa(n+sign) + "%"}
		}
	case rule.KindMoney:
		if amount, err := money.Parse(value); err == nil {
			if next, err := money.New(amount.Minor()+int64(sign), amount.Currency()); err == nil {
				return []string{next.String()}
			}
		}
	case rule.KindDay:
		if day, err := period.ParseDate(value); err == nil {
			return []string{day.AddDays(sign).String()}
		}
	case rule.KindHours:
		return nudgedHours(value, sign)
	case rule.KindQuota:
		number, in, _ := strings.Cut(value, "/")
		if n, err := strconv.Atoi(number); err == nil {
			return []string{strconv.Itoa(n+sign) + "/" + in}
		}
	}
	return nil
}

func nudgedHours(value string, sign int) []string {
	from, to, _ := strings.Cut(value, "-")
	const clock = "15:04"
	opens, errOpens := time.Parse(clock, from)
	closes, errCloses := time.Parse(clock, to)
	if errOpens != nil || errCloses != nil {
		return nil
	}
	step := time.Duration(sign) * time.Minute
	return []string{opens.Add(-step).Format(clock) + "-" + to, from + "-" + closes.Add(step).Format(clock)}
}

// nudgedSpan is a span a second longer or shorter. What is shorter than whole
// months depends on the month it ends in: there are four lengths of months.
func nudgedSpan(span period.Span, sign int) []string {
	const day = 24 * time.Hour
	switch {
	case sign > 0:
		span.Elapsed += time.Second
	case span.Elapsed >= time.Second:
		span.Elapsed -= time.Second
	case span.Days > 0:
		span.Days--
		span.Elapsed += day - time.Second
	case span.Months+span.Years > 0:
		var list []string
		span.Years, span.Months = 0, 12*span.Years+span.Months-1
		span.Elapsed += day - time.Second
		for _, days := range []int{30, 29, 28, 27} {
			span.Days = days
			list = append(list, span.String())
		}
		return list
	default:
		return nil
	}
	return []string{span.String()}
}

// nudgedSpans moves the spans of a list, one at a time.
func nudgedSpans(value, side string) []string {
	parts := elements(value)
	var list []string
	for i := range parts {
		for _, next := range nudged(rule.KindSpan, parts[i], side) {
			moved := slices.Clone(parts)
			moved[i] = next
			list = append(list, "["+strings.Join(moved, ", ")+"]")
		}
	}
	return list
}

// nudgedList takes what a list of words names out of it, or adds what it does
// not name. Numbers in a list are moved by one.
func nudgedList(p *rule.Param, value, side string, words []string) []string {
	parts := elements(value)
	var list []string
	switch {
	case listed(p) && side == Less:
		return []string{"[]"}
	case listed(p):
		longer := slices.Clone(parts)
		for _, word := range words {
			if _, err := p.Parse("[" + word + "]"); err == nil && !slices.Contains(longer, word) && len(longer) < rule.MaxList {
				longer = append(longer, word)
			}
		}
		return []string{"[" + strings.Join(longer, ", ") + "]"}
	case strings.Contains(p.Default, "="):
		// Each thing named is mapped to something: without it, nothing is.
		if side == More {
			return nil
		}
		for i := range parts {
			list = append(list, "["+strings.Join(slices.Delete(slices.Clone(parts), i, i+1), ", ")+"]")
		}
		return list
	}
	for i := range parts {
		for _, next := range nudged(rule.KindCount, parts[i], side) {
			moved := slices.Clone(parts)
			moved[i] = next
			list = append(list, fmt.Sprintf("[%s]", strings.Join(moved, ", ")))
		}
	}
	return list
}

// elements splits a list as policies write it.
func elements(value string) []string {
	inner := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(value), "["), "]")
	if strings.TrimSpace(inner) == "" {
		return nil
	}
	parts := strings.Split(inner, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}
