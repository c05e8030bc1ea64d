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
			UpdateRule, PackageRule, KeepInstalledRule, DefaultsRule, ServiceRule, TrialReportRule,
		},
		Commands: []rule.Definition{
			rule.Does[Assign]("licensing.assign", account.ManagePeople, "gives a product to a person or a group"),
			rule.Does[Unassign]("licensing.unassign", account.ManagePeople, "takes a product from a person or a group"),
			rule.Does[StartTrial]("licensing.start_trial", account.Own, "starts a person's trial of a product"),
			rule.Does[Download]("licensing.download", account.Own, "asks for a release to download"),
			rule.Does[SetDefaults]("licensing.set_defaults", account.ManagePeople, "sets the products that everyone in a team has"),
			rule.Does[WithholdService]("licensing.withhold_service", account.ManagePeople, "keeps a person from a service inside a product"),
			rule.Does[GrantService]("licensing.grant_service", account.ManagePeople, "lets a person use a service inside a product again"),
			rule.Does[GrantUpdate]("licensing.grant_update", account.ManagePeople, "grants an update to people or a group"),
			rule.Does[SetUpdatePolicy]("licensing.set_update_policy", account.ManagePeople, "sets which updates a team takes by itself"),
			rule.Does[AnnounceUpdates]("licensing.announce_updates", account.Operate, "tells a team of the updates that a newer catalogue adds"),
			rule.Does[CreatePackage]("licensing.create_package", account.Own, "makes a custom install package"),
			rule.Does[CreateDeployment]("licensing.create_deployment", account.ManagePeople, "makes a deployment for a team"),
		},
		Queries: []rule.Definition{
			rule.Answers[DownloadsQuery]("licensing.downloads", account.OwnOrPeople, "lists the releases that a person may download"),
			rule.Answers[TilesQuery]("licensing.tiles", account.OwnOrPeople, "lists what a person may use"),
			rule.Answers[AvailableQuery]("licensing.available", account.OwnOrPeople, "lists all releases and updates that a person can download"),
			rule.Answers[SeatsQuery]("licensing.seats", account.ManagePeople, "counts the seats of a product in a team"),
			rule.Answers[PeopleQuery]("licensing.people", account.ManagePeople, "shows a team by user"),
			rule.Answers[ProductsQuery]("licensing.products", account.ManagePeople, "shows a team by product"),
			rule.Answers[GroupsQuery]("licensing.groups", account.ManagePeople, "shows a team by group"),
			rule.Answers[HomeQuery]("licensing.home", account.Own, "sums up what a person may use and what their teams have"),
			rule.Answers[DefaultsQuery]("licensing.defaults", account.ManagePeople, "shows the products that everyone in a team has"),
			rule.Answers[ServicesQuery]("licensing.services", account.OwnOrPeople, "lists the services inside a product, granted or withheld"),
			rule.Answers[TrialsQuery]("licensing.trials", account.OwnOrPeople, "lists a person's trials, and products to try"),
			rule.Answers[TrialDownloadsQuery]("licensing.trial_downloads", account.ManagePeople, "counts a team's downloads on trial by day, product and person"),
			rule.Answers[UpdatesQuery]("licensing.updates", account.OwnOrPeople, "lists the updates that apply to a person"),
			rule.Answers[UpgradeGuidanceQuery]("licensing.upgrade_guidance", account.Own, "tells what must be installed again after a change"),
			rule.Answers[PackagesQuery]("licensing.packages", account.Own, "lists a person's install packages"),
			rule.Answers[DeploymentsQuery]("licensing.deployments", account.ManagePeople, "lists a team's deployments"),
		},
		Tables: []store.Described{
			entitlements, holdings, tallies, holds, groupGrants, overlaps, trials,
			teamDefaults, withheld, downloaded, announcements, updateGrants, updatePolicies, packages,
		},
		Due: []rule.DueWork{
			{Kind: entitlementTurns, Do: turnSeats},
			{Kind: overlapEnds, Do: endOverlap},
			{Kind: trialWarns, Do: tellTrial},
			{Kind: trialEnds, Do: tellTrial},
			{Kind: updatePublished, Do: publish},
		},
		Reacts: []rule.Reaction{
			rule.React(holdSeats), rule.React(freeSeats), rule.React(giveHeld),
			rule.React(joinGroup), rule.React(leaveGroup), rule.React(leave),
			rule.React(joinDefaults), rule.React(turnDefaults), rule.React(leaveServices), rule.React(leaveUpdates),
			rule.React(joinTrials), rule.React(leaveTrials),
			rule.React(seatImport), rule.React(giveImported),
		},
		Provides: []rule.Provided{catalogService.Provide(catalog), account.RightService.Provide(rights{}), account.RemovalService.Provide(removals{})},
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
		items = append(items, o.due())
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
	return auditDefaults(v, stream)
}
