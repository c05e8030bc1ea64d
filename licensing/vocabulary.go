package licensing

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// commands are the changes that this package knows.
func commands() []rule.Definition {
	return []rule.Definition{
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
		rule.Does[Install]("licensing.install", account.Own, "tells that a person installed a product on a device"),
		rule.Does[Uninstall]("licensing.uninstall", account.Own, "tells that a person removed a product from a device"),
		rule.Does[CreatePackage]("licensing.create_package", account.Own, "makes a custom install package"),
		rule.Does[CreateDeployment]("licensing.create_deployment", account.ManagePeople, "makes a deployment for a team"),
		rule.Does[RequestPreviousUse]("licensing.request_previous_use", account.Own, "asks to run an older release under maintenance"),
		rule.Does[GrantPreviousUse]("licensing.grant_previous_use", account.ManagePeople, "lets a person run an older release under maintenance"),
		rule.Does[DeclinePreviousUse]("licensing.decline_previous_use", account.ManagePeople, "declines a request for an older release"),
		rule.Does[EndPreviousUse]("licensing.end_previous_use", account.OwnOrPeople, "ends the use of an older release, or takes a request back"),
		rule.Does[RequestHomeUse]("licensing.request_home_use", account.Own, "asks to use a product at home under maintenance"),
		rule.Does[GrantHomeUse]("licensing.grant_home_use", account.ManagePeople, "lets a person use a product at home under maintenance"),
		rule.Does[DeclineHomeUse]("licensing.decline_home_use", account.ManagePeople, "declines a request for home use"),
		rule.Does[EndHomeUse]("licensing.end_home_use", account.OwnOrPeople, "ends a home use, or takes a request back"),
		rule.Does[ConfirmEducation]("licensing.confirm_education", account.Operate, "says until when a person is eligible for education access"),
		rule.Does[StartEducation]("licensing.start_education", account.Own, "starts a person's education access to a product"),
		rule.Does[RenewEducation]("licensing.renew_education", account.Own, "renews a person's education access to a product"),
	}
}

// queries are the questions that this package answers.
func queries() []rule.Definition {
	return []rule.Definition{
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
		rule.Answers[TrialDownloadsExport]("licensing.trial_downloads_export", account.ManagePeople, "writes a team's downloads on trial as CSV"),
		rule.Answers[PeopleProductsQuery]("licensing.people_products", account.ManagePeople, "reports who holds which product, why, since when, and when they last used it"),
		rule.Answers[PeopleProductsExport]("licensing.people_products_export", account.ManagePeople, "writes who holds which product as CSV"),
		rule.Answers[UpdatesQuery]("licensing.updates", account.OwnOrPeople, "lists the updates that apply to a person"),
		rule.Answers[UpgradeGuidanceQuery]("licensing.upgrade_guidance", account.Own, "tells what must be installed again after a change"),
		rule.Answers[DevicesQuery]("licensing.devices", account.OwnOrPeople, "lists on which devices a person has installed what, and where it is in use"),
		rule.Answers[PackagesQuery]("licensing.packages", account.Own, "lists a person's install packages"),
		rule.Answers[DeploymentsQuery]("licensing.deployments", account.ManagePeople, "lists a team's deployments"),
		rule.Answers[PreviousUseQuery]("licensing.previous_use", account.OwnOrPeople, "lists who asked for older releases and who has them"),
		rule.Answers[HomeUseQuery]("licensing.home_use", account.OwnOrPeople, "lists who asked for home use and who has it"),
		rule.Answers[EducationQuery]("licensing.education", account.Own, "tells whether a person is eligible for education access, and lists what they have"),
	}
}
