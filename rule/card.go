package rule

import (
	"regexp"
	"strings"
)

const (
	minCardDigits = 12
	maxCardDigits = 19
)

var digitGroups = regexp.MustCompile(`[0-9]+(?:[ -]+[0-9]+)*`)

// CardLike reports whether a text holds 12 to 19 digits, in one or in several
// groups with spaces or hyphens between, whose check digit is that of a card
// number.
func CardLike(text string) bool {
	for _, run := range digitGroups.FindAllString(text, -1) {
		groups := strings.FieldsFunc(run, func(r rune) bool { return r == ' ' || r == '-' })
		for from := range groups {
			number := ""
			for _, g := range groups[from:] {
				if number += g; len(number) > maxCardDigits {
					break
				}
				if len(number) >= minCardDigits && luhn(number) {
					return true
				}
			}
		}
	}
	return false
}

// luhn reports whether the check digit at the end is right.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
