package flex

import (
	"cmp"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// TokenUsageQuery reports the tokens used in a team by windows that start from one
// instant on and before another, over [account.MaxReportSpan] at most (REP-2, FLX-12).
type TokenUsageQuery struct {
	Team string    `json:"team"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Products keeps these; none is all. So does Users, which is refused where the
	// team hides people.
	Products []string       `json:"products,omitempty"`
	Users    []rule.Address `json:"users,omitempty"`
	// Limit is how many rows the page has, 50 where none is named.
	Limit int `json:"limit,omitempty"`
	// After is how many rows the pages before had.
	After int `json:"after,omitempty"`
}

// TokenUsageShown is what a person used of a release of a product on a day.
type TokenUsageShown struct {
	// Day is that of the window's start in the team's zone.
	Day     period.Date `json:"day"`
	Product string      `json:"product"`
	// Release is the one that opened the window, empty where none was named.
	Release string `json:"release"`
	// User is the address, or a sign where the team hides people.
	User string `json:"user"`
	// Result is what a cloud service was asked for; empty for a day's use.
	Result string `json:"result"`
	Tokens int64  `json:"tokens"`
	// Windows is how many were opened, short runs among them, which cost nothing.
	// A result opens none.
	Windows int `json:"windows"`
}

// TokenUsageTotals add up all rows of a report, whatever its page.
type TokenUsageTotals struct {
	Rows    int   `json:"rows"`
	People  int   `json:"people"`
	Tokens  int64 `json:"tokens"`
	Windows int   `json:"windows"`
	// Products are in alphabetical order.
	Products []ProductTokenUsage `json:"products"`
}

// ProductTokenUsage is how many people used tokens for a product, and how many.
type ProductTokenUsage struct {
	Product string `json:"product"`
	People  int    `json:"people"`
	Tokens  int64  `json:"tokens"`
}

// TokenUsage is one page of the report on tokens.
type TokenUsage struct {
	// Rows are by day, product, release, person and result.
	Rows   []TokenUsageShown `json:"rows"`
	Totals TokenUsageTotals  `json:"totals"`
	// Next is what to go on after, zero at the end.
	Next int `json:"next"`
}

// About names the team.
func (q TokenUsageQuery) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, q.Team)
}

// Answer reports a page, and the totals of all pages.
func (q TokenUsageQuery) Answer(v *rule.View) (TokenUsage, error) {
	limit, err := account.PageSize(q.Limit)
	if err != nil {
		return TokenUsage{}, err
	}
	rows, err := q.rows(v)
	if err != nil {
		return TokenUsage{}, err
	}
	report := TokenUsage{Totals: tokenTotals(rows)}
	report.Rows, report.Next, err = account.RowsAfter(TokenReportRule, rows, q.After, limit)
	return report, err
}

// rows returns every row of the report, in its order.
func (q TokenUsageQuery) rows(v *rule.View) ([]TokenUsageShown, error) {
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	if err := account.CheckPeriod(TokenReportRule, team.Location(), q.From, q.To); err != nil {
		return nil, err
	}
	names, err := account.NamesIn(v, team.Handle)
	if err != nil {
		return nil, err
	}
	only, err := choose(v, TokenReportRule, names, q.Products, q.Users)
	if err != nil {
		return nil, err
	}
	rows, at := []TokenUsageShown{}, map[TokenUsageShown]int{}
	for u, err := range usages.Scan(v.Tx(), q.Team, store.Part{From: store.Time(q.From), To: store.Time(q.To)}) {
		if err != nil {
			return nil, err
		}
		if !only.holds(u.Product, u.Person) {
			continue
		}
		user, err := names.Of(u.Person)
		if err != nil {
			return nil, err
		}
		row := TokenUsageShown{Day: period.DateOf(u.Start, team.Location()), Product: u.Product, Release: u.Release, User: user, Result: u.Result}
		i, known := at[row]
		if !known {
			i = len(rows)
			if err := account.CheckRows(TokenReportRule, i+1); err != nil {
				return nil, err
			}
			at[row] = i
			rows = append(rows, row)
		}
		rows[i].Tokens += u.Tokens
		if u.Result == "" {
			rows[i].Windows++
		}
	}
	slices.SortFunc(rows, func(a, b TokenUsageShown) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Release, b.Release), cmp.Compare(a.User, b.User), cmp.Compare(a.Result, b.Result))
	})
	v.Cite(UsageRule, rule.Fig("zone", string(team.Zone)))
	v.Cite(TokenReportRule, rule.Fig("rows", len(rows)), rule.Fig("people hidden", names.Hidden()))
	return rows, nil
}

// tokenTotals adds up rows.
func tokenTotals(rows []TokenUsageShown) TokenUsageTotals {
	totals := TokenUsageTotals{Rows: len(rows), Products: []ProductTokenUsage{}}
	people, at, users := map[string]bool{}, map[string]int{}, map[[2]string]bool{}
	for _, r := range rows {
		i, known := at[r.Product]
		if !known {
			i = len(totals.Products)
			at[r.Product] = i
			totals.Products = append(totals.Products, ProductTokenUsage{Product: r.Product})
		}
		people[r.User] = true
		if user := [2]string{r.Product, r.User}; !users[user] {
			users[user] = true
			totals.Products[i].People++
		}
		totals.Products[i].Tokens += r.Tokens
		totals.Tokens += r.Tokens
		totals.Windows += r.Windows
	}
	totals.People = len(people)
	slices.SortFunc(totals.Products, func(a, b ProductTokenUsage) int { return cmp.Compare(a.Product, b.Product) })
	return totals
}
