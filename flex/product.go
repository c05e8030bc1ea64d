package flex

import (
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// ProductOf returns the product of a session that is kept in a stream, empty where
// there is no such session.
func ProductOf(v *rule.View, home rule.Stream, session string) (string, error) {
	s, _, err := sessions.Get(v.Tx(), string(home), store.String(session))
	return s.Product, err
}
