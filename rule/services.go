package rule

// Services is something that one module asks of all modules above it that have
// an answer. The lower module declares it with an interface; any number of upper
// ones provide it.
type Services[T any] struct{ name string }

// NewServices declares what several modules may provide.
func NewServices[T any](name string) *Services[T] { return &Services[T]{name: name} }

// All returns what the engine's modules provide, in the order of the modules.
func (s *Services[T]) All(v *View) []T {
	provided, _ := v.ground.Services[s].([]any)
	list := make([]T, 0, len(provided))
	for _, one := range provided {
		list = append(list, one.(T)) //nolint:forcetypeassert // Provide takes nothing else
	}
	return list
}

// Provide pairs the service with one answer, for a [Module].
func (s *Services[T]) Provide(answer T) Provided {
	return Provided{Service: s, Answer: answer, Many: true}
}
