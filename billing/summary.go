package billing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// SummaryQuery asks what there is to do and to know about a purchaser's money, in
// one team or in all in which they see subscriptions. The operator names the team.
type SummaryQuery struct {
	Team string `json:"team,omitempty"`
}

// Summary is the result of [SummaryQuery]. Each list has its first
// [account.DefaultPage] rows; the queries of their own have all.
type Summary struct {
	// Quotes are the open ones made to the actor, the one that ends first first.
	Quotes []QuoteShown `json:"quotes"`
	// Ending are the subscriptions that give access and end within ending-soon.
	Ending []SubscriptionShown `json:"ending"`
	// Due are the payments that come within ending-soon, of the actor's purchases.
	Due []PaymentDue `json:"due"`
	// Unpaid are the actor's invoices on which something is open, the oldest first.
	Unpaid        []InvoiceShown      `json:"unpaid"`
	Subscriptions []SubscriptionShown `json:"subscriptions"`
	Contracts     []ContractShown     `json:"contracts"`
	Counts        SummaryCounts       `json:"counts"`
}

// SummaryCounts are how many there are of each, also beyond what is shown.
type SummaryCounts struct {
	Quotes        int `json:"quotes"`
	Ending        int `json:"ending"`
	Due           int `json:"due"`
	Unpaid        int `json:"unpaid"`
	Subscriptions int `json:"subscriptions"`
	Contracts     int `json:"contracts"`
}

// PaymentDue is money that will be asked for.
type PaymentDue struct {
	// At is when: the end of a term that renews itself, the next try of a renewal
	// that was declined, or the instant from which an invoice is past due.
	At   time.Time `json:"at"`
	Team string    `json:"team"`
	// Subscription is the one that renews, empty for an invoice of something else.
	Subscription string `json:"subscription"`
	// Invoice is empty where it is yet to be written.
	Invoice string `json:"invoice"`
	// Amount is with tax, as things stand now.
	Amount money.Amount `json:"amount"`
}

// About names the team, or the actor.
func (q SummaryQuery) About(v *rule.View) (rule.Subject, error) { return aboutTeams(v, q.Team) }

// Answer gathers it (BIL-20).
func (q SummaryQuery) Answer(v *rule.View) (Summary, error) {
	g := gathering{v: v}
	teams, err := seenIn(v, q.Team, account.SeeSubscriptions)
	if err != nil {
		return Summary{}, err
	}
	v.Cite(SummaryRule, rule.Fig("teams", len(teams)))
	for _, handle := range teams {
		team, err := account.TeamByHandle(v, handle)
		if err != nil {
			return Summary{}, err
		}
		if err := g.team(team); err != nil {
			return Summary{}, err
		}
	}
	if g.quotes, err = (QuotesQuery{Status: QuoteOpen}).find(v, teams, ""); err != nil {
		return Summary{}, err
	}
	return g.shown()
}

// gathering is what a summary finds before it is sorted and cut.
type gathering struct {
	v      *rule.View
	quotes []Quote
	ending []Subscription
	due    []PaymentDue
	unpaid []Invoice
	all    []Subscription
}

func (g *gathering) team(team account.Team) error {
	soon := EndingSoon.Of(g.v).After(g.v.Now(), team.Location()).UTC()
	for s, err := range subscriptions.Scan(g.v.Tx(), string(team.Handle), store.Part{}) {
		if err != nil {
			return err
		}
		g.all = append(g.all, s)
		near := g.v.Now().Before(s.Ends()) && s.Ends().Before(soon)
		if near && s.StatusAt(g.v, team.Location()).gives() {
			g.ending = append(g.ending, s)
		}
		if g.v.Actor().IsOperator() || s.Purchaser == g.v.Actor().Person() {
			if err := g.renews(s, near); err != nil {
				return err
			}
		}
	}
	return g.invoices(team, soon)
}

// renews adds what a subscription will be charged: the next term at the end of
// the last, or the one that was declined, when it is tried again.
func (g *gathering) renews(s Subscription, near bool) error {
	if s.over() != "" || !s.Parked.IsZero() {
		return nil
	}
	if s.Renewing != "" && !s.Retry.IsZero() {
		o, err := orderByID(g.v, s.Renewing)
		if err != nil {
			return err
		}
		i, err := invoiceByID(g.v, o.Team, o.Invoice)
		if err != nil {
			return err
		}
		open, err := i.Open()
		g.due = append(g.due, PaymentDue{At: s.Retry, Team: string(s.Team), Subscription: s.ID, Invoice: i.ID, Amount: open})
		return err
	}
	if !near || !s.AutoRenew {
		return nil
	}
	amount, err := s.nextAmount(g.v)
	if err != nil {
		if rule.AsRefusal(err) != nil {
			return nil // no longer sold for the term, so nothing will be charged
		}
		return err
	}
	g.due = append(g.due, PaymentDue{At: s.Ends(), Team: string(s.Team), Subscription: s.ID, Amount: amount})
	return nil
}

