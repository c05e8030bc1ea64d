package seatbook_test

import (
	"context"
	"errors"
	"flag"
	"iter"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// faulty is a store that fails at its n-th call, be it a read or a write, and
// works again afterwards. It counts the calls.
type faulty struct {
	store.Store
	at, calls int
}

func (f *faulty) Update(ctx context.Context, fn func(store.Tx) error) error {
	return f.Store.Update(ctx, func(tx store.Tx) error { return fn(&faultyTx{tx, f}) })
}

func (f *faulty) View(ctx context.Context, fn func(store.Tx) error) error {
	return f.Store.View(ctx, func(tx store.Tx) error { return fn(&faultyTx{tx, f}) })
}

// call counts a call, and is the fault where it is the one.
func (f *faulty) call() error {
	f.calls++
	if f.calls == f.at {
		return errBroken
	}
	return nil
}

type faultyTx struct {
	store.Tx
	f *faulty
}

func (t *faultyTx) Get(key string) (any, bool, error) {
	if err := t.f.call(); err != nil {
		return nil, false, err
	}
	return t.Tx.Get(key)
}

func (t *faultyTx) Put(key string, value any) error {
	if err := t.f.call(); err != nil {
		return err
	}
	return t.Tx.Put(key, value)
}

func (t *faultyTx) Delete(key string) error {
	if err := t.f.call(); err != nil {
		return err
	}
	return t.Tx.Delete(key)
}

// Scan fails at its beginning and at every row.
func (t *faultyTx) Scan(r store.Range) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		if err := t.f.call(); err != nil {
			yield(store.Row{}, err)
			return
		}
		for row, err := range t.Tx.Scan(r) {
			if err == nil {
				err = t.f.call()
			}
			if err != nil {
				yield(store.Row{}, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func (t *faultyTx) Try(fn func(store.Tx) error) error {
	return t.Tx.Try(func(tx store.Tx) error { return fn(&faultyTx{tx, t.f}) })
}

// till is a scene with something of all that billing and flex know: what is owed
// and what is paid, credit that is left, a subscription that is parked, a charge
// without an answer, packs, a lease and an open session. It returns the
// identifiers of what commands are about.
func till(t *testing.T) (*stage.Stage, map[string]string) {
	t.Helper()
	ids := map[string]string{}
	s := stage.Begin(t, "2026-01-05T09:00:00Z", tillConfig(func(c billing.Charge) {
		if c.Token == dead {
			ids["CHARGE"] = c.ID
		}
	}))
	for _, team := range []string{"acme", "branch"} {
		stage.Do(s, rule.Operator, account.CreateTeam{Team: team, Owner: "ada@acme.test", Country: "FR"})
	}
	for user, role := range map[rule.Address]account.Role{"bob@acme.test": account.User, "cyd@acme.test": account.Secondary} {
		stage.Do(s, rule.Operator, account.Invite{Team: "acme", Email: user, Role: role})
		stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: user})
	}
	for word, method := range map[string]billing.AddPaymentMethod{
		"CARD": {Kind: billing.Card, Token: "tok_1", Last4: "4242"}, "TERMS": {Kind: billing.OnInvoice, Token: "tok_2"}, "DEAD": {Kind: billing.Card, Token: dead},
	} {
		ids[word] = stage.Do(s, ada, method).PaymentMethod.ID
	}
	stage.Do(s, rule.ByEmail("cyd@acme.test"), billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_3"})
	buy := func(product string, seats int, term licensing.Term, method string) billing.Purchase {
		return billing.Purchase{Team: "acme", Product: product, Seats: seats, Term: term, PaymentMethod: ids[method]}
	}
	ids["SMALL"] = stage.Do(s, ada, buy("small", 2, licensing.Monthly, "CARD")).Subscription.ID
	ids["ACCOUNT"] = stage.Do(s, ada, buy("small", 2, licensing.Annual, "TERMS")).Subscription.ID
	ids["INVOICE"] = stage.Do(s, ada, buy("patient", 2, licensing.Annual, "TERMS")).Invoice.ID
	large := stage.Do(s, ada, buy("large", 1, licensing.Annual, "CARD")).Subscription.ID
	ids["MEMO"] = stage.Do(s, ada, billing.Upgrade{Subscription: large, To: "cheap"}).CreditMemo.ID
	ids["PARKED"] = stage.Do(s, ada, buy("large", 1, licensing.Annual, "CARD")).Subscription.ID
	var err error
	for err == nil {
		_, err = seatbook.Do(t.Context(), s.Engine, ada, billing.AddSeats{Subscription: ids["PARKED"], Seats: 1})
	}
	require.ErrorIs(t, err, rule.Parked)
	_, err = seatbook.Do(t.Context(), s.Engine, ada, buy("small", 1, licensing.Annual, "DEAD"))
	require.ErrorIs(t, err, billing.ErrUnanswered)
	stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 10, PaymentMethod: ids["TERMS"]})
	ids["PACK"] = stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 50, PaymentMethod: ids["TERMS"]}).Pack.ID
	stage.Do(s, ada, billing.AppointPayer{Team: "acme", User: "bob@acme.test"})
	for _, user := range []rule.Address{"bob@acme.test", "cyd@acme.test"} {
		stage.Do(s, ada, flex.Assign{Team: "acme", User: user, Products: flex.Products{All: true}})
		stage.Do(s, rule.Operator, licensing.Install{User: user, Product: "large", Device: "pc"})
	}
	stage.Do(s, rule.Operator, flex.TakeLease{User: "cyd@acme.test", Product: "large", Device: "pc"})
	ids["SESSION"] = stage.Do(s, rule.Operator, flex.Open{User: "bob@acme.test", Product: "patient"}).Session.ID
	return s, ids
}

