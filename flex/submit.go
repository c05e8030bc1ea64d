package flex

import (
	"github.com/seatbook/seatbook/rule"
)

// Submit asks a cloud service for results. All jobs are paid, or none is
// submitted.
type Submit struct {
	User    rule.Address   `json:"user"`
	Product string         `json:"product"`
	Team    string         `json:"team,omitempty"`
	Jobs    []ResultWanted `json:"jobs"`
}

// Submitted is the result of [Submit].
type Submitted struct {
	Jobs []JobShown `json:"jobs"`
	// Price is what all of them cost, Balance what there was, and Remaining what is left.
	Price     int64 `json:"price"`
	Balance   int64 `json:"balance"`
	Remaining int64 `json:"remaining"`
}

// About names the person, and the team where one is named.
func (c Submit) About(v *rule.View) (rule.Subject, error) { return ResultPriceQuery(c).About(v) }

// Do takes the tokens of all jobs from the packs in their order (FLX-11, FLX-2).
func (c Submit) Do(s *rule.Scope) (Submitted, error) {
	quote, cost, err := ResultPriceQuery(c).quote(&s.View)
	if err != nil {
		return Submitted{}, err
	}
	if err := withinLimits(s, cost); err != nil {
		return Submitted{}, err
	}
	if quote.Remaining < 0 {
		return Submitted{}, rule.Refusef(rule.InsufficientTokens, ResultRule, "%d tokens are needed for all jobs and %d are left", quote.Price, quote.Balance).
			With(rule.Fig("price", quote.Price), rule.Fig("balance", quote.Balance))
	}
	done := Submitted{Jobs: []JobShown{}, Price: quote.Price, Balance: quote.Balance, Remaining: quote.Remaining}
	for _, p := range quote.Jobs {
		j := Job{
			Team: cost.team, Person: cost.person, Product: cost.product, Result: p.Result, Rate: p.Rate, Units: p.Units, Tokens: p.Tokens,
			Submitted: s.Now(), Status: JobRunning,
		}
		if j, err = j.start(s); err != nil {
			return Submitted{}, err
		}
		shown, err := j.shown(&s.View)
		if err != nil {
			return Submitted{}, err
		}
		done.Jobs = append(done.Jobs, shown)
	}
	if err := tellLimits(s, cost); err != nil {
		return Submitted{}, err
	}
	w, err := walletOf(&s.View, cost.team)
	if err != nil {
		return Submitted{}, err
	}
	return done, watchBalance(s, w)
}

// start takes the job's tokens and reports them.
func (j Job) start(s *rule.Scope) (Job, error) {
	var err error
	if j.ID, err = s.NewID("job", j.Team); err != nil {
		return j, err
	}
	if j.Debits, err = debit(s, j.Team, j.Tokens, false); err != nil {
		return j, err
	}
	if j.Usage, err = s.NewID("use", j.Team); err != nil {
		return j, err
	}
	if err := usages.Put(s.Tx(), j.usage(j.Tokens)); err != nil {
		return j, err
	}
	return j, jobs.Put(s.Tx(), j)
}

func (j Job) usage(tokens int64) Usage {
	return Usage{Team: j.Team, ID: j.Usage, Start: j.Submitted, Person: j.Person, Product: j.Product, Result: j.Result, Tokens: tokens}
}
