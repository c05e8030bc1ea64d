package billing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/report"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Bounds of the report.
const (
	// reportPage is how many rows a page has where no limit is given.
	reportPage = 100
	// MaxReportPage is how many rows a page has at most.
	MaxReportPage = 1000
)

// Document says which of the two a row of the report is.
type Document string

// The documents.
const (
	InvoiceDocument Document = "invoice"
	MemoDocument    Document = "credit-memo"
)

// DocumentStatus is what an invoice is, or of a credit memo open while something
// is left of it and then used.
type DocumentStatus string

// What a credit memo can be; an invoice is what [InvoiceStatus] says.
const (
	MemoOpen DocumentStatus = "open"
	MemoUsed DocumentStatus = "used"
)

// InvoiceReportQuery lists the invoices and credit memos of a period, by days in
// the team's zone.
type InvoiceReportQuery struct {
	Team string `json:"team"`
	// From and To are the first day shown and the first one not shown; without
	// them, all.
	From  period.Date `json:"from,omitzero"`
	To    period.Date `json:"to,omitzero"`
	Limit int         `json:"limit,omitempty"`
	// After is the number of the last document of the page before.
	After string `json:"after,omitempty"`
}

// InvoiceReportRow is one invoice or credit memo.
type InvoiceReportRow struct {
	Number   string         `json:"number"`
	Document Document       `json:"document"`
	Date     period.Date    `json:"date"`
	Status   DocumentStatus `json:"status"`
	// Due is the day by which an invoice on account is to be paid; null for others.
	Due       *period.Date `json:"due"`
	Purchaser string       `json:"purchaser"`
	Lines     []Line       `json:"lines"`
	Total     money.Amount `json:"total"`
	// Open is what is to be paid on an invoice, and what is left of a credit memo.
	Open money.Amount `json:"open"`
}

// InvoiceReportPage is one page of the report.
type InvoiceReportPage struct {
	Rows []InvoiceReportRow `json:"rows"`
	// Next is what to go on after, empty at the end.
	Next string `json:"next"`
}

// document is an invoice or a memo, before it is shown.
type document struct {
	id      string
	at      time.Time
	invoice *Invoice
	memo    *Memo
}

// About names the team.
func (q InvoiceReportQuery) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, q.Team)
}

// Answer lists them by date, to a purchaser their own, to a payer those of who
// appointed them, to the operator all (REP-6).
func (q InvoiceReportQuery) Answer(v *rule.View) (InvoiceReportPage, error) {
	if q.Limit == 0 {
		q.Limit = reportPage
	}
	if q.Limit < 0 || q.Limit > MaxReportPage {
		return InvoiceReportPage{}, rule.Refusef(rule.Invalid, InvoiceReportRule, "a page has 1 to %d rows, not %d", MaxReportPage, q.Limit)
	}
	return q.page(v)
}

