package report_test

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/internal/report"
	"github.com/seatbook/seatbook/money"
)

func TestAFormulaIsWrittenAsText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"an equals sign", "=1+1", "'=1+1"},
		{"a plus", "+1", "'+1"},
		{"a minus", "-2+3", "'-2+3"},
		{"an at sign", "@SUM(A1)", "'@SUM(A1)"},
		{"a wide equals sign", "＝1", "'＝1"},
		{"spaces before it", "  =1", "'  =1"},
		{"a byte order mark before it", "\ufeff=1", "'\ufeff=1"},
		{"a tab", "\tx", "'\tx"},
		{"an end of line", "\r\n=1", "'\r\n=1"},
		{"no formula", "ada@acme.test", "ada@acme.test"},
		{"a sign inside", "a=b", "a=b"},
		{"nothing", "", ""},
		{"a space alone", " ", " "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, report.Harmless(c.text))
		})
	}
}

func TestRowsAreReadBackAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	text := report.CSV([]string{"name", "count"}, [][]any{{`say "hi", all`, -3}, {"two\nlines", int64(4)}, {at, time.Monday}, {"=1", 0}})
	require.Equal(t, "\"name\",\"count\"\r\n\"say \"\"hi\"\", all\",-3\r\n\"two\nlines\",4\r\n\"2026-01-05T09:00:00Z\",\"Monday\"\r\n\"'=1\",0\r\n", text)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, [][]string{{"name", "count"}, {`say "hi", all`, "-3"}, {"two\nlines", "4"}, {"2026-01-05T09:00:00Z", "Monday"}, {"'=1", "0"}}, rows)
}

func TestAnAmountIsANumberToASpreadsheet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, amount, want string }{
		{"two decimals", "1515.00 USD", "1515.00"},
		{"below zero, which is no formula", "-601.64 USD", "-601.64"},
		{"none", "500 JPY", "500"},
		{"three", "1.005 KWD", "1.005"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := report.CSV([]string{"amount"}, [][]any{{report.Decimal(money.Must(c.amount))}})
			require.Equal(t, "\"amount\"\r\n"+c.want+"\r\n", text)
		})
	}
}
