package period_test

import (
	"fmt"
	"time"

	"github.com/seatbook/seatbook/period"
)

// Thirty days keep the time on the wall clock, 720 hours do not (TIM-2, TIM-3).
func ExampleSpan_After() {
	paris := period.Zone("Europe/Paris").Location()
	start := time.Date(2026, time.March, 15, 9, 0, 0, 0, paris)
	for _, text := range []string{"30d", "720h"} {
		span, err := period.ParseSpan(text)
		fmt.Println(text, "→", span.After(start, paris).Format(time.DateTime), err)
	}
	// Output:
	// 30d → 2026-04-14 09:00:00 <nil>
	// 720h → 2026-04-14 10:00:00 <nil>
}

// A monthly subscription that began on the 31st returns to it wherever it can (TIM-4).
func ExampleStep() {
	anchor := time.Date(2027, time.January, 31, 9, 0, 0, 0, time.UTC)
	for months := range 4 {
		fmt.Println(period.Step(anchor, months, time.UTC).Format(time.DateOnly))
	}
	// Output:
	// 2027-01-31
	// 2027-02-28
	// 2027-03-31
	// 2027-04-30
}

// In Paris on 29 March 2026 the clocks go from 02:00 to 03:00.
func ExampleResolve() {
	paris := period.Zone("Europe/Paris").Location()
	date := period.Date{Year: 2026, Month: time.March, Day: 29}
	fmt.Println(period.Resolve(date, 2, 30, 0, 0, paris))
	// Output: 2026-03-29 03:30:00 +0200 CEST
}

// On the end's own date there are no days left, whatever the hour (TIM-5).
func ExampleDays() {
	end := time.Date(2027, time.January, 5, 9, 0, 0, 0, time.UTC)
	fmt.Println(period.Days(end.Add(-24*time.Hour), end, time.UTC), period.Days(end.Add(-time.Hour), end, time.UTC))
	// Output: 1 0
}

func ExampleParseSpan() {
	_, err := period.ParseSpan("1h1d")
	fmt.Println(err)
	// Output: period: not a span: "1h1d": d is out of order or repeated: want y, mo, d, h, m, s, each once
}
