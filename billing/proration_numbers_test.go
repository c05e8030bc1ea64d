package billing_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
)

// fractional are prices that days do not divide, in currencies of two, of no and of
// three decimals; the odd ones end in half a cent where a half is left of a term.
func fractional() *licensing.Catalog {
	return &licensing.Catalog{Products: []licensing.Product{
		{ID: "usd", Prices: priced("monthly 29.99 USD", "annual 359.95 USD", "three-year 971.85 USD")},
		{ID: "jpy", Prices: priced("monthly 1100 JPY", "annual 11999 JPY", "three-year 32985 JPY")},
		{ID: "kwd", Prices: priced("monthly 9.999 KWD", "annual 99.995 KWD", "three-year 299.985 KWD")},
		{ID: "odd", Prices: priced("monthly 0.01 USD", "annual 0.05 USD", "three-year 0.15 USD")},
	}}
}

// zoned is a scene with those prices, and a team of Ada's in a zone.
func zoned(t *testing.T, start string, zone period.Zone, settings ...string) scene {
	t.Helper()
	s := begin(t, start, settings...)
	s.config.Clock, s.config.Catalog = s.Clock, fractional()
	var err error
	s.Engine, err = seatbook.New(s.Store, s.config)
	require.NoError(t, err)
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "zoned", Owner: "ada@acme.test", Country: "US", Zone: zone})
	return s
}

