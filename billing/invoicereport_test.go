package billing_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

func day(text string) period.Date {
	d, err := period.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// papers is the scene with three invoices and a credit memo, in a team whose day
// begins eight hours after that of London.
func papers(t *testing.T) scene {
	t.Helper()
	s := begin(t, "2026-01-05T09:00:00Z", "net-terms=30d")
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "west", Owner: "ada@acme.test", Country: "US", Zone: "America/Los_Angeles"})
	stage.Do(s.Stage, operator, account.Invite{Team: "west", Email: "bob@acme.test"})
	stage.Do(s.Stage, operator, account.AcceptInvitation{Team: "west", Email: "bob@acme.test"})
	no := false
	buy := func(at, product, method string) billing.Purchased {
		s.At(at)
		return stage.Do(s.Stage, ada, billing.Purchase{Team: "west", Product: product, Seats: 1, Term: licensing.Annual, AutoRenew: &no, PaymentMethod: method})
	}
	onAccount := s.byInvoice()
	buy("2026-02-01T07:59:59Z", "sketch", "")
	buy("2026-02-01T08:00:00Z", "yen", onAccount)
	third := buy("2026-02-02T12:00:00Z", "plain", "")
	s.At("2026-03-01T08:00:00Z")
	stage.Do(s.Stage, operator, billing.CorrectInvoice{Invoice: third.Invoice.ID, Reason: "a present"})
	return s
}

// rows are the rows of a page, each as its date, document, status, total and what is open.
func rows(page billing.InvoiceReportPage) []string {
	list := []string{}
	for _, r := range page.Rows {
		list = append(list, strings.Join([]string{r.Date.String(), string(r.Document), string(r.Status), r.Total.String(), r.Open.String()}, " "))
	}
	return list
}

func TestTheReportListsInvoicesAndCreditsByDay(t *testing.T) {
	t.Parallel()
	s := papers(t)
	all := []string{
		"2026-01-31 invoice paid 1000.00 USD 0.00 USD", "2026-02-01 invoice open 5 JPY 5 JPY",
		"2026-02-02 invoice paid 200.00 USD 0.00 USD", "2026-03-01 credit-memo open 200.00 USD 200.00 USD",
	}
	for _, c := range []struct {
		name     string
		from, to string
		want     []string
	}{
		{"without a period", "", "", all},
		{"from the day of the team", "2026-02-01", "", all[1:]},
		{"before a day", "", "2026-02-02", all[:2]},
		{"in a month", "2026-02-01", "2026-03-01", all[1:3]},
		{"on a single day", "2026-01-31", "2026-02-01", all[:1]},
		{"on a day without any", "2026-01-30", "2026-01-31", all[:0]},
	} {
		q := billing.InvoiceReportQuery{Team: "west"}
		if c.from != "" {
			q.From = day(c.from)
		}
		if c.to != "" {
			q.To = day(c.to)
		}
		page := stage.Ask(s.Stage, ada, q)
		require.Equal(t, c.want, rows(page), c.name)
		require.Empty(t, page.Next)
	}
	page := stage.Ask(s.Stage, ada, billing.InvoiceReportQuery{Team: "west"})
	require.Equal(t, day("2026-03-03"), *page.Rows[1].Due)
	require.Nil(t, page.Rows[0].Due)
	require.Equal(t, "ada@acme.test", page.Rows[0].Purchaser)
	s.At("2026-03-03T08:00:00Z")
	require.Equal(t, billing.DocumentStatus("past-due"), stage.Ask(s.Stage, ada, billing.InvoiceReportQuery{Team: "west"}).Rows[1].Status)
}

