package seatbook_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// cashier is a provider as they are: what comes with a key that it has seen gets
// the answer that it gave, and is charged once.
type cashier struct {
	mu sync.Mutex
	// charged are the amounts by their key.
	charged map[string]string
}

// Charge implements [billing.Payments].
func (c *cashier) Charge(_ context.Context, charge billing.Charge) (billing.Answer, error) {
	for range 100 { // others come between
		runtime.Gosched()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.charged[charge.ID] = charge.Amount.String()
	return billing.Answer{Outcome: billing.Paid, Reference: "ref-" + charge.ID}, nil
}

// Refund implements [billing.Payments].
func (c *cashier) Refund(_ context.Context, r billing.Refund) (billing.Answer, error) {
	return billing.Answer{Outcome: billing.Paid, Reference: "ref-" + r.ID}, nil
}

// amounts are what was charged, each key once.
func (c *cashier) amounts() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []string
	for _, amount := range c.charged {
		list = append(list, amount)
	}
	return list
}

// market is a team of so many users who may use its tokens, with its cashier. Ada
// buys on account, and has a card.
func market(t *testing.T, users int) (s *stage.Stage, c *cashier, card string) {
	t.Helper()
	c = &cashier{charged: map[string]string{}}
	s = stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Payments: c, Catalog: smallCatalog(), Policy: map[string]string{"net-terms": "60d"}})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.OnInvoice, Token: "terms"})
	card = stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1"}).PaymentMethod.ID
	for i := range users {
		user := rule.Address(fmt.Sprintf("u%d@acme.test", i))
		stage.Do(s, rule.Operator, account.Invite{Team: "acme", Email: user})
		stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: user})
		stage.Do(s, ada, flex.Assign{Team: "acme", User: user, Products: flex.Products{All: true}})
	}
	return s, c, card
}

// Twenty-four people claim tokens that are enough for three of them: at the rate
// of 7, 23 tokens are three launches and two tokens that nobody can use.
func TestTheLastTokensAreClaimedOnce(t *testing.T) {
	t.Parallel()
	const tokens, rate, claims = 23, 7, 24
	s, _, _ := market(t, claims)
	for _, n := range []int64{10, 13} {
		stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: n})
	}
	c := &contest{s: s}
	for i := range claims {
		user := fmt.Sprintf("u%d@acme.test", i)
		enter(c, "launch", rule.ByEmail(user), flex.Open{User: rule.Address(user), Product: "large"})
	}
	c.judge(t, tokens/rate, tokens, func(left any, _ string, code rule.Code) (bool, any) {
		n := left.(int) //nolint:forcetypeassert // the state of this model
		if code == won {
			return n >= rate, n - rate
		}
		return n < rate && code == rule.InsufficientTokens, n
	})
	b := stage.Ask(s, ada, flex.BalanceQuery{Team: "acme"})
	require.Equal(t, []int64{tokens % rate, tokens - tokens%rate}, []int64{b.Left, b.Held})
}

// The same person launches a product many times at once: it is one charge.
func TestOneWindowIsChargedForLaunchesAtOnce(t *testing.T) {
	t.Parallel()
	const launches = 24
	s, _, _ := market(t, 1)
	stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 10})
	c := &contest{s: s}
	for range launches {
		enter(c, "launch", rule.ByEmail("u0@acme.test"), flex.Open{User: "u0@acme.test", Product: "large"})
	}
	c.judge(t, launches, 0, func(state any, _ string, code rule.Code) (bool, any) { return code == won, state })
	require.Equal(t, int64(3), stage.Ask(s, ada, flex.BalanceQuery{Team: "acme"}).Left)
}

// An invoice that is paid by several at once is paid by the first, and is charged
// once; the others hear that it waits for its charge, or that nothing is open.
func TestAnInvoiceIsPaidOnceByManyAtOnce(t *testing.T) {
	t.Parallel()
	for range contests {
		s, till, card := market(t, 0)
		invoice := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "large", Seats: 3, Term: licensing.Annual}).Invoice
		c := &contest{s: s}
		for range 8 {
			enter(c, "pay", ada, billing.PayInvoice{Invoice: invoice.ID, PaymentMethod: card})
		}
		c.judge(t, 1, "open", func(state any, _ string, code rule.Code) (bool, any) {
			if code == won {
				return state == "open", "paid"
			}
			return state == "paid" && code == rule.Conflict, state
		})
		require.Equal(t, []string{"300.00 USD"}, till.amounts())
		require.Equal(t, "300.00 USD", stage.Ask(s, ada, billing.InvoicesQuery{Team: "acme"})[0].Total.String())
		require.Equal(t, billing.InvoicePaid, stage.Ask(s, ada, billing.InvoicesQuery{Team: "acme"})[0].Status)
	}
}

