package report

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator"
)

const plainScenario = `name: An upgrade
start: 2026-01-05T09:00:00Z
catalog:
  products:
    - {id: lt, kind: lt, upgrades_to: full, prices: [{term: annual, new: 400.00 USD}]}
    - {id: full, flex_rate: 7, prices: [{term: annual, new: 1000.00 USD}]}
  tokens: {price: 3.00 USD, minimum: 100}
steps:
  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: US}}
  - {do: billing.add_payment_method, by: ada@acme.test, with: {kind: card, token: tok_1}}
  - {do: billing.purchase, by: ada@acme.test, with: {team: acme, product: lt, seats: 1, term: annual}, save: {sub: subscription.id}}
  - {do: licensing.assign, by: ada@acme.test, with: {team: acme, product: lt, user: ada@acme.test}}
  - {mark: bought}
  - {after: 5d, do: billing.upgrade, by: ada@acme.test, with: {subscription: $sub, to: full}}
  - {after: 31d, ask: flex.access, with: {user: ada@acme.test, product: lt}}
  - {fork: {from: bought, name: as it was, steps: [{after: 36d, ask: flex.access, with: {user: ada@acme.test, product: lt}}]}}
`

func parsed(t *testing.T, text string) (*simulator.Scenario, *simulator.Vocabulary) {
	t.Helper()
	vocabulary, err := simulator.Everything()
	require.NoError(t, err)
	s, err := simulator.Parse("upgrade.yaml", []byte(text), vocabulary)
	require.NoError(t, err)
	return s, vocabulary
}

func ran(t *testing.T, text string) (*simulator.Result, error) {
	t.Helper()
	s, _ := parsed(t, text)
	return s.Run(t.Context(), simulator.RunOptions{})
}

// differing is a scenario under two policies of which one has a longer overlap.
func differing(t *testing.T) *simulator.Diff {
	t.Helper()
	s, vocabulary := parsed(t, plainScenario)
	d, err := s.DiffPolicies(t.Context(), vocabulary, nil, map[string]string{"upgrade-overlap": "45d"})
	require.NoError(t, err)
	return d
}

func jsonOf(b *bytes.Buffer, runs []*simulator.Result) error { return JSON(b, runs) }
func diffText(b *bytes.Buffer, d *simulator.Diff) error      { return DiffText(b, d) }
func diffJSON(b *bytes.Buffer, d *simulator.Diff) error      { return DiffJSON(b, d) }

func TestDiff(t *testing.T) {
	t.Parallel()
	golden(t, "diff-policies.txt", written(t, diffText, differing(t)))
	golden(t, "diff-policies.json", written(t, diffJSON, differing(t)))
	s, vocabulary := parsed(t, plainScenario)
	branches, err := s.DiffBranches(t.Context(), simulator.MainLine, "as it was")
	require.NoError(t, err)
	golden(t, "diff-branches.txt", written(t, diffText, branches))
	same, err := s.DiffPolicies(t.Context(), vocabulary, nil, nil)
	require.NoError(t, err)
	golden(t, "diff-none.txt", written(t, diffText, same))
	assert.Contains(t, written(t, diffJSON, same), `"first": null`)
}

func TestALongDiffIsCutInTheTextAlone(t *testing.T) {
	t.Parallel()
	d := differing(t)
	for range 30 {
		d.Departures = append(d.Departures, d.Departures[0])
	}
	for range 20 {
		d.Departures[0].Changes = append(d.Departures[0].Changes, d.Departures[0].Changes[0])
	}
	text := written(t, diffText, d)
	assert.Contains(t, text, "and 9 values more\n")
	assert.Regexp(t, `\n  and [0-9]+ more\n`, text)
}
