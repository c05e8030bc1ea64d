package billing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/report"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// SubscriptionReportQuery reports the subscriptions of a team that ran in a
// period, as they were bought, page by page.
type SubscriptionReportQuery struct {
	Team string `json:"team"`
	// From and To are the period, To being outside; without one it is open there.
	From *time.Time `json:"from,omitempty"`
	To   *time.Time `json:"to,omitempty"`
	// Limit is how many rows a page has: 50, or up to 200. After is the
	// subscription that the page before ended with.
	Limit int    `json:"limit,omitempty"`
	After string `json:"after,omitempty"`
}

// SubscriptionRow is one row of the report.
type SubscriptionRow struct {
	Contract     string `json:"contract"`
	Subscription string `json:"subscription"`
	Product      string `json:"product"`
	Status       Status `json:"status"`
	Seats        int    `json:"seats"`
	// Assigned is how many people stand on it: who is pinned to it, and of those
	// who have the product from the team's pool as many as its seats take, the
	// subscription bought first being filled first.
	Assigned  int            `json:"assigned"`
	Term      licensing.Term `json:"term"`
	Starts    time.Time      `json:"starts"`
	Ends      time.Time      `json:"ends"`
	AutoRenew bool           `json:"auto_renew"`
	Reseller  string         `json:"reseller"`
}

// SubscriptionRows is a page of the report.
type SubscriptionRows struct {
	Rows []SubscriptionRow `json:"rows"`
	// Next is what to give as after for the next page, empty on the last one.
	Next string `json:"next"`
}

// About names the team.
func (q SubscriptionReportQuery) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, q.Team)
}

// Answer reports to admins and to purchasers (REP-5).
func (q SubscriptionReportQuery) Answer(v *rule.View) (SubscriptionRows, error) {
	limit, err := account.PageSize(q.Limit)
	if err != nil {
		return SubscriptionRows{Rows: []SubscriptionRow{}}, err
	}
	return q.page(v, limit)
}

func (q SubscriptionReportQuery) page(v *rule.View, limit int) (SubscriptionRows, error) {
	page := SubscriptionRows{Rows: []SubscriptionRow{}}
	if err := checkPeriod(SubscriptionReportRule, q.From, q.To); err != nil {
		return page, err
	}
	teams := []rule.Stream{rule.Stream(q.Team)}
	all, err := listed(v, teams, func(*rule.View, account.Team, Subscription) bool { return true })
	if err != nil {
		return page, err
	}
	v.Cite(SubscriptionReportRule, rule.Fig("subscriptions", len(all)))
	slices.SortFunc(all, bought)
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return page, err
	}
	var after *Subscription
	if q.After != "" {
		sub, err := oneOf(v, teams, q.After)
		if err != nil {
			return page, err
		}
		after = &sub
	}
	ran := slices.DeleteFunc(slices.Clone(all), func(s Subscription) bool { return !s.ran(q.From, q.To) })
	ran, more := pageOf(ran, bought, after, limit)
	seated := seating{v: v, team: team, all: all, taken: map[string]map[string]int{}}
	for _, s := range ran {
		row, err := seated.row(s)
		if err != nil {
			return page, err
		}
		page.Rows = append(page.Rows, row)
	}
	if more {
		page.Next = ran[len(ran)-1].ID
	}
	return page, nil
}

func bought(a, b Subscription) int { return rule.CompareIDs(a.ID, b.ID) }

// stopped is the first instant at which the subscription ran no more: the end of
// what is paid, or of what became of it before.
func (s Subscription) stopped() time.Time {
	end := s.Ends()
	for _, at := range []time.Time{s.Upgraded, s.Cancelled, s.Returned} {
		if !at.IsZero() && at.Before(end) {
			end = at
		}
	}
	return end
}

// ran reports whether the subscription ran in a period.
func (s Subscription) ran(from, to *time.Time) bool {
	return (to == nil || s.Starts.Before(*to)) && (from == nil || s.stopped().After(*from))
}

// seating spreads the people who hold a product over its subscriptions.
type seating struct {
	v    *rule.View
	team account.Team
	all  []Subscription
	// taken is what was spread already, by product and subscription.
	taken map[string]map[string]int
}

func (t seating) row(s Subscription) (SubscriptionRow, error) {
	running := s.at(t.v.Now())
	row := SubscriptionRow{
		Contract: s.Contract, Subscription: s.ID, Product: s.Product, Status: s.StatusAt(t.v, t.team.Location()), Seats: running.Seats(),
		Term: running.Term, Starts: s.Starts, Ends: s.Ends(), AutoRenew: s.AutoRenew, Reseller: s.Reseller,
	}
	if t.taken[s.Product] == nil {
		var err error
		if t.taken[s.Product], err = t.spread(s.Product); err != nil {
			return row, err
		}
	}
	row.Assigned = t.taken[s.Product][s.ID]
	return row, nil
}

// spread fills the subscriptions of a product that give access, the first bought
// first. More people than seats stand on the last one, so that nobody is lost.
func (t seating) spread(product string) (map[string]int, error) {
	taken, pooled, err := licensing.AssignedTo(t.v, t.team.Handle, product)
	if err != nil {
		return nil, err
	}
	last := ""
	for _, s := range t.all {
		if s.Product != product || !s.StatusAt(t.v, t.team.Location()).gives() {
			continue
		}
		part := min(pooled, max(0, s.at(t.v.Now()).Seats()-taken[s.ID]))
		taken[s.ID] += part
		pooled -= part
		last = s.ID
	}
	if last != "" {
		taken[last] += pooled
	}
	return taken, nil
}

// SubscriptionExport is the same report as CSV.
type SubscriptionExport SubscriptionReportQuery

// SubscriptionFile is a report as a file of CSV.
type SubscriptionFile struct {
	CSV  string `json:"csv"`
	Rows int    `json:"rows"`
	// Next is what to go on after, empty at the end.
	Next string `json:"next"`
}

// About names the team.
func (q SubscriptionExport) About(v *rule.View) (rule.Subject, error) {
	return SubscriptionReportQuery(q).About(v)
}

// Answer writes the rows, up to [account.MaxExport], with times of the team's
// zone (REP-5). No cell of it is run by a spreadsheet.
func (q SubscriptionExport) Answer(v *rule.View) (SubscriptionFile, error) {
	limit := q.Limit
	if limit == 0 {
		limit = account.MaxExport
	}
	if limit < 0 || limit > account.MaxExport {
		return SubscriptionFile{}, rule.Refusef(rule.Invalid, SubscriptionReportRule, "an export has 1 to %d rows, not %d", account.MaxExport, limit)
	}
	page, err := SubscriptionReportQuery(q).page(v, limit)
	if err != nil {
		return SubscriptionFile{}, err
	}
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return SubscriptionFile{}, err
	}
	zone := team.Location()
	rows := make([][]any, len(page.Rows))
	for i, r := range page.Rows {
		rows[i] = []any{
			r.Contract, r.Subscription, r.Product, string(r.Status), r.Seats, r.Assigned, string(r.Term), r.Starts.In(zone), r.Ends.In(zone), r.AutoRenew, r.Reseller,
		}
	}
	header := []string{"contract", "subscription", "product", "status", "seats", "assigned", "term", "starts", "ends", "automatic renewal", "reseller"}
	return SubscriptionFile{CSV: report.CSV(header, rows), Rows: len(rows), Next: page.Next}, nil
}
