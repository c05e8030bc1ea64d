package account

import (
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Contract is one product of a contract of the old subscription centre. It
// becomes a subscription of a maintenance plan.
type Contract struct {
	Team   rule.Stream
	Number string
	// Product and Term are words of the modules above.
	Product, Term string
	Seats         int
	// Manager becomes the purchaser.
	Manager rule.Person
	// Starts is the first instant of the contract and Ends the first after it.
	Starts, Ends time.Time
	// Reseller is empty where it was bought without one.
	Reseller string
}

// ContractMoved happens when a contract comes over from the old subscription
// centre: who sells makes a subscription of it.
type ContractMoved struct {
	Contract Contract
}

// Contracts is what account asks of the module that sells.
type Contracts interface {
	// Unfit says why a contract cannot become a subscription; it is empty where it can.
	Unfit(v *rule.View, c Contract) string
}

// ContractService answers [Contracts].
var ContractService = rule.NewService[Contracts]("account.Contracts")

// MovedContract notes that a product of a contract has come over, so that it
// comes once.
type MovedContract struct {
	Team     rule.Stream
	Contract string
	Product  string
	At       time.Time
}

var movedContracts = store.NewTable("account.moved_contract", func(m *MovedContract) (string, store.Key) {
	return string(m.Team), store.String(m.Contract) + store.String(m.Product)
})
