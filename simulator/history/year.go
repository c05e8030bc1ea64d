package history

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

const (
	// perTeamYear is about how many commands and queries a team sees in a year.
	perTeamYear = 120
	// aDay is 24 hours: the histories' own zone is UTC.
	aDay = 24 * time.Hour
	// mostRedrawn is how often the fields of a command are drawn, until it would be accepted.
	mostRedrawn = 12
	// goesOn is how long a history goes on after its last step.
	goesOn = 40 * aDay
)

// writer makes up one history, living it as it goes.
type writer struct {
	*cast
	*story
	line       *simulator.Timeline
	vocabulary []simulator.Signature
	weights    []int
	total      int
	playing    []*playing
	// at is the instant of the last step, end that at which the last year is over.
	at, end time.Time
}

// source is where the chance of one history comes from.
func source(seed int64, index int) *rand.Rand {
	return rand.New(rand.NewChaCha8(sha256.Sum256(fmt.Appendf(nil, "seatbook history %d %d", seed, index)))) //nolint:gosec // it has a seed, and guards nothing
}

// makeUp makes up a history of some teams. What goes wrong on the way ends it: the
// story then fails when it is told again.
func (r *run) makeUp(ctx context.Context, index, teams int) (*story, error) {
	random := source(r.config.Seed, index)
	start := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC).AddDate(0, 0, random.IntN(900))
	s := &story{
		name: fmt.Sprintf("History %d of seed %d", index+1, r.config.Seed), start: start, seed: r.config.Seed, catalog: r.config.Catalog,
		policy: policy(random, index, start), tail: goesOn,
	}
	world, err := simulator.NewWorld(simulator.Config{Start: start, Policy: s.policy, Catalog: r.catalog, Seed: s.seed, Modules: r.config.Modules})
	if err != nil {
		return nil, err
	}
	w := &writer{cast: r.cast(random, teams), story: s, line: simulator.NewTimeline(world), vocabulary: r.vocabulary.Signatures(), at: start, end: start.AddDate(r.config.Years, 0, 0)}
	for i := range w.vocabulary {
		w.weights = append(w.weights, weight(&w.vocabulary[i]))
		w.total += w.weights[i]
	}
	if !w.open(ctx) {
		return s, ctx.Err()
	}
	mean := w.end.Sub(start) / time.Duration(perTeamYear*teams*r.config.Years)
	for w.at.Before(w.end) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !w.next(ctx, mean) {
			break
		}
	}
	return s, ctx.Err()
}

// policy draws parameters under which a year has more ends in it than it has by
// default. Every third history has the default ones.
func policy(random *rand.Rand, index int, start time.Time) map[string]string {
	chosen := map[string]string{}
	for _, one := range [][2]string{
		{"token-life", "3mo"},
		{"invitation-life", "2d"},
		{"address-self-service", "on"},
		{"low-balance", "50%"},
		{"lines-per-day", "2"},
		{"home-use-life", "1mo"},
		{"education-life", "2mo"},
		{"cutover", start.AddDate(0, 3, 0).Format(time.DateOnly)},
	} {
		if random.IntN(2) == 0 && index%3 != 0 {
			chosen[one[0]] = one[1]
		}
	}
	return chosen
}

// frequent are commands that a team sees more, or less, often than others.
var frequent = map[string]int{
	"flex.open": 60, "flex.activity": 25, "flex.close": 25, "flex.assign": 12, "flex.take_lease": 16, "flex.transfer": 12,
	"account.invite": 30, "account.accept_invitation": 30, "account.remove_member": 8, "account.change_role": 24,
	"licensing.assign": 40, "licensing.unassign": 16, "licensing.start_trial": 12,
	"billing.purchase": 14, "billing.add_seats": 14, "billing.buy_tokens": 10, "billing.upgrade": 40, "billing.renew": 30, "billing.pay_invoice": 30,
	"billing.apply_credit": 20, "billing.set_auto_renew": 14, "billing.reduce_seats": 12, "billing.add_payment_method": 5, "simulator.set_payment_outcome": 12,
	"billing.free": 1, "billing.hand_over": 2, "account.check_off": 2, "account.import": 3,
	"account.create_team": 1, "account.cut_over": 3, "billing.record_charge": 4,
	"billing.invoices": 12, "billing.subscription": 8, "flex.access": 12, "licensing.seats": 8, "flex.balance": 6,
}