// additions of seats: what is bought and when, the term that is paid ahead and
// when, if one is, when how many seats are added, the part of the term that is
// left, and what they cost. The figures were worked out apart from this library,
// with fractions and another calendar.
var additions = []struct {
	name          string
	zone          period.Zone
	unit, product string
	term          licensing.Term
	start         string
	renewed       string
	next          licensing.Term
	at            string
	seats         int
	left, lines   string
}{
	{"a whole year, on its first day", "UTC", "day", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2026-01-05T09:00:00Z", 3, "365/365", "1079.85 USD"},
	{"a whole year, late on its first day", "UTC", "day", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2026-01-05T23:59:59Z", 3, "365/365", "1079.85 USD"},
	{"a day less, from midnight", "UTC", "day", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2026-01-06T00:00:00Z", 3, "364/365", "1076.89 USD"},
	{"half a year", "UTC", "day", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2026-07-07T12:00:00Z", 3, "182/365", "538.45 USD"},
	{"the day before the last", "UTC", "day", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2027-01-03T10:00:00Z", 3, "2/365", "5.92 USD"},
	{"the last day but the end's own", "UTC", "day", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2027-01-04T23:59:59Z", 3, "1/365", "2.96 USD"},
	{"nothing on the date of the end", "UTC", "day", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2027-01-05T00:00:00Z", 3, "0/365", "0.00 USD"},
	{"nothing a second before the end", "UTC", "day", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2027-01-05T08:59:59Z", 3, "0/365", "0.00 USD"},
	{"a leap year of 366 days", "UTC", "day", "usd", "annual", "2028-01-01T00:00:00Z", "", "", "2028-07-01T00:00:00Z", 1, "184/366", "180.96 USD"},
	{"the leap day itself", "UTC", "day", "usd", "annual", "2028-01-01T00:00:00Z", "", "", "2028-02-29T12:00:00Z", 1, "307/366", "301.93 USD"},
	{"a year that begins on the leap day", "UTC", "day", "usd", "annual", "2028-02-29T12:00:00Z", "", "", "2028-03-01T00:00:00Z", 1, "364/365", "358.96 USD"},
	{"a year that holds the next year's leap day", "UTC", "day", "usd", "annual", "2027-03-01T00:00:00Z", "", "", "2028-02-29T00:00:00Z", 1, "1/366", "0.98 USD"},
	{"February of 28 days", "UTC", "day", "usd", "monthly", "2027-02-01T00:00:00Z", "", "", "2027-02-15T00:00:00Z", 7, "14/28", "104.97 USD"},
	{"February of 29 days", "UTC", "day", "usd", "monthly", "2028-02-01T00:00:00Z", "", "", "2028-02-15T00:00:00Z", 7, "15/29", "108.58 USD"},
	{"a month from the 31st of January, which has 28 days", "UTC", "day", "usd", "monthly", "2027-01-31T10:00:00Z", "", "", "2027-02-27T09:00:00Z", 7, "1/28", "7.50 USD"},
	{"a month of 31 days", "UTC", "day", "usd", "monthly", "2026-03-01T00:00:00Z", "", "", "2026-03-20T00:00:00Z", 7, "12/31", "81.26 USD"},
	{"a month of 30 days", "UTC", "day", "usd", "monthly", "2026-04-01T00:00:00Z", "", "", "2026-04-20T00:00:00Z", 7, "11/30", "76.97 USD"},
	{"three years with a leap day", "UTC", "day", "usd", "three-year", "2026-01-05T09:00:00Z", "", "", "2027-07-05T09:00:00Z", 11, "550/1096", "5364.68 USD"},
	{"three years without a leap day", "UTC", "day", "usd", "three-year", "2025-01-05T09:00:00Z", "", "", "2026-07-05T09:00:00Z", 11, "549/1095", "5359.82 USD"},
	{"the last day of three years", "UTC", "day", "usd", "three-year", "2026-01-05T09:00:00Z", "", "", "2029-01-04T09:00:00Z", 11, "1/1096", "9.75 USD"},
	{"a currency without decimals", "UTC", "day", "jpy", "annual", "2026-01-05T09:00:00Z", "", "", "2026-08-05T09:00:00Z", 2, "153/365", "10059 JPY"},
	{"a month in a currency without decimals", "UTC", "day", "jpy", "monthly", "2026-04-01T00:00:00Z", "", "", "2026-04-08T00:00:00Z", 1, "23/30", "843 JPY"},
	{"three years in a currency without decimals", "UTC", "day", "jpy", "three-year", "2026-01-05T09:00:00Z", "", "", "2028-12-31T09:00:00Z", 13, "5/1096", "1956 JPY"},
	{"half of the smallest unit in a currency without decimals", "UTC", "day", "jpy", "annual", "2028-01-01T00:00:00Z", "", "", "2028-07-02T00:00:00Z", 1, "183/366", "6000 JPY"},
	{"a currency of three decimals", "UTC", "day", "kwd", "annual", "2026-01-05T09:00:00Z", "", "", "2026-08-05T09:00:00Z", 2, "153/365", "83.831 KWD"},
	{"a month in a currency of three decimals", "UTC", "day", "kwd", "monthly", "2026-04-01T00:00:00Z", "", "", "2026-04-08T00:00:00Z", 1, "23/30", "7.666 KWD"},
	{"half of the smallest unit in a currency of three decimals", "UTC", "day", "kwd", "annual", "2028-01-01T00:00:00Z", "", "", "2028-07-02T00:00:00Z", 1, "183/366", "49.998 KWD"},
	{"three years in a currency of three decimals", "UTC", "day", "kwd", "three-year", "2026-01-05T09:00:00Z", "", "", "2028-12-31T09:00:00Z", 13, "5/1096", "17.791 KWD"},
	{"half a cent, which is a cent", "UTC", "day", "odd", "monthly", "2026-04-01T00:00:00Z", "", "", "2026-04-16T00:00:00Z", 1, "15/30", "0.01 USD"},
	{"a cent and a half, which is two", "UTC", "day", "odd", "monthly", "2026-04-01T00:00:00Z", "", "", "2026-04-16T00:00:00Z", 3, "15/30", "0.02 USD"},
	{"two cents and a half, which is three and not two", "UTC", "day", "odd", "annual", "2028-01-01T00:00:00Z", "", "", "2028-07-02T00:00:00Z", 1, "183/366", "0.03 USD"},
	{"seven cents and a half, which is eight", "UTC", "day", "odd", "annual", "2028-01-01T00:00:00Z", "", "", "2028-07-02T00:00:00Z", 3, "183/366", "0.08 USD"},
	{"a day less than half a cent, which is nothing", "UTC", "day", "odd", "monthly", "2026-04-01T00:00:00Z", "", "", "2026-04-17T00:00:00Z", 1, "14/30", "0.00 USD"},
	{"the day in Tokyo that has begun", "Asia/Tokyo", "day", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2026-07-06T15:00:00Z", 3, "182/365", "538.45 USD"},
	{"the day in Tokyo that has not", "Asia/Tokyo", "day", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2026-07-06T14:59:59Z", 3, "183/365", "541.40 USD"},
	{"the day in New York that has not ended, in winter", "America/New_York", "day", "usd", "annual", "2026-01-05T14:00:00Z", "", "", "2026-12-02T04:59:59Z", 3, "35/365", "103.55 USD"},
	{"the day in New York that has, in winter", "America/New_York", "day", "usd", "annual", "2026-01-05T14:00:00Z", "", "", "2026-12-02T05:00:00Z", 3, "34/365", "100.59 USD"},
	{"the day in New York that has not ended, in summer", "America/New_York", "day", "usd", "annual", "2026-01-05T14:00:00Z", "", "", "2026-07-02T03:59:59Z", 3, "188/365", "556.20 USD"},
	{"the day in New York that has, in summer", "America/New_York", "day", "usd", "annual", "2026-01-05T14:00:00Z", "", "", "2026-07-02T04:00:00Z", 3, "187/365", "553.24 USD"},
	{"a month of days with one of 23 hours", "Europe/Paris", "day", "usd", "monthly", "2026-03-15T08:00:00Z", "", "", "2026-03-29T22:00:00Z", 7, "16/31", "108.35 USD"},
	{"a month of days with one of 25 hours", "Europe/Paris", "day", "usd", "monthly", "2026-10-15T08:00:00Z", "", "", "2026-10-25T22:59:59Z", 7, "21/31", "142.21 USD"},
	{"a day that ends at half past", "Asia/Kolkata", "day", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2026-07-06T18:30:00Z", 3, "182/365", "538.45 USD"},
	{"this term and the next, at the opening of the renewal", "UTC", "day", "usd", "annual", "2026-01-05T09:00:00Z", "2026-10-07T09:00:00Z", "", "2026-10-07T09:00:00Z", 2, "90/365", "177.51 USD + 719.90 USD"},
	{"this term and the next, a month before the end", "UTC", "day", "usd", "annual", "2026-01-05T09:00:00Z", "2026-10-07T09:00:00Z", "", "2026-12-06T09:00:00Z", 2, "30/365", "59.17 USD + 719.90 USD"},
	{"nothing of this term and the next whole, on the date of the end", "UTC", "day", "usd", "annual", "2026-01-05T09:00:00Z", "2026-10-07T09:00:00Z", "", "2027-01-05T08:59:59Z", 2, "0/365", "0.00 USD + 719.90 USD"},
	{"a year and a month after it", "UTC", "day", "usd", "annual", "2026-01-05T09:00:00Z", "2026-12-01T09:00:00Z", "monthly", "2026-12-06T09:00:00Z", 2, "30/365", "59.17 USD + 59.98 USD"},
	{"a month and three years after it", "UTC", "day", "usd", "monthly", "2026-01-05T09:00:00Z", "2026-01-05T09:00:00Z", "three-year", "2026-01-20T09:00:00Z", 2, "16/31", "30.96 USD + 1943.70 USD"},
	{"this term and the next in a currency without decimals", "UTC", "day", "jpy", "annual", "2026-01-05T09:00:00Z", "2026-10-07T09:00:00Z", "", "2026-12-06T09:00:00Z", 5, "30/365", "4931 JPY + 59995 JPY"},
	{"seconds, all of them", "UTC", "second", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2026-01-05T09:00:00Z", 3, "31536000/31536000", "1079.85 USD"},
	{"seconds, all but one", "UTC", "second", "usd", "monthly", "2026-04-01T00:00:00Z", "", "", "2026-04-01T00:00:01Z", 3, "2591999/2592000", "89.97 USD"},
	{"seconds, half of them", "UTC", "second", "usd", "monthly", "2026-04-01T00:00:00Z", "", "", "2026-04-16T00:00:00Z", 1, "1296000/2592000", "15.00 USD"},
	{"seconds of the end's own date", "UTC", "second", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2027-01-05T00:00:00Z", 3, "32400/31536000", "1.11 USD"},
	{"the last second", "UTC", "second", "usd", "annual", "2026-01-05T09:00:00Z", "", "", "2027-01-05T08:59:59Z", 3, "1/31536000", "0.00 USD"},
	{"seconds of a month that is an hour short", "Europe/Paris", "second", "usd", "monthly", "2026-03-15T08:00:00Z", "", "", "2026-03-30T07:00:00Z", 7, "1382400/2674800", "108.50 USD"},
	{"seconds of a month that is an hour long", "Europe/Paris", "second", "usd", "monthly", "2026-10-15T08:00:00Z", "", "", "2026-10-30T09:00:00Z", 7, "1382400/2682000", "108.21 USD"},
	{"seconds in a currency of three decimals", "UTC", "second", "kwd", "annual", "2028-02-29T12:00:00Z", "", "", "2028-09-10T01:02:03Z", 4, "14813877/31536000", "187.889 KWD"},
	{"half a cent by seconds", "UTC", "second", "odd", "monthly", "2026-04-01T00:00:00Z", "", "", "2026-04-16T00:00:00Z", 1, "1296000/2592000", "0.01 USD"},
	{"a second less than half a cent", "UTC", "second", "odd", "monthly", "2026-04-01T00:00:00Z", "", "", "2026-04-16T00:00:01Z", 1, "1295999/2592000", "0.00 USD"},
}

func TestAddedSeatsCostThePartOfTheTermThatIsLeft(t *testing.T) {
	t.Parallel()
	for _, c := range additions {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := zoned(t, c.start, c.zone, "proration="+c.unit)
			p := stage.Do(s.Stage, ada, billing.Purchase{Team: "zoned", Product: c.product, Seats: 1, Term: c.term, PaymentMethod: s.byInvoice()})
			if c.renewed != "" {
				s.At(c.renewed)
				stage.Do(s.Stage, ada, billing.Renew{Subscription: p.Subscription.ID, Term: c.next})
			}
			s.At(c.at)
			r := stage.Do(s.Stage, ada, billing.AddSeats{Subscription: p.Subscription.ID, Seats: c.seats})
			require.Equal(t, c.lines, strings.Join(lines(r.Invoice.Lines), " + "))
			text := fmt.Sprintf(" × %s %ss", c.left, c.unit)
			if num, den, _ := strings.Cut(c.left, "/"); num == den {
				text = ""
			}
			require.Equal(t, text, added(r.Invoice.Lines[0].Description), "the line says which part it is")
			require.Equal(t, 1+c.seats, r.Subscription.Seats)
			s.Audit()
		})
	}
}

// added is what a line of added seats says after the price: the part of the term.
func added(description string) string {
	_, price, _ := strings.Cut(description, " × ")
	_, part, some := strings.Cut(price, " × ")
	if !some {
		return ""
	}
	return " × " + part
}
