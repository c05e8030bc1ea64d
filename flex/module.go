package flex

import (
	"fmt"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Module returns what this package hands to an engine.
func Module() rule.Module {
	return rule.Module{
		Name: "flex",
		Rules: []*rule.Rule{
			PackRule, OrderRule, WindowRule, ShortRunRule, IdleRule, BalanceRule, PrecedenceRule, GrantRule, DefaultsRule,
			TransferRule, UsageRule, AlertRule, SeatReportRule, TokenReportRule, ResultRule, CreditRule, LimitRule, LateRule, CreditReportRule,
		},
		Commands: []rule.Definition{
			rule.Does[Assign]("flex.assign", account.ManagePeople, "grants a person the use of a team's tokens"),
			rule.Does[SetDefaults]("flex.set_defaults", account.ManagePeople, "sets what everyone in a team may open with its tokens"),
			rule.Does[Open]("flex.open", account.Own, "opens a product"),
			rule.Does[Activity]("flex.activity", account.Own, "tells that somebody works in a session"),
			rule.Does[Close]("flex.close", account.Own, "closes a session"),
			rule.Does[TakeLease]("flex.take_lease", account.Own, "lets a device work with a product offline"),
			rule.Does[ReturnLease]("flex.return_lease", account.Own, "gives an offline lease back before its end"),
			rule.Does[Transfer]("flex.transfer", account.MovePacks, "moves a pack to another team"),
			rule.Does[GrantTokens]("flex.grant_tokens", account.Operate, "gives a team a complimentary pack, which cannot be moved"),
			rule.Does[Submit]("flex.submit", account.Own, "asks a cloud service for results and pays for all of them, or for none"),
			rule.Does[FinishJob]("flex.finish_job", account.Operate, "tells how a job ended; where no result came, its tokens go back"),
			rule.Does[SetLimit]("flex.set_limit", account.ManagePeople, "limits the tokens of a person, a product or the team in a day, week or month"),
			rule.Does[GrantCredits]("flex.grant_credits", account.Operate, "grants cloud credits of an older contract to a team or to one person in it"),
			rule.Does[UseCredits]("flex.use_credits", account.Own, "pays a cloud service with cloud credits"),
		},
		Queries: []rule.Definition{
			rule.Answers[AccessQuery]("flex.access", account.OwnOrPeople, "tells whether a person may open a product now, and what pays"),
			rule.Answers[LeaseQuery]("flex.lease", account.OwnOrPeople, "shows a person's offline lease of a product, its end and why then"),
			rule.Answers[BalanceQuery]("flex.balance", account.ManagePeople, "tells how many tokens a team has"),
			rule.Answers[SeatUsageQuery]("flex.seat_usage", account.ManagePeople, "reports who used seats and other rights that cost no tokens, by day, product, release and person"),
			rule.Answers[SeatUsageExport]("flex.seat_usage_export", account.ManagePeople, "writes the use of seats as CSV"),
			rule.Answers[TokenUsageQuery]("flex.token_usage", account.ManagePeople, "reports the tokens used by day, product, release and person, with totals"),
			rule.Answers[TokenUsageExport]("flex.token_usage_export", account.ManagePeople, "writes the tokens used as CSV"),
			rule.Answers[UsageQuery]("flex.usage", account.ManagePeople, "lists the tokens used by day, person, product and release"),
			rule.Answers[PriceQuery]("flex.price", account.OwnOrPeople, "tells what opening a product would cost now, and what would remain"),
			rule.Answers[ResultPriceQuery]("flex.result_price", account.OwnOrPeople, "tells what results of a cloud service would cost now, and what would remain"),
			rule.Answers[JobsQuery]("flex.jobs", account.OwnOrPeople, "lists the results that were asked of cloud services"),
			rule.Answers[LimitsQuery]("flex.limits", account.ManagePeople, "lists the limits of a team, with what counts now"),
			rule.Answers[CreditsQuery]("flex.credits", account.OwnOrPeople, "tells how many cloud credits a person or a team has"),
			rule.Answers[CreditUsageQuery]("flex.credit_usage", account.ManagePeople, "lists the cloud credits used by day, service, person and kind"),
			rule.Answers[CreditUsageExport]("flex.credit_usage_export", account.ManagePeople, "writes the cloud credits used as CSV"),
		},
		Tables: []store.Described{
			packs, movedPacks, wallets, grants, defaults, windows, usages, sessions, presences, leases,
			pastWindows, jobs, limits, toldLimits, credits, creditUses,
		},
		Due: []rule.DueWork{
			{Kind: packEnds, Do: endPack},
			{Kind: packEnding, Do: warnPack},
			{Kind: windowTakes, Do: takeHeld},
			{Kind: windowEnds, Do: endWindow},
			{Kind: coverEnds, Do: endCover},
			{Kind: creditEnds, Do: endCredits},
		},
		Reacts:   []rule.Reaction{rule.React(loseCover), rule.React(turnSeats), rule.React(leave), rule.React(dropGrant), rule.React(withholdCloud)},
		Provides: []rule.Provided{licensing.GrantsService.Provide(granted{}), licensing.PlaceService.Provide(places{}), account.ActivityService.Provide(activities{}), account.RemovalService.Provide(removals{}), account.TokenService.Provide(tokenGrants{})},
		Expect:   expect,
		Audit:    audit,
		Checks:   checks(),
	}
}

// expect lists what must be queued for the stream's packs, windows and sessions.
func expect(v *rule.View, stream rule.Stream) ([]rule.Item, error) {
	items, err := expectCredits(v, stream)
	if err != nil {
		return nil, err
	}
	for p, err := range packs.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return nil, err
		}
		team, err := account.TeamByHandle(v, stream)
		if err != nil {
			return nil, err
		}
		if p.Ended {
			continue
		}
		for _, item := range p.due(p.warnings(v, team.Location())) {
			if item.At.After(v.Now()) {
				items = append(items, item)
			}
		}
	}
	for w, err := range windows.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return nil, err
		}
		items = append(items, w.due())
	}
	for s, err := range running.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return nil, err
		}
		if s.covered() {
			items = append(items, s.due())
		}
	}
	return items, nil
}

// audit checks that no token is made or lost: each pack's parts add up to what
// was bought, and the wallet is the sum of the packs that have not ended.
func audit(v *rule.View, stream rule.Stream) error {
	var sum Wallet
	for p, err := range packs.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return err
		}
		if p.Left < 0 || p.Held < 0 || p.Left+p.Held+p.Used+p.Lost+p.Returned != p.Tokens {
			return fmt.Errorf("flex: the pack %s of %d tokens has %d left, %d held, %d used and %d lost", p.ID, p.Tokens, p.Left, p.Held, p.Used, p.Lost)
		}
		if !p.Ended && !v.Now().Before(p.Ends) {
			return fmt.Errorf("flex: the pack %s should have ended at %s", p.ID, rule.Show(p.Ends))
		}
		sum.Held += p.Held
		if !p.Ended {
			sum.Left, sum.Size = sum.Left+p.Left, sum.Size+p.Tokens
		}
	}
	w, err := walletOf(v, stream)
	if err != nil {
		return err
	}
	if w.Left != sum.Left || w.Held != sum.Held || w.Size != sum.Size {
		return fmt.Errorf("flex: the wallet of %s says %d left, %d held of %d, and its packs %d, %d of %d",
			stream, w.Left, w.Held, w.Size, sum.Left, sum.Held, sum.Size)
	}
	if err := auditCovers(v, stream); err != nil {
		return err
	}
	return auditDevices(v, stream)
}
