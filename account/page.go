package account

import (
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// The bounds of one page of a list.
const (
	// DefaultPage is how many rows a page has where no limit is named.
	DefaultPage = 50
	// MaxPage is how many rows a page has at most.
	MaxPage = 200
	// MaxList is how many rows a plain list has where no limit is named: one that is
	// read whole as a rule, and paged where it is long.
	MaxList = 1000
	// MaxSearch is how many bytes a text that is searched for can have.
	MaxSearch = rule.MaxAddress
)

// PageSize returns how many rows a page has, or the refusal that one cannot have
// so many.
func PageSize(limit int) (int, error) {
	switch {
	case limit == 0:
		return DefaultPage, nil
	case limit < 0 || limit > MaxPage:
		return 0, rule.Refusef(rule.Invalid, ViewRule, "a page has 1 to %d rows, not %d", MaxPage, limit)
	default:
		return limit, nil
	}
}

// listSize returns how many rows a plain list has.
func listSize(limit int) (int, error) {
	if limit == 0 {
		return MaxList, nil
	}
	return PageSize(limit)
}

// Sought returns a text as it is searched for, trimmed and in lower case.
func Sought(search string) (string, error) {
	if len(search) > MaxSearch {
		return "", rule.Refusef(rule.Invalid, ViewRule, "a search has %d bytes at most, not %d", MaxSearch, len(search))
	}
	return strings.ToLower(strings.TrimSpace(search)), nil
}

// beginning is the part of an encoded text that all texts with this beginning share.
func beginning(text string) store.Key {
	return store.Key(strings.TrimSuffix(string(store.String(text)), string(store.String(""))))
}
