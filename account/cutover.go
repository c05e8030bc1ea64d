package account

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// CutoverRule is the rule of the move from the old subscription centre.
var CutoverRule = rule.Declare("ACC-21", "001",
	"The old subscription centre ends on a day. From then on its address redirects, and its logins go on working. A banner there, and one mail to every contract manager and coordinator with a live contract, "+
		"say so on the day or up to so long before. Each customer becomes one team: the manager of the oldest live contract is primary admin, other managers are secondary, each purchaser of their own contracts; "+
		"software coordinators are secondary, all others users. The names of groups of serial numbers are dropped; groups by person and product take their place. "+
		"At first sign-in managers and coordinators are asked to check roles, permissions and language, which blocks nothing.",
	CutoverDay, CutoverLead)

// The parameters of the move.
var (
	CutoverDay  = rule.NewDay("cutover", "2015-03-13")
	CutoverLead = rule.NewSpan("cutover-notice", "3d")
)

// cutoverAt is the instant from which on the portal serves: the beginning of the
// day, in the zone of teams that name none, for everyone at once.
func cutoverAt(v *rule.View) time.Time { return CutoverDay.Of(v).In(v.Zone()).UTC() }

// announcedAt is the first instant at which the move is told of.
func announcedAt(v *rule.View) time.Time {
	return CutoverLead.Of(v).Before(cutoverAt(v), v.Zone()).UTC()
}

// CutOver moves customers of the old subscription centre: it makes a team of each,
// with the people and the contracts that an export of the centre names. What was
// moved before is skipped, so a file can be brought again.
type CutOver struct {
	Export Export `json:"export"`
	// Country, Zone and Language are those of the teams that are made.
	Country  string      `json:"country,omitempty"`
	Zone     period.Zone `json:"zone,omitempty"`
	Language Language    `json:"language,omitempty"`
}

// CutOverResult is the result of [CutOver].
type CutOverResult struct {
	// Cutover is the instant from which on the portal serves.
	Cutover time.Time `json:"cutover"`
	// Rows is how many rows the file has, the header left out.
	Rows  int         `json:"rows"`
	Teams []MovedTeam `json:"teams"`
	// Skipped are rows that need nothing done, Bad those that cannot be used, and
	// Dropped those whose contract moved without the name of their serial numbers.
	Skipped []RowNote `json:"skipped"`
	Bad     []RowNote `json:"bad"`
	Dropped []RowNote `json:"dropped"`
}

// MovedTeam is what became of one customer.
type MovedTeam struct {
	Team     string `json:"team"`
	Customer string `json:"customer"`
	// Made is set where the customer had no team before.
	Made    bool   `json:"made"`
	Primary string `json:"primary"`
	// Secondary are the managers and coordinators of the contracts moved, and Users
	// the others they name, but the primary admin; in the order of the file.
	Secondary []string `json:"secondary"`
	Users     []string `json:"users"`
	// Contracts are the products moved, by contract, in the order of the file.
	Contracts []MovedShown `json:"contracts"`
}

// MovedShown is a product of a contract that has become a subscription.
type MovedShown struct {
	Contract string `json:"contract"`
	Product  string `json:"product"`
	Seats    int    `json:"seats"`
	Manager  string `json:"manager"`
	// Subscription is what it has become.
	Subscription string `json:"subscription"`
}

// RowNote says something of a row of a file.
type RowNote struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// maxMoved is how many people one command moves.
const maxMoved = 20000

// rows reads the export and refuses what is no list of contracts.
func (c CutOver) rows(v *rule.View) ([]ContractRow, error) {
	rows, err := c.Export.Rows()
	if err != nil {
		return nil, rule.Refuse(rule.Invalid, CutoverRule, "the export cannot be read: "+err.Error())
	}
	named := 0
	for _, row := range rows {
		named += 2 + len(row.Users)
	}
	most := ImportRows.Of(v)
	switch {
	case len(rows) == 0:
		return nil, rule.Refuse(rule.Invalid, CutoverRule, "the export names no contract")
	case len(rows) > most:
		return nil, rule.Refusef(rule.Invalid, CutoverRule, "an export has %d rows at most, not %d: bring it in parts", most, len(rows)).
			With(rule.Fig("rows", len(rows)), rule.Fig("import-rows", most))
	case named > maxMoved:
		return nil, rule.Refusef(rule.Invalid, CutoverRule, "an export names %d people at most, not %d: bring it in parts", maxMoved, named)
	}
	return rows, nil
}

