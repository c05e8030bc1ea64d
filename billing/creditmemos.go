package billing

import (
	"cmp"
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// CreditMemosQuery lists a team's credit memos, in the order they were issued.
type CreditMemosQuery struct {
	Team string `json:"team"`
}

// CreditMemoListed is a credit memo with what goes back for it.
type CreditMemoListed struct {
	MemoShown
	Refunds []RefundShown `json:"refunds"`
}

// About names the team.
func (q CreditMemosQuery) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, q.Team)
}

// Answer lists them: to a purchaser their own, to a payer those of who appointed
// them, to the operator all (BIL-17).
func (q CreditMemosQuery) Answer(v *rule.View) ([]CreditMemoListed, error) {
	seen, err := sees(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	v.Cite(MemoRule)
	list := []CreditMemoListed{}
	for m, err := range memos.Scan(v.Tx(), q.Team, store.Part{}) {
		if err != nil {
			return nil, err
		}
		if !v.Actor().IsOperator() && !seen[m.Purchaser] {
			continue
		}
		shown, err := m.shown()
		if err != nil {
			return nil, err
		}
		back, err := refundsFor(v, m)
		if err != nil {
			return nil, err
		}
		list = append(list, CreditMemoListed{shown, back})
	}
	slices.SortStableFunc(list, func(a, b CreditMemoListed) int {
		return cmp.Or(a.Issued.Compare(b.Issued), rule.CompareIDs(a.ID, b.ID))
	})
	return list, nil
}
