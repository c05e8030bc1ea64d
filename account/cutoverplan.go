package account

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// customer is one team of an export, with what is to be moved into it.
type customer struct {
	team Team
	// fresh is set where the customer has no team yet.
	fresh bool
	name  string
	lines []contractLine
}

// contractLine is one product of a contract, of one row or of several that named
// groups of serial numbers told apart.
type contractLine struct {
	contract Contract
	rows     []ContractRow
}

// plan sorts the rows of an export.
type plan struct {
	view      *rule.View
	command   CutOver
	done      *CutOverResult
	customers []customer
	// lines are all products of contracts, in the order of the file.
	lines []contractLine
	// byTeam and byName are the first rows of a team and of a customer's name,
	// byContract those of a contract.
	byTeam, byName, byContract map[string]ContractRow
	// at is the place of a product of a contract in lines.
	at map[[2]string]int
	// customerAt is the place of a team in customers.
	customerAt map[string]int
}

// sort parts the export into customers with their contracts that are to be moved,
// in the order of the file, and reports all other rows.
func (c CutOver) sort(v *rule.View, rows []ContractRow, done *CutOverResult) ([]customer, error) {
	p := plan{
		view: v, command: c, done: done,
		byTeam: map[string]ContractRow{}, byName: map[string]ContractRow{}, byContract: map[string]ContractRow{}, at: map[[2]string]int{},
		customerAt: map[string]int{},
	}
	for _, row := range rows {
		if row.Bad == "" {
			row.Bad = p.contradicts(row)
		}
		if row.Bad != "" {
			done.Bad = append(done.Bad, RowNote{row.Line, row.Bad})
			continue
		}
		p.add(row)
	}
	for _, line := range p.lines {
		if err := p.place(line); err != nil {
			return nil, err
		}
	}
	for _, notes := range [][]RowNote{done.Skipped, done.Bad, done.Dropped} {
		slices.SortStableFunc(notes, func(a, b RowNote) int { return cmp.Compare(a.Line, b.Line) })
	}
	return p.customers, nil
}

// contradicts says what a row has that differs from the rows before it.
func (p *plan) contradicts(row ContractRow) string {
	if first, known := p.byTeam[row.Team]; known && first.Customer != row.Customer {
		return fmt.Sprintf("the team is that of another customer in line %d", first.Line)
	}
	if first, known := p.byName[row.Customer]; known && first.Team != row.Team {
		return fmt.Sprintf("the customer has another team in line %d, and each has one", first.Line)
	}
	first, known := p.byContract[row.Contract]
	if !known {
		return ""
	}
	for _, one := range []struct {
		what string
		same bool
	}{
		{"team", first.Team == row.Team},
		{"contract manager", first.Manager.Person() == row.Manager.Person()},
		{"term", first.Term == row.Term},
		{"start", first.Starts == row.Starts},
		{"end", first.Ends == row.Ends},
		{"reseller", first.Reseller == row.Reseller},
	} {
		if !one.same {
			return fmt.Sprintf("the contract has another %s in line %d", one.what, first.Line)
		}
	}
	return ""
}

// add puts a row to the product of the contract that it belongs to. Rows that the
// names of serial numbers tell apart add up; the same row again is skipped.
func (p *plan) add(row ContractRow) {
	for _, first := range []struct {
		rows map[string]ContractRow
		key  string
	}{{p.byTeam, row.Team}, {p.byName, row.Customer}, {p.byContract, row.Contract}} {
		if _, known := first.rows[first.key]; !known {
			first.rows[first.key] = row
		}
	}
	key := [2]string{row.Contract, row.Product}
	i, known := p.at[key]
	if !known {
		p.at[key] = len(p.lines)
		p.lines = append(p.lines, contractLine{rows: []ContractRow{row}})
		return
	}
	for _, before := range p.lines[i].rows {
		if before.Group == row.Group {
			p.skip(row, fmt.Sprintf("the product of the contract stands in line %d already", before.Line))
			return
		}
	}
	p.lines[i].rows = append(p.lines[i].rows, row)
}

func (p *plan) skip(row ContractRow, reason string) {
	p.done.Skipped = append(p.done.Skipped, RowNote{row.Line, reason})
}

// place puts a product of a contract to its customer, if it is to be moved.
func (p *plan) place(line contractLine) error {
	row := line.rows[0]
	team, fresh, err := p.team(row)
	if err != nil {
		return err
	}
	seats := 0
	for _, r := range line.rows {
		seats += r.Seats
	}
	line.contract = Contract{
		Team: team.Handle, Number: row.Contract, Product: row.Product, Term: row.Term, Seats: seats, Manager: row.Manager.Person(),
		Starts: row.Starts.In(team.Location()).UTC(), Ends: row.Ends.In(team.Location()).UTC(), Reseller: row.Reseller,
	}
	_, moved, err := movedContracts.Get(p.view.Tx(), row.Team, store.String(row.Contract)+store.String(row.Product))
	if err != nil {
		return err
	}
	idle := line.contract.idle(p.view)
	if moved {
		idle = "the product of the contract was moved already"
	}
	bad := ContractService.Of(p.view).Unfit(p.view, line.contract)
	for _, r := range line.rows {
		switch {
		case idle != "":
			p.skip(r, idle)
		case bad != "":
			p.done.Bad = append(p.done.Bad, RowNote{r.Line, bad})
		case r.Group != "":
			p.done.Dropped = append(p.done.Dropped, RowNote{r.Line, "the name of the group of serial numbers is dropped: groups of people and products take its place"})
		}
	}
	if idle != "" || bad != "" {
		return nil
	}
	if i, known := p.customerAt[row.Team]; known {
		p.customers[i].lines = append(p.customers[i].lines, line)
		return nil
	}
	p.customerAt[row.Team] = len(p.customers)
	p.customers = append(p.customers, customer{team: team, fresh: fresh, name: row.Customer, lines: []contractLine{line}})
	return nil
}

// idle says why a contract is not moved now: it is over by the time the portal
// serves, or has not begun.
func (c Contract) idle(v *rule.View) string {
	over := v.Now()
	if at := cutoverAt(v); at.After(over) {
		over = at
	}
	v.Cite(rule.HalfOpen, rule.Fig("contract", c.Number), rule.Fig("ends", c.Ends))
	switch {
	case !c.Ends.After(over):
		return "the contract is over by " + rule.Show(over)
	case c.Starts.After(v.Now()):
		return "the contract has not begun: bring it again once it has"
	default:
		return ""
	}
}

// team returns the team of a customer as it is, or as it is to be made.
func (p *plan) team(row ContractRow) (team Team, fresh bool, err error) {
	team, found, err := teams.Get(p.view.Tx(), row.Team, "")
	if err != nil || found {
		return team, false, err
	}
	c := p.command
	team = Team{Handle: rule.Stream(row.Team), Name: row.Customer, Country: c.Country, Zone: c.Zone, Language: c.Language}
	if team.Zone == "" {
		team.Zone = period.Zone(p.view.Zone().String())
	}
	if team.Language == "" {
		team.Language = English
	}
	return team, true, nil
}
