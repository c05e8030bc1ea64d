package billing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/report"
	"github.com/seatbook/seatbook/rule"
)

// ContractExport writes one contract as CSV.
type ContractExport struct {
	Team     string `json:"team"`
	Contract string `json:"contract"`
}

// ContractFile is a contract as a file of CSV.
type ContractFile struct {
	CSV  string `json:"csv"`
	Rows int    `json:"rows"`
}

// About names the team.
func (q ContractExport) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, q.Team)
}

// Answer writes a row for each subscription, with times of the team's zone
// (BIL-21). No cell of it is run by a spreadsheet.
func (q ContractExport) Answer(v *rule.View) (ContractFile, error) {
	shown, err := contractKey{rule.Stream(q.Team), q.Contract}.shown(v)
	if err != nil {
		return ContractFile{}, err
	}
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return ContractFile{}, err
	}
	v.Cite(ContractRule, rule.Fig("contract", q.Contract), rule.Fig("subscriptions", len(shown.Subscriptions)))
	zone := team.Location()
	var rows [][]any
	for _, s := range shown.Subscriptions {
		rows = append(rows, []any{
			shown.Contract, string(shown.Channel), shown.Reseller.Name, shown.Reseller.Contact, shown.Purchaser, shown.Starts.In(zone), shown.Ends.In(zone),
			s.ID, s.Product, s.Seats, string(s.Term), string(s.Status), s.Starts.In(zone), s.Ends.In(zone), s.AutoRenew,
		})
	}
	header := []string{
		"contract", "channel", "reseller", "contact", "purchaser", "contract starts", "contract ends",
		"subscription", "product", "seats", "term", "status", "starts", "ends", "automatic renewal",
	}
	return ContractFile{CSV: report.CSV(header, rows), Rows: len(rows)}, nil
}

// MaxConsolidated is how many contracts one licence report has at most.
const MaxConsolidated = 100

// LicenceReportQuery consolidates several contracts of a team into one report.
type LicenceReportQuery struct {
	Team string `json:"team"`
	// Contracts are their numbers, each once.
	Contracts []string `json:"contracts"`
}

// LicenceRow is what one contract gives of one product now: seats of
// subscriptions that give access.
type LicenceRow struct {
	Product  string    `json:"product"`
	Contract string    `json:"contract"`
	Reseller string    `json:"reseller"`
	Seats    int       `json:"seats"`
	Starts   time.Time `json:"starts"`
	Ends     time.Time `json:"ends"`
}

// LicenceTotal is what all of the contracts together give of one product.
type LicenceTotal struct {
	Product   string `json:"product"`
	Seats     int    `json:"seats"`
	Contracts int    `json:"contracts"`
}

// LicenceReport is the result of [LicenceReportQuery].
type LicenceReport struct {
	Rows   []LicenceRow   `json:"rows"`
	Totals []LicenceTotal `json:"totals"`
	// CSV has the rows, and below them the total of each product.
	CSV string `json:"csv"`
}

// About names the team.
func (q LicenceReportQuery) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, q.Team)
}

// Answer reads the contracts one by one and adds them up, product by product (BIL-21).
func (q LicenceReportQuery) Answer(v *rule.View) (LicenceReport, error) {
	r := LicenceReport{Rows: []LicenceRow{}, Totals: []LicenceTotal{}}
	if len(q.Contracts) < 1 || len(q.Contracts) > MaxConsolidated {
		return r, rule.Refusef(rule.Invalid, ContractRule, "a licence report has 1 to %d contracts, not %d", MaxConsolidated, len(q.Contracts))
	}
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return r, err
	}
	v.Cite(ContractRule, rule.Fig("contracts", len(q.Contracts)))
	for n, number := range q.Contracts {
		if slices.Contains(q.Contracts[:n], number) {
			return r, rule.Refusef(rule.Invalid, ContractRule, "the contract %s is named twice", number)
		}
		list, err := contractKey{team.Handle, number}.subscriptions(v)
		if err != nil {
			return r, err
		}
		r.Rows = append(r.Rows, licences(v, team, list)...)
	}
	slices.SortFunc(r.Rows, func(a, b LicenceRow) int {
		return cmp.Or(strings.Compare(a.Product, b.Product), strings.Compare(a.Contract, b.Contract))
	})
	r.sum()
	r.write(team.Location())
	return r, nil
}

// licences are the rows of one contract: one for each product of which it gives
// seats now.
func licences(v *rule.View, team account.Team, list []Subscription) []LicenceRow {
	var rows []LicenceRow
	for _, s := range list {
		if !s.StatusAt(v, team.Location()).gives() {
			continue
		}
		n := slices.IndexFunc(rows, func(r LicenceRow) bool { return r.Product == s.Product })
		if n < 0 {
			n = len(rows)
			rows = append(rows, LicenceRow{Product: s.Product, Contract: s.Contract, Reseller: s.Reseller, Starts: s.Starts, Ends: s.Ends()})
		}
		r := &rows[n]
		r.Seats += s.at(v.Now()).Seats()
		if s.Starts.Before(r.Starts) {
			r.Starts = s.Starts
		}
		if s.Ends().After(r.Ends) {
			r.Ends = s.Ends()
		}
	}
	return rows
}

// gives reports whether a subscription of this status gives access.
func (s Status) gives() bool { return s == Active || s == Expired }

func (r *LicenceReport) sum() {
	for _, row := range r.Rows {
		if n := len(r.Totals); n == 0 || r.Totals[n-1].Product != row.Product {
			r.Totals = append(r.Totals, LicenceTotal{Product: row.Product})
		}
		t := &r.Totals[len(r.Totals)-1]
		t.Seats += row.Seats
		t.Contracts++
	}
}

func (r *LicenceReport) write(zone *time.Location) {
	var rows [][]any
	for _, row := range r.Rows {
		rows = append(rows, []any{row.Product, row.Contract, row.Reseller, row.Seats, row.Starts.In(zone), row.Ends.In(zone)})
	}
	for _, t := range r.Totals {
		rows = append(rows, []any{t.Product, "total", "", t.Seats, "", ""})
	}
	r.CSV = report.CSV([]string{"product", "contract", "reseller", "seats", "starts", "ends"}, rows)
}
