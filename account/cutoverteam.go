package account

import (
	"cmp"
	"slices"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// oldest returns the line of the contract that began first; of two, the one with
// the lower number.
func (c customer) oldest() contractLine {
	return slices.MinFunc(c.lines, func(a, b contractLine) int {
		return cmp.Or(a.contract.Starts.Compare(b.contract.Starts), strings.Compare(a.contract.Number, b.contract.Number))
	})
}

// movedPerson is one person of a customer, with the most that any row makes of them.
type movedPerson struct {
	address rule.Address
	// leads is set for managers and coordinators.
	leads bool
}

// people are everyone in the contracts of a customer, each once, in the order of
// the file.
func (c customer) people() []movedPerson {
	var list []movedPerson
	at := map[rule.Person]int{}
	for _, line := range c.lines {
		for _, row := range line.rows {
			for _, a := range row.people() {
				i, known := at[a.Person()]
				if !known {
					i = len(list)
					at[a.Person()] = i
					list = append(list, movedPerson{address: a})
				}
				leads := a.Person() == row.Manager.Person() || row.Coordinator != "" && a.Person() == row.Coordinator.Person()
				list[i].leads = list[i].leads || leads
			}
		}
	}
	return list
}

// move makes the team where there is none, and brings contracts and people into it.
// The contracts come first: who joins may need their seats at once.
func (c customer) move(s *rule.Scope) (MovedTeam, error) {
	shown := MovedTeam{Team: string(c.team.Handle), Customer: c.name, Made: c.fresh, Secondary: []string{}, Users: []string{}}
	var err error
	if c.team, err = c.open(s); err != nil {
		return shown, err
	}
	if shown.Primary, err = EmailOf(&s.View, c.team.Primary); err != nil {
		return shown, err
	}
	everyone := c.people()
	for _, p := range everyone {
		if _, err := know(s, p.address, c.team.Language); err != nil {
			return shown, err
		}
		if _, err := EnsureLogin(s, p.address); err != nil {
			return shown, err
		}
	}
	if shown.Contracts, err = c.bring(s); err != nil {
		return shown, err
	}
	for _, p := range everyone {
		_, email, person, err := p.address.Parts()
		if err != nil {
			return shown, err
		}
		if err := c.join(s, person, p.leads); err != nil {
			return shown, err
		}
		if p.leads {
			if err := lead(s, c.team, person); err != nil {
				return shown, err
			}
		}
		switch {
		case person == c.team.Primary:
		case p.leads:
			shown.Secondary = append(shown.Secondary, email)
		default:
			shown.Users = append(shown.Users, email)
		}
	}
	return shown, nil
}

// open makes the team of a customer who has none: the manager of the oldest live
// contract becomes its primary admin.
func (c customer) open(s *rule.Scope) (Team, error) {
	if !c.fresh {
		return c.team, nil
	}
	oldest := c.oldest()
	s.Cite(CutoverRule, rule.Fig("oldest contract", oldest.contract.Number), rule.Fig("starts", oldest.contract.Starts))
	if _, err := know(s, oldest.rows[0].Manager, c.team.Language); err != nil {
		return c.team, err
	}
	owner, err := EnsureLogin(s, oldest.rows[0].Manager)
	if err != nil {
		return c.team, err
	}
	c.team.Primary = owner.ID
	if _, err := OpenTeam(s, c.team); err != nil {
		return c.team, err
	}
	return TeamByHandle(&s.View, c.team.Handle)
}

// bring lets the contracts become subscriptions, and notes that they came.
func (c customer) bring(s *rule.Scope) ([]MovedShown, error) {
	list := []MovedShown{}
	for _, line := range c.lines {
		k := line.contract
		if err := movedContracts.Put(s.Tx(), MovedContract{Team: k.Team, Contract: k.Number, Product: k.Product, At: s.Now()}); err != nil {
			return nil, err
		}
		if err := s.Emit(ContractMoved{Contract: k}); err != nil {
			return nil, err
		}
		manager, err := EmailOf(&s.View, k.Manager)
		if err != nil {
			return nil, err
		}
		list = append(list, MovedShown{Contract: k.Number, Product: k.Product, Seats: k.Seats, Manager: manager})
	}
	all, err := PlanService.Of(&s.View).Bought(&s.View, c.team.Handle)
	if err != nil {
		return nil, err
	}
	became := map[[2]string]string{}
	for _, b := range all {
		became[[2]string{b.Contract, b.Product}] = b.Subscription
	}
	for i := range list {
		list[i].Subscription = became[[2]string{list[i].Contract, list[i].Product}]
	}
	return list, nil
}

// join makes the person a member: a secondary admin who leads, else a user. A
// member keeps a role that is as high, and an open invitation is as good as accepted.
func (c customer) join(s *rule.Scope, person rule.Person, leads bool) error {
	role := User
	if leads {
		role = Secondary
	}
	m, in, err := MemberOf(&s.View, c.team.Handle, person)
	if err != nil {
		return err
	}
	if !in {
		if m, err = c.enter(s, person, role); err != nil {
			return err
		}
	}
	if !leads || m.Role.Admin() {
		return nil
	}
	_, err = assume(s, m, Secondary)
	return err
}

// enter makes who is no member one.
func (c customer) enter(s *rule.Scope, person rule.Person, role Role) (Member, error) {
	i, invited, err := invitations.Get(s.Tx(), string(c.team.Handle), store.String(person))
	if err != nil {
		return Member{}, err
	}
	if invited && i.Open(s.Now()) {
		given, err := i.roleNow(&s.View)
		if err != nil {
			return Member{}, err
		}
		if _, err := i.welcome(s, given); err != nil {
			return Member{}, err
		}
	} else {
		if invited && !i.answered() {
			if err := forget(s, i); err != nil {
				return Member{}, err
			}
		}
		if err := enroll(s, c.team, person, role); err != nil {
			return Member{}, err
		}
	}
	m, _, err := MemberOf(&s.View, c.team.Handle, person)
	return m, err
}

// forget ends an invitation that can no longer be accepted, before its time.
func forget(s *rule.Scope, i Invitation) error {
	if err := closed(s, i, false); err != nil {
		return err
	}
	if err := s.Emit(InvitationDropped{Team: i.Team, Person: i.Person}); err != nil {
		return err
	}
	return invitations.Delete(s.Tx(), string(i.Team), store.String(i.Person))
}
