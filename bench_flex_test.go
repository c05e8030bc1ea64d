package seatbook_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/rule"
)

// One launch from the one pack that lives, after so many that have ended: what has
// ended costs a launch nothing.
func BenchmarkTokenLaunchAfterEndedPacks(b *testing.B) {
	for _, ended := range []int{0, 100, 1000} {
		b.Run(fmt.Sprintf("%d ended packs", ended), func(b *testing.B) {
			beside(b, ended, func(s *stage.Stage) {
				s.Clock.Set(s.Clock.Now().AddDate(2, 0, 0))
				require.NoError(b, s.RunDue(b.Context()))
				stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 100})
			}, func(s *stage.Stage) {
				o := stage.Do(s, rule.Operator, flex.Open{User: "p0@acme.test", Product: "maya"})
				s.Clock.Set(s.Clock.Now().Add(10 * time.Minute))
				stage.Do(s, rule.Operator, flex.Close{Session: o.Session.ID})
			})
		})
	}
}

// A year in which each of a hundred people opens a product every day, for eight hours.
func BenchmarkYearOfDailyUse(b *testing.B) {
	beside(b, 0, func(s *stage.Stage) {
		stage.Do(s, ada, flex.SetDefaults{Team: "acme", Products: flex.Products{List: []string{"maya"}}})
		for range 12 {
			stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 25_000})
		}
	}, func(s *stage.Stage) {
		sessions := make([]string, 100)
		for range 365 {
			for i := range sessions {
				user := rule.Address("ada@acme.test")
				if i > 0 {
					user = rule.Address(fmt.Sprintf("p%d@acme.test", i-1))
				}
				sessions[i] = stage.Do(s, rule.Operator, flex.Open{User: user, Product: "maya"}).Session.ID
			}
			s.Clock.Set(s.Clock.Now().Add(8 * time.Hour))
			for _, id := range sessions {
				stage.Do(s, rule.Operator, flex.Close{Session: id})
			}
			s.Clock.Set(s.Clock.Now().Add(16 * time.Hour))
		}
	})
}
