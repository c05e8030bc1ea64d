package licensing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// Kinds of notices that this package writes.
const (
	AssignedNotice   account.NoticeKind = "product-assigned"
	NewProductNotice account.NoticeKind = "new-product"
)

// Assign gives a seat of a product to a person, or a product to a group. A
// person who is not in the team yet is invited with the product.
type Assign struct {
	Team    string       `json:"team"`
	Product string       `json:"product"`
	User    rule.Address `json:"user,omitempty"`
	Group   string       `json:"group,omitempty"`
	// Subscription pins the seat to one subscription; it ends with it.
	Subscription string `json:"subscription,omitempty"`
}

// AssignmentStatus is what an assignment came to.
type AssignmentStatus string

// What an assignment can come to.
const (
	Assigned   AssignmentStatus = "assigned"
	Invited    AssignmentStatus = "invited"
	Unassigned AssignmentStatus = "unassigned"
)

// Assignment is who has what, as results show it.
type Assignment struct {
	Team         string           `json:"team"`
	Product      string           `json:"product"`
	User         string           `json:"user"`
	Group        string           `json:"group"`
	Subscription string           `json:"subscription"`
	Status       AssignmentStatus `json:"status"`
	// Since is when the person took the seat; null for groups and the invited.
	Since *time.Time `json:"since"`
}

// AssignmentResult is the result of commands that assign and unassign.
type AssignmentResult struct {
	Assignment Assignment `json:"assignment"`
}

// About names the team and the person or group.
func (c Assign) About(v *rule.View) (rule.Subject, error) {
	return aboutHolder(v, c.Team, c.User, c.Group)
}

func aboutHolder(v *rule.View, team string, user rule.Address, group string) (rule.Subject, error) {
	if (user == "") == (group == "") {
		return rule.Subject{}, rule.Refuse(rule.Invalid, SeatRule, "an assignment names either a user or a group")
	}
	if user != "" {
		return account.AboutMember(v, team, user)
	}
	people, err := account.GroupPeople(v, rule.Stream(team), group)
	if err != nil {
		return rule.Subject{}, err
	}
	var streams []rule.Stream
	for _, p := range people {
		concerns, err := account.Concerns(v, p)
		if err != nil {
			return rule.Subject{}, err
		}
		streams = append(streams, concerns...)
	}
	return account.AboutTeam(v, team, streams...)
}

// Do assigns (LIC-4, LIC-5).
func (c Assign) Do(s *rule.Scope) (AssignmentResult, error) {
	product, err := ProductOf(&s.View, c.Product)
	if err != nil {
		return AssignmentResult{}, err
	}
	s.Cite(SeatRule, rule.Fig("product", product.ID))
	shown := Assignment{Team: c.Team, Product: c.Product, Group: c.Group, Subscription: c.Subscription, Status: Assigned}
	team := rule.Stream(c.Team)
	if c.Group != "" {
		if c.Subscription != "" {
			return AssignmentResult{}, rule.Refuse(rule.Invalid, SeatRule, "a group's product comes from the pool, not from one subscription")
		}
		return AssignmentResult{shown}, grantGroup(s, team, c.Group, c.Product)
	}
	_, email, person, err := c.User.Parts()
	if err != nil {
		return AssignmentResult{}, err
	}
	shown.User = email
	if _, in, err := account.MemberOf(&s.View, team, person); err != nil {
		return AssignmentResult{}, err
	} else if !in {
		shown.Status = Invited
		return AssignmentResult{shown}, c.invite(s, person)
	}
	h, err := c.assign(s, team, person)
	shown.Since = &h.Since
	return AssignmentResult{shown}, err
}

// invite asks a person into the team with the product, or lets it wait for them
// too where they are invited already.
func (c Assign) invite(s *rule.Scope, person rule.Person) error {
	i, found, err := account.InvitationTo(&s.View, rule.Stream(c.Team), person)
	if err != nil {
		return err
	}
	if !found || !i.Open(s.Now()) {
		_, err := account.Invite{Team: c.Team, Email: c.User, Products: []string{c.Product}, Subscription: c.Subscription}.Do(s)
		return err
	}
	if c.Subscription != i.Subscription {
		if err := c.known(&s.View); err != nil {
			return err
		}
		return rule.Refusef(rule.Conflict, SeatRule, "the open invitation of the person gives seats of another pool or subscription: assign the product once it is accepted, or revoke it and invite anew")
	}
	if slices.Contains(i.Products, c.Product) {
		if waits, err := promised(&s.View, i, c.Product); err != nil || waits {
			return err
		}
		return extendHold(s, i, c.Product)
	}
	if err := extendHold(s, i, c.Product); err != nil {
		return err
	}
	return account.Extend(s, i, c.Product)
}

// known refuses a subscription that gives the team no seats of the product as if
// there were none of that name.
func (c Assign) known(v *rule.View) error {
	if c.Subscription == "" {
		return nil
	}
	rights, err := entitlementsOf(v, rule.Stream(c.Team), c.Product, c.Subscription)
	if err == nil && len(rights) == 0 {
		err = rule.Missing("subscription", c.Subscription)
	}
	return err
}

