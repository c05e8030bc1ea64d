package flex

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// StreamsOf returns the teams that a pack came through, the one it stands in last.
// A pack that does not exist has none.
func StreamsOf(v *rule.View, pack string) ([]rule.Stream, error) {
	_, streams, err := locate(v, pack)
	if rule.AsRefusal(err) != nil {
		return nil, nil
	}
	return streams, err
}

// Touched reports whether any token of the pack was ever taken, is held, or was
// lost: then it is not given back for its price.
func (p Pack) Touched() bool { return p.Left != p.Tokens }

// TakeBack takes a pack of which no token was used out of the balance of the team
// that it stands in, for good (BIL-18). Billing calls it when a purchase is returned.
func TakeBack(s *rule.Scope, p Pack) error {
	team, err := account.TeamByHandle(&s.View, p.Team)
	if err != nil {
		return err
	}
	if err := queuePack(s, team, p, s.Unqueue); err != nil {
		return err
	}
	size := p.Left
	p.Returned, p.Left, p.Ended = p.Left, 0, true
	s.Cite(PackRule, rule.Fig("pack", p.ID), rule.Fig("returned", size), rule.Fig("ends", p.Ends.In(time.UTC)))
	if err := packs.Put(s.Tx(), p); err != nil {
		return err
	}
	w, err := change(s, p.Team, -size, 0, -p.Tokens)
	if err != nil {
		return err
	}
	return watchBalance(s, w)
}
