package rule

import (
	"time"

	"github.com/seatbook/seatbook/store"
)

// View is what a query sees: one instant, one state of the store, who asks and
// the parameters in force. It is used by one goroutine and only until the query
// returns.
type View struct {
	ground *Ground
	book   *Book
	now    time.Time
	tx     store.Tx
	actor  Actor
	trail  *Trail
}

// Ground is what all decisions of one engine stand on. It is never changed.
type Ground struct {
	// Book is the rules and the parameters in force.
	Book *Book
	// Zone is the zone of teams that name none. It is never nil.
	Zone *time.Location
	// Services are what modules offer each other, by their [Service].
	Services map[any]any
}

// NewView makes the view of one decision. Engines call it; rules are given one.
func NewView(g *Ground, tx store.Tx, now time.Time, actor Actor, trail *Trail) *View {
	return &View{ground: g, book: g.Book, now: now, tx: tx, actor: actor, trail: trail}
}

// Now is the instant at which everything is decided, in UTC.
func (v *View) Now() time.Time { return v.now }

// Tx is the state that the decision rests on.
func (v *View) Tx() store.Tx { return v.tx }

// Actor is who asks.
func (v *View) Actor() Actor { return v.actor }

// Zone is the zone of teams that name none.
func (v *View) Zone() *time.Location { return v.ground.Zone }

// Cite says that a rule was applied, and which figures decided.
func (v *View) Cite(r *Rule, figures ...Figure) {
	if v.trail != nil {
		v.trail.cite(r, figures)
	}
}

// Cited returns the identifiers of the rules cited so far.
func (v *View) Cited() []string {
	if v.trail == nil {
		return nil
	}
	return v.trail.Rules()
}

// At returns the same view at another instant. The state is the same: only
// what time alone changes is seen differently.
func (v *View) At(t time.Time) *View {
	c := *v
	c.now = t
	return &c
}

// Service is something that one module asks of another that it does not know.
// The lower module declares the service with an interface, the upper one
// provides it.
type Service[T any] struct{ name string }

// NewService declares a service.
func NewService[T any](name string) *Service[T] { return &Service[T]{name: name} }

// Of returns what the engine's modules provide for the service.
func (s *Service[T]) Of(v *View) T {
	provided, ok := v.ground.Services[s].(T)
	if !ok {
		panic("rule: no module provides the service " + s.name)
	}
	return provided
}

// Provide pairs a service with what answers it, for a [Module].
func (s *Service[T]) Provide(answer T) Provided { return Provided{Service: s, Answer: answer} }

// Provided is a service with what answers it.
type Provided struct {
	Service any
	Answer  any
	// Many is set for [Services], to which each module adds its answer.
	Many bool
}
