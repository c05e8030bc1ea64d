package seatbook

import (
	"context"
	"reflect"
)

// Round lets a worker of a name come round once.
func (e *Engine) Round(ctx context.Context, name string) (did bool, err error) {
	return (&worker{engine: e, name: name}).round(ctx)
}

// Claim lets a worker of a name claim some of what it wants.
func (e *Engine) Claim(ctx context.Context, name string, wanted ...string) ([]string, error) {
	return (&worker{engine: e, name: name}).claim(ctx, name, wanted)
}

// Waiting are the streams that have something due.
func (e *Engine) Waiting(ctx context.Context) ([]string, error) {
	streams, err := e.waiting(ctx, e.now(), candidates)
	return names(streams), err
}

// Unstorable names the first field of a value with a text that cannot be kept.
func Unstorable(value any) string { return unstorable(reflect.ValueOf(value)) }
