package money_test

import (
	"fmt"

	"github.com/seatbook/seatbook/money"
)

// A team adds two seats at 1000.00 USD a year with half a year left of its term.
func Example() {
	charge, err := money.Prorate(money.Must("1000.00 USD"), 2, 183, 365)
	if err != nil {
		fmt.Println(err)
		return
	}
	rate, err := money.ParsePercent("20%")
	if err != nil {
		fmt.Println(err)
		return
	}
	tax, err := rate.Of(charge)
	if err != nil {
		fmt.Println(err)
		return
	}
	total, err := money.Sum(charge, tax)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(charge, "and", tax, "of tax make", total)
	// Output: 1002.74 USD and 200.55 USD of tax make 1203.29 USD
}

// A credit of 100.00 USD is shared over three invoices of one size. Nothing is lost.
func ExampleSplit() {
	parts, err := money.Split(money.Must("100.00 USD"), 1, 1, 1)
	fmt.Println(parts, err)
	// Output: [33.34 USD 33.33 USD 33.33 USD] <nil>
}

func ExampleParse() {
	for _, text := range []string{"12.5 USD", "12.00 JPY", "12.00 XAU"} {
		amount, err := money.Parse(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(amount)
	}
	// Output:
	// 12.50 USD
	// money: not an amount: "12.00 JPY": JPY has 0 decimals (MON-1)
	// money: unknown currency "XAU": want an ISO 4217 code such as USD
}

func ExampleAmount_Add() {
	_, err := money.Must("10.00 USD").Add(money.Must("10.00 EUR"))
	fmt.Println(err)
	// Output: money: USD and EUR are two currencies and do not combine (MON-1)
}

func ExamplePercent_OfCount() {
	share, err := money.ParsePercent("20%")
	fmt.Println(share.OfCount(14), share.OfCount(15), err)
	// Output: 2 3 <nil>
}
