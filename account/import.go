package account

import (
	"slices"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Import asks many people into a team at once, by a CSV text, and gives them
// products and groups where some are named.
type Import struct {
	Team     string   `json:"team"`
	CSV      Roster   `json:"csv"`
	Products []string `json:"products,omitempty"`
	Groups   []string `json:"groups,omitempty"`
}

// Imported is the result of [Import].
type Imported struct {
	// Rows is how many rows the file has, the header left out.
	Rows int `json:"rows"`
	// Invited is how many people got an invitation, Assigned how many members
	// were given what the import names.
	Invited     int             `json:"invited"`
	Assigned    int             `json:"assigned"`
	Invitations []ImportInvited `json:"invitations"`
	Skipped     []ImportSkipped `json:"skipped"`
	Bad         []ImportBad     `json:"bad"`
}

// ImportInvited is one person who got an invitation.
type ImportInvited struct {
	Line  int    `json:"line"`
	Email string `json:"email"`
	// Secret accepts the invitation. It is shown once, here, and kept nowhere.
	Secret string `json:"secret"`
}

// ImportSkipped is one row whose person needs no invitation.
type ImportSkipped struct {
	Line   int    `json:"line"`
	Email  string `json:"email"`
	Reason string `json:"reason"`
}

// ImportBad is one row that cannot be read.
type ImportBad struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// WithoutSecrets returns the result as a retry sees it.
func (r Imported) WithoutSecrets() any {
	r.Invitations = slices.Clone(r.Invitations)
	for i := range r.Invitations {
		r.Invitations[i].Secret = ""
	}
	return r
}

// Importing happens before the people of an import are invited: who keeps seats
// refuses where there are too few for all of them.
type Importing struct {
	Team rule.Stream
	// Invited get an invitation, Members are in the team already.
	Invited, Members []rule.Person
	Products, Groups []string
}

// MembersImported happens when an import names people who are members already:
// they are given its products, without a mail.
type MembersImported struct {
	Team     rule.Stream
	Members  []rule.Person
	Products []string
}

// rows reads the roster and refuses what is no list of people.
func (c Import) rows(v *rule.View) ([]RosterRow, error) {
	rows, err := c.CSV.Rows()
	if err != nil {
		return nil, rule.Refuse(rule.Invalid, ImportRule, "the import cannot be read: "+err.Error())
	}
	most := ImportRows.Of(v)
	v.Cite(ImportRule, rule.Fig("rows", len(rows)), rule.Fig("import-rows", most))
	switch {
	case len(rows) > most:
		return nil, rule.Refusef(rule.Invalid, ImportRule, "an import has %d rows at most, not %d", most, len(rows)).
			With(rule.Fig("rows", len(rows)), rule.Fig("import-rows", most))
	case len(rows) == 0:
		return nil, rule.Refuse(rule.Invalid, ImportRule, "the import names nobody")
	case len(c.Products) > MaxGranted || len(c.Groups) > MaxGranted:
		return nil, rule.Refusef(rule.Invalid, ImportRule, "an import can name %d products and %d groups", MaxGranted, MaxGranted)
	}
	return rows, nil
}

// About names the team and everyone in the list. A list that cannot be read
// concerns the team alone, and is refused once it is known who asks.
func (c Import) About(v *rule.View) (rule.Subject, error) {
	rows, err := c.rows(v)
	if rule.AsRefusal(err) != nil {
		return AboutTeam(v, c.Team)
	}
	var streams []rule.Stream
	seen := map[rule.Person]bool{"": true}
	for _, row := range rows {
		p := row.User.Person()
		if seen[p] {
			continue
		}
		seen[p] = true
		teams, err := TeamsOf(v, p)
		if err != nil {
			return rule.Subject{}, err
		}
		streams = append(append(streams, p.Stream()), teams...)
	}
	return AboutTeam(v, c.Team, streams...)
}

// Restore implements [rule.Restorable].
func (c Import) Restore(_ *rule.View, address func(rule.Address) (rule.Address, error)) (any, error) {
	var err error
	c.CSV, err = c.CSV.restored(address)
	return c, err
}

// Do invites who is new and gives members what is named, all or nothing (ACC-7, ACC-8).
func (c Import) Do(s *rule.Scope) (Imported, error) {
	s.Cite(AddingRule, rule.Fig("role", string(User)))
	if c.CSV.journalled() && !s.Replaying() {
		return Imported{}, rule.Refuse(rule.Invalid, ImportRule, "the import cannot be read: it takes CSV with first name, last name, e-mail")
	}
	rows, err := c.rows(&s.View)
	if err != nil {
		return Imported{}, err
	}
	t, err := TeamByHandle(&s.View, rule.Stream(c.Team))
	if err != nil {
		return Imported{}, err
	}
	c.Products, c.Groups = sorted(c.Products), sorted(c.Groups)
	for _, g := range c.Groups {
		if _, err := GroupByHandle(&s.View, t.Handle, g); err != nil {
			return Imported{}, err
		}
	}
	result, fresh, members, err := c.sort(&s.View, rows)
	if err != nil {
		return result, err
	}
	happening := Importing{Team: t.Handle, Members: members, Products: c.Products, Groups: c.Groups}
	for _, row := range fresh {
		happening.Invited = append(happening.Invited, row.User.Person())
	}
	if err := s.Emit(happening); err != nil {
		return result, err
	}
	if err := c.give(s, t, members); err != nil {
		return result, err
	}
	if len(c.Products)+len(c.Groups) > 0 {
		result.Assigned = len(members)
	}
	for _, row := range fresh {
		if err := c.invite(s, t, row, &result); err != nil {
			return result, err
		}
	}
	return result, nil
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// sort parts the rows into those who are new and those who are members, and
// reports all others.
func (c Import) sort(v *rule.View, rows []RosterRow) (result Imported, fresh []RosterRow, members []rule.Person, err error) {
	result = Imported{Rows: len(rows), Invitations: []ImportInvited{}, Skipped: []ImportSkipped{}, Bad: []ImportBad{}}
	first := map[rule.Person]bool{}
	for _, row := range rows {
		if row.Bad != "" {
			result.Bad = append(result.Bad, ImportBad{row.Line, row.Bad})
			continue
		}
		_, email, id, err := row.User.Parts()
		if err != nil {
			return result, nil, nil, err
		}
		_, in, err := MemberOf(v, rule.Stream(c.Team), id)
		if err != nil {
			return result, nil, nil, err
		}
		i, found, err := InvitationTo(v, rule.Stream(c.Team), id)
		if err != nil {
			return result, nil, nil, err
		}
		skip := func(reason string) {
			result.Skipped = append(result.Skipped, ImportSkipped{row.Line, email, reason})
		}
		switch {
		case first[id]:
			skip("stands in the file already")
		case in:
			skip("is in the team already")
			members = append(members, id)
		case found && i.Open(v.Now()):
			skip("has an open invitation")
		default:
			fresh = append(fresh, row)
		}
		first[id] = true
	}
	return result, fresh, members, nil
}

// give lets members have what the import names.
func (c Import) give(s *rule.Scope, t Team, members []rule.Person) error {
	if len(members) == 0 {
		return nil
	}
	for _, handle := range c.Groups {
		g, err := GroupByHandle(&s.View, t.Handle, handle)
		if err != nil {
			return err
		}
		if err := JoinGroup(s, g, members); err != nil {
			return err
		}
	}
	if len(c.Products) == 0 {
		return nil
	}
	return s.Emit(MembersImported{Team: t.Handle, Members: members, Products: c.Products})
}

// invite sends the invitation of one row.
func (c Import) invite(s *rule.Scope, t Team, row RosterRow, result *Imported) error {
	p, err := know(s, row.User, t.Language)
	if err != nil {
		return err
	}
	old, found, err := invitations.Get(s.Tx(), c.Team, store.String(p.ID))
	if err != nil {
		return err
	}
	if found {
		if err := closed(s, old, false); err != nil {
			return err
		}
	}
	if err := memberships.Put(s.Tx(), Membership{Person: p.ID, Team: t.Handle}); err != nil {
		return err
	}
	sent, err := send(s, t, Invitation{
		Team: t.Handle, Person: p.ID, Role: User, Products: c.Products, Groups: c.Groups, Imported: c.Products, By: s.Actor().Person(),
	})
	if err != nil {
		return err
	}
	result.Invited++
	result.Invitations = append(result.Invitations, ImportInvited{Line: row.Line, Email: sent.Invitation.Email, Secret: sent.Secret})
	return nil
}
