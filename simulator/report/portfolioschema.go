package report

import (
	"reflect"

	"github.com/invopop/jsonschema"

	"github.com/seatbook/seatbook/simulator/portfolio"
)

// PortfolioSchema returns the JSON Schema of what [PortfolioJSON] writes.
func PortfolioSchema() *jsonschema.Schema {
	return schemaOf(&portfolioData{}, "seatsim portfolio --json")
}

// ResultsSchema returns the JSON Schema of the lines of a file of results: the first
// is a header, and each other one a team.
func ResultsSchema() *jsonschema.Schema {
	// Both have their definitions in one place, and so their names from one namer.
	names := namer{}
	header, team := names.schemaOf(&portfolio.Header{}, ""), names.schemaOf(&portfolio.Team{}, "")
	defs := jsonschema.Definitions{}
	for _, one := range []*jsonschema.Schema{header, team} {
		for name, def := range one.Definitions {
			defs[name] = def
		}
		one.Definitions, one.Version = nil, ""
	}
	header.Title, team.Title = "the first line", "every other line"
	return &jsonschema.Schema{
		Version: jsonschema.Version, Title: "a line of what seatsim portfolio --out writes",
		OneOf: []*jsonschema.Schema{header, team}, Definitions: defs,
	}
}

// WorkloadSchema returns the JSON Schema of workloads, for editors.
func WorkloadSchema() *jsonschema.Schema {
	schema := schemaOf(&portfolio.Workload{}, "seatsim portfolio --workload")
	strict(schema)
	for _, def := range schema.Definitions {
		if def.Properties.GetPair("weight") == nil {
			strict(def)
			continue
		}
		def.AdditionalProperties = jsonschema.FalseSchema
	}
	return schema
}

// strict takes no other fields, and takes all of them as they are where left out.
func strict(s *jsonschema.Schema) {
	s.Required, s.AdditionalProperties = nil, jsonschema.FalseSchema
}

// shardText is the schema of a shard, which is written as a text.
func shardText(t reflect.Type) *jsonschema.Schema {
	if t != reflect.TypeFor[portfolio.Shard]() {
		return nil
	}
	return &jsonschema.Schema{Type: "string", Pattern: `^[1-9][0-9]*/[1-9][0-9]*$`}
}

