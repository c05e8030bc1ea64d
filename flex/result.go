package flex

import (
	"slices"
	"strings"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// MaxJobs is how many jobs are submitted at once, and MaxUnits how many units one
// of them has.
const (
	MaxJobs  = 100
	MaxUnits = 1_000_000
)

// ResultWanted is one result that a cloud service is asked for.
type ResultWanted struct {
	// Result is the word of the catalogue's result_rates.
	Result string `json:"result"`
	// Units is how many units of it, where the rate is per unit; left out, it is 1.
	Units int64 `json:"units,omitempty"`
}

// ResultPrice is what one result costs.
type ResultPrice struct {
	Result string `json:"result"`
	Units  int64  `json:"units"`
	// Rate is the tokens of one unit, Tokens those of all.
	Rate   int64 `json:"rate"`
	Tokens int64 `json:"tokens"`
}

// ResultQuote is what several results cost together, and what would remain.
type ResultQuote struct {
	Team string        `json:"team"`
	Jobs []ResultPrice `json:"jobs"`
	// Price is the sum of the jobs.
	Price int64 `json:"price"`
	// Balance is what can be taken now, and Remaining what would be left; it is below
	// zero where tokens are missing.
	Balance   int64 `json:"balance"`
	Remaining int64 `json:"remaining"`
	// Allowed is whether they would be paid now.
	Allowed bool `json:"allowed"`
}

// ResultPriceQuery asks what results of a cloud service would cost a person now.
type ResultPriceQuery struct {
	User    rule.Address   `json:"user"`
	Product string         `json:"product"`
	Team    string         `json:"team,omitempty"`
	Jobs    []ResultWanted `json:"jobs"`
}

// About names the person, and the team where one is named.
func (q ResultPriceQuery) About(v *rule.View) (rule.Subject, error) {
	return AccessQuery{User: q.User, Team: q.Team}.About(v)
}

// Answer adds up what they cost (FLX-11).
func (q ResultPriceQuery) Answer(v *rule.View) (ResultQuote, error) {
	quote, cost, err := q.quote(v)
	if err != nil {
		return quote, err
	}
	limit, err := exceeded(v, cost)
	quote.Allowed = err == nil && limit == nil && quote.Remaining >= 0
	return quote, err
}

// quote returns the price, the balance, and the charge as limits count it.
func (q ResultPriceQuery) quote(v *rule.View) (ResultQuote, spending, error) {
	none := spending{}
	product, err := licensing.ProductOf(v, q.Product)
	if err != nil {
		return ResultQuote{}, none, err
	}
	jobs, price, err := priced(product, q.Jobs)
	if err != nil {
		return ResultQuote{}, none, err
	}
	team, err := q.payer(v, product)
	if err != nil {
		return ResultQuote{}, none, err
	}
	w, err := walletOf(v, team)
	v.Cite(ResultRule, rule.Fig("price", price), rule.Fig("balance", w.Left), rule.Fig("remaining", w.Left-price))
	quote := ResultQuote{Team: string(team), Jobs: jobs, Price: price, Balance: w.Left, Remaining: w.Left - price}
	return quote, spending{team, q.User.Person(), product.ID, price, v.Now()}, err
}

// priced returns what each job costs, and all of them.
func priced(product *licensing.Product, wanted []ResultWanted) ([]ResultPrice, int64, error) {
	if len(wanted) < 1 || len(wanted) > MaxJobs {
		return nil, 0, rule.Refusef(rule.Invalid, ResultRule, "1 to %d jobs are submitted at once, not %d", MaxJobs, len(wanted))
	}
	var sum int64
	jobs := make([]ResultPrice, len(wanted))
	for i, w := range wanted {
		rate, there := product.ResultRate(w.Result)
		units := w.Units
		if units == 0 {
			units = 1
		}
		switch {
		case !there:
			return nil, 0, rule.Refusef(rule.Invalid, ResultRule, "%s has no such result; it has %s", product.ID, resultsOf(product))
		case units < 1 || units > MaxUnits:
			return nil, 0, rule.Refusef(rule.Invalid, ResultRule, "a job has 1 to %d units, not %d", MaxUnits, units)
		}
		jobs[i] = ResultPrice{Result: w.Result, Units: units, Rate: rate, Tokens: rate * units}
		sum += jobs[i].Tokens
	}
	return jobs, sum, nil
}

func resultsOf(product *licensing.Product) string {
	if len(product.ResultRates) == 0 {
		return "none that tokens pay for"
	}
	names := make([]string, len(product.ResultRates))
	for i, r := range product.ResultRates {
		names[i] = r.Result
	}
	return strings.Join(names, ", ")
}

// payer returns the one team whose tokens the person may use for the product, as
// for a launch, and that does not withhold cloud services from them. A seat, an overlap or a trial pays for no results.
func (q ResultPriceQuery) payer(v *rule.View, product *licensing.Product) (rule.Stream, error) {
	teams, err := account.Visible(v, q.User.Person())
	if err != nil {
		return "", err
	}
	if q.Team != "" {
		teams = slices.DeleteFunc(teams, func(t rule.Stream) bool { return string(t) != q.Team })
	}
	var granting []rule.Stream
	none := rule.Refusef(rule.NotAssigned, GrantRule, "the person has no tokens for %s", product.ID)
	for _, team := range teams {
		may, err := admitted(v, team, q.User.Person(), product)
		if err != nil {
			return "", err
		}
		if !may {
			continue
		}
		if may, err = serves(v, team, q.User.Person(), product); err != nil {
			return "", err
		}
		if may {
			granting = append(granting, team)
		} else {
			none = withheldIn(team, product)
		}
	}
	switch len(granting) {
	case 0:
		return "", none
	case 1:
		return granting[0], nil
	default:
		return "", errSeveral(granting)
	}
}
