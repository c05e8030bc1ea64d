package seatbook_test

import (
	"math/big"
	"time"

	"github.com/seatbook/seatbook/licensing"
)

// rates are the taxes of the teams in hundredths of a percent.
var rates = map[string]int64{"acme": 725, "beta": 0}

// part is a share of cents, rounded once, half a cent away from zero.
func part(cents, num, den int64) int64 {
	r := new(big.Rat).Mul(new(big.Rat).SetInt64(cents), big.NewRat(num, den))
	r.Add(r, big.NewRat(1, 2))
	return new(big.Int).Quo(r.Num(), r.Denom()).Int64()
}

// list is the catalogue of the model: the price for new buyers and that of a renewal.
var list = map[string]map[licensing.Term][2]int64{
	"lt":   {licensing.Monthly: {1001, 901}, licensing.Annual: {9995, 9005}},
	"full": {licensing.Monthly: {2003, 2003}, licensing.Annual: {20005, 18007}},
	"set":  {licensing.Monthly: {3017, 2999}, licensing.Annual: {30011, 27001}},
}

var monthsOf = map[licensing.Term]int{licensing.Monthly: 1, licensing.Annual: 12}

// civilDay is the day that the clocks of a zone show, as a midnight in UTC.
func civilDay(t time.Time, zone *time.Location) time.Time {
	year, month, day := t.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// civilDays counts days one by one.
func civilDays(from, to time.Time, zone *time.Location) int64 {
	n := int64(0)
	for day := civilDay(from, zone); day.Before(civilDay(to, zone)); day = day.AddDate(0, 0, 1) {
		n++
	}
	return n
}

// monthsOn is so many months after an anchor, in a zone whose clocks never change.
func monthsOn(anchor time.Time, months int, zone *time.Location) time.Time {
	a := anchor.In(zone)
	first := time.Date(a.Year(), a.Month(), 1, a.Hour(), a.Minute(), a.Second(), a.Nanosecond(), zone).AddDate(0, months, 0)
	t := first.AddDate(0, 0, a.Day()-1)
	for t.Month() != first.Month() {
		t = t.AddDate(0, 0, -1)
	}
	return t.UTC()
}
