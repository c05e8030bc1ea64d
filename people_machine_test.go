package seatbook_test

import (
	"encoding/binary"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
)

var (
	machineTeams    = []string{"acme", "beta"}
	machinePeople   = []string{"ada@acme.test", "bob@acme.test", "cyd@both.test", "dan@beta.test", "eve@both.test", "fay@beta.test"}
	machineProducts = []string{"all", "large", "small"}
	machineGroups   = []string{"band", "crew"}
	machineHubs     = []string{"dock", "pier"}
)

// secrets are words that are all different, the same in every run.
type secrets struct{ n uint64 }

// Read fills p with the next number.
func (s *secrets) Read(p []byte) (int, error) {
	s.n++
	clear(p)
	binary.BigEndian.PutUint64(p, s.n)
	return len(p), nil
}

// machine is an engine beside the model of what it has to say.
type machine struct {
	engine *seatbook.Engine
	clock  *stage.Clock
	// declines is set while no card can be charged.
	declines bool
	teams    map[string]*crowd
	// trials are when the trials of people end or ended.
	trials map[place]time.Time
	// touched are the teams to look at after the command.
	touched  []string
	commands int
}

// ran counts the commands of a whole test, over its histories.
var ran atomic.Int64

func newMachine(t *rapid.T) *machine {
	m := &machine{clock: stage.NewClock(stage.At("2026-01-29T09:00:00Z")), teams: map[string]*crowd{}, trials: map[place]time.Time{}}
	provider := stage.Provider(func(billing.Charge) (billing.Answer, error) {
		if m.declines {
			return billing.Answer{Outcome: billing.Declined}, nil
		}
		return billing.Answer{Outcome: billing.Paid}, nil
	})
	var err error
	m.engine, err = seatbook.New(memstore.New(), seatbook.Config{
		Clock: m.clock, Payments: provider, Random: &secrets{}, Catalog: smallCatalog(),
		Policy: map[string]string{"invitation-life": "2d", "invitation-purge": "9d", "token-life": "360mo"},
	})
	require.NoError(t, err)
	for i, team := range machineTeams {
		owner := machinePeople[3*i]
		m.teams[team] = newCrowd(owner)
		accepted(m, t, rule.Operator, account.CreateTeam{Team: team, Owner: rule.Address(owner), Country: "US"})
	}
	for i, user := range machinePeople {
		for j, team := range machineTeams {
			if i == 3*j || i/3 != j { // everyone else comes and goes
				continue
			}
			m.invite(t, team, user, rule.Operator, asked{role: account.User})
			m.accept(t, team, user, rule.Operator)
		}
		accepted(m, t, rule.ByEmail(user), billing.AddPaymentMethod{Kind: billing.Card, Token: "tok"})
	}
	for i, team := range machineTeams {
		for j, product := range machineProducts {
			m.purchase(t, team, rule.ByEmail(machinePeople[3*i]), billing.Purchase{Product: product, Seats: 2 + i + j, Term: "monthly"})
		}
		m.purchase(t, team, rule.ByEmail(machinePeople[3*i]), billing.Purchase{Product: cloud, Seats: 1, Term: "annual"})
		accepted(m, t, rule.Operator, billing.BuyTokens{Team: team, Tokens: 100})
	}
	return m
}

// answer runs a command and compares what it came to with the reasons that the
// model has to refuse it. It reports whether the command was accepted.
func answer[R any](m *machine, t *rapid.T, actor rule.Actor, c rule.Command[R], reasons []rule.Code) (R, bool) {
	t.Helper()
	m.commands++
	result, err := seatbook.Do(background, m.engine, actor, c)
	refusal := rule.AsRefusal(err)
	if refusal == nil {
		require.NoError(t, err, "%s: %T %+v", actor, c, c)
		require.Empty(t, reasons, "%s: %T %+v was accepted, and the rules refuse it", actor, c, c)
		return result, true
	}
	require.Contains(t, reasons, refusal.Code, "%s: %T %+v was refused: %s", actor, c, c, refusal.Text)
	return result, false
}

// accepted runs a command that must be accepted.
func accepted[R any](m *machine, t *rapid.T, actor rule.Actor, c rule.Command[R]) R {
	t.Helper()
	result, _ := answer(m, t, actor, c, nil)
	return result
}

// word runs a command on whose acceptance the model takes the engine's word.
func word[R any](m *machine, t *rapid.T, actor rule.Actor, c rule.Command[R]) (R, bool) {
	t.Helper()
	m.commands++
	result, err := seatbook.Do(background, m.engine, actor, c)
	if rule.AsRefusal(err) == nil {
		require.NoError(t, err, "%s: %T %+v", actor, c, c)
	}
	return result, err == nil
}

func (m *machine) now() time.Time { return m.clock.Now() }

