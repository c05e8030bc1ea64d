package licensing

import (
	"cmp"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/report"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// PeopleProductsQuery reports who holds which product of a team now, why and since
// when, and when they last used it (ACC-11).
type PeopleProductsQuery struct {
	Team string `json:"team"`
	// Products keeps these; none is all. So does Users, which is refused where the
	// team hides people.
	Products []string       `json:"products,omitempty"`
	Users    []rule.Address `json:"users,omitempty"`
	// Limit is how many rows the page has, 50 where none is named.
	Limit int `json:"limit,omitempty"`
	// After is how many rows the pages before had.
	After int `json:"after,omitempty"`
}

// PersonProduct is one reason for which a person holds a product.
type PersonProduct struct {
	// User is the address, or a sign where the team hides people.
	User string `json:"user"`
	// Name is the full name, empty where there is none or people are hidden.
	Name    string     `json:"name"`
	Product string     `json:"product"`
	Source  SourceKind `json:"source"`
	// From is the group or the subscription that it comes from, empty for a
	// personal grant and for a default.
	From string `json:"from"`
	// Since is when the person began to hold the product, for whichever reason.
	Since time.Time `json:"since"`
	// LastUsed is when they last worked with it in the team, with a product of the
	// collection where it is one; null where they never have.
	LastUsed *time.Time `json:"last_used"`
}

// PeopleProductsTotals add up all rows, whatever their page.
type PeopleProductsTotals struct {
	Rows   int `json:"rows"`
	People int `json:"people"`
	// Seats is how many seats they hold, Unused how many of these were never used.
	Seats  int `json:"seats"`
	Unused int `json:"unused"`
}

// PeopleProducts is one page of the report on people and products.
type PeopleProducts struct {
	// Rows are by person, product and reason.
	Rows   []PersonProduct      `json:"rows"`
	Totals PeopleProductsTotals `json:"totals"`
	// Next is what to go on after, zero at the end.
	Next int `json:"next"`
}

// About names the team.
func (q PeopleProductsQuery) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, q.Team)
}

// Answer reports a page, and the totals of all pages.
func (q PeopleProductsQuery) Answer(v *rule.View) (PeopleProducts, error) {
	limit, err := account.PageSize(q.Limit)
	if err != nil {
		return PeopleProducts{}, err
	}
	rows, err := q.rows(v)
	if err != nil {
		return PeopleProducts{}, err
	}
	page := PeopleProducts{Totals: heldTotals(rows)}
	page.Rows, page.Next, err = account.RowsAfter(account.ViewRule, rows, q.After, limit)
	return page, err
}

// rows returns every row of the report, in its order.
func (q PeopleProductsQuery) rows(v *rule.View) ([]PersonProduct, error) {
	names, err := account.NamesIn(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	only, err := names.Chosen(account.ViewRule, q.Users)
	if err != nil {
		return nil, err
	}
	if len(q.Products) > account.MaxPage {
		return nil, rule.Refusef(rule.Invalid, account.ViewRule, "a report is asked for %d products at most, or for all", account.MaxPage)
	}
	for _, id := range q.Products {
		if _, err := ProductOf(v, id); err != nil {
			return nil, err
		}
	}
	rows := []PersonProduct{}
	for h, err := range holdings.Scan(v.Tx(), q.Team, store.Part{}) {
		if err != nil {
			return nil, err
		}
		if only != nil && !only[h.Person] || len(q.Products) > 0 && !slices.Contains(q.Products, h.Product) {
			continue
		}
		some, err := h.reasons(v, names)
		if err != nil {
			return nil, err
		}
		rows = append(rows, some...)
		if err := account.CheckRows(account.ViewRule, len(rows)); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(rows, func(a, b PersonProduct) int {
		return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Source, b.Source), cmp.Compare(a.From, b.From))
	})
	v.Cite(account.ViewRule, rule.Fig("rows", len(rows)), rule.Fig("people hidden", names.Hidden()))
	return rows, nil
}

// reasons returns a row for each reason of a holding.
func (h Holding) reasons(v *rule.View, names *account.Names) ([]PersonProduct, error) {
	user, err := names.Of(h.Person)
	if err != nil {
		return nil, err
	}
	full, err := names.Full(h.Person)
	if err != nil {
		return nil, err
	}
	row := PersonProduct{User: user, Name: full, Product: h.Product, Since: h.Since}
	last, err := h.lastUsed(v)
	if err != nil {
		return nil, err
	}
	if !last.IsZero() {
		row.LastUsed = &last
	}
	list := make([]PersonProduct, len(h.Sources))
	for i, source := range h.Sources {
		row.Source, row.From = source.Kind, source.From
		list[i] = row
	}
	return list, nil
}

// lastUsed returns when the person last worked in the team with the product, or
// with one that its seat covers. It is zero where they never have.
func (h Holding) lastUsed(v *rule.View) (time.Time, error) {
	covers := []string{h.Product}
	for i := range CatalogOf(v).Products {
		if p := &CatalogOf(v).Products[i]; p.ID == h.Product {
			covers = append(covers, p.Members...)
		}
	}
	var last time.Time
	for _, product := range covers {
		at, err := account.ActivityService.Of(v).LastUsed(v, h.Team, h.Person, product)
		if err != nil {
			return last, err
		}
		if at.After(last) {
			last = at
		}
	}
	return last, nil
}

// heldTotals adds up rows, which stand by person and product.
func heldTotals(rows []PersonProduct) PeopleProductsTotals {
	totals := PeopleProductsTotals{Rows: len(rows)}
	for i, r := range rows {
		if i == 0 || rows[i-1].User != r.User {
			totals.People++
		}
		if i > 0 && rows[i-1].User == r.User && rows[i-1].Product == r.Product {
			continue
		}
		totals.Seats++
		if r.LastUsed == nil {
			totals.Unused++
		}
	}
	return totals
}

// PeopleProductsExport is the report on people and products as CSV, with the same
// filters. A file has [account.MaxExport] rows at most.
type PeopleProductsExport PeopleProductsQuery

// About names the team.
func (q PeopleProductsExport) About(v *rule.View) (rule.Subject, error) {
	return PeopleProductsQuery(q).About(v)
}

// Answer writes the rows, with the times of the team's zone. No cell of them is run
// by a spreadsheet.
func (q PeopleProductsExport) Answer(v *rule.View) (account.Exported, error) {
	limit, err := account.ExportSize(account.ViewRule, q.Limit)
	if err != nil {
		return account.Exported{}, err
	}
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return account.Exported{}, err
	}
	all, err := PeopleProductsQuery(q).rows(v)
	if err != nil {
		return account.Exported{}, err
	}
	list, next, err := account.RowsAfter(account.ViewRule, all, q.After, limit)
	if err != nil {
		return account.Exported{}, err
	}
	rows := make([][]any, len(list))
	for i, r := range list {
		used := any("")
		if r.LastUsed != nil {
			used = r.LastUsed.In(team.Location())
		}
		rows[i] = []any{r.User, r.Name, r.Product, r.Source, r.From, r.Since.In(team.Location()), used}
	}
	header := []string{"user", "name", "product", "source", "from", "since", "last_used"}
	return account.Exported{CSV: report.CSV(header, rows), Rows: len(rows), Next: int64(next)}, nil
}