func TestTheReportIsReadPageByPage(t *testing.T) {
	t.Parallel()
	s := papers(t)
	whole := rows(stage.Ask(s.Stage, ada, billing.InvoiceReportQuery{Team: "west"}))
	for limit := 1; limit <= 5; limit++ {
		got := []string{}
		after := ""
		for {
			page := stage.Ask(s.Stage, ada, billing.InvoiceReportQuery{Team: "west", Limit: limit, After: after})
			require.LessOrEqual(t, len(page.Rows), limit)
			got = append(got, rows(page)...)
			if after = page.Next; after == "" {
				break
			}
		}
		require.Equal(t, whole, got, "in pages of %d", limit)
	}
	for _, q := range []billing.InvoiceReportQuery{
		{Team: "west", Limit: -1}, {Team: "west", Limit: billing.MaxReportPage + 1}, {Team: "west", From: day("2026-02-01"), To: day("2026-02-01")},
	} {
		_, err := s.Query(t.Context(), ada, "billing.invoice_report", encoded(t, q))
		require.ErrorIs(t, err, rule.Invalid)
	}
	for _, after := range []string{"ivc_acme_1", "memo_acme_1", "nothing"} {
		_, err := s.Query(t.Context(), ada, "billing.invoice_report", encoded(t, billing.InvoiceReportQuery{Team: "west", After: after}))
		require.ErrorIs(t, err, rule.NotFound)
	}
	require.Len(t, stage.Ask(s.Stage, ada, billing.InvoiceReportQuery{Team: "west", Limit: billing.MaxReportPage}).Rows, 4)
}

func TestTheReportIsForThePurchaserAndTheirPayers(t *testing.T) {
	t.Parallel()
	s := papers(t)
	for _, name := range []string{"billing.invoice_report", "billing.invoice_export", "billing.credit_memos", "billing.returnable"} {
		_, err := s.Query(t.Context(), bob, name, []byte(`{"team":"west"}`))
		require.ErrorIs(t, err, rule.NotPermitted, name)
		_, err = s.Query(t.Context(), dan, name, []byte(`{"team":"west"}`))
		require.ErrorIs(t, err, rule.NotFound, name)
	}
	stage.Do(s.Stage, ada, billing.AppointPayer{Team: "west", User: "bob@acme.test"})
	require.Len(t, stage.Ask(s.Stage, bob, billing.InvoiceReportQuery{Team: "west"}).Rows, 4)
	require.Len(t, stage.Ask(s.Stage, operator, billing.InvoiceReportQuery{Team: "west"}).Rows, 4)
}

func TestTheReportIsExported(t *testing.T) {
	t.Parallel()
	s := papers(t)
	s.At("2026-03-01T09:00:00Z")
	p := stage.Do(s.Stage, ada, billing.Purchase{Team: "west", Product: "cent", Seats: 1, Term: licensing.Annual})
	stage.Do(s.Stage, operator, billing.CorrectInvoice{
		Invoice: p.Invoice.ID, Reason: "x", Lines: []billing.CorrectedLine{{Line: 1, Description: `=HYPERLINK("x")`, Amount: amount("0.01 USD")}},
	})
	file := stage.Ask(s.Stage, ada, billing.InvoiceExport{Team: "west"})
	require.Equal(t, 7, file.Rows)
	require.Empty(t, file.Next)
	read, err := csv.NewReader(strings.NewReader(file.CSV)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"number", "document", "date", "status", "due", "purchaser", "lines", "currency", "total", "open"}, read[0])
	require.Equal(t, []string{"JPY", "5", "5"}, read[2][7:])
	require.Equal(t, "2026-03-03", read[2][4])
	require.Equal(t, []string{"USD", "-200.00", "-200.00"}, read[4][7:], "credit is below zero, and a number")
	require.Contains(t, file.CSV, ",-200.00,-200.00\r\n")
	require.Contains(t, file.CSV, `"'=HYPERLINK(""x"") = 0.01 USD"`, "no cell is run")
	page := stage.Ask(s.Stage, ada, billing.InvoiceExport{Team: "west", Limit: 3})
	require.Equal(t, read[3][0], page.Next)
	for _, limit := range []int{-1, account.MaxExport + 1} {
		_, err := s.Query(t.Context(), ada, "billing.invoice_export", encoded(t, billing.InvoiceExport{Team: "west", Limit: limit}))
		require.ErrorIs(t, err, rule.Invalid)
	}
}

// encoded is a query as JSON.
func encoded(t *testing.T, query any) []byte {
	t.Helper()
	data, err := json.Marshal(query)
	require.NoError(t, err)
	return data
}