// weight is how often something is drawn, beside the others.
func weight(of *simulator.Signature) int {
	if n, ok := frequent[of.Name]; ok {
		return n
	}
	if of.Kind == "query" {
		return 2
	}
	return 6
}

// next lets time pass and runs one more step. It reports false where the history
// ends, because something went wrong.
func (w *writer) next(ctx context.Context, mean time.Duration) bool {
	gap, aimed := time.Duration(0), false
	if !w.pressing() {
		gap, aimed = w.gap(ctx, mean)
	}
	if err := w.advance(ctx, w.at.Add(gap)); err != nil {
		return w.run(ctx, step{gap: gap, query: true, name: "account.settings", with: []field{{"team", w.teams[0].name, false}}})
	}
	if s, ok := w.play(ctx); ok && (s.name != outcome || !aimed) {
		return w.run(ctx, w.after(s, gap))
	}
	t := one(w.random, w.teams)
	for {
		of := w.choose()
		if of.Name == outcome && aimed {
			continue
		}
		if s, ok := w.attempt(ctx, of, t); ok {
			return w.run(ctx, w.after(s, gap))
		}
	}
}

// after is the step so much time after the one before.
func (w *writer) after(s step, gap time.Duration) step {
	s.gap = gap
	if s.name == outcome {
		s.gap += time.Duration(w.random.IntN(998)+1) * time.Millisecond
	}
	return s
}

func (w *writer) signature(name string) *simulator.Signature {
	for i := range w.vocabulary {
		if w.vocabulary[i].Name == name {
			return &w.vocabulary[i]
		}
	}
	panic("history: a plot has " + name + ", which there is not")
}

// choose draws a command or query by its weight.
func (w *writer) choose() *simulator.Signature {
	n := w.random.IntN(w.total)
	i := 0
	for ; n >= w.weights[i]; i++ {
		n -= w.weights[i]
	}
	return &w.vocabulary[i]
}

// attempt draws the fields of a command, as a rule until it would be accepted: so
// most commands are, whatever there is to know of them. It reports false where
// none would be after some tries.
func (w *writer) attempt(ctx context.Context, of *simulator.Signature, t *team) (step, bool) {
	bold := w.often(20)
	if w.beat != nil {
		bold = w.beat.bold
	}
	for range mostRedrawn {
		if s, ok := w.draw(of, t, w.line.Now()); ok && (bold || rule.AsRefusal(w.preview(ctx, &s)) == nil) {
			return s, true
		}
	}
	return step{}, false
}

// outcome is the command that tells the provider how to answer. It holds from its
// instant on, so at an instant at which something is charged anyway it would matter
// who comes first: it has one of its own.
const outcome = "simulator.set_payment_outcome"

// gap draws how much time passes: from nothing to weeks, and at times to the very
// instant at which something is due, or to the second before or after it.
func (w *writer) gap(ctx context.Context, mean time.Duration) (gap time.Duration, aimed bool) {
	now := w.at
	if w.often(8) {
		due, ok, err := w.line.World().Engine().NextDue(ctx)
		to := due.Add(one(w.random, []time.Duration{-time.Second, 0, 0, time.Second}))
		if err == nil && ok && to.After(now) && to.Sub(now) < 20*mean {
			return to.Sub(now), true
		}
	}
	seconds := func(list ...int64) time.Duration { return time.Duration(one(w.random, list)) * time.Second }
	switch n := w.random.IntN(100); {
	case n < 20:
		return 0, false
	case n < 32:
		return seconds(1, 10, 60), false
	case n < 45:
		return seconds(299, 300, 301, 1200, 3600), false
	case n < 60:
		return seconds(86399, 86400, 86401), false
	case n < 97:
		return time.Duration(w.random.Int64N(int64(3 * mean))).Round(time.Second), false
	default:
		return time.Duration(w.random.Int64N(int64(12 * mean))).Round(time.Hour), false
	}
}