// Credit and a payment at once never pay more than an invoice asks for.
func TestCreditAndPaymentTogetherPayAnInvoiceOnce(t *testing.T) {
	t.Parallel()
	for range contests {
		s, till, card := market(t, 0)
		config := tillConfig(nil)
		config.Clock, config.Payments = s.Clock, till
		var err error
		s.Engine, err = seatbook.New(s.Store, config)
		require.NoError(t, err)
		bought := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "large", Seats: 1, Term: licensing.Annual, PaymentMethod: card})
		memo := stage.Do(s, ada, billing.Upgrade{Subscription: bought.Subscription.ID, To: "cheap"}).CreditMemo
		require.Equal(t, "50.00 USD", memo.Left.String())
		invoice := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "small", Seats: 1, Term: licensing.Monthly}).Invoice
		c := &contest{s: s}
		enter(c, "credit", ada, billing.ApplyCredit{CreditMemo: memo.ID, Invoices: []string{invoice.ID}})
		enter(c, "pay", ada, billing.PayInvoice{Invoice: invoice.ID, PaymentMethod: card})
		refusal := map[string][]rule.Code{"credit": {rule.Conflict, rule.Invalid}, "pay": {rule.Conflict}}
		c.judge(t, 1, "", func(first any, word string, code rule.Code) (bool, any) {
			if code == won {
				return first == "", word
			}
			return first != "" && slices.Contains(refusal[word], code), first
		})
		list := stage.Ask(s, ada, billing.InvoicesQuery{Team: "acme"})
		require.Equal(t, billing.InvoicePaid, list[len(list)-1].Status)
	}
}

// Sixteen workers over one store run the renewals that are due: each is charged
// once, at its instant, and has one invoice (invariants 27 and 28).
func TestOneRenewalIsChargedOnceBySixteenWorkers(t *testing.T) {
	t.Parallel()
	s, till, card := market(t, 0)
	bought := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "large", Seats: 3, Term: licensing.Monthly, PaymentMethod: card})
	s.At("2026-04-20T09:00:00Z")
	var gate, done sync.WaitGroup
	gate.Add(1)
	failed := make(chan error, 16)
	for range 16 {
		engine, err := seatbook.New(s.Store, seatbook.Config{
			Clock: s.Clock, Payments: till,
			Catalog: smallCatalog(), Policy: map[string]string{"net-terms": "60d"},
		})
		require.NoError(t, err)
		done.Go(func() {
			gate.Wait()
			failed <- engine.RunDue(background)
		})
	}
	gate.Done()
	done.Wait()
	for range 16 {
		require.NoError(t, <-failed)
	}
	require.Equal(t, []string{"30.00 USD", "30.00 USD", "30.00 USD", "30.00 USD"}, till.amounts())
	list := stage.Ask(s, ada, billing.InvoicesQuery{Team: "acme"})
	require.Len(t, list, 4)
	for i, invoice := range list {
		require.Equal(t, billing.InvoicePaid, invoice.Status)
		require.Equal(t, stage.At("2026-01-05T09:00:00Z").AddDate(0, i, 0), invoice.Issued)
	}
	shown := stage.Ask(s, ada, billing.SubscriptionQuery{Subscription: bought.Subscription.ID}).Subscription
	require.Equal(t, stage.At("2026-05-05T09:00:00Z"), shown.Ends)
	s.Audit()
}

// Sixteen renew one subscription by hand at once: one of them pays the next term,
// and the others hear that it waits for its charge, or is not open yet.
func TestOneOfSixteenRenewsASubscription(t *testing.T) {
	t.Parallel()
	for range contests {
		s, till, card := market(t, 0)
		bought := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "large", Seats: 3, Term: licensing.Annual, PaymentMethod: card})
		s.At("2026-11-05T09:00:00Z")
		c := &contest{s: s}
		for range 16 {
			enter(c, "renew", ada, billing.Renew{Subscription: bought.Subscription.ID})
		}
		c.judge(t, 1, "running", func(state any, _ string, code rule.Code) (bool, any) {
			if code == won {
				return state == "running", "renewed"
			}
			return state == "renewed" && (code == rule.Conflict || code == rule.TooEarly), state
		})
		require.Len(t, till.amounts(), 2, "the purchase and one renewal")
		shown := stage.Ask(s, ada, billing.SubscriptionQuery{Subscription: bought.Subscription.ID}).Subscription
		require.Equal(t, stage.At("2028-01-05T09:00:00Z"), shown.Ends)
		s.Audit()
	}
}
