package billing_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

var (
	operator = rule.Operator
	ada      = rule.ByEmail("ada@acme.test")
	bob      = rule.ByEmail("bob@acme.test")
	dan      = rule.ByEmail("dan@globex.test")
)

// priced reads prices such as "annual 1000.00 USD 900.00 USD", the last being
// that of a renewal.
func priced(texts ...string) []licensing.Price {
	var list []licensing.Price
	for _, text := range texts {
		w := strings.Fields(text)
		p := licensing.Price{Term: licensing.Term(w[0]), New: money.Must(w[1] + " " + w[2])}
		if len(w) > 3 {
			renewal := money.Must(w[3] + " " + w[4])
			p.Renewal = &renewal
		}
		list = append(list, p)
	}
	return list
}

// catalog has a product of each sort that the rules of money tell apart.
func catalog() *licensing.Catalog {
	no := false
	return &licensing.Catalog{
		Products: []licensing.Product{
			{ID: "sketch-lt", Kind: licensing.LT, UpgradesTo: "sketch", Prices: priced(
				"monthly 50.00 USD 45.00 USD", "annual 400.00 USD 360.00 USD", "three-year 1100.00 USD")},
			{ID: "sketch", Prices: priced(
				"monthly 100.00 USD 90.00 USD", "annual 1000.00 USD 900.00 USD", "three-year 1000000.00 USD 2500.00 USD")},
			{ID: "plain", Prices: priced("annual 200.00 USD")},
			{ID: "suite", Kind: licensing.Collection, Members: []string{"sketch", "plain"}, Prices: priced("annual 1500.00 USD")},
			{ID: "bargain", Kind: licensing.Collection, Members: []string{"sketch"}, Prices: priced("annual 100.00 USD")},
			{ID: "retired-suite", Kind: licensing.Collection, Members: []string{"plain"}, Retired: true, Prices: priced("annual 1.00 USD")},
			{ID: "euro-suite", Kind: licensing.Collection, Members: []string{"plain"}, Prices: priced("annual 300.00 EUR")},
			{ID: "huge-suite", Kind: licensing.Collection, Members: []string{"plain"}, Prices: priced("annual 90000000000000000.00 USD")},
			{ID: "huge", Prices: priced("annual 90000000000000000.00 USD")},
			{ID: "once", AutoRenewable: &no, Prices: priced("annual 10.00 USD")},
			{ID: "once-suite", Kind: licensing.Collection, Members: []string{"plain"}, AutoRenewable: &no, Prices: priced("annual 250.00 USD")},
			{ID: "free", Prices: priced("annual 0.00 USD")},
			{ID: "cent", Prices: priced("annual 0.01 USD")},
			{ID: "yen", Prices: priced("annual 5 JPY")},
			{ID: "dinar", Prices: priced("annual 0.001 KWD")},
		},
		Tokens: licensing.TokenOffer{Price: money.Must("3.00 USD"), Volume: []licensing.VolumePrice{
			{From: 1000, Price: money.Must("2.80 USD")}, {From: 5000, Price: money.Must("2.55 USD")},
		}},
	}
}

// bank is a payment provider that a test switches between outcomes.
type bank struct {
	mu       sync.Mutex
	declines bool
	silent   bool
	charges  []billing.Charge
}

func (b *bank) set(declines, silent bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.declines, b.silent = declines, silent
}

// amounts are those asked for so far.
func (b *bank) amounts() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := []string{}
	for _, c := range b.charges {
		list = append(list, c.Amount.String())
	}
	return list
}

// instants are when money was asked for so far.
func (b *bank) instants() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := []string{}
	for _, c := range b.charges {
		list = append(list, c.At.Format("2006-01-02T15:04:05Z"))
	}
	return list
}

func (b *bank) provider() stage.Provider {
	return func(c billing.Charge) (billing.Answer, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.silent {
			return billing.Answer{}, errors.New("the line is dead")
		}
		b.charges = append(b.charges, c)
		if b.declines {
			return billing.Answer{Outcome: billing.Declined}, nil
		}
		return billing.Answer{Outcome: billing.Paid, Reference: "ref-" + c.ID}, nil
	}
}

// scene is the team acme of Ada, who pays by card, with Bob in it.
type scene struct {
	*stage.Stage
	bank *bank
	// config is what the engine was made with.
	config seatbook.Config
}

// begin makes the scene at an instant; settings are parameters, as name=value.
func begin(t testing.TB, start string, settings ...string) scene {
	t.Helper()
	b := &bank{}
	// What a card may pay, and how long an invoice may stay open, are tested apart.
	config := seatbook.Config{Catalog: catalog(), Payments: b.provider(), Policy: map[string]string{"card-limit": "90000000000000000.00 USD", "net-terms": "10y"}}
	for _, setting := range settings {
		name, value, _ := strings.Cut(setting, "=")
		config.Policy[name] = value
	}
	s := scene{stage.Begin(t, start, config), b, config}
	stage.Do(s.Stage, operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s.Stage, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	join(s.Stage, "acme", "bob@acme.test", account.User)
	return s
}

// join makes a person a member of a team.
func join(s *stage.Stage, team, email string, role account.Role) {
	s.Helper()
	stage.Do(s, operator, account.Invite{Team: team, Email: rule.Address(email), Role: role})
	stage.Do(s, operator, account.AcceptInvitation{Team: team, Email: rule.Address(email)})
}

// buy buys seats for acme as Ada, with automatic renewal or without.
func (s scene) buy(product string, seats int, term licensing.Term, renews bool) billing.Purchased {
	s.Helper()
	return stage.Do(s.Stage, ada, billing.Purchase{Team: "acme", Product: product, Seats: seats, Term: term, AutoRenew: &renews})
}

// byInvoice makes Ada pay on account where she names it.
func (s scene) byInvoice() string {
	s.Helper()
	return stage.Do(s.Stage, ada, billing.AddPaymentMethod{Kind: billing.OnInvoice, Token: "terms"}).PaymentMethod.ID
}

// show is a subscription as it stands, with what is due done.
func (s scene) show(id string) billing.SubscriptionShown {
	s.Helper()
	require.NoError(s.TB, s.RunDue(s.Context()))
	return stage.Ask(s.Stage, ada, billing.SubscriptionQuery{Subscription: id}).Subscription
}

// invoices are acme's, each as its total and status.
func (s scene) invoices() []string {
	s.Helper()
	list := []string{}
	for _, i := range stage.Ask(s.Stage, operator, billing.InvoicesQuery{Team: "acme"}) {
		list = append(list, i.Total.String()+" "+string(i.Status))
	}
	return list
}

// source is what lets a person open a product now.
func (s scene) source(who rule.Actor, product string) licensing.AccessSource {
	s.Helper()
	return stage.Ask(s.Stage, who, flex.AccessQuery{User: rule.Address(who.Email()), Product: product}).Source
}

// assign gives Bob a seat.
func (s scene) assign(product string) {
	s.Helper()
	stage.Do(s.Stage, ada, licensing.Assign{Team: "acme", Product: product, User: "bob@acme.test"})
}

// declined runs a command whose charge must be declined.
func declined[R any](s scene, c rule.Command[R]) {
	s.Helper()
	_, err := seatbook.Do(s.Context(), s.Engine, ada, c)
	require.ErrorIs(s.TB, err, rule.PaymentDeclined)
}

// amount reads money.
func amount(text string) money.Amount { return money.Must(text) }