// run runs a step and adds it to the story.
func (w *writer) run(ctx context.Context, s step) bool {
	s.number = len(w.steps) + 1
	result, err := w.perform(ctx, &s)
	if refusal := rule.AsRefusal(err); refusal != nil {
		s.fails, err = refusal.Code, nil
	} else if err == nil {
		err = w.learn(&s, result)
	}
	w.steps = append(w.steps, s)
	return err == nil
}

// advance goes to an instant; a panic on the way is an error.
func (w *writer) advance(ctx context.Context, to time.Time) (err error) {
	defer caught(&err)
	return w.line.Advance(ctx, to)
}

func caught(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the engine panicked: %v", p)
	}
}

// perform runs a step at its instant.
func (w *writer) perform(ctx context.Context, s *step) (result any, err error) {
	defer caught(&err)
	w.at = w.at.Add(s.gap)
	if err := w.line.Advance(ctx, w.at); err != nil {
		return nil, err
	}
	args, err := s.args(w.saved)
	if err != nil {
		return nil, err
	}
	if s.query {
		return w.line.Ask(ctx, s.actor(), s.name, args)
	}
	return w.line.Do(ctx, s.actor(), s.name, args)
}

// preview tells what a step would be refused with at the present.
func (w *writer) preview(ctx context.Context, s *step) (err error) {
	defer caught(&err)
	args, err := s.args(w.saved)
	if err != nil {
		return err
	}
	if s.query {
		_, err = w.line.Ask(ctx, s.actor(), s.name, args)
	} else {
		_, err = w.line.Preview(ctx, s.actor(), s.name, args)
	}
	return err
}

// open makes the teams, each with an owner, a way to pay, seats, people and tokens.
func (w *writer) open(ctx context.Context) bool {
	for i, t := range w.teams {
		var first product
		for first = w.products[w.random.IntN(len(w.products))]; len(first.terms) == 0 || i%2 == 0 && first.to == "" && w.upgradable(); {
			first = w.products[w.random.IntN(len(w.products))]
		}
		team := field{"team", t.name, false}
		steps := []step{
			{name: "account.create_team", with: []field{team, {"owner", t.owner, false}, {"country", one(w.random, []string{"US", "FR", "JP"}), true}}},
			{name: "billing.add_payment_method", by: t.owner, with: []field{{"kind", one(w.random, []string{"card", "paypal", "invoice"}), false}, {"token", "tok_1", false}}},
			{name: "billing.purchase", by: t.owner, with: []field{team, {"product", first.id, false}, {"seats", int64(w.random.IntN(4) + 1), false}, {"term", one(w.random, first.terms), false}, {"plan", one(w.random, []string{"standard", "success", "maintenance", "premium"}), true}}},
			{name: "billing.buy_tokens", by: t.owner, with: []field{team, {"tokens", int64(100 * (w.random.IntN(3) + 1)), false}}},
			{name: "flex.set_defaults", with: []field{team, {"products", "all", false}}},
		}
		for range w.random.IntN(3) + 1 {
			person := one(w.random, w.people)
			steps = append(steps, step{name: "account.invite", with: []field{team, {"email", person, false}}},
				step{name: "account.accept_invitation", with: []field{team, {"email", person, false}}})
		}
		for _, s := range steps {
			if !w.run(ctx, s) {
				return false
			}
		}
		t.add("member", t.owner)
	}
	return true
}

func (w *writer) upgradable() bool {
	for _, p := range w.products {
		if p.to != "" && len(p.terms) > 0 {
			return true
		}
	}
	return false
}

// productsOf are what histories draw of a catalogue.
func productsOf(catalog *licensing.Catalog) []product {
	var list []product
	for _, p := range catalog.Products {
		one := product{id: p.ID, to: p.UpgradesTo, cloud: p.Kind == licensing.Cloud, services: p.Services, older: p.PreviousUse}
		for _, rate := range p.ResultRates {
			one.results = append(one.results, rate.Result)
		}
		for _, price := range p.Prices {
			one.terms = append(one.terms, string(price.Term))
		}
		for _, release := range p.Releases {
			one.versions = append(one.versions, release.Version)
		}
		for _, update := range p.Updates {
			one.updates = append(one.updates, update.Name)
		}
		list = append(list, one)
	}
	return list
}
