package history

import "context"

// Write makes up one history of the config, counted from 0, and returns it as the
// scenario that [Run] would run. Who runs that on two stores can compare them.
func Write(ctx context.Context, config Config, index int) ([]byte, error) {
	r, err := newRun(config)
	if err != nil {
		return nil, err
	}
	s, err := r.makeUp(ctx, index, min(PerWorld, config.Teams))
	if err != nil {
		return nil, err
	}
	return []byte(s.text(nil)), nil
}