// dead is the token of a card whose charges nobody answers.
const dead = "tok_dead"

// neverBack is a provider's silence about refunds.
func neverBack(billing.Refund) (billing.Answer, error) {
	return billing.Answer{}, errors.New("nobody answers")
}

// tillConfig is how engines are made over the till; asked hears of each charge.
func tillConfig(asked func(billing.Charge)) seatbook.Config {
	c := smallCatalog()
	c.Products = append(c.Products, licensing.Product{
		ID: "cheap", Kind: licensing.Collection, Members: []string{"large"}, Prices: []licensing.Price{{Term: licensing.Annual, New: money.Must("50.00 USD")}},
	}, licensing.Product{ID: "studio", Kind: licensing.Cloud, ResultRates: []licensing.ResultRate{{Result: "image", Rate: 1}}})
	provider := stage.Provider(func(charge billing.Charge) (billing.Answer, error) {
		if asked != nil {
			asked(charge)
		}
		if charge.Token == dead {
			return billing.Answer{}, errors.New("nobody answers")
		}
		return billing.Answer{Outcome: billing.Paid}, nil
	})
	return seatbook.Config{
		Catalog: c, Taxes: taxes, Payments: stage.Till{Provider: provider, Refunds: neverBack}, Random: stage.Zeros{},
		Policy: map[string]string{"net-terms": "1y", "lines-per-day": "8"},
	}
}

// faults are what every command of billing and flex is tried with, by the operator.
// A word in capitals is an identifier of the till. Late in time, more is due before
// the command.
var faults = map[string]struct{ args, early, late string }{
	"billing.purchase":           {`{"team":"acme","product":"small","seats":1,"term":"annual","payment_method":"CARD"}`, nextDay, ""},
	"billing.purchase account":   {`{"team":"acme","product":"small","seats":1,"term":"annual","payment_method":"TERMS"}`, nextDay, ""},
	"billing.add_seats":          {`{"subscription":"SMALL","seats":2}`, nextDay, nextMonth},
	"billing.add_seats account":  {`{"subscription":"ACCOUNT","seats":2}`, nextDay, ""},
	"billing.reduce_seats":       {`{"subscription":"SMALL","to":1}`, nextDay, nextMonth},
	"billing.renew":              {`{"subscription":"SMALL","term":"annual"}`, nextDay, ""},
	"billing.renew account":      {`{"subscription":"ACCOUNT"}`, "2026-12-20T09:00:00Z", ""},
	"billing.change_term":        {`{"subscription":"SMALL","term":"annual"}`, nextDay, ""},
	"billing.set_auto_renew":     {`{"subscription":"SMALL","on":false}`, nextDay, ""},
	"billing.upgrade":            {`{"subscription":"SMALL","to":"large"}`, nextDay, ""},
	"billing.upgrade account":    {`{"subscription":"ACCOUNT","to":"large"}`, nextDay, ""},
	"billing.buy_tokens":         {`{"team":"acme","tokens":10,"payment_method":"CARD"}`, nextDay, ""},
	"billing.buy_tokens account": {`{"team":"acme","tokens":10,"payment_method":"TERMS"}`, nextDay, ""},
	"billing.pay_invoice":        {`{"invoice":"INVOICE","payment_method":"CARD"}`, nextDay, ""},
	"billing.apply_credit":       {`{"credit_memo":"MEMO"}`, nextDay, ""},
	"billing.set_exemption":      {`{"team":"acme","number":"FR-1"}`, nextDay, ""},
	"billing.free":               {`{"subscription":"PARKED"}`, nextDay, ""},
	"billing.record_charge":      {`{"charge":"CHARGE","outcome":"ok"}`, nextDay, ""},
	"billing.add_payment_method": {`{"user":"ada@acme.test","kind":"card","token":"tok_9"}`, nextDay, ""},
	"billing.hand_over":          {`{"team":"acme","to":"cyd@acme.test","from":"ada@acme.test"}`, nextDay, ""},
	"billing.appoint_payer":      {`{"team":"acme","user":"cyd@acme.test","purchaser":"ada@acme.test"}`, nextDay, ""},
	"billing.dismiss_payer":      {`{"team":"acme","user":"bob@acme.test","purchaser":"ada@acme.test"}`, nextDay, ""},
	"flex.open":                  {`{"user":"bob@acme.test","product":"large","team":"acme"}`, "2026-01-05T09:04:00Z", nextDay},
	"flex.activity":              {`{"session":"SESSION"}`, "2026-01-05T09:04:00Z", nextDay},
	"flex.close":                 {`{"session":"SESSION"}`, "2026-01-05T09:04:00Z", nextDay},
	"flex.transfer":              {`{"pack":"PACK","to":"branch"}`, nextDay, ""},
	"flex.assign":                {`{"team":"acme","user":"bob@acme.test","products":["large"]}`, nextDay, ""},
	"flex.set_defaults":          {`{"team":"acme","products":["large"]}`, nextDay, ""},
	"flex.take_lease":            {`{"user":"bob@acme.test","product":"large","device":"pc"}`, "2026-01-05T09:04:00Z", ""},
	"flex.return_lease":          {`{"user":"cyd@acme.test","product":"large"}`, "2026-01-05T09:04:00Z", ""},
}

