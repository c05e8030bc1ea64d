package licensing

import (
	"cmp"
	"maps"
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
	page := PeopleProducts{}
	all, err := q.reasons(v)
	if err != nil {
		return page, err
	}
	if page.Totals, err = heldTotals(v, all); err != nil {
		return page, err
	}
	page.Rows, page.Next, err = rowsOf(v, rule.Stream(q.Team), all, q.After, limit)
	return page, err
}

// reason is a row before it is shown: one source of one holding.
type reason struct {
	Holding
	Source
	// user is who is shown.
	user string
}

// reasons returns what every row of the report is of, in its order.
func (q PeopleProductsQuery) reasons(v *rule.View) ([]reason, error) {
	names, err := account.NamesIn(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	list, err := q.held(v, names)
	if err != nil {
		return nil, err
	}
	var all []reason
	for _, h := range list {
		user := h.Email
		if names.Hidden() {
			if user, err = names.Of(h.Person); err != nil {
				return nil, err
			}
		}
		for _, source := range h.Sources {
			all = append(all, reason{h, source, user})
		}
		if err := account.CheckRows(account.ViewRule, len(all)); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b reason) int {
		return cmp.Or(cmp.Compare(a.user, b.user), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.From, b.From))
	})
	v.Cite(account.ViewRule, rule.Fig("rows", len(all)), rule.Fig("people hidden", names.Hidden()))
	return all, nil
}

// held returns what those hold whom the report is on, from where the fewest have
// to be looked at: from the people or the products named, or from all.
func (q PeopleProductsQuery) held(v *rule.View, names *account.Names) ([]Holding, error) {
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
	scan, parts := holdings.Scan, []store.Part{{}}
	switch {
	case only != nil:
		scan, parts = holdingsOf.Scan, nil
		for _, p := range slices.Sorted(maps.Keys(only)) {
			parts = append(parts, store.Part{Prefix: store.String(p)})
		}
	case len(q.Products) > 0:
		parts = nil
		for _, id := range slices.Compact(slices.Sorted(slices.Values(q.Products))) {
			parts = append(parts, store.Part{Prefix: store.String(id)})
		}
	}
	var list []Holding
	for _, part := range parts {
		for h, err := range scan(v.Tx(), q.Team, part) {
			if err != nil {
				return nil, err
			}
			if len(q.Products) == 0 || slices.Contains(q.Products, h.Product) {
				list = append(list, h)
			}
		}
	}
	return list, nil
}

// rowsOf shows a page of the rows.
func rowsOf(v *rule.View, team rule.Stream, all []reason, after, limit int) ([]PersonProduct, int, error) {
	names, err := account.NamesIn(v, team)
	if err != nil {
		return nil, 0, err
	}
	page, next, err := account.RowsAfter(account.ViewRule, all, after, limit)
	rows := make([]PersonProduct, len(page))
	for i, r := range page {
		rows[i] = PersonProduct{User: r.user, Product: r.Product, Source: r.Kind, From: r.From, Since: r.Since}
		if rows[i].Name, err = names.Full(r.Person); err != nil {
			return nil, 0, err
		}
		last, err := r.lastUsed(v)
		if err != nil {
			return nil, 0, err
		}
		if !last.IsZero() {
			rows[i].LastUsed = &last
		}
	}
	return rows, next, err
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

// heldTotals adds up what stands by person and product. Whether a seat was used is
// the only thing that is looked up for each.
func heldTotals(v *rule.View, all []reason) (PeopleProductsTotals, error) {
	totals := PeopleProductsTotals{Rows: len(all)}
	for i, r := range all {
		if i == 0 || all[i-1].user != r.user {
			totals.People++
		}
		if i > 0 && all[i-1].user == r.user && all[i-1].Product == r.Product {
			continue
		}
		totals.Seats++
		last, err := r.lastUsed(v)
		if err != nil {
			return totals, err
		}
		if last.IsZero() {
			totals.Unused++
		}
	}
	return totals, nil
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
	all, err := PeopleProductsQuery(q).reasons(v)
	if err != nil {
		return account.Exported{}, err
	}
	list, next, err := rowsOf(v, team.Handle, all, q.After, limit)
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
