package simulator

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const twoTeams = `
name: Two teams, of which one is dropped
start: 2026-01-05T09:00:00Z
catalog:
  products:
    - {id: sketch, name: Sketch, flex_rate: 7}
  tokens: {price: 3.00 USD, minimum: 100}
steps:
  - {do: account.create_team, with: {team: mill, owner: ada@mill.test, country: US}}
  - {do: billing.add_payment_method, by: ada@mill.test, with: {kind: card, token: tok_ada}}
  - {do: billing.buy_tokens, by: ada@mill.test, with: {team: mill, tokens: 100}}
  - {do: flex.assign, by: ada@mill.test, with: {team: mill, user: ada@mill.test, products: [sketch]}}
  - {do: flex.open, by: ada@mill.test, with: {user: ada@mill.test, product: sketch}, save: {session: session.id}}
  - {after: 1h, do: flex.close, by: ada@mill.test, with: {session: $session}}
  - {mark: here}
  - {do: account.create_team, with: {team: yard, owner: eve@yard.test, country: US}}
  - {rewind: here}
  - {do: account.create_team, with: {team: atlas, owner: kim@atlas.test, country: US}}
  - {fork: {from: here, name: more, steps: [{do: billing.buy_tokens, by: ada@mill.test, with: {team: mill, tokens: 200}}]}}
  - {at: 2045-01-05T09:00:00Z, do: billing.buy_tokens, by: ada@mill.test, with: {team: mill, tokens: 300}}
  - {do: flex.open, by: ada@mill.test, with: {user: ada@mill.test, product: sketch}, save: {late: session.id}}
  - {after: 1h, do: flex.close, by: ada@mill.test, with: {session: $late}}
`

func TestBooksAreThoseOfTheMainLine(t *testing.T) {
	t.Parallel()
	scenario := parsed(t, twoTeams)
	result, err := scenario.Run(t.Context(), RunOptions{Books: true})
	require.NoError(t, err)
	require.True(t, result.OK())
	require.Len(t, result.Books, 2, "what a rewind dropped is not there")
	atlas, mill := result.Books[0], result.Books[1]
	assert.Equal(t, "atlas", atlas.Team)
	assert.Empty(t, atlas.Invoices)
	assert.Empty(t, atlas.Usage)
	assert.Equal(t, "mill", mill.Team)
	require.Len(t, mill.Invoices, 2, "a branch costs nothing")
	assert.Equal(t, "300.00 USD", mill.Invoices[0].Total.String())
	assert.Equal(t, "900.00 USD", mill.Invoices[1].Total.String())
	require.Len(t, mill.Usage, 2, "nineteen years are two reports long")
	assert.Equal(t, "2026-01-05", mill.Usage[0].Day.String())
	assert.Equal(t, "2045-01-05", mill.Usage[1].Day.String())

	plain, err := scenario.Run(t.Context(), RunOptions{})
	require.NoError(t, err)
	assert.Nil(t, plain.Books, "a run that is not asked has none")
	assert.Equal(t, plain.Digest, result.Digest, "reading them changes nothing")
}
