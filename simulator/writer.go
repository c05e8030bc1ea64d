package simulator

import "context"

// writer lets the updates of a store run one after another. It has room for the one that
// runs.
type writer chan struct{}

func newWriter() writer { return make(writer, 1) }

// take waits until no other update runs, or the context is done. The context is asked
// again at the end, because select chooses at random where both are so.
func (w writer) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case w <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		w.back()
		return err
	}
	return nil
}

func (w writer) back() { <-w }
