package flex

import (
	"time"

	"github.com/seatbook/seatbook/account"
	reports "github.com/seatbook/seatbook/internal/report"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// CreditUsageQuery lists the cloud credits used in a team from one instant on and
// before another, by day, service, person and kind.
type CreditUsageQuery struct {
	Team string    `json:"team"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// CreditUsageShown is what one person used of one kind for one service on one day.
type CreditUsageShown struct {
	Day     period.Date `json:"day"`
	Service string      `json:"service"`
	User    string      `json:"user"`
	Kind    CreditKind  `json:"kind"`
	Credits int64       `json:"credits"`
}

// About names the team.
func (q CreditUsageQuery) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, q.Team)
}

// Answer adds up the charges by their day in the team's zone (REP-3).
func (q CreditUsageQuery) Answer(v *rule.View) ([]CreditUsageShown, error) {
	if err := checkSpan(v, q.Team, q.From, q.To); err != nil {
		return nil, err
	}
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	names, err := account.NamesIn(v, team.Handle)
	if err != nil {
		return nil, err
	}
	v.Cite(CreditReportRule, rule.Fig("zone", string(team.Zone)))
	list := []CreditUsageShown{}
	at := map[CreditUsageShown]int{}
	for u, err := range creditUses.Scan(v.Tx(), q.Team, store.Part{From: store.Time(q.From), To: store.Time(q.To)}) {
		if err != nil {
			return nil, err
		}
		who, err := names.Of(u.Person)
		if err != nil {
			return nil, err
		}
		row := CreditUsageShown{Day: period.DateOf(u.At, team.Location()), Service: u.Service, User: who, Kind: u.Kind}
		i, known := at[row]
		if !known {
			i = len(list)
			at[row] = i
			list = append(list, row)
		}
		list[i].Credits += u.Credits
	}
	return list, nil
}

// CreditUsageExport is the usage of cloud credits as CSV.
type CreditUsageExport CreditUsageQuery

// About names the team.
func (q CreditUsageExport) About(v *rule.View) (rule.Subject, error) {
	return CreditUsageQuery(q).About(v)
}

// Answer writes the rows. No cell of it is run by a spreadsheet (REP-3).
func (q CreditUsageExport) Answer(v *rule.View) (account.Exported, error) {
	list, err := CreditUsageQuery(q).Answer(v)
	if err != nil {
		return account.Exported{}, err
	}
	if len(list) > account.MaxExport {
		return account.Exported{}, rule.Refusef(rule.Invalid, CreditReportRule, "an export has %d rows at most, and these are %d: ask for a shorter time", account.MaxExport, len(list)).
			With(rule.Fig("rows", len(list)))
	}
	rows := make([][]any, len(list))
	for i, r := range list {
		rows[i] = []any{r.Day, r.Service, r.User, string(r.Kind), r.Credits}
	}
	return account.Exported{CSV: reports.CSV([]string{"day", "service", "user", "kind", "credits"}, rows), Rows: len(rows)}, nil
}
