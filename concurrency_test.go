package seatbook_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// won is the output of a command that was accepted; of any other it is the code
// of the refusal.
const won = rule.Code("")

// contest is the record of commands that were run all at once.
type contest struct {
	s *stage.Stage
	// ticks tell the order of calls and returns.
	ticks   atomic.Int64
	mu      sync.Mutex
	history []porcupine.Operation
	runs    []func()
}

// enter takes part with a command, which the model knows by a word.
func enter[R any](c *contest, word string, actor rule.Actor, command rule.Command[R]) {
	client := len(c.runs)
	c.runs = append(c.runs, func() {
		called := c.ticks.Add(1)
		_, err := seatbook.Do(background, c.s.Engine, actor, command)
		output := won
		if refusal := rule.AsRefusal(err); refusal != nil {
			output = refusal.Code
		} else if err != nil {
			output = rule.Code(err.Error())
		}
		op := porcupine.Operation{ClientId: client, Input: word, Output: output, Call: called, Return: c.ticks.Add(1)}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.history = append(c.history, op)
	})
}

// judge runs everybody at once, and checks that the history is one of the model
// and that exactly so many won.
func (c *contest) judge(t *testing.T, winners int, first any, step func(state any, word string, code rule.Code) (bool, any)) {
	t.Helper()
	var gate, done sync.WaitGroup
	gate.Add(1)
	for _, run := range c.runs {
		done.Go(func() {
			gate.Wait()
			run()
		})
	}
	gate.Done()
	done.Wait()
	count := 0
	for _, op := range c.history {
		if op.Output == won {
			count++
		}
	}
	require.Equal(t, winners, count, "winners of %v", c.history)
	model := porcupine.Model{
		Init: func() any { return first },
		Step: func(state, input, output any) (bool, any) {
			return step(state, input.(string), output.(rule.Code)) //nolint:forcetypeassert // enter records nothing else
		},
	}
	require.True(t, porcupine.CheckOperations(model, c.history), "no order of these explains what they came to: %v", c.history)
	c.s.Audit()
}

// rivals is a team with a primary, two secondary admins and some users.
func rivals(t *testing.T, users int) *stage.Stage {
	t.Helper()
	s := office(t)
	join := func(user string, role account.Role) {
		stage.Do(s, ada, account.Invite{Team: "acme", Email: rule.Address(user), Role: role})
		stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: rule.Address(user)})
	}
	join("bob@acme.test", account.Secondary)
	join("cyd@acme.test", account.Secondary)
	for i := range users {
		join(fmt.Sprintf("u%d@acme.test", i), account.User)
	}
	return s
}

// rounds of a contest are run in turn, each in its own engine.
const contests = 10

func TestOneOf64GetsTheLastSeat(t *testing.T) {
	t.Parallel()
	s := rivals(t, 65)
	stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "maya", Seats: 2, Term: licensing.Annual})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "u64@acme.test"})
	c := &contest{s: s}
	for i := range 64 {
		enter(c, "claim", ada, licensing.Assign{Team: "acme", Product: "maya", User: rule.Address(fmt.Sprintf("u%d@acme.test", i))})
	}
	c.judge(t, 1, 1, func(left any, _ string, code rule.Code) (bool, any) {
		if code == won {
			return left == 1, 0
		}
		return left == 0 && code == rule.NoSeats, left
	})
	require.Equal(t, licensing.Seats{Owned: 2, Assigned: 2}, stage.Ask(s, ada, licensing.SeatsQuery{Team: "acme", Product: "maya"}))
}

func TestOneOfTwoAdminsWhoDemoteEachOtherWins(t *testing.T) {
	t.Parallel()
	for range contests {
		c := &contest{s: rivals(t, 0)}
		enter(c, "bob", bob, account.ChangeRole{Team: "acme", User: "cyd@acme.test", Role: account.User})
		enter(c, "cyd", rule.ByEmail("cyd@acme.test"), account.ChangeRole{Team: "acme", User: "bob@acme.test", Role: account.User})
		c.judge(t, 1, "both", func(admin any, word string, code rule.Code) (bool, any) {
			if code == won {
				return admin == "both" || admin == word, word
			}
			return admin != "both" && admin != word && code == rule.NotPermitted, admin
		})
	}
}

// Whom a primary admin hands the team over to first has it, and there is never
// another one (invariant 42).
func TestOneOfTwoHandOversMakesThePrimary(t *testing.T) {
	t.Parallel()
	for range contests {
		c := &contest{s: rivals(t, 0)}
		for _, to := range []string{"bob@acme.test", "cyd@acme.test"} {
			enter(c, to, ada, account.ChangeRole{Team: "acme", User: rule.Address(to), Role: account.Primary})
		}
		c.judge(t, 1, "ada@acme.test", func(primary any, word string, code rule.Code) (bool, any) {
			if code == won {
				return primary == "ada@acme.test", word
			}
			return primary != "ada@acme.test" && code == rule.NotPermitted, primary
		})
	}
}

func TestAnInvitationIsAcceptedOnceByTwoRequests(t *testing.T) {
	t.Parallel()
	for range contests {
		s := rivals(t, 0)
		sent := stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
		c := &contest{s: s}
		enter(c, "address", rule.ByEmail("eve@acme.test"), account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
		enter(c, "secret", rule.ByEmail("eve@acme.test"), account.AcceptInvitation{Team: "acme", Secret: rule.Secret(sent.Secret)})
		enter(c, "address", rule.Operator, account.AcceptInvitation{Team: "acme", Email: "eve@acme.test"})
		refusal := map[string]rule.Code{"address": rule.InvitationUsed, "secret": rule.InvitationInvalid}
		c.judge(t, 1, false, func(accepted any, word string, code rule.Code) (bool, any) {
			if code == won {
				return accepted == false, true
			}
			return accepted == true && code == refusal[word], accepted
		})
	}
}

// A person is removed, or is handed purchases, but not both.
func TestAPurchaserIsNotRemovedWhileHandedThePurchases(t *testing.T) {
	t.Parallel()
	for range contests {
		s := rivals(t, 0)
		stage.Do(s, bob, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_2"})
		stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "maya", Seats: 1, Term: licensing.Annual})
		c := &contest{s: s}
		enter(c, "hand over", ada, billing.HandOver{Team: "acme", To: "bob@acme.test"})
		enter(c, "remove", ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
		refusal := map[string]rule.Code{"hand over": rule.NotFound, "remove": rule.Conflict}
		c.judge(t, 1, "", func(first any, word string, code rule.Code) (bool, any) {
			if code == won {
				return first == "", word
			}
			return first != "" && first != word && code == refusal[word], first
		})
	}
}
