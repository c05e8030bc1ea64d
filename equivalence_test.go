package seatbook_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// step is one command of a random history, some time after the one before.
type step struct {
	after time.Duration
	actor rule.Actor
	name  string
	args  map[string]any
	// ref names the identifier that an argument takes from an earlier result:
	// the n-th of its kind, if there are so many.
	ref  string
	kind string
	n    int
	// late is how long before it is told an event took place.
	late time.Duration
}

// worker says how a host runs what is due between two commands.
type worker struct {
	name string
	work func(t require.TestingT, e *seatbook.Engine, c *stage.Clock, until time.Time)
	// aside is set for a store that does not say that its updates run one after another.
	aside bool
}

// sideBySide is a store that keeps to itself that its updates run one after another.
type sideBySide struct{ store.Store }

// store returns an empty one for the worker.
func (w worker) store() store.Store {
	if w.aside {
		return sideBySide{memstore.New()}
	}
	return memstore.New()
}

func runDue(t require.TestingT, e *seatbook.Engine) {
	require.NoError(t, e.RunDue(background))
}

var workers = []worker{
	{name: "late", work: func(require.TestingT, *seatbook.Engine, *stage.Clock, time.Time) {}},
	{name: "at once", work: func(t require.TestingT, e *seatbook.Engine, c *stage.Clock, until time.Time) {
		c.Set(until)
		runDue(t, e)
		runDue(t, e)
	}},
	{name: "prompt", work: func(t require.TestingT, e *seatbook.Engine, c *stage.Clock, until time.Time) {
		for {
			next, ok, err := e.NextDue(background)
			require.NoError(t, err)
			if !ok || next.After(until) {
				return
			}
			c.Set(next)
			runDue(t, e)
		}
	}},
	{name: "claiming", aside: true, work: func(t require.TestingT, e *seatbook.Engine, c *stage.Clock, until time.Time) {
		c.Set(until)
		_, err := e.Round(background, "one")
		require.NoError(t, err)
	}},
	{name: "day by day", work: func(t require.TestingT, e *seatbook.Engine, c *stage.Clock, until time.Time) {
		for day := c.Now().Add(24 * time.Hour); day.Before(until); day = day.Add(24 * time.Hour) {
			c.Set(day)
			runDue(t, e)
		}
	}},
}

// functional is a provider whose answer is a function of method, amount and
// instant, as time equivalence asks for.
var functional = stage.Till{
	Provider: func(c billing.Charge) (billing.Answer, error) { return mood(c.ID, c.At, c.Amount), nil },
	Refunds:  func(r billing.Refund) (billing.Answer, error) { return mood(r.ID, r.At, r.Amount), nil },
}

func mood(id string, at time.Time, amount money.Amount) billing.Answer {
	if (at.Unix()/3600+amount.Minor())%5 == 0 {
		return billing.Answer{Outcome: billing.Declined}
	}
	return billing.Answer{Outcome: billing.Paid, Reference: id}
}

// play runs a history under one worker, and returns what every command came to,
// and the digest at the end.
func play(t require.TestingT, steps []step, w worker) (answers []string, digest string, e *seatbook.Engine) {
	c := stage.NewClock(time.Time{})
	now := stage.At("2026-01-29T09:00:00Z")
	c.Set(now)
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	e, err = seatbook.New(w.store(), seatbook.Config{
		Clock: c, Payments: functional, Zone: paris, Random: stage.Zeros{}, Catalog: smallCatalog(), Taxes: taxes,
		Policy: map[string]string{
			"invitation-life": "2d", "token-life": "3mo", "low-balance": "50%", "address-self-service": "on", "cutover": "2026-02-20",
			"home-use-life": "1mo", "education-life": "1mo", "education-notice": "10d", "lines-per-day": "3",
		},
	})
	require.NoError(t, err)
	ids := map[string][]string{}
	for _, s := range steps {
		now = now.Add(s.after)
		w.work(t, e, c, now)
		c.Set(now)
		answers = append(answers, s.reported(now).run(e, ids))
	}
	now = now.Add(40 * 24 * time.Hour)
	w.work(t, e, c, now)
	c.Set(now)
	runDue(t, e)
	digest, err = e.Digest(background)
	require.NoError(t, err)
	require.NoError(t, e.Audit(background))
	return answers, digest, e
}

