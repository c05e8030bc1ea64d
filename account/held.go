package account

import "github.com/seatbook/seatbook/rule"

// Held is the part of a view's filters that asks for what people hold: a product,
// or the seats of a subscription or of a contract's subscriptions. They add up.
type Held struct{ Product, Subscription, Contract string }

// named reports whether anything is asked for.
func (h Held) named() bool { return h != Held{} }

// Holders are those who hold what is asked for, or are to hold it by an open
// invitation.
type Holders struct {
	// AnyOf are labels of which each of them has one at least.
	AnyOf []string
	// Nobody is set where nobody can hold it.
	Nobody bool
	// Among reports whether a person is one of them.
	Among func(*rule.View, Standing) (bool, error)
}

// Seats is what account asks of the module that licenses, to list people by what
// they hold (ACC-11).
type Seats interface {
	// Holders returns who holds what is asked for in a team. What the team or the
	// catalogue does not have is missing.
	Holders(v *rule.View, team rule.Stream, held Held) (Holders, error)
}

// SeatService answers [Seats].
var SeatService = rule.NewService[Seats]("account.Seats")