// change makes a change in the model, unless something forbids it or it takes
// more seats than there are. It returns the reasons not to.
func (m *machine) change(team string, bad []rule.Code, do func(c *crowd)) []rule.Code {
	m.touched = with(m.touched, team)
	if len(bad) > 0 {
		return bad
	}
	before := m.teams[team]
	after := before.clone()
	do(after)
	if after.exceeds(before, m.now()) {
		return []rule.Code{rule.NoSeats}
	}
	after.note(m.now())
	m.teams[team] = after
	return nil
}

// refresh takes billing's word for the subscriptions of every team, and brings
// about what follows for the people: what is pinned to one that is over falls,
// and one that is cancelled leaves nobody on seats that are not there.
func (m *machine) refresh(t *rapid.T) {
	for _, team := range machineTeams {
		c := m.teams[team]
		var cancelled []string
		for id, old := range c.subs {
			r, err := seatbook.Ask(background, m.engine, rule.Operator, billing.SubscriptionQuery{Subscription: id})
			require.NoError(t, err)
			s := r.Subscription
			c.subs[id] = plan{product: s.Product, purchaser: s.Purchaser, seats: s.Seats, status: s.Status}
			over := s.Status == billing.Ended || s.Status == billing.Cancelled
			if over && s.Status != old.status {
				m.touched = with(m.touched, team)
				for at, subs := range c.pinned {
					c.pinned[at] = slices.DeleteFunc(slices.Clone(subs), func(sub string) bool { return sub == id })
				}
				for _, i := range c.invitations {
					i.fell = i.fell || i.open(m.now()) && i.pin == id
				}
				if s.Status == billing.Cancelled {
					cancelled = append(cancelled, s.Product)
				}
			}
			if s.Seats != old.seats || s.Status != old.status {
				m.touched = with(m.touched, team)
			}
		}
		for _, product := range cancelled {
			sits := c.seated(product)
			for user := range c.members {
				if !sits[user] && c.own(product, user) {
					delete(c.personal, place{product, user})
				}
			}
		}
		c.note(m.now())
	}
}

// tick lets time pass as far as the next instant at which anything is due, and
// so on, looking at everything each time.
func (m *machine) tick(t *rapid.T, span time.Duration) {
	until := m.now().Add(span)
	for {
		next, any, err := m.engine.NextDue(background)
		require.NoError(t, err)
		if !any || next.After(until) {
			break
		}
		if next.After(m.now()) {
			m.clock.Set(next)
		}
		require.NoError(t, m.engine.RunDue(background))
		m.pass(t)
	}
	m.clock.Set(until)
	m.pass(t)
}

func (m *machine) pass(t *rapid.T) {
	for _, c := range m.teams {
		for user, i := range c.invitations {
			if !i.accepted && !i.revoked && !m.now().Before(i.purged) {
				delete(c.invitations, user)
			}
		}
	}
	m.refresh(t)
	m.touched = machineTeams
	m.recount(t)
}

// rounds is how often a history goes on after the steps of rapid: by default, in
// its 100 histories, for 10,000 commands a run with those that begin each.
const rounds = 3

// People and seats are what a naive recount says, whatever anyone does
// (invariants 16 to 23, 42 to 45 and 48 to 50).
// More of them are run with -rapid.checks and -rapid.steps.
func TestPeopleAndSeatsAreRecounted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t)
		actions := map[string]func(*rapid.T){
			"":           m.recount,
			"invite":     m.drawInvite,
			"resend":     m.drawResend,
			"revoke":     m.drawRevoke,
			"accept":     m.drawAccept,
			"secret":     m.drawSecret,
			"role":       m.drawRole,
			"hand over":  m.drawHandOver,
			"favour":     m.drawFavour,
			"remove":     m.drawRemove,
			"new group":  m.drawGroup,
			"join group": m.drawJoin,
			"left group": m.drawLeave,
			"crew":       m.drawCrew,
			"new hub":    m.drawHub,
			"into hub":   m.drawIntoHub,
			"out of hub": m.drawOutOfHub,
			"trial":      m.drawTrial,
			"import":     m.drawImport,
			"assign":     m.drawAssign,
			"pin":        m.drawPin,
			"fewer pins": m.drawLoss,
			"pin aside":  m.drawAside,
			"group seat": m.drawGrant,
			"unassign":   m.drawUnassign,
			"ungrant":    m.drawUngrant,
			"defaults":   m.drawDefaults,
			"tokens":     m.drawTokens,
			"purchase":   m.drawPurchase,
			"more seats": m.drawMore,
			"fewer":      m.drawFewer,
			"renewal":    m.drawRenewal,
			"ending":     m.drawEnding,
			"lapse":      m.drawLapse,
			"card":       m.drawCard,
			"time":       m.drawTime,
			"time again": m.drawTime,
		}
		for range rounds {
			t.Repeat(actions)
		}
		require.NoError(t, m.engine.Audit(background))
		ran.Add(int64(m.commands))
	})
	t.Logf("%d commands", ran.Load())
}
