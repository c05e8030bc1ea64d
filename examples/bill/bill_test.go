package main

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/money"
)

func line(description, amount string) billing.Line {
	return billing.Line{Description: description, Amount: money.Must(amount)}
}

func TestABillAddsUpToWhatIsPaidAndWhatIsOpen(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	bill, err := billOf([]billing.InvoiceShown{
		{ID: "ivc_1", Status: billing.InvoicePaid, Issued: at, Total: money.Must("120.00 USD"), Open: money.Must("0.00 USD"), Lines: []billing.Line{line("seats", "100.00 USD"), line("VAT", "20.00 USD")}},
		{ID: "ivc_2", Status: billing.InvoiceOpen, Issued: at, Total: money.Must("60.00 USD"), Open: money.Must("36.00 USD"), Lines: []billing.Line{line("=1+1", "60.00 USD")}},
	}, billing.MemoShown{ID: "memo_1", Total: money.Must("24.00 USD"), Lines: []billing.Line{line("unused", "24.00 USD")}}, at)
	require.NoError(t, err)
	require.Len(t, bill.Totals, 3)
	for i, want := range []string{"156.00 USD", "120.00 USD", "36.00 USD"} { // charged less the credit, paid, open
		assert.Equal(t, money.Must(want), bill.Totals[i][5])
	}
	rows, err := csv.NewReader(strings.NewReader(bill.CSV())).ReadAll()
	require.NoError(t, err)
	assert.Equal(t, [][]string{
		{"date", "document", "status", "line", "currency", "amount", "open"},
		{"2026-01-05", "ivc_1", "paid", "seats", "USD", "100.00", "0.00"},
		{"2026-01-05", "ivc_1", "paid", "VAT", "USD", "20.00", "0.00"},
		{"2026-01-05", "ivc_2", "open", "'=1+1", "USD", "60.00", "36.00"},
		{"2026-01-05", "memo_1", "credit", "unused", "USD", "-24.00", "0.00"},
	}, rows)
}

func TestABillInTwoCurrenciesIsNone(t *testing.T) {
	t.Parallel()
	_, err := billOf([]billing.InvoiceShown{{ID: "ivc_1", Total: money.Must("5.00 EUR"), Open: money.Must("0.00 EUR"), Lines: []billing.Line{line("seats", "5.00 EUR")}}},
		billing.MemoShown{Total: money.Must("24.00 USD")}, time.Time{})
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
}
