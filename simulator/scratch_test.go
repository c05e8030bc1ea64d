package simulator

import (
	"testing"

	"github.com/seatbook/seatbook/store"
	"github.com/seatbook/seatbook/store/storetest"
)

func TestTheScratchKeepsEveryPromise(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) store.Store { return Scratch() })
}

func TestAForkOfTheScratchKeepsEveryPromise(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) store.Store { return Scratch().Fork() })
}
