package flex

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// MaxTokensGiven is how many tokens are given at once.
const MaxTokensGiven = 100_000_000

// GrantTokens gives a team a complimentary pack: nobody has bought it, and it stays
// in the team.
type GrantTokens struct {
	Team string `json:"team"`
	// Tokens is how many, from 1.
	Tokens int64 `json:"tokens"`
}

// About names the team.
func (c GrantTokens) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, c.Team)
}

// Do adds the pack, valid as long as one that is bought (FLX-1, FLX-10).
func (c GrantTokens) Do(s *rule.Scope) (PackResult, error) {
	if c.Tokens < 1 || c.Tokens > MaxTokensGiven {
		return PackResult{}, rule.Refusef(rule.Invalid, PackRule, "1 to %d tokens are given at once, not %d", MaxTokensGiven, c.Tokens)
	}
	s.Cite(TransferRule, rule.Fig("complimentary", true))
	p, err := AddPack(s, Pack{Team: rule.Stream(c.Team), Tokens: c.Tokens, Complimentary: true})
	return PackResult{p.Shown()}, err
}
