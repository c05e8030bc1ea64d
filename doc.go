// Package seatbook decides what a software customer's account may do: who is
// in a team, who holds a seat, who may open a product and what pays for it,
// what a change costs and when each right ends.
//
// An [Engine] runs commands and queries, which are plain structs of the domain
// packages, over a store and a clock that the host hands in:
//
//	engine, err := seatbook.New(memstore.New(), seatbook.Config{})
//	added, err := seatbook.Do(ctx, engine, ada, billing.AddSeats{Subscription: id, Seats: 2})
//	answer, err := seatbook.Ask(ctx, engine, bob, flex.AccessQuery{User: bob.Email(), Product: "sketch"})
//
// Time is derived, queued and settled. What time alone changes is computed.
// What must be done at an instant stands in a queue, and whoever touches a team
// or a person first does what is due for it, each thing at its own instant. So
// a worker that is late, early or runs twice changes no outcome.
//
// Every decision cites the rules that made it, with the figures that decided
// (see [Explain]). Every refusal is a [rule.Refusal] with a stable code.
package seatbook