// About names the teams of the customers, everyone in the export, and the teams
// they are in.
func (c CutOver) About(v *rule.View) (rule.Subject, error) {
	rows, err := c.rows(v)
	if rule.AsRefusal(err) != nil {
		return rule.Subject{}, nil
	}
	var streams []rule.Stream
	seen := map[rule.Person]bool{}
	for _, row := range rows {
		if row.Bad != "" {
			continue
		}
		streams = append(streams, rule.Stream(row.Team))
		for _, a := range row.people() {
			p := a.Person()
			if seen[p] {
				continue
			}
			seen[p] = true
			teams, err := teamsOf(v, p, true)
			if err != nil {
				return rule.Subject{}, err
			}
			streams = append(append(streams, p.Stream()), teams...)
		}
	}
	return rule.Subject{Touches: streamsOf(streams)}, nil
}

// Restore implements [rule.Restorable].
func (c CutOver) Restore(_ *rule.View, address func(rule.Address) (rule.Address, error)) (any, error) {
	var err error
	c.Export, err = c.Export.restored(address)
	return c, err
}

// Do moves every customer of the export (ACC-21).
func (c CutOver) Do(s *rule.Scope) (CutOverResult, error) {
	done := CutOverResult{Cutover: cutoverAt(&s.View), Teams: []MovedTeam{}, Skipped: []RowNote{}, Bad: []RowNote{}, Dropped: []RowNote{}}
	if c.Export.journalled() && !s.Replaying() {
		return done, rule.Refuse(rule.Invalid, CutoverRule, "the export cannot be read: it takes CSV with a row for each product of a contract")
	}
	if err := checkTeamFields(c.Country, c.Zone); err != nil {
		return done, err
	}
	rows, err := c.rows(&s.View)
	if err != nil {
		return done, err
	}
	done.Rows = len(rows)
	s.Cite(CutoverRule, rule.Fig("cutover", done.Cutover), rule.Fig("rows", done.Rows))
	customers, err := c.sort(&s.View, rows, &done)
	if err != nil {
		return done, err
	}
	for _, customer := range customers {
		var moved MovedTeam
		err := s.Try(func(part *rule.Scope) (err error) {
			moved, err = customer.move(part)
			return err
		})
		if refusal := rule.AsRefusal(err); refusal != nil {
			done.refuse(customer, refusal)
			continue
		}
		if err != nil {
			return done, err
		}
		done.Teams = append(done.Teams, moved)
	}
	return done, nil
}

// refuse reports the rows of a customer who cannot be moved. The others are moved
// all the same.
func (r *CutOverResult) refuse(c customer, refusal *rule.Refusal) {
	for _, line := range c.lines {
		for _, row := range line.rows {
			r.Dropped = slices.DeleteFunc(r.Dropped, func(n RowNote) bool { return n.Line == row.Line })
			r.Bad = append(r.Bad, RowNote{row.Line, fmt.Sprintf("%s is not moved: %s", c.name, refusal.Text)})
		}
	}
	slices.SortStableFunc(r.Bad, func(a, b RowNote) int { return cmp.Compare(a.Line, b.Line) })
}

// checkTeamFields refuses a country or a zone that is none.
func checkTeamFields(country string, zone period.Zone) error {
	if err := CheckCountry(country); err != nil {
		return err
	}
	if _, err := period.LoadZone(string(zone)); zone != "" && err != nil {
		return rule.Refuse(rule.Invalid, rule.CalendarSpans, err.Error())
	}
	return nil
}