func (s step) run(e *seatbook.Engine, ids map[string][]string) string {
	args := map[string]any{}
	for k, v := range s.args {
		args[k] = v
	}
	if s.ref != "" {
		known := ids[s.kind]
		if len(known) == 0 {
			return "nothing to refer to"
		}
		args[s.ref] = known[s.n%len(known)]
		if s.ref == "subscriptions" {
			args[s.ref] = []string{known[s.n%len(known)], known[(s.n+1)%len(known)], "sub_nowhere_1"}[:2+s.n%2]
		}
	}
	data, err := json.Marshal(args)
	if err != nil {
		return err.Error()
	}
	result, err := e.Run(background, s.actor, s.name, data)
	if err != nil {
		return fmt.Sprintf("%s: %v", s.name, err)
	}
	shown, err := json.Marshal(result)
	if err != nil {
		return err.Error()
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(shown, &fields) == nil {
		for _, kind := range []string{"subscription", "session", "pack", "case", "invoice", "credit_memo", "payment_method", "order", "quote"} {
			var record struct{ ID string }
			if json.Unmarshal(fields[kind], &record) == nil && record.ID != "" {
				ids[kind] = append(ids[kind], record.ID)
			}
		}
		var jobs []struct{ ID string }
		if json.Unmarshal(fields["jobs"], &jobs) == nil {
			for _, job := range jobs {
				ids["job"] = append(ids["job"], job.ID)
			}
		}
	}
	return fmt.Sprintf("%s: %s", s.name, shown)
}

func smallCatalog() *licensing.Catalog {
	renewal := money.Must("90.00 USD")
	prices := []licensing.Price{
		{Term: licensing.Monthly, New: money.Must("10.00 USD")},
		{Term: licensing.Annual, New: money.Must("100.00 USD"), Renewal: &renewal},
	}
	return &licensing.Catalog{
		Products: []licensing.Product{
			{ID: "small", Kind: licensing.LT, UpgradesTo: "large", PremiumEligible: true, Prices: prices},
			{ID: "large", FlexRate: licensing.Rates{{Rate: 7}, {From: stage.At("2026-03-10T00:00:00Z"), Rate: 9}}, Prices: prices, Services: []string{"render"}, Releases: oldReleases(), PreviousUse: []string{"1"}, Updates: []licensing.Update{
				{Name: "Early", On: period.Date{Year: 2026, Month: 1, Day: 31}}, {Name: "Late", On: period.Date{Year: 2026, Month: 2, Day: 20}},
			}},
			{ID: "patient", FlexRate: licensing.Rates{{Rate: 3}}, IdleAware: true, Prices: prices},
			{ID: "sky", Kind: licensing.Cloud, Prices: prices, ResultRates: []licensing.ResultRate{{Result: "image", Rate: 1}, {Result: "film", Rate: 4}}},
			{ID: "all", Kind: licensing.Collection, Members: []string{"large", "patient"}, Prices: prices},
		},
		Premium: licensing.PlanOffer{Prices: prices[1:]},
		Tokens:  licensing.TokenOffer{Price: money.Must("1.00 USD"), Minimum: 10},
	}
}

var (
	teamNames = []string{"acme", "globex"}
	people    = []string{"ada@acme.test", "bob@acme.test", "cyd@both.test", "dan@globex.test", "eve@nowhere.test"}
	products  = []string{"small", "large", "patient", "all", "sky"}
)

// opening makes two teams with an owner each, a shared member, payment methods,
// seats and tokens.
func opening() []step {
	op := rule.Operator
	steps := []step{}
	for i, team := range teamNames {
		owner := []string{"ada@acme.test", "dan@globex.test"}[i]
		steps = append(
			steps,
			step{actor: op, name: "account.create_team", args: map[string]any{"team": team, "owner": owner, "country": "FR"}},
			step{actor: rule.ByEmail(owner), name: "billing.add_payment_method", args: map[string]any{"kind": []string{"card", "invoice"}[i], "token": "tok"}},
			step{actor: op, name: "account.invite", args: map[string]any{"team": team, "email": "cyd@both.test"}},
			step{actor: op, name: "account.accept_invitation", args: map[string]any{"team": team, "email": "cyd@both.test"}},
			step{actor: op, name: "billing.buy_tokens", args: map[string]any{"team": team, "tokens": 30}},
			step{actor: op, name: "billing.purchase", args: map[string]any{"team": team, "product": products[i], "seats": 2, "term": "monthly", "plan": []string{"standard", "maintenance"}[i]}},
			step{actor: op, name: "licensing.assign", args: map[string]any{"team": team, "product": products[i], "user": "cyd@both.test"}},
			step{actor: op, name: "flex.set_defaults", args: map[string]any{"team": team, "products": []string{"large", "patient", "sky"}}},
			step{actor: op, name: "flex.grant_credits", args: map[string]any{"team": team, "credits": 6, "contract_ends": "2026-03-15T09:00:00Z"}},
			step{actor: op, name: "billing.create_quote", args: map[string]any{"team": team, "lines": []map[string]any{{"tokens": 20}, {"product": products[i], "seats": 1, "term": "monthly", "price": "8.00 USD"}}}},
		)
	}
	return append(steps, deviceOpening()...)
}

// anyStep draws one command of the vocabulary.
func anyStep(t *rapid.T) step {
	pick := func(label string, list []string) string { return rapid.SampledFrom(list).Draw(t, label) }
	s := step{
		after: time.Duration(rapid.SampledFrom([]int{0, 0, 60, 299, 300, 3600, 86399, 86400, 3 * 86400, 17 * 86400}).Draw(t, "after")) * time.Second,
		n:     rapid.IntRange(0, 5).Draw(t, "n"),
	}
	person := pick("person", people)
	s.actor = rule.Operator
	if rapid.IntRange(0, 3).Draw(t, "by a person") == 3 {
		s.actor = rule.ByEmail(pick("actor", people))
	}
	team, product := pick("team", teamNames), pick("product", products)
	count := rapid.SampledFrom([]int{3, 1, 2, 4, 0, -1, 3, 2}).Draw(t, "count")
	s.name = pick("command", commandNames)
	switch s.name {
	case "account.invite":
		s.args = map[string]any{"team": team, "email": person, "products": []string{product}}
	case "account.accept_invitation", "account.resend_invitation", "account.revoke_invitation":
		s.args = map[string]any{"team": team, "email": person}
	case "account.change_role":
		s.args = map[string]any{"team": team, "user": person, "role": pick("role", []string{"primary", "secondary", "user", "guest"})}
	case "account.remove_member":
		s.args = map[string]any{"team": team, "user": person}
	case "account.create_group":
		s.args = map[string]any{"team": team, "group": "crew", "users": []string{person}}
	case "account.add_to_group":
		s.args = map[string]any{"team": team, "group": "crew", "user": person}
	case "licensing.assign", "licensing.unassign":
		s.args = map[string]any{"team": team, "product": product, "user": person}
		if count == 0 {
			delete(s.args, "user")
			s.args["group"] = "crew"
		}
	case "licensing.start_trial":
		s.args = map[string]any{"user": person, "product": product}
	case "licensing.download":
		s.args = map[string]any{"user": person, "product": product}
	case "licensing.set_defaults":
		s.args = map[string]any{"team": team, "products": []string{product}}
		if count < 2 {
			s.args["products"] = []string{}
		}
	case "licensing.withhold_service", "licensing.grant_service":
		s.args = map[string]any{"team": team, "user": person, "product": "large", "service": "render"}
	case "licensing.grant_update":
		s.args = map[string]any{"team": team, "product": "large", "update": "Early", "users": []string{person}}
		if count == 0 {
			delete(s.args, "users")
			s.args["group"] = "crew"
		}
	case "licensing.set_update_policy":
		s.args = map[string]any{"team": team, "every": pick("every", []string{"weekly", "off"})}
	case "licensing.announce_updates":
		s.args = map[string]any{"team": team}
	case "licensing.create_package":
		s.args = map[string]any{"user": person, "products": []string{product}}
	case "licensing.create_deployment":
		s.args = map[string]any{"team": team, "products": []string{product}}
	case "account.set_usage_notices":
		s.args = map[string]any{"team": team, "every": pick("every", []string{"weekly", "monthly", "off"}), "inactive": "30d"}
	case "account.hide_people":
		s.args = map[string]any{"team": team, "on": count > 1}
	case "account.withhold_benefit", "account.grant_benefit":
		s.args = map[string]any{"team": team, "user": person, "benefit": pick("benefit", []string{"downloads", "home-use", "previous-versions", "cloud-services"})}
	case "billing.purchase":
		s.args = map[string]any{"team": team, "product": product, "seats": count, "term": pick("term", []string{"monthly", "annual"}), "plan": pick("plan", []string{"standard", "success", "maintenance"})}
	case "billing.add_seats":
		s.ref, s.kind, s.args = "subscription", "subscription", map[string]any{"seats": count}
	case "billing.reduce_seats":
		s.ref, s.kind, s.args = "subscription", "subscription", map[string]any{"to": count}
	case "billing.renew":
		s.ref, s.kind = "subscription", "subscription"
	case "billing.change_term":
		s.ref, s.kind, s.args = "subscription", "subscription", map[string]any{"term": pick("term", []string{"monthly", "annual"})}
	case "billing.set_auto_renew":
		s.ref, s.kind, s.args = "subscription", "subscription", map[string]any{"on": count > 0}
	case "billing.upgrade":
		s.ref, s.kind, s.args = "subscription", "subscription", map[string]any{"to": product}
	case "account.import":
		s.args = map[string]any{"team": team, "csv": fmt.Sprintf("P,%d,%s\n,,fay@acme.test\nno row\n", count, person)}
		if count > 2 {
			s.args["products"] = []string{product}
		}
	case "account.update_profile":
		s.args = map[string]any{"user": person, "name": pick("name", []string{"A", "B", "C \"D\""}), "zone": pick("zone", []string{"", "Asia/Tokyo"}), "notices": map[string]bool{"low-balance": count > 2, "trial-ended": count > 1}}
	case "account.confirm_language":
		s.args = map[string]any{"user": person, "language": pick("language", []string{"", "fr"})}
	case "account.change_address":
		s.args = map[string]any{"user": person, "address": fmt.Sprintf("%d Road", count)}
	case "account.announce_address":
		s.args = map[string]any{"team": team}
	case "billing.appoint_payer", "billing.dismiss_payer":
		s.args = map[string]any{"team": team, "user": person, "purchaser": pick("purchaser", people)}
	case "billing.hand_over":
		s.args = map[string]any{"team": team, "to": person, "from": pick("from", people)}
	case "billing.buy_tokens":
		s.args = map[string]any{"team": team, "tokens": 10 * count}
	case "flex.assign":
		s.args = map[string]any{"team": team, "user": person, "products": "all"}
	case "flex.open":
		s.args = map[string]any{"user": person, "product": product}
		if count > 2 {
			s.args["team"] = team
		}
	case "flex.activity", "flex.close":
		s.ref, s.kind = "session", "session"
	case "flex.transfer":
		s.ref, s.kind, s.args = "pack", "pack", map[string]any{"to": team}
	}
	s = personStep(t, s, team, person, count)
	s = cutoverStep(t, s, person, product, count)
	s = useStep(s, team, person, product, count)
	s = flexStep(t, billingStep(t, s, team, count), team, person, product, count)
	return supportStep(t, deviceStep(s, person, product, team, count), team, person, count)
}

var commandNames = append([]string{
	"account.set_usage_notices", "account.set_usage_notices", "account.hide_people", "account.withhold_benefit", "account.grant_benefit",
	"account.import", "account.update_profile", "account.confirm_language", "account.change_address", "account.announce_address",
	"billing.appoint_payer", "billing.dismiss_payer", "billing.hand_over",
	"account.invite", "account.accept_invitation", "account.resend_invitation", "account.revoke_invitation", "account.change_role",
	"account.remove_member", "account.create_group", "account.add_to_group", "licensing.assign", "licensing.assign", "licensing.unassign",
	"licensing.start_trial", "licensing.start_trial", "licensing.download", "licensing.set_defaults", "licensing.set_defaults",
	"licensing.withhold_service", "licensing.grant_service", "licensing.grant_update", "licensing.set_update_policy",
	"licensing.announce_updates", "licensing.create_package", "licensing.create_deployment", "billing.purchase", "billing.purchase", "billing.add_seats", "billing.reduce_seats", "billing.renew",
	"billing.change_term", "billing.set_auto_renew", "billing.upgrade", "billing.buy_tokens", "flex.assign", "flex.open", "flex.open",
	"flex.open", "flex.activity", "flex.close", "flex.close", "flex.transfer",
}, slices.Concat(supportCommands, deviceCommands, cutoverCommands, useCommands, personCommands, billingCommands, flexCommands)...)

func anyHistory(t *rapid.T) []step {
	return append(append(opening(), useOpening()...), rapid.SliceOfN(rapid.Custom(anyStep), 5, 50).Draw(t, "steps")...)
}

// A worker that is late, prompt, or runs day by day changes nothing, to the byte.
func TestWorkersChangeNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		steps := anyHistory(t)
		answers, digest, _ := play(t, steps, workers[0])
		for _, w := range workers[1:] {
			others, other, _ := play(t, steps, w)
			for i := range answers {
				if answers[i] != others[i] {
					t.Fatalf("step %d under a %s worker:\n%s\nunder a %s worker:\n%s", i, workers[0].name, answers[i], w.name, others[i])
				}
			}
			if digest != other {
				t.Fatalf("a %s worker ends with %s and a %s worker with %s", workers[0].name, digest, w.name, other)
			}
		}
	})
}

