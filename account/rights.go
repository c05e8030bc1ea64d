package account

import (
	"time"

	"github.com/seatbook/seatbook/rule"
)

// Bought is what this package may know of a subscription that a team bought.
type Bought struct {
	Subscription string
	Product      string
	// Contract is the number it has in a contract, empty where it has none.
	Contract  string
	Plan      string
	Purchaser rule.Person
	// Starts is when it began, Maintenance set where the plan is one of maintenance.
	Starts      time.Time
	Maintenance bool
	// Live is set while the subscription gives access: while it is active, and
	// in the days of access of one that is expired.
	Live bool
	// Reseller is set where it was bought from a reseller.
	Reseller bool
}

// Plans is what account asks of the module that sells: which subscriptions a
// team has, and by which plans (ACC-16, ACC-18).
type Plans interface {
	// Bought returns the subscriptions of a team, in the order of their identifiers.
	Bought(v *rule.View, team rule.Stream) ([]Bought, error)
	// Opens reports whether a live plan of the team opens a function of
	// administration (BIL-13).
	Opens(v *rule.View, team rule.Stream, function string) (bool, error)
}

// PlanService answers [Plans].
var PlanService = rule.NewService[Plans]("account.Plans")

// Rights is what account asks of the module that licenses.
type Rights interface {
	// LiveCloud reports whether the team has a live subscription of a cloud
	// product (ACC-15).
	LiveCloud(v *rule.View, team rule.Stream) (bool, error)
	// OnTrial reports whether a trial of the person is running (ACC-16).
	OnTrial(v *rule.View, person rule.Person) (bool, error)
}

// RightService answers [Rights].
var RightService = rule.NewService[Rights]("account.Rights")

// TokenGrants is what account asks of the module that meters.
type TokenGrants interface {
	// TokensGranted reports whether the person may use tokens of the team (ACC-16).
	TokensGranted(v *rule.View, team rule.Stream, person rule.Person) (bool, error)
}

// TokenService answers [TokenGrants].
var TokenService = rule.NewService[TokenGrants]("account.TokenGrants")
