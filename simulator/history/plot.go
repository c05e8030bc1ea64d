package history

import (
	"context"
	"slices"
	"time"
)

// beat is one step of a plot: a command, and what is particular about it.
type beat struct {
	name string
	// with are fields that the beat must have just so, given those that it must have.
	with  map[string]any
	given []string
	// bold beats are run also where they will be refused, which is what they are for.
	bold bool
	// older is set where the product is to have older releases to go on using.
	older bool
	// wait is how long after the beat before it comes at the earliest; 0 is at once.
	wait time.Duration
}

// maintained is a purchase under maintenance.
var maintained = map[string]any{"plan": "maintenance", "channel": "direct"}

// plots are what takes several commands, one about what the one before did. Drawn
// alone such commands would hardly ever meet.
var plots = [][]beat{
	{
		{name: "billing.purchase", with: maintained},
		{name: "licensing.assign", given: []string{"user"}, wait: time.Hour},
		{name: "licensing.request_home_use"},
		{name: "licensing.decline_home_use", wait: aDay},
	},
	{{name: "licensing.assign", given: []string{"user"}}, {name: "licensing.request_home_use"}, {name: "licensing.grant_home_use", wait: aDay}, {name: "licensing.end_home_use", wait: 9 * aDay}},
	{
		{name: "billing.purchase", with: maintained, older: true},
		{name: "licensing.assign", given: []string{"user"}, wait: time.Minute},
		{name: "licensing.request_previous_use"},
		{name: "licensing.decline_previous_use", wait: time.Hour},
		{name: "licensing.request_previous_use", wait: aDay},
		{name: "licensing.grant_previous_use", wait: time.Hour},
		{name: "licensing.end_previous_use", wait: 20 * aDay},
	},
	{{name: "licensing.confirm_education"}, {name: "licensing.start_education"}, {name: "licensing.renew_education", wait: 35 * aDay}},
	{{name: "licensing.withhold_service"}, {name: "licensing.services"}, {name: "licensing.grant_service", wait: aDay}},
	{{name: "account.create_hub"}, {name: "account.add_to_hub"}, {name: "account.enter_hub", wait: time.Hour}, {name: "account.hub"}, {name: "account.remove_from_hub", wait: aDay}},
	{
		{name: "billing.purchase", with: map[string]any{"channel": "reseller"}, given: []string{"reseller"}},
		{name: "account.open_case", given: []string{"subscription"}},
		{name: "account.share_case"},
		{name: "account.case"},
		{name: "account.unshare_case", wait: aDay},
		{name: "billing.set_reseller"},
	},
	{{name: "billing.purchase", with: map[string]any{"channel": "sales"}}, {name: "billing.allow_self_service"}},
	{{name: "billing.purchase", given: []string{"contract"}}, {name: "billing.contract_export"}, {name: "billing.licence_report"}, {name: "billing.move_subscription", wait: aDay}},
	{
		{name: "billing.add_payment_method", with: map[string]any{"kind": "card"}, given: []string{"user"}},
		{name: "billing.buy_tokens", given: []string{"payment_method"}},
		{name: outcome, with: map[string]any{"outcome": "declined", "refunds": true}},
		{name: "billing.return"},
		{name: "billing.ask_refund"},
		{name: outcome, with: map[string]any{"outcome": "ok", "refunds": true}},
		{name: "billing.ask_refund"},
		{name: "billing.record_refund", with: map[string]any{"outcome": "ok"}},
	},
	{
		{name: "billing.add_seats"},
		{name: "billing.add_seats"},
		{name: "billing.add_seats", bold: true},
		{name: "billing.add_seats", bold: true},
		{name: "billing.free", wait: 3 * aDay},
	},
	{{name: "billing.reduce_seats"}, {name: "billing.queued"}, {name: "billing.undo", with: map[string]any{"kind": "seats"}, wait: aDay}},
	{{name: "billing.create_quote"}, {name: "billing.quote"}, {name: "billing.accept_quote", wait: aDay}},
	{{name: "billing.create_quote"}, {name: "billing.decline_quote", wait: aDay}},
	{{name: "billing.purchase", with: map[string]any{"term": "annual"}}, {name: "billing.purchase", with: map[string]any{"term": "annual"}, wait: 10 * aDay}, {name: "billing.align_dates"}},
	{{name: "account.change_role", with: map[string]any{"role": "secondary"}}, {name: "billing.add_payment_method"}, {name: "billing.hand_over", given: []string{"from"}, wait: aDay}},
	{{name: "billing.buy_tokens"}, {name: "billing.correct_invoice", wait: aDay}, {name: "billing.apply_credit", wait: aDay}},
	{{name: "flex.take_lease"}, {name: "flex.lease"}, {name: "flex.return_lease", wait: time.Minute}},
	{{name: "billing.appoint_payer"}, {name: "billing.dismiss_payer", wait: 3 * aDay}},
	{{name: "account.create_group"}, {name: "account.add_to_group"}, {name: "account.remove_from_group", wait: aDay}},
	{{name: "account.trust_device"}, {name: "account.forget_device", wait: aDay}},
	{
		{name: "billing.purchase", with: map[string]any{"plan": "success"}},
		{name: "account.add_learning_plan", wait: aDay},
		{name: "account.book_coaching"},
		{name: "account.contact_success_manager"},
		{name: "account.success_centre"},
	},
	{{name: "flex.result_price"}, {name: "flex.submit"}, {name: "flex.finish_job", wait: time.Hour}},
	{{name: "flex.grant_credits"}, {name: "flex.use_credits"}, {name: "flex.credits"}},
	{{name: "account.cut_over"}, {name: "account.check_off", wait: aDay}},
}

// playing is a plot that goes on.
type playing struct {
	beats  []beat
	team   *team
	before *step
	// at is when the next beat comes.
	at time.Time
}

const (
	// mostPlaying is how many plots go on at a time at most, percentPlots how many
	// steps of a hundred begin one.
	mostPlaying, percentPlots = 5, 10
)

// pressing reports whether a plot goes on at once.
func (w *writer) pressing() bool {
	return slices.ContainsFunc(w.playing, func(p *playing) bool { return p.before != nil && p.beats[0].wait == 0 })
}

// play takes the next beat of the first plot whose time has come, and begins
// another at times. It reports false where there is none, or where the beat makes
// no sense by now: then it is left out.
func (w *writer) play(ctx context.Context) (step, bool) {
	if len(w.playing) < mostPlaying && w.often(percentPlots) {
		w.playing = append(w.playing, &playing{beats: one(w.random, plots), team: one(w.random, w.teams), at: w.line.Now()})
	}
	for i, p := range w.playing {
		if p.at.After(w.line.Now()) {
			continue
		}
		now := p.beats[0]
		w.beat, w.before = &now, p.before
		s, ok := w.attempt(ctx, w.signature(now.name), p.team)
		w.beat, w.before = nil, nil
		if p.beats = p.beats[1:]; len(p.beats) == 0 {
			w.playing = slices.Delete(w.playing, i, i+1)
		} else {
			p.at = w.line.Now().Add(p.beats[0].wait)
			p.before = s.recalling(p.before)
		}
		return s, ok
	}
	return step{}, false
}

// recalling is the step with what the steps before it had besides.
func (s step) recalling(before *step) *step {
	s.with = slices.Clone(s.with)
	if before != nil {
		for _, f := range before.with {
			if s.has(f.name) == nil {
				s.with = append(s.with, f)
			}
		}
	}
	return &s
}
