package flex

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Transfer moves a pack to another team of its purchaser.
type Transfer struct {
	Pack string `json:"pack"`
	To   string `json:"to"`
}

// PackResult is the result of [Transfer] and of [GrantTokens].
type PackResult struct {
	Pack PackShown `json:"pack"`
}

// locate finds a pack, wherever it has been moved, with the streams on the way.
func locate(v *rule.View, id string) (Pack, []rule.Stream, error) {
	origin, ok := rule.StreamOfID("pack", id)
	if !ok {
		return Pack{}, nil, rule.Missing("pack", id)
	}
	streams, team := []rule.Stream{origin}, origin
	m, away, err := movedPacks.Get(v.Tx(), string(origin), store.String(id))
	if err != nil {
		return Pack{}, nil, err
	}
	if away {
		team = m.To
		streams = append(streams, team)
	}
	p, found, err := packs.Get(v.Tx(), string(team), store.String(id))
	if err == nil && !found {
		err = rule.Missing("pack", id)
	}
	return p, streams, err
}

// About names the pack's team and its purchaser.
func (c Transfer) About(v *rule.View) (rule.Subject, error) {
	p, streams, err := locate(v, c.Pack)
	if err != nil {
		return rule.Subject{}, err
	}
	subject := rule.Subject{Team: p.Team, Owner: p.Purchaser, What: "pack", Name: c.Pack, Touches: streams}
	if to := rule.Stream(c.To); account.CheckHandle("team", c.To) == nil && to != p.Team {
		subject.Touches = append(subject.Touches, to)
	}
	return subject, nil
}

// Do moves the pack as it is, with its end (FLX-10).
func (c Transfer) Do(s *rule.Scope) (PackResult, error) {
	p, _, err := locate(&s.View, c.Pack)
	if err != nil {
		return PackResult{}, err
	}
	to, err := c.target(s)
	if err != nil {
		return PackResult{}, err
	}
	s.Cite(TransferRule, rule.Fig("left", p.Left), rule.Fig("ends", p.Ends))
	switch {
	case to.Handle == p.Team:
		return PackResult{}, rule.Refusef(rule.Invalid, TransferRule, "the pack is in the team %s already", to.Handle)
	case p.Complimentary:
		return PackResult{}, rule.Refuse(rule.Invalid, TransferRule, "a complimentary pack cannot be moved")
	case p.Ended:
		return PackResult{}, rule.Refuse(rule.TooLate, TransferRule, "the pack has ended", rule.Fig("ended", p.Ends))
	case p.Held > 0:
		return PackResult{}, rule.Refuse(rule.Conflict, TransferRule, "tokens of the pack are held for a session that has just begun", rule.Fig("held", p.Held))
	}
	from, err := account.TeamByHandle(&s.View, p.Team)
	if err != nil {
		return PackResult{}, err
	}
	if err := dispatch(s, from, p, to.Handle); err != nil {
		return PackResult{}, err
	}
	p.Team = to.Handle
	return PackResult{p.Shown()}, receive(s, to, p)
}

// target returns the team that the pack goes to: one that the actor administers
// or buys for.
func (c Transfer) target(s *rule.Scope) (account.Team, error) {
	to, err := account.TeamByHandle(&s.View, rule.Stream(c.To))
	if err != nil || s.Actor().IsOperator() {
		return to, err
	}
	m, in, err := account.MemberOf(&s.View, to.Handle, s.Actor().Person())
	if err != nil || in && m.Role.Admin() {
		return to, err
	}
	err = account.Authorise(&s.View, account.Buy, rule.Subject{Team: to.Handle, What: "team", Name: c.To})
	return to, err
}

// dispatch takes the pack out of its team and leaves word where it went.
func dispatch(s *rule.Scope, from account.Team, p Pack, to rule.Stream) error {
	if err := queuePack(s, from, p, s.Unqueue); err != nil {
		return err
	}
	if err := packs.Delete(s.Tx(), string(p.Team), store.String(p.ID)); err != nil {
		return err
	}
	w, err := change(s, p.Team, -p.Left, 0, -p.Tokens)
	if err != nil {
		return err
	}
	if err := watchBalance(s, w); err != nil {
		return err
	}
	origin, _ := rule.StreamOfID("pack", p.ID)
	if origin == to {
		return movedPacks.Delete(s.Tx(), string(origin), store.String(p.ID))
	}
	return movedPacks.Put(s.Tx(), moved{From: origin, ID: p.ID, To: to})
}

// PackByID returns a pack, wherever it has been moved, or the refusal that
// there is none.
func PackByID(v *rule.View, id string) (Pack, error) {
	p, _, err := locate(v, id)
	return p, err
}
