package licensing

import (
	"fmt"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Module returns what this package hands to an engine that sells the catalogue,
// which has been checked.
func Module(catalog *Catalog) rule.Module {
	return rule.Module{
		Name: "licensing",
		Rules: []*rule.Rule{
			CatalogRule, DownloadRule, TileRule, SeatRule, ShortageRule, AccessRule, OverlapRule, TrialRule,
			UpdateRule, PackageRule, PreviousUseRule, HomeUseRule, DeviceRule, EducationRule, KeepInstalledRule, DefaultsRule, ServiceRule, TrialReportRule,
		},
		Commands: commands(),
		Queries:  queries(),
		Tables: []store.Described{
			entitlements, holdings, rungs, tallies, holds, groupHolds, groupGrants, overlaps, trials,
			teamDefaults, withheld, downloaded, announcements, updateGrants, updatePolicies, packages, devices,
			uses, students, educations,
		},
		Due: []rule.DueWork{
			{Kind: entitlementTurns, Do: turnSeats},
			{Kind: overlapEnds, Do: endOverlap},
			{Kind: overlapWarns, Do: tellOverlaps},
			{Kind: trialWarns, Do: tellTrial},
			{Kind: trialEnds, Do: tellTrial},
			{Kind: updatePublished, Do: publish},
			{Kind: educationWarns, Do: tellEducation},
		},
		Reacts: []rule.Reaction{
			rule.React(holdSeats), rule.React(freeSeats), rule.React(giveHeld),
			rule.React(joinGroup), rule.React(leaveGroup), rule.React(leave),
			rule.React(joinDefaults), rule.React(turnDefaults), rule.React(leaveServices), rule.React(leaveUpdates),
			rule.React(joinTrials), rule.React(leaveTrials),
			rule.React(seatImport), rule.React(giveImported),
			rule.React(loseUses), rule.React(leaveUses),
		},
		Provides: []rule.Provided{catalogService.Provide(catalog), account.RightService.Provide(rights{}), account.SeatService.Provide(seatFilters{}), account.RemovalService.Provide(removals{}), account.RemovalService.Provide(forgotten{})},
		Expect:   expect,
		Audit:    audit,
		Checks:   checks(),
	}
}

// expect lists what must be queued for the stream's entitlements and overlaps.
func expect(v *rule.View, stream rule.Stream) ([]rule.Item, error) {
	var items []rule.Item
	for e, err := range entitlements.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return nil, err
		}
		for _, item := range e.due() {
			if item.At.After(v.Now()) {
				items = append(items, item)
			}
		}
	}
	for o, err := range overlaps.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return nil, err
		}
		items = append(append(items, o.due()), o.warnings(v.Now())...)
	}
	return expectNotices(v, stream, items)
}

// audit recounts the seats that are taken, and compares with the tallies.
func audit(v *rule.View, stream rule.Stream) error {
	assigned, held := map[string]int{}, map[string]int{}
	for h, err := range holdings.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return err
		}
		if len(h.Sources) == 0 {
			return fmt.Errorf("licensing: %s holds %s in %s for no reason", h.Person, h.Product, stream)
		}
		if _, in, err := account.MemberOf(v, stream, h.Person); err != nil {
			return err
		} else if !in {
			return fmt.Errorf("licensing: %s holds %s in %s without being a member", h.Person, h.Product, stream)
		}
		assigned[h.Product]++
	}
	for h, err := range holds.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return err
		}
		for _, p := range h.Products {
			held[p]++
		}
	}
	for t, err := range tallies.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return err
		}
		if t.Assigned != assigned[t.Product] || t.Held != held[t.Product] {
			return fmt.Errorf("licensing: %s counts %d seats of %s assigned and %d held, and there are %d and %d",
				stream, t.Assigned, t.Product, t.Held, assigned[t.Product], held[t.Product])
		}
		delete(assigned, t.Product)
		delete(held, t.Product)
	}
	if len(assigned)+len(held) > 0 {
		return fmt.Errorf("licensing: %s has seats that no tally counts", stream)
	}
	if err := auditLines(v, stream); err != nil {
		return err
	}
	if err := auditLabels(v, stream); err != nil {
		return err
	}
	if err := auditDefaults(v, stream); err != nil {
		return err
	}
	return auditUses(v, stream)
}