// nextAmount is what the renewal at the end of the term would be charged now.
func (s Subscription) nextAmount(v *rule.View) (money.Amount, error) {
	o := s.renewal("")
	if err := o.priceRenewal(v, s, true); err != nil {
		return money.Amount{}, err
	}
	lines, err := o.renewalLines(v)
	if err != nil {
		return money.Amount{}, err
	}
	net, err := sumOf(lines)
	if err != nil {
		return net, amountRefusal(err)
	}
	tax, err := o.taxOf(v)
	if err != nil {
		return net, err
	}
	taxed, err := tax.Rate.Of(net)
	if err != nil {
		return net, amountRefusal(err)
	}
	total, err := net.Add(taxed)
	if err != nil {
		return total, amountRefusal(err)
	}
	return total, nil
}

// invoices adds what is open on the actor's invoices, and those on account that
// are to be paid soon.
func (g *gathering) invoices(team account.Team, soon time.Time) error {
	seen, err := sees(g.v, team.Handle)
	if err != nil {
		return err
	}
	for i, err := range invoices.Scan(g.v.Tx(), string(team.Handle), store.Part{}) {
		if err != nil {
			return err
		}
		open, err := i.Open()
		if err != nil {
			return err
		}
		if open.IsZero() || !g.v.Actor().IsOperator() && !seen[i.Purchaser] {
			continue
		}
		g.unpaid = append(g.unpaid, i)
		if i.Due.After(g.v.Now()) && i.Due.Before(soon) {
			g.due = append(g.due, PaymentDue{At: i.Due, Team: string(i.Team), Subscription: i.Subscription, Invoice: i.ID, Amount: open})
		}
	}
	return nil
}

// shown sorts what was found, counts it and shows the first rows of each.
func (g *gathering) shown() (Summary, error) {
	contracts := contractsIn(slices.DeleteFunc(slices.Clone(g.all), func(s Subscription) bool { return s.Contract == "" }))
	r := Summary{Counts: SummaryCounts{
		Quotes: len(g.quotes), Ending: len(g.ending), Due: len(g.due), Unpaid: len(g.unpaid), Subscriptions: len(g.all), Contracts: len(contracts),
	}}
	var err error
	if r.Quotes, err = first(g.quotes, endsFirst, func(q Quote) (QuoteShown, error) { return q.shown(g.v) }); err != nil {
		return r, err
	}
	show := func(s Subscription) (SubscriptionShown, error) { return s.shown(g.v) }
	if r.Ending, err = first(g.ending, ByEnd.compare, show); err != nil {
		return r, err
	}
	if r.Due, err = first(g.due, PaymentDue.compare, func(d PaymentDue) (PaymentDue, error) { return d, nil }); err != nil {
		return r, err
	}
	if r.Unpaid, err = first(g.unpaid, oldestInvoice, func(i Invoice) (InvoiceShown, error) { return i.shown(g.v.Now()) }); err != nil {
		return r, err
	}
	if r.Subscriptions, err = first(g.all, ByEnd.compare, show); err != nil {
		return r, err
	}
	r.Contracts, err = first(contracts, contractKey.compare, func(k contractKey) (ContractShown, error) { return k.shown(g.v) })
	return r, err
}

// first shows the first rows of a list in an order.
func first[T, R any](list []T, compare func(a, b T) int, show func(T) (R, error)) ([]R, error) {
	list, _ = pageOf(list, compare, nil, account.DefaultPage)
	shown := make([]R, 0, len(list))
	for _, one := range list {
		row, err := show(one)
		if err != nil {
			return nil, err
		}
		shown = append(shown, row)
	}
	return shown, nil
}

func endsFirst(a, b Quote) int {
	return cmp.Or(a.Ends.Compare(b.Ends), strings.Compare(string(a.Team), string(b.Team)), rule.CompareIDs(a.ID, b.ID))
}

func oldestInvoice(a, b Invoice) int {
	return cmp.Or(a.Issued.Compare(b.Issued), strings.Compare(string(a.Team), string(b.Team)), rule.CompareIDs(a.ID, b.ID))
}

func (d PaymentDue) compare(o PaymentDue) int {
	return cmp.Or(d.At.Compare(o.At), strings.Compare(d.Team, o.Team), strings.Compare(d.Subscription, o.Subscription), strings.Compare(d.Invoice, o.Invoice))
}
