package report

import (
	"cmp"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/simulator"
)

// Costs sums what runs were invoiced by month and currency, with a total for each
// currency. A month is that of the scenario's zone; settled is what was paid or
// credited. Cancelled invoices are left out, as nobody owes them. The runs are
// those made with their books.
func Costs(runs ...*simulator.Result) (Table, error) {
	t := Table{
		Title:  "Costs by month",
		Header: []string{"scenario", "team", "month", "currency", "invoices", "before tax", "tax", "total", "settled", "open"},
	}
	totals := map[money.Currency]*cost{}
	for _, run := range runs {
		for _, books := range run.Books {
			months := map[monthly]*cost{}
			for _, i := range books.Invoices {
				if i.Status == billing.InvoiceCancelled {
					continue
				}
				at := monthly{i.Issued.In(run.Start.Location()).Format("2006-01"), i.Total.Currency()}
				if err := add(months, at, i); err != nil {
					return t, err
				}
				if err := add(totals, at.currency, i); err != nil {
					return t, err
				}
			}
			for _, at := range slices.SortedFunc(maps.Keys(months), monthly.compare) {
				t.Rows = append(t.Rows, append([]any{nameOf(run), books.Team, at.month, string(at.currency)}, months[at].cells()...))
			}
		}
	}
	for _, currency := range slices.Sorted(maps.Keys(totals)) {
		t.Totals = append(t.Totals, append([]any{"", "", "total", string(currency)}, totals[currency].cells()...))
	}
	return t, nil
}

// monthly is what a row of costs adds up.
type monthly struct {
	month    string
	currency money.Currency
}

func (m monthly) compare(o monthly) int {
	return cmp.Or(cmp.Compare(m.month, o.month), cmp.Compare(m.currency, o.currency))
}

// cost is a sum of invoices in one currency.
type cost struct {
	invoices                       int
	net, tax, total, settled, open money.Amount
}

// add adds an invoice to the sum under a key.
func add[K comparable](sums map[K]*cost, key K, i billing.InvoiceShown) error {
	c, known := sums[key]
	if !known {
		zero := money.Zero(i.Total.Currency())
		c = &cost{net: zero, tax: zero, total: zero, settled: zero, open: zero}
		sums[key] = c
	}
	settled, err := i.Total.Sub(i.Open)
	if err != nil {
		return err
	}
	parts := []struct{ sum, part *money.Amount }{{&c.total, &i.Total}, {&c.settled, &settled}, {&c.open, &i.Open}}
	for n := range i.Lines {
		sum := &c.net
		if i.Lines[n].Tax {
			sum = &c.tax
		}
		parts = append(parts, struct{ sum, part *money.Amount }{sum, &i.Lines[n].Amount})
	}
	for _, p := range parts {
		if *p.sum, err = p.sum.Add(*p.part); err != nil {
			return err
		}
	}
	c.invoices++
	return nil
}

func (c *cost) cells() []any { return []any{c.invoices, c.net, c.tax, c.total, c.settled, c.open} }

// Tokens sums the tokens that people used in runs, with the days on which they
// did and the products they were for. Who used none is left out.
func Tokens(runs ...*simulator.Result) Table {
	t := Table{Title: "Tokens by person", Header: []string{"scenario", "team", "person", "products", "days", "tokens"}}
	total := int64(0)
	for _, run := range runs {
		for _, books := range run.Books {
			people := map[string]*use{}
			for _, row := range books.Usage {
				if row.Tokens == 0 {
					continue
				}
				if people[row.User] == nil {
					people[row.User] = &use{days: map[string]bool{}, products: map[string]bool{}}
				}
				people[row.User].add(row)
				total += row.Tokens
			}
			for _, name := range slices.Sorted(maps.Keys(people)) {
				p := people[name]
				products := strings.Join(slices.Sorted(maps.Keys(p.products)), ", ")
				t.Rows = append(t.Rows, []any{nameOf(run), books.Team, name, products, len(p.days), p.tokens})
			}
		}
	}
	if len(t.Rows) > 0 {
		t.Totals = [][]any{{"", "", "total", "", "", total}}
	}
	return t
}

// use is what one person used.
type use struct {
	days, products map[string]bool
	tokens         int64
}

func (u *use) add(row flex.UsageShown) {
	u.days[row.Day.String()], u.products[row.Product] = true, true
	u.tokens += row.Tokens
}

// nameOf is the name of a scenario's file without its ending, which is shorter
// than what the scenario is called.
func nameOf(run *simulator.Result) string {
	base := filepath.Base(run.File)
	return strings.TrimSuffix(base, filepath.Ext(base))
}
