package seatbook_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// meddleMethods is a command with a fault: it rewrites a person's payment methods
// past all rules.
type meddleMethods struct {
	User   rule.Address  `json:"user"`
	Change func(any) any `json:"-"`
}

func (c meddleMethods) About(v *rule.View) (rule.Subject, error) {
	streams, err := account.Concerns(v, c.User.Person())
	return rule.Subject{Person: c.User.Person(), What: "person", Name: string(c.User), Touches: streams}, err
}

func (c meddleMethods) Do(s *rule.Scope) (struct{}, error) {
	var rows []store.Row
	prefix := store.Prefix(string(store.String(c.User.Person().Stream()) + store.String("billing.method")))
	for row, err := range s.Tx().Scan(prefix) {
		if err != nil {
			return struct{}{}, err
		}
		rows = append(rows, row)
	}
	for _, row := range rows {
		changed := c.Change(row.Value)
		var err error
		if changed == nil {
			err = s.Tx().Delete(row.Key)
		} else {
			err = s.Tx().Put(row.Key, changed)
		}
		if err != nil {
			return struct{}{}, err
		}
	}
	return struct{}{}, nil
}

func TestAFaultWithPaymentMethodsIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(any) any
		says   string
	}{
		{"one that pays for a subscription vanishes", func(any) any { return nil }, "pays for 1 subscriptions"},
		{"none is the default", change(func(m *billing.Method) { m.Default = false }), "of which 0 are the default"},
		{"two are the default", change(func(m *billing.Method) { m.Default = true }), "of which 2 are the default"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			module := rule.Module{Name: "host", Commands: []rule.Definition{rule.Does[meddleMethods]("host.meddle", account.Operate, "has a fault")}}
			s := stage.Begin(t, "2026-01-05T09:00:00Z", seatbook.Config{Modules: []rule.Module{module}})
			stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
			stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1"})
			stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_2"})
			stage.Do(s, ada, purchase)
			before := s.Digest()
			_, err := seatbook.Do(t.Context(), s.Engine, rule.Operator, meddleMethods{User: "ada@acme.test", Change: c.change})
			var broken *rule.Broken
			require.ErrorAs(t, err, &broken)
			require.ErrorContains(t, err, c.says)
			require.Equal(t, before, s.Digest())
		})
	}
}