const nextDay, nextMonth = "2026-01-06T10:00:00Z", "2026-02-06T10:00:00Z"

// every is how many store calls lie between two faults. One tries them all.
var every = flag.Int("faults", 11, "the store fails at every so-many-th call of a command of billing and flex")

// A store that fails at any call of a command leaves nothing of the command. Where
// money was asked for, the order waits at most, and what is due makes of it what
// the command would have.
func TestAStoreThatFailsAtAnyCallLeavesNothing(t *testing.T) {
	t.Parallel()
	s, ids := till(t)
	dealt(t, s, ids)
	tried := maps.Clone(faults)
	maps.Copy(tried, laterFaults)
	for _, d := range s.Definitions() {
		if !d.Query && (strings.HasPrefix(d.Name, "billing.") || strings.HasPrefix(d.Name, "flex.")) {
			require.Contains(t, tried, d.Name, "every command of billing and flex is tried")
		}
	}
	for command, try := range tried {
		for _, at := range []string{try.early, try.late} {
			if at == "" {
				continue
			}
			args := try.args
			for word, id := range ids {
				args = strings.ReplaceAll(args, `"`+word+`"`, `"`+id+`"`)
			}
			name, _, _ := strings.Cut(command, " ")
			t.Run(command+" at "+at, func(t *testing.T) {
				t.Parallel()
				breaks(t, s.Store.Fork(), name, args, at)
			})
		}
	}
}

// trial is one run of a command over a fork of a state, under a store that fails.
type trial struct {
	t     *testing.T
	base  *memstore.Store
	at    time.Time
	store *faulty
	// asked counts what the provider was asked for by the command.
	asked int
}

func (r *trial) engine(s store.Store) *seatbook.Engine {
	r.t.Helper()
	config := tillConfig(func(c billing.Charge) {
		if c.Token != dead {
			r.asked++
		}
	})
	config.Clock = stage.NewClock(r.at)
	till := config.Payments.(stage.Till) //nolint:forcetypeassert // made by tillConfig
	till.Refunds = func(refund billing.Refund) (billing.Answer, error) {
		r.asked++
		return neverBack(refund)
	}
	config.Payments = till
	e, err := seatbook.New(s, config)
	require.NoError(r.t, err)
	return e
}

// run runs a command over a fork whose n-th call fails.
func (r *trial) run(n int, name, args string) (digest string, err error) {
	r.t.Helper()
	fork := r.base.Fork()
	r.store, r.asked = &faulty{Store: fork, at: n}, 0
	_, err = r.engine(r.store).Run(r.t.Context(), rule.Operator, name, []byte(args))
	return r.digest(fork), err
}

// settled is a state once everything is done that is due.
func (r *trial) settled(s *memstore.Store) string {
	r.t.Helper()
	fork := s.Fork()
	require.NoError(r.t, r.engine(fork).RunDue(r.t.Context()))
	return r.digest(fork)
}

func (r *trial) digest(s *memstore.Store) string {
	r.t.Helper()
	digest, err := r.engine(s).Digest(r.t.Context())
	require.NoError(r.t, err)
	return digest
}

func breaks(t *testing.T, base *memstore.Store, name, args, at string) {
	t.Helper()
	r := &trial{t: t, base: base, at: stage.At(at)}
	before, without := r.digest(base), r.settled(base)
	done, err := r.run(0, name, args)
	require.NoError(t, err)
	require.NotEqual(t, before, done)
	asks, calls, with := r.asked > 0, r.store.calls, r.settled(r.store.Store.(*memstore.Store)) //nolint:forcetypeassert // made above
	stride := *every
	if testing.Short() {
		stride *= 20
	}
	for n := 1 + calls%stride; n <= calls; n += stride {
		after, err := r.run(n, name, args)
		require.ErrorIs(t, err, errBroken, "the call %d of %d", n, calls)
		if after == before {
			continue
		}
		require.True(t, asks, "%s left something when the call %d of %d failed", name, n, calls)
		left := r.settled(r.store.Store.(*memstore.Store)) //nolint:forcetypeassert // made above
		require.Contains(t, []string{without, with}, left, "%s left half of something when the call %d of %d failed", name, n, calls)
	}
}