// assign gives a member the seat, and tells them where it is new to them.
func (c Assign) assign(s *rule.Scope, team rule.Stream, person rule.Person) (Holding, error) {
	source := Source{Kind: Personal}
	if c.Subscription != "" {
		source = Source{Pinned, c.Subscription}
	}
	before, held, err := holdings.Get(s.Tx(), c.Team, holdingKey(c.Product, person))
	if err != nil {
		return before, err
	}
	if held && (slices.Contains(before.Sources, source) || source.Kind == Personal && !personalless(before)) {
		return before, nil
	}
	if err := give(s, team, c.Product, source, []rule.Person{person}); err != nil {
		return before, err
	}
	if !held {
		if err := tellAssigned(s, team, c.Product, person); err != nil {
			return before, err
		}
	}
	h, _, err := holdings.Get(s.Tx(), c.Team, holdingKey(c.Product, person))
	return h, err
}

// personalless reports whether a personal grant would add a reason of its own:
// to a seat that a group or a subscription gives, and that could go with it.
func personalless(h Holding) bool {
	return !slices.Contains(h.Sources, Source{Kind: Personal})
}

// tellAssigned mails the person who was given a product by a grant of their own.
func tellAssigned(s *rule.Scope, team rule.Stream, product string, person rule.Person) error {
	kind := AssignedNotice
	upgraded, err := overlapsInto(&s.View, team, person, product)
	if err != nil {
		return err
	}
	if upgraded {
		kind = NewProductNotice
		s.Cite(OverlapRule, rule.Fig("new product", product))
	}
	return account.Tell(s, account.Letter{Kind: kind, About: team, Facts: map[string]string{"product": product}}, person)
}

// Unassign takes a product from a person or a group.
type Unassign struct {
	Team    string       `json:"team"`
	Product string       `json:"product"`
	User    rule.Address `json:"user,omitempty"`
	Group   string       `json:"group,omitempty"`
	// Subscription takes only the seat that is pinned to it.
	Subscription string `json:"subscription,omitempty"`
}

// About names the team and the person or group.
func (c Unassign) About(v *rule.View) (rule.Subject, error) {
	return aboutHolder(v, c.Team, c.User, c.Group)
}

// Do takes the product away, and with it what is left of an overlap (LIC-4,
// LIC-7). What a group or a default gives cannot be taken from one member alone
// (ACC-10, LIC-16).
func (c Unassign) Do(s *rule.Scope) (AssignmentResult, error) {
	s.Cite(SeatRule, rule.Fig("product", c.Product))
	team := rule.Stream(c.Team)
	shown := Assignment{Team: c.Team, Product: c.Product, Group: c.Group, Subscription: c.Subscription, Status: Unassigned}
	if _, err := ProductOf(&s.View, c.Product); err != nil {
		return AssignmentResult{}, err
	}
	if c.Group != "" {
		if _, err := account.GroupByHandle(&s.View, team, c.Group); err != nil {
			return AssignmentResult{}, err
		}
		return AssignmentResult{shown}, ungrantGroup(s, team, c.Group, c.Product)
	}
	_, email, person, err := c.User.Parts()
	if err != nil {
		return AssignmentResult{}, err
	}
	shown.User = email
	if _, in, err := account.MemberOf(&s.View, team, person); err != nil {
		return AssignmentResult{}, err
	} else if !in {
		return AssignmentResult{}, rule.Missing("member", email)
	}
	return AssignmentResult{shown}, c.unassign(s, team, person)
}

func (c Unassign) unassign(s *rule.Scope, team rule.Stream, person rule.Person) error {
	h, holds, err := holdings.Get(s.Tx(), c.Team, holdingKey(c.Product, person))
	if err != nil {
		return err
	}
	overlaps, err := overlapsOf(&s.View, team, person, c.Product)
	if err != nil {
		return err
	}
	own := func(source Source) bool {
		if c.Subscription != "" {
			return source == Source{Pinned, c.Subscription}
		}
		return source.own()
	}
	switch {
	case holds && c.Subscription != "" && !slices.ContainsFunc(h.Sources, own) && len(overlaps) == 0:
		return rule.Refusef(rule.NotAssigned, SeatRule, "the person's seat of %s is not pinned to %s", c.Product, c.Subscription)
	case !holds && len(overlaps) == 0:
		return rule.Refusef(rule.NotAssigned, SeatRule, "the person does not hold %s", c.Product)
	case holds && !slices.ContainsFunc(h.Sources, own) && len(overlaps) == 0:
		return h.common()
	}
	if err := endOverlaps(s, team, person, c.Product); err != nil {
		return err
	}
	if holds {
		if err := take(s, h, own); err != nil {
			return err
		}
	}
	return s.Emit(CoverLost{Team: team, Product: c.Product, Person: person})
}

// SeatsQuery counts the seats of a product in a team.
type SeatsQuery struct {
	Team    string `json:"team"`
	Product string `json:"product"`
}

// About names the team.
func (q SeatsQuery) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, q.Team) }

// Answer counts.
func (q SeatsQuery) Answer(v *rule.View) (Seats, error) {
	if _, err := ProductOf(v, q.Product); err != nil {
		return Seats{}, err
	}
	seats, err := SeatsOf(v, rule.Stream(q.Team), q.Product)
	v.Cite(SeatRule, rule.Fig("owned", seats.Owned), rule.Fig("held", seats.Held), rule.Fig("assigned", seats.Assigned))
	return seats, err
}