// portfolioTexts says in the schemas what each field of a portfolio is.
var portfolioTexts = map[string]string{
	"portfolioData.Version":  "the version of the form; fields may be added under the same one",
	"Summary.Header":         "which portfolio it is, or which shard of it",
	"Summary.Teams":          "how many teams are counted",
	"Summary.Money":          "each figure that is money, for each currency",
	"Summary.Counts":         "each figure that is a whole number",
	"Summary.Refusals":       "by their code",
	"MoneySum.Name":          "the field in the lines of results",
	"MoneySum.Total":         "the exact sum over all teams",
	"CountSum.Name":          "the field in the lines of results",
	"CountSum.Total":         "the exact sum over all teams",
	"RefusalSum.Code":        "the stable word of the refusal",
	"RefusalSum.Total":       "how often it was refused",
	"RefusalSum.Teams":       "to how many teams",
	"Distribution.Mean":      "the mean; a statistic",
	"Distribution.Deviation": "the standard deviation of a sample; a statistic",
	"Distribution.Quantiles": "the least, those of 5, 25, 50, 75 and 95 percent, the most; statistics",
	"Distribution.Histogram": "how many teams there are in twelve parts of the same width, from the least to the most",
	"Header.Format":          "what the file is",
	"Header.Version":         "the version of the form; another one is refused",
	"Header.Build":           "the version of seatbook that made the file",
	"Header.Seed":            "what every team follows from, together with its number",
	"Header.Teams":           "how many there are in the whole portfolio",
	"Header.Years":           "how many years each lives",
	"Header.Start":           "the first day on which a team can be founded",
	"Header.Shard":           "the part that is in the file, 1/1 where that is all",
	"Header.Policy":          "the parameters that are set",
	"Header.Rules":           "the SHA-256 of the rule book with its parameters",
	"Header.Catalog":         "the SHA-256 of what is sold",
	"Header.Workload":        "how the teams live",
	"Team.Team":              "the number in the portfolio, from 1",
	"Team.Founded":           "the first instant that counts",
	"Team.Until":             "the last instant that counts",
	"Team.People":            "how many people it was founded with",
	"Team.Members":           "how many it has at the end",
	"Team.Revenue":           "what was paid, by money or credit, less all credit given; one amount for each currency",
	"Team.Invoiced":          "the sum of all invoices that were not cancelled",
	"Team.Open":              "what is still to be paid of them",
	"Team.Credited":          "the sum of the credit memos",
	"Team.TokensBought":      "the sum of those used, held, left and wasted",
	"Team.TokensUsed":        "the tokens used",
	"Team.TokensHeld":        "the tokens held for a window that is not paid yet",
	"Team.TokensLeft":        "the tokens left",
	"Team.TokensWasted":      "the tokens left in packs at their end",
	"Team.SeatsBought":       "the seats of purchases, and those added",
	"Team.SeatDaysOwned":     "the seats owned, on each morning",
	"Team.SeatDaysAssigned":  "those of them that were assigned",
	"Team.SeatDaysUsed":      "the days on which a person used a product by a seat",
	"Team.SeatDaysUnused":    "the seat-days owned less those used",
	"Team.Renewals":          "the terms paid after the first of a subscription",
	"Team.PaymentFailures":   "the charges for renewals that failed",
	"Team.ShutOffs":          "how often a subscription was suspended",
	"Team.Lapses":            "how often one was cancelled for want of payment",
	"Team.Stops":             "how many were told not to renew themselves",
	"Team.Upgrades":          "how many were upgraded",
	"Team.Commands":          "what was asked for",
	"Team.Refusals":          "what was refused, by code",
	"Team.Digest":            "the SHA-256 of the state that the team's world ended in, as 64 hex digits",
	"Workload.FoundedWithin": "in how many days from the start teams are founded, 1 to 366",
	"Workload.Countries":     "where teams are",
	"Workload.Sizes":         "how many people a team begins with",
	"Workload.Joins":         "how many join in a year, for each hundred a team began with",
	"Workload.Leaves":        "how many leave in a year, for each hundred a team began with",
	"Workload.Seats":         "which seats are bought",
	"Workload.Tokens":        "who works on tokens",
	"Workload.Work":          "when people work",
	"Workload.Payments":      "how teams pay",
	"SeatPlan.Share":         "the percentage of people given a seat",
	"SeatPlan.Spare":         "how many seats are bought beside, for each hundred given",
	"SeatPlan.Second":        "the percentage of teams that buy two products",
	"SeatPlan.Products":      "what is bought; none is everything on offer",
	"SeatPlan.Terms":         "for how long",
	"SeatPlan.Upgrades":      "the percentage of subscriptions upgraded in a year, where they can be",
	"SeatPlan.Stops":         "the percentage of subscriptions told in a year not to renew themselves",
	"SeatPlan.Returns":       "the percentage of people leaving whose seat is not renewed",
	"TokenPlan.Teams":        "the percentage of teams that buy tokens",
	"TokenPlan.Packs":        "how many at a time",
	"TokenPlan.Refills":      "the percentage of launches refused for want of tokens after which a pack is bought",
	"WorkPlan.Weeks":         "the percentage of weeks in which a person works",
	"WorkPlan.Days":          "on how many days in a row of such a week",
	"PaymentPlan.Cards":      "up to how many people a team pays by card; a larger one by direct debit",
	"PaymentPlan.Fails":      "the percentage of months in which charges begin to fail",
	"PaymentPlan.Lasts":      "for how many days",
	"Country.Country":        "two capital letters",
	"Country.Zone":           "the zone that its teams live by",
	"Country.Weight":         "how often it is drawn beside the others",
	"Size.People":            "how many people",
	"Size.Weight":            "how often it is drawn beside the others",
	"Product.Product":        "the handle in the catalogue",
	"Product.Weight":         "how often it is drawn beside the others",
	"Term.Term":              "monthly, annual or three-year",
	"Term.Weight":            "how often it is drawn beside the others",
	"Pack.Tokens":            "how many tokens",
	"Pack.Weight":            "how often it is drawn beside the others",
	"Days.Days":              "how many days",
	"Days.Weight":            "how often it is drawn beside the others",
}