func (q InvoiceReportQuery) page(v *rule.View) (InvoiceReportPage, error) {
	page := InvoiceReportPage{Rows: []InvoiceReportRow{}}
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return page, err
	}
	zone := team.Location()
	v.Cite(InvoiceReportRule, rule.Fig("from", q.From.String()), rule.Fig("to", q.To.String()), rule.Fig("zone", zone.String()))
	part, err := q.part(v, zone)
	if err != nil {
		return page, err
	}
	list, err := q.documents(v, part)
	if err != nil {
		return page, err
	}
	if len(list) > q.Limit {
		list = list[:q.Limit]
		page.Next = list[q.Limit-1].id
	}
	names, err := account.NamesIn(v, team.Handle)
	if err != nil {
		return page, err
	}
	for _, d := range list {
		row, err := d.row(v, zone, names)
		if err != nil {
			return page, err
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// part is the stretch of the indexes that the period and the page before leave.
func (q InvoiceReportQuery) part(v *rule.View, zone *time.Location) (store.Part, error) {
	var part store.Part
	if !q.From.IsZero() {
		part.From = store.Time(q.From.In(zone).UTC())
	}
	if !q.To.IsZero() {
		part.To = store.Time(q.To.In(zone).UTC())
		if !q.From.Before(q.To) {
			return part, rule.Refusef(rule.Invalid, InvoiceReportRule, "the period ends %s and begins %s", q.To, q.From)
		}
	}
	if q.After == "" {
		return part, nil
	}
	at, err := q.issued(v)
	if from := store.Time(at); from > part.From {
		part.From = from
	}
	return part, err
}

// issued returns when the last document of the page before was issued.
func (q InvoiceReportQuery) issued(v *rule.View) (time.Time, error) {
	missing := rule.Missing("invoice or credit memo", q.After)
	if of, ok := rule.StreamOfID("memo", q.After); ok && string(of) == q.Team {
		m, err := memoByID(v, q.After)
		if rule.AsRefusal(err) != nil {
			err = missing
		}
		return m.Issued, err
	}
	i, err := invoiceByID(v, rule.Stream(q.Team), q.After)
	if rule.AsRefusal(err) != nil {
		err = missing
	}
	return i.Issued, err
}

// documents returns what the actor sees, one more than the page has room for.
func (q InvoiceReportQuery) documents(v *rule.View, part store.Part) ([]document, error) {
	seen, err := sees(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	var after document
	if q.After != "" {
		if after.at, err = q.issued(v); err != nil {
			return nil, err
		}
		after.id = q.After
	}
	shows := func(d document, whose rule.Person) bool {
		return (v.Actor().IsOperator() || seen[whose]) && (q.After == "" || compareDocuments(after, d) < 0)
	}
	var list []document
	for i, err := range issuedAt.Scan(v.Tx(), q.Team, part) {
		if err != nil {
			return nil, err
		}
		if d := (document{id: i.ID, at: i.Issued, invoice: &i}); shows(d, i.Purchaser) {
			list = append(list, d)
		}
		if len(list) > q.Limit {
			break
		}
	}
	invoices := len(list)
	for m, err := range writtenAt.Scan(v.Tx(), q.Team, part) {
		if err != nil {
			return nil, err
		}
		if d := (document{id: m.ID, at: m.Issued, memo: &m}); shows(d, m.Purchaser) {
			list = append(list, d)
		}
		if len(list)-invoices > q.Limit {
			break
		}
	}
	slices.SortFunc(list, compareDocuments)
	return list[:min(len(list), q.Limit+1)], nil
}

// compareDocuments orders by instant, invoices before the memos of the same one.
func compareDocuments(a, b document) int {
	return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id[:3], b.id[:3]), rule.CompareIDs(a.id, b.id))
}

func (d document) row(v *rule.View, zone *time.Location, names *account.Names) (InvoiceReportRow, error) {
	row := InvoiceReportRow{Number: d.id, Date: period.DateOf(d.at, zone)}
	if d.memo != nil {
		row.Document, row.Status, row.Total, row.Open = MemoDocument, MemoUsed, d.memo.Total, d.memo.Left
		row.Lines = append([]Line{}, d.memo.Lines...)
		if !d.memo.Left.IsZero() {
			row.Status = MemoOpen
		}
		var err error
		row.Purchaser, err = names.Of(d.memo.Purchaser)
		return row, err
	}
	shown, err := d.invoice.shown(v.Now())
	if err != nil {
		return row, err
	}
	row.Document, row.Status, row.Lines, row.Total, row.Open = InvoiceDocument, DocumentStatus(shown.Status), shown.Lines, shown.Total, shown.Open
	if shown.Due != nil {
		due := period.DateOf(*shown.Due, zone)
		row.Due = &due
	}
	row.Purchaser, err = names.Of(d.invoice.Purchaser)
	return row, err
}

// InvoiceExport is the report as CSV, with the same fields.
type InvoiceExport InvoiceReportQuery

// InvoicesExported is a file of CSV.
type InvoicesExported struct {
	CSV  string `json:"csv"`
	Rows int    `json:"rows"`
	// Next is what to go on after, empty at the end.
	Next string `json:"next"`
}

// About names the team.
func (q InvoiceExport) About(v *rule.View) (rule.Subject, error) {
	return InvoiceReportQuery(q).About(v)
}

// Answer writes one row for each document. Amounts stand apart from their
// currency, so that a spreadsheet can add them up; those of credit memos are
// below zero. No cell is run by a spreadsheet.
func (q InvoiceExport) Answer(v *rule.View) (InvoicesExported, error) {
	if q.Limit == 0 {
		q.Limit = account.MaxExport
	}
	if q.Limit < 0 || q.Limit > account.MaxExport {
		return InvoicesExported{}, rule.Refusef(rule.Invalid, InvoiceReportRule, "an export has 1 to %d rows, not %d", account.MaxExport, q.Limit)
	}
	page, err := InvoiceReportQuery(q).page(v)
	if err != nil {
		return InvoicesExported{}, err
	}
	rows := make([][]any, len(page.Rows))
	for n, r := range page.Rows {
		if rows[n], err = r.cells(); err != nil {
			return InvoicesExported{}, err
		}
	}
	header := []string{"number", "document", "date", "status", "due", "purchaser", "lines", "currency", "total", "open"}
	return InvoicesExported{CSV: report.CSV(header, rows), Rows: len(rows), Next: page.Next}, nil
}

func (r InvoiceReportRow) cells() ([]any, error) {
	lines := make([]string, len(r.Lines))
	for n, l := range r.Lines {
		lines[n] = l.Description + " = " + l.Amount.String()
	}
	due := ""
	if r.Due != nil {
		due = r.Due.String()
	}
	total, open := r.Total, r.Open
	if r.Document == MemoDocument {
		var err error
		if total, err = total.Neg(); err != nil {
			return nil, err
		}
		if open, err = open.Neg(); err != nil {
			return nil, err
		}
	}
	return []any{
		r.Number, r.Document, r.Date, r.Status, due, r.Purchaser, strings.Join(lines, "; "), r.Total.Currency(), report.Decimal(total), report.Decimal(open),
	}, nil
}
