package flex

import (
	"cmp"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// SeatUsageQuery reports who used the seats of a team from one instant on and
// before another, over [account.MaxReportSpan] at most (REP-1).
type SeatUsageQuery struct {
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

// SeatUsageShown says that a person used a release of a product on a day, by a
// right that costs no tokens.
type SeatUsageShown struct {
	Day     period.Date `json:"day"`
	Product string      `json:"product"`
	// Release is the one that was named at the launch, empty for none.
	Release string `json:"release"`
	// User is the address, or a sign where the team hides people.
	User string `json:"user"`
	Team string `json:"team"`
	// Sources are what covered it, in the order in which they are looked for.
	Sources []licensing.AccessSource `json:"sources"`
	// Sessions is how many were open on that day, those of days before too.
	Sessions int `json:"sessions"`
}

// SeatUsageTotals add up all rows of a report, whatever its page.
type SeatUsageTotals struct {
	Rows   int `json:"rows"`
	People int `json:"people"`
	// Products are in alphabetical order.
	Products []ProductSeatUsage `json:"products"`
}

// ProductSeatUsage is how many people used a product, and on how many days, each
// person's own days counted.
type ProductSeatUsage struct {
	Product string `json:"product"`
	People  int    `json:"people"`
	Days    int    `json:"days"`
}

// SeatUsage is one page of the report on seats.
type SeatUsage struct {
	// Rows are by day, product, release and person.
	Rows   []SeatUsageShown `json:"rows"`
	Totals SeatUsageTotals  `json:"totals"`
	// Next is what to go on after, zero at the end.
	Next int `json:"next"`
}

// About names the team.
func (q SeatUsageQuery) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, q.Team)
}

// Answer reports a page, and the totals of all pages.
func (q SeatUsageQuery) Answer(v *rule.View) (SeatUsage, error) {
	limit, err := account.PageSize(q.Limit)
	if err != nil {
		return SeatUsage{}, err
	}
	rows, err := q.rows(v)
	if err != nil {
		return SeatUsage{}, err
	}
	report := SeatUsage{Totals: seatTotals(rows)}
	report.Rows, report.Next, err = account.RowsAfter(SeatReportRule, rows, q.After, limit)
	return report, err
}

// seatDays gathers the rows of a report.
type seatDays struct {
	query SeatUsageQuery
	zone  *time.Location
	names *account.Names
	only  chosen
	rows  []SeatUsageShown
	at    map[seatDay]int
}

type seatDay struct {
	day                    period.Date
	product, release, user string
}

// rows returns every row of the report, in its order.
func (q SeatUsageQuery) rows(v *rule.View) ([]SeatUsageShown, error) {
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	d := seatDays{query: q, zone: team.Location(), rows: []SeatUsageShown{}, at: map[seatDay]int{}}
	if err := account.CheckPeriod(SeatReportRule, d.zone, q.From, q.To); err != nil {
		return nil, err
	}
	if d.names, err = account.NamesIn(v, team.Handle); err != nil {
		return nil, err
	}
	if d.only, err = choose(v, SeatReportRule, d.names, q.Products, q.Users); err != nil {
		return nil, err
	}
	if err := coveredSince(v, team.Handle, q.From, func(s Session) error { return d.add(s, v.Now()) }); err != nil {
		return nil, err
	}
	slices.SortFunc(d.rows, func(a, b SeatUsageShown) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Release, b.Release), cmp.Compare(a.User, b.User))
	})
	v.Cite(SeatReportRule, rule.Fig("zone", string(team.Zone)), rule.Fig("rows", len(d.rows)), rule.Fig("people hidden", d.names.Hidden()))
	return d.rows, nil
}

// add counts a session on each of its days, once.
func (d *seatDays) add(s Session, now time.Time) error {
	if !d.only.holds(s.Product, s.Person) {
		return nil
	}
	user, err := d.names.Of(s.Person)
	if err != nil {
		return err
	}
	counted := map[period.Date]bool{}
	for _, c := range s.Covers {
		for _, day := range c.days(d.query.From, d.query.To, now, d.zone) {
			i, err := d.row(seatDay{day, s.Product, s.Release, user})
			if err != nil {
				return err
			}
			if row := &d.rows[i]; !slices.Contains(row.Sources, c.Source) {
				row.Sources = append(row.Sources, c.Source)
				slices.SortFunc(row.Sources, compareSources)
			}
			if !counted[day] {
				counted[day] = true
				d.rows[i].Sessions++
			}
		}
	}
	return nil
}

// row returns the place of a row, which is made where there is none yet.
func (d *seatDays) row(key seatDay) (int, error) {
	if i, known := d.at[key]; known {
		return i, nil
	}
	if err := account.CheckRows(SeatReportRule, len(d.rows)+1); err != nil {
		return 0, err
	}
	i := len(d.rows)
	d.at[key] = i
	d.rows = append(d.rows, SeatUsageShown{
		Day: key.day, Product: key.product, Release: key.release, User: key.user, Team: d.query.Team, Sources: []licensing.AccessSource{},
	})
	return i, nil
}

// compareSources orders sources as they are looked for (LIC-6).
func compareSources(a, b licensing.AccessSource) int {
	order := a.Words()
	return cmp.Compare(slices.Index(order, string(a)), slices.Index(order, string(b)))
}

// seatTotals adds up rows. A person's day in two releases of a product is one day.
func seatTotals(rows []SeatUsageShown) SeatUsageTotals {
	totals := SeatUsageTotals{Rows: len(rows), Products: []ProductSeatUsage{}}
	people, at := map[string]bool{}, map[string]int{}
	users, days := map[[2]string]bool{}, map[seatDay]bool{}
	for _, r := range rows {
		i, known := at[r.Product]
		if !known {
			i = len(totals.Products)
			at[r.Product] = i
			totals.Products = append(totals.Products, ProductSeatUsage{Product: r.Product})
		}
		people[r.User] = true
		if user := [2]string{r.Product, r.User}; !users[user] {
			users[user] = true
			totals.Products[i].People++
		}
		if day := (seatDay{day: r.Day, product: r.Product, user: r.User}); !days[day] {
			days[day] = true
			totals.Products[i].Days++
		}
	}
	totals.People = len(people)
	slices.SortFunc(totals.Products, func(a, b ProductSeatUsage) int { return cmp.Compare(a.Product, b.Product) })
	return totals
}
