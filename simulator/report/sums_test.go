package report

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/simulator"
)

// invoice is one of two lines, of which the second is tax.
func invoice(at string, status billing.InvoiceStatus, net, tax, open string) billing.InvoiceShown {
	issued, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	total, err := money.Must(net).Add(money.Must(tax))
	if err != nil {
		panic(err)
	}
	return billing.InvoiceShown{
		Status: status, Total: total, Open: money.Must(open), Issued: issued,
		Lines: []billing.Line{{Description: "seats", Amount: money.Must(net)}, {Description: "tax", Amount: money.Must(tax), Tax: true}},
	}
}

// used is a person's tokens of a product on a day.
func used(day, user, product string, tokens int64) flex.UsageShown {
	date, err := period.ParseDate(day)
	if err != nil {
		panic(err)
	}
	return flex.UsageShown{Day: date, User: user, Product: product, Tokens: tokens}
}

// booked is a run with these books of one team, in Paris.
func booked(t *testing.T, books simulator.Books) *simulator.Result {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	books.Team = "mill"
	return &simulator.Result{File: "stories/mill.yaml", Start: time.Date(2026, 1, 5, 9, 0, 0, 0, paris), Books: []simulator.Books{books}}
}

func TestCostsAreSummedByMonth(t *testing.T) {
	t.Parallel()
	run := booked(t, simulator.Books{Invoices: []billing.InvoiceShown{
		invoice("2026-01-05T08:00:00Z", billing.InvoicePaid, "100.00 USD", "20.00 USD", "0.00 USD"),
		invoice("2026-01-31T22:59:59Z", billing.InvoiceOpen, "10.00 USD", "2.00 USD", "5.00 USD"),
		invoice("2026-01-31T23:00:00Z", billing.InvoicePaid, "1.00 USD", "0.20 USD", "0.00 USD"), // February has begun in Paris
		invoice("2026-02-02T08:00:00Z", billing.InvoicePaid, "500 JPY", "50 JPY", "0 JPY"),
		invoice("2026-02-03T08:00:00Z", billing.InvoiceCancelled, "900.00 USD", "180.00 USD", "0.00 USD"),
	}})
	costs, err := Costs(run)
	require.NoError(t, err)
	assert.Equal(t, strings.Join([]string{
		"Costs by month",
		"",
		"scenario  team  month    currency  invoices  before tax    tax   total  settled  open",
		"--------  ----  -------  --------  --------  ----------  -----  ------  -------  ----",
		"mill      mill  2026-01  USD              2      110.00  22.00  132.00   127.00  5.00",
		"mill      mill  2026-02  JPY              1         500     50     550      550     0",
		"mill      mill  2026-02  USD              1        1.00   0.20    1.20     1.20  0.00",
		"--------  ----  -------  --------  --------  ----------  -----  ------  -------  ----",
		"                total    JPY              1         500     50     550      550     0",
		"                total    USD              3      111.00  22.20  133.20   128.20  5.00",
		"",
	}, "\n"), costs.Text())
	assert.Equal(t, strings.Join([]string{
		`"scenario","team","month","currency","invoices","before tax","tax","total","settled","open"`,
		`"mill","mill","2026-01","USD",2,110.00,22.00,132.00,127.00,5.00`,
		`"mill","mill","2026-02","JPY",1,500,50,550,550,0`,
		`"mill","mill","2026-02","USD",1,1.00,0.20,1.20,1.20,0.00`,
		"",
	}, "\r\n"), costs.CSV())
}

func TestTokensAreSummedByPerson(t *testing.T) {
	t.Parallel()
	run := booked(t, simulator.Books{Usage: []flex.UsageShown{
		used("2026-01-05", "bob@mill.test", "sketch", 7),
		used("2026-01-05", "bob@mill.test", "model", 10),
		used("2026-01-06", "bob@mill.test", "sketch", 7),
		used("2026-01-06", "=cmd@mill.test", "sketch", 7),
		used("2026-01-07", "dan@mill.test", "sketch", 0), // a short run
	}})
	tokens := Tokens(run)
	assert.Equal(t, strings.Join([]string{
		"Tokens by person",
		"",
		"scenario  team  person          products       days  tokens",
		"--------  ----  --------------  -------------  ----  ------",
		"mill      mill  =cmd@mill.test  sketch            1       7",
		"mill      mill  bob@mill.test   model, sketch     2      24",
		"--------  ----  --------------  -------------  ----  ------",
		"                total                                    31",
		"",
	}, "\n"), tokens.Text())
	rows, err := csv.NewReader(strings.NewReader(tokens.CSV())).ReadAll()
	require.NoError(t, err)
	assert.Equal(t, [][]string{
		{"scenario", "team", "person", "products", "days", "tokens"},
		{"mill", "mill", "'=cmd@mill.test", "sketch", "1", "7"},
		{"mill", "mill", "bob@mill.test", "model, sketch", "2", "24"},
	}, rows, "what looks like a formula is a text")
}

func TestATableOfNothingHasItsHeader(t *testing.T) {
	t.Parallel()
	costs, err := Costs(booked(t, simulator.Books{}))
	require.NoError(t, err)
	for _, table := range []Table{costs, Tokens(booked(t, simulator.Books{})), Tokens()} {
		assert.Empty(t, table.Rows)
		assert.Equal(t, 3, strings.Count(table.Text(), "\n"), table.Text())
		assert.Equal(t, 1, strings.Count(table.CSV(), "\n"), table.CSV())
	}
}

func TestATextThatSteersATerminalIsCleanedInATable(t *testing.T) {
	t.Parallel()
	table := Table{Title: "a\x1bb", Header: []string{"name", "count"}, Rows: [][]any{{"évé\x1b[2J", 3}, {"è", -12}}}
	assert.Equal(t, "ab\n\nname    count\n------  -----\névé[2J      3\nè         -12\n", table.Text())
}
