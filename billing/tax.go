package billing

import (
	"fmt"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Tax is what a country takes of what is sold there: a name such as VAT, and a
// rate. The zero Tax takes nothing.
type Tax struct {
	Name string        `json:"name"`
	Rate money.Percent `json:"rate"`
}

// Taxes tells what tax a customer pays. It is asked while an invoice is written,
// inside a transaction: it answers from memory, and always the same for the same
// customer and instant. A host whose rates come from elsewhere keeps them at hand.
type Taxes interface {
	Tax(customer Customer, at time.Time) Tax
}

// Customer is who pays tax.
type Customer struct {
	// Team is its handle, and Country where it is: two capital letters, or empty
	// where it is not known.
	Team    rule.Stream
	Country string
	// Exempt is the number of a certificate that frees it from tax; empty for none.
	Exempt string
}

// TaxTable is a tax for each country. What it does not name pays none, and who is
// exempt pays none.
type TaxTable map[string]Tax

// Tax implements [Taxes].
func (t TaxTable) Tax(customer Customer, _ time.Time) Tax {
	if customer.Exempt != "" {
		return Tax{}
	}
	return t[customer.Country]
}

// TaxesOf are the taxes that a catalogue lists.
func TaxesOf(catalog *licensing.Catalog) TaxTable {
	table := TaxTable{}
	for _, t := range catalog.Taxes {
		table[t.Country] = Tax{Name: t.Name, Rate: t.Rate}
	}
	return table
}

// TaxService is where the taxes come from. By default nobody pays any.
var TaxService = rule.NewService[Taxes]("billing.taxes")

// Exemption frees a team from tax.
type Exemption struct {
	Team rule.Stream
	// Number is that of the certificate.
	Number string
	Since  time.Time
}

var exemptions = store.NewTable("billing.exemption", func(e *Exemption) (string, store.Key) { return string(e.Team), "" })

// SetExemption frees a team from tax by the number of its certificate; an empty
// number ends that. Invoices that are issued stay as they are.
type SetExemption struct {
	Team   string `json:"team"`
	Number string `json:"number,omitempty"`
}

// About names the team.
func (c SetExemption) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, c.Team) }

// Do notes it (BIL-26).
func (c SetExemption) Do(s *rule.Scope) (account.Nothing, error) {
	s.Cite(TaxRule, rule.Fig("exempt", c.Number != ""))
	if len(c.Number) > account.MaxName || CardLike(c.Number) {
		return account.Nothing{}, rule.Refusef(rule.Invalid, TaxRule, "the number of a certificate has at most %d bytes", account.MaxName)
	}
	if c.Number == "" {
		return account.Nothing{}, exemptions.Delete(s.Tx(), c.Team, "")
	}
	return account.Nothing{}, exemptions.Put(s.Tx(), Exemption{Team: rule.Stream(c.Team), Number: c.Number, Since: s.Now()})
}

// taxOf returns the tax that the order's team pays now. A team that is yet to be
// made has no country.
func (o Order) taxOf(v *rule.View) (Tax, error) {
	if o.Fresh {
		return Tax{}, nil
	}
	team, err := account.TeamByHandle(v, o.Team)
	if err != nil {
		return Tax{}, err
	}
	exempt, _, err := exemptions.Get(v.Tx(), string(o.Team), "")
	return TaxService.Of(v).Tax(Customer{Team: o.Team, Country: team.Country, Exempt: exempt.Number}, v.Now()), err
}

// on adds to lines the one that the tax makes of them, rounded once (BIL-26,
// MON-2).
func (t Tax) on(s *rule.Scope, lines []Line) ([]Line, error) {
	net, err := sumOf(lines)
	if err != nil {
		return nil, amountRefusal(err)
	}
	s.Cite(TaxRule, rule.Fig("rate", t.Rate.String()), rule.Fig("net", net))
	if t.Rate == 0 {
		return lines, nil
	}
	amount, err := t.Rate.Of(net)
	if err != nil {
		return nil, amountRefusal(err)
	}
	line := Line{Description: fmt.Sprintf("%s: %s × %s", t.Name, t.Rate, net), Amount: amount, Tax: true}
	return append(append([]Line{}, lines...), line), nil
}

// shares splits the tax of an invoice over its other lines, and loses nothing of
// it (MON-4): the last one has what the others leave.
func (i Invoice) shares() ([]money.Amount, error) {
	var nets []Line
	rest := money.Zero(i.Total.Currency())
	for _, l := range i.Lines {
		if l.Tax {
			rest = l.Amount
		} else {
			nets = append(nets, l)
		}
	}
	shares := make([]money.Amount, len(nets))
	for n, l := range nets {
		shares[n] = rest
		if n == len(nets)-1 {
			break
		}
		var err error
		if shares[n], err = i.Tax.Rate.Of(l.Amount); err != nil {
			return nil, err
		}
		if rest, err = rest.Sub(shares[n]); err != nil {
			return nil, err
		}
	}
	return shares, nil
}