// A journal that is run again from the start ends in the same state.
func TestReplayEndsInTheSameState(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		_, digest, e := play(t, anyHistory(t), workers[rapid.IntRange(0, len(workers)-1).Draw(t, "worker")])
		again, err := e.Replay(background, memstore.New())
		require.NoError(t, err)
		other, err := again.Digest(background)
		require.NoError(t, err)
		require.Equal(t, digest, other)
	})
}

// A state that was kept never changes, whatever is done after it or in a fork of it.
func TestKeptStatesNeverChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := stage.NewClock(stage.At("2026-01-29T09:00:00Z"))
		config := seatbook.Config{Clock: c, Payments: functional, Random: stage.Zeros{}, Catalog: smallCatalog()}
		type kept struct {
			engine *seatbook.Engine
			digest string
		}
		keep := func(s *memstore.Store) kept {
			e, err := seatbook.New(s, config)
			require.NoError(t, err)
			digest, err := e.Digest(background)
			require.NoError(t, err)
			return kept{e, digest}
		}
		current := memstore.New()
		var states []kept
		ids := map[string][]string{}
		for i, s := range anyHistory(t) {
			e, err := seatbook.New(current, config)
			require.NoError(t, err)
			c.Set(c.Now().Add(s.after))
			s.reported(c.Now()).run(e, ids)
			if i%7 == 6 {
				states = append(states, keep(current))
				current = current.Fork()
			}
		}
		for i, state := range states {
			digest, err := state.engine.Digest(background)
			require.NoError(t, err)
			require.Equal(t, state.digest, digest, "state %d", i)
		}
	})
}
