package period

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// spanUnits are the units of a span's text in the order in which they must come, and how
// each sets its part. The parts are checked against their bounds once all are read, so
// a number only has to be small enough here not to overflow.
var spanUnits = []struct {
	name string
	set  func(s *Span, n int)
}{
	{"y", func(s *Span, n int) { s.Years = n }},
	{"mo", func(s *Span, n int) { s.Months = n }},
	{"d", func(s *Span, n int) { s.Days = n }},
	{"h", func(s *Span, n int) { s.Elapsed += time.Duration(n) * time.Hour }},
	{"m", func(s *Span, n int) { s.Elapsed += time.Duration(n) * time.Minute }},
	{"s", func(s *Span, n int) { s.Elapsed += time.Duration(n) * time.Second }},
}

// maxOf is the greatest number that may stand before a unit, which together with the
// greatest before every other still fits a Duration.
var maxOf = map[string]int{
	"y": maxYears, "mo": maxMonths, "d": maxDays,
	"h": int(maxElapsed / time.Hour), "m": 1_000_000, "s": 100_000_000,
}

// ParseSpan reads a span: numbers with their units, from y (years), mo (months), d
// (days), h (hours), m (minutes) and s (seconds), in this order, each at most once, as in
// "29d23h59m59s", "3mo" or "90d". Years, months and days are calendar time (TIM-2), the
// rest is elapsed time (TIM-3). Seconds may have up to nine decimals, as in "4m59.999s".
// No time at all is "0d".
//
// Anything else is an ErrSpan that says what is wrong: an empty text, a sign, a space, a
// number without a unit, a fraction of anything but seconds, a part out of the bounds
// given at Span, and more than 1,000,000 minutes or 100,000,000 seconds, for which
// there are hours.
func ParseSpan(text string) (Span, error) {
	if text == "" {
		return Span{}, fmt.Errorf("%w: the text is empty: want one such as 90d, or 0d for no time", ErrSpan)
	}
	var s Span
	next := 0 // The first unit that may still come.
	for rest := text; rest != ""; {
		number, unit, after := cutPart(rest)
		at := unitIndex(unit)
		switch {
		case at < 0:
			return Span{}, fmt.Errorf("%w: %q: %q has no unit: want y, mo, d, h, m or s after a number", ErrSpan, text, number+unit)
		case at < next:
			return Span{}, fmt.Errorf("%w: %q: %s is out of order or repeated: want y, mo, d, h, m, s, each once", ErrSpan, text, unit)
		}
		whole, nanoseconds, err := parseNumber(number, unit)
		if err != nil {
			return Span{}, fmt.Errorf("%w: %q: %w", ErrSpan, text, err)
		}
		spanUnits[at].set(&s, whole)
		s.Elapsed += nanoseconds
		next, rest = at+1, after
	}
	if err := s.check(); err != nil {
		return Span{}, err
	}
	return s, nil
}

// cutPart cuts off the first part: all before its first letter, and its letters.
func cutPart(s string) (number, unit, after string) {
	letter := func(r rune) bool { return r >= 'a' && r <= 'z' }
	number = s
	if i := strings.IndexFunc(s, letter); i >= 0 {
		number = s[:i]
	}
	after = strings.TrimLeftFunc(s[len(number):], letter)
	return number, s[len(number) : len(s)-len(after)], after
}

// unitIndex is the place of the unit in spanUnits, and -1 for what is none.
func unitIndex(unit string) int {
	for i := range spanUnits {
		if spanUnits[i].name == unit {
			return i
		}
	}
	return -1
}

// parseNumber reads the number before a unit: digits and, for seconds only, a fraction.
func parseNumber(number, unit string) (int, time.Duration, error) {
	whole, decimals, point := strings.Cut(number, ".")
	switch {
	case !isDigits(whole) || point && !isDigits(decimals):
		return 0, 0, fmt.Errorf("%q is not a number before %s", number, unit)
	case point && unit != "s":
		return 0, 0, fmt.Errorf("%s%s: only seconds may have a fraction", number, unit)
	case len(decimals) > 9:
		return 0, 0, fmt.Errorf("%s%s: seconds have at most nine decimals", number, unit)
	}
	n, err := strconv.Atoi(whole)
	if err != nil || n > maxOf[unit] {
		return 0, 0, fmt.Errorf("%s%s is too long: want at most %d%s", whole, unit, maxOf[unit], unit)
	}
	nanoseconds, err := strconv.Atoi(decimals + strings.Repeat("0", 9-len(decimals)))
	return n, time.Duration(nanoseconds), err
}

// isDigits reports whether s is one or more of the ten ASCII digits.
func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
