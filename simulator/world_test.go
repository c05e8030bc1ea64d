package simulator

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/rule"
)

// TestAWorldAdvancesAsATimelineDoes lives through renewals, in one go and with stops at
// and beside them.
func TestAWorldAdvancesAsATimelineDoes(t *testing.T) {
	t.Parallel()
	one, two := world(t, 1), world(t, 1)
	for _, line := range []*Timeline{one, two} {
		ada := rule.ByEmail("ada@acme.test")
		do(t, line, ada, "billing.add_payment_method", `{"kind": "card", "token": "tok_1"}`)
		do(t, line, ada, "billing.purchase", `{"team": "acme", "product": "autocad", "seats": 1, "term": "monthly"}`)
	}
	end := at("2026-04-20T00:00:00Z")
	require.NoError(t, one.Advance(t.Context(), end))
	for _, stop := range []string{"2026-02-05T08:59:59Z", "2026-02-05T09:00:00Z", "2026-02-05T09:00:00Z", "2026-03-01T00:00:00Z"} {
		require.NoError(t, two.World().Advance(t.Context(), at(stop)))
		assert.Equal(t, at(stop), two.Now())
	}
	require.NoError(t, two.World().Advance(t.Context(), end))
	assert.Equal(t, end, two.Now())
	assert.Equal(t, digest(t, one), digest(t, two))
	assert.ErrorIs(t, two.World().Advance(t.Context(), at("2026-04-19T23:59:59Z")), errBackwards)
}
