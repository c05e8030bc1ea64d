package simulator

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/money"
)

// rented is a year with seats and tokens, and two ways on from a mark.
const rented = `  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: US}}
  - {do: billing.add_payment_method, by: ada@acme.test, with: {kind: card, token: tok_1}}
  - {do: billing.purchase, by: ada@acme.test, with: {team: acme, product: sketch, seats: 2, term: annual}, save: {sub: subscription.id}}
  - {do: licensing.assign, by: ada@acme.test, with: {team: acme, product: sketch, user: ada@acme.test}}
  - {after: 10d, mark: ten}
  - fork:
      from: ten
      name: more
      steps:
        - {do: billing.add_seats, by: ada@acme.test, with: {subscription: $sub, seats: 1}}
        - {after: 5d, ask: billing.subscription, with: {subscription: $sub}}
        - {mark: later}
        - {fork: {from: later, name: tokens, steps: [{do: billing.buy_tokens, by: ada@acme.test, with: {team: acme, tokens: 100}}]}}
  - {fork: {from: ten, name: fewer, steps: [{after: 1d, do: licensing.unassign, by: ada@acme.test, with: {team: acme, product: sketch, user: ada@acme.test}}]}}
  - {after: 20d, ask: flex.access, with: {user: ada@acme.test, product: sketch}, want: {allowed: true}}
`

func branches(t *testing.T, a, b string) *Diff {
	t.Helper()
	d, err := parsed(t, head+rented).DiffBranches(context.Background(), a, b)
	require.NoError(t, err)
	return d
}

func policies(t *testing.T, steps string, a, b map[string]string) *Diff {
	t.Helper()
	d, err := parsed(t, head+steps).DiffPolicies(context.Background(), vocabulary(t), a, b)
	require.NoError(t, err)
	return d
}

func TestTheFirstDecisionThatDiffersUnderTwoPolicies(t *testing.T) {
	t.Parallel()
	d := policies(t, invited+firstSecondAfter, nil, map[string]string{"invitation-life": "8d"})
	first := d.First()
	require.NotNil(t, first)
	assert.Equal(t, "account.invite", first.What)
	assert.Equal(t, "2", first.A.Step)
	assert.Equal(t, 9, first.A.Line)
	assert.Equal(t, []string{"invitation.expires: 2026-01-12T09:00:00Z, 2026-01-13T09:00:00Z"}, said(first.Changes))
	assert.Equal(t, []string{"invitation-life: 7d, 8d"}, said(first.Params))
	a, b := first.Why()
	require.NotEmpty(t, a)
	assert.Equal(t, Reason{"ACC-6", []string{"sent 2026-01-05T09:00:00Z", "ends 2026-01-12T09:00:00Z"}}, a[0])
	assert.Equal(t, Reason{"ACC-6", []string{"sent 2026-01-05T09:00:00Z", "ends 2026-01-13T09:00:00Z"}}, b[0])

	last := d.Departures[len(d.Departures)-1]
	var accepted *Departure
	for i := range d.Departures {
		if d.Departures[i].What == "account.accept_invitation" {
			accepted = &d.Departures[i]
		}
	}
	require.NotNil(t, accepted, "the last was %s", last.What)
	assert.Equal(t, "done", accepted.B.Outcome)
	assert.Contains(t, accepted.A.Outcome, "refused invitation-expired: ")
}

func said(changes []Change) (list []string) {
	for _, c := range changes {
		list = append(list, c.String())
	}
	return list
}

func TestNothingDiffersUnderThePoliciesOfTheSameWorth(t *testing.T) {
	t.Parallel()
	d := policies(t, rented, nil, map[string]string{"trial-life": "31d"})
	assert.Nil(t, d.First())
	assert.Empty(t, d.Departures)
	assert.Equal(t, d.A.Totals, d.B.Totals)
	assert.Equal(t, map[string]string{}, d.A.Policy)
	assert.Equal(t, map[string]string{"trial-life": "31d"}, d.B.Policy)
}

func TestTotals(t *testing.T) {
	t.Parallel()
	d := branches(t, MainLine, "more / tokens")
	assert.Equal(t, Totals{
		Until: at("2026-02-04T09:00:00Z"), Invoiced: []money.Amount{money.Must("2000.00 USD")}, Open: []money.Amount{money.Must("0.00 USD")},
		SeatsOwned: 2, SeatsAssigned: 1, AccessDays: 30,
	}, totalsInUTC(d.A))
	assert.Equal(t, Totals{
		Until: at("2026-02-04T09:00:00Z"), Invoiced: []money.Amount{money.Must("3272.60 USD")}, Open: []money.Amount{money.Must("0.00 USD")},
		TokensBought: 100, TokensLeft: 100, SeatsOwned: 3, SeatsAssigned: 1, AccessDays: 30,
	}, totalsInUTC(d.B), "a branch is lived on to the last instant of the file")
}

func totalsInUTC(p Party) Totals {
	totals := p.Totals
	totals.Until = totals.Until.UTC()
	return totals
}

func TestAccessDaysEndWithTheAccess(t *testing.T) {
	t.Parallel()
	d := branches(t, MainLine, "fewer")
	assert.Equal(t, int64(30), d.A.Totals.AccessDays)
	assert.Equal(t, int64(11), d.B.Totals.AccessDays, "the eleventh day is the last")
	assert.Equal(t, "licensing.unassign", d.First().What)
	assert.Nil(t, d.First().A)
	assert.Equal(t, "7.1", d.First().B.Step)
}

func TestTwoBranches(t *testing.T) {
	t.Parallel()
	d := branches(t, "more", "more / tokens")
	require.NotNil(t, d.First())
	assert.Equal(t, "billing.buy_tokens", d.First().What, "what both have in common is no departure")
	for _, departure := range branches(t, "more", "more").Departures {
		assert.Fail(t, "a branch differs from itself", departure.What)
	}
}

func TestAskingAloneIsNoDeparture(t *testing.T) {
	t.Parallel()
	for _, departure := range branches(t, MainLine, "more").Departures {
		assert.NotEqual(t, "billing.subscription", departure.What)
		assert.NotEqual(t, "flex.access", departure.What)
	}
}

func TestWhatIsDroppedByARewindIsInNoLine(t *testing.T) {
	t.Parallel()
	s := parsed(t, head+invited+`  - {do: account.revoke_invitation, by: ada@acme.test, with: {team: acme, email: bob@acme.test}}
  - {rewind: sent}
  - {fork: {from: sent, name: idle, steps: []}}
`)
	d, err := s.DiffBranches(context.Background(), MainLine, "idle")
	require.NoError(t, err)
	assert.Empty(t, d.Departures)
}

func TestBranchesThatAreNotThere(t *testing.T) {
	t.Parallel()
	s := parsed(t, head+rented)
	assert.Equal(t, []string{"more", "more / tokens", "fewer"}, s.Branches())
	for name, want := range map[string]string{
		"mor":    `there is no branch "mor"; the nearest is "more"`,
		"tokens": `there is no branch "tokens"; the nearest is "more"`,
		"main":   `there is no branch "main"; the nearest is "more"`,
	} {
		_, err := s.DiffBranches(context.Background(), MainLine, name)
		require.EqualError(t, err, want)
	}
	_, err := parsed(t, head+invited).DiffBranches(context.Background(), "x", MainLine)
	require.EqualError(t, err, `there is no branch "x": the scenario has none`)
	twice := parsed(t, head+invited+"  - {fork: {from: sent, name: x, steps: []}}\n  - {fork: {from: sent, name: x, steps: []}}\n")
	_, err = twice.DiffBranches(context.Background(), "x", MainLine)
	require.EqualError(t, err, `2 branches are called "x", and one is compared: "x#1" or "x#2"`)
}

// What is legal in a run can be compared: branches of one name, and names that look
// like those of others.
func TestEveryBranchCanBeCompared(t *testing.T) {
	t.Parallel()
	invite := func(who string) string {
		return `[{do: account.invite, by: ada@acme.test, with: {team: acme, email: ` + who + `@acme.test}}]`
	}
	s := parsed(t, head+invited+`
  - {fork: {from: sent, name: x, steps: `+invite("one")+`}}
  - {fork: {from: sent, name: x, steps: `+invite("two")+`}}
  - {fork: {from: sent, name: "x#2", steps: `+invite("three")+`}}
  - {fork: {from: sent, name: a / b, steps: `+invite("four")+`}}
  - {fork: {from: sent, name: a, steps: [{mark: m}, {fork: {from: m, name: b, steps: `+invite("five")+`}}]}}
  - {fork: {from: sent, name: main line, steps: `+invite("six")+`}}
`)
	assert.Equal(t, []string{"x#1", "x##2", "x#2", "a / b#1", "a", "a / b#2", "main line#2"}, s.Branches())
	for name, step := range map[string]string{"x#1": "4.1", "x##2": "5.1", "x#2": "6.1", "a / b#1": "7.1", "a/b#2": "8.2.1", "main line#2": "9.1"} {
		d, err := s.DiffBranches(context.Background(), MainLine, name)
		require.NoError(t, err, name)
		require.Len(t, d.Departures, 2, name)
		assert.Equal(t, step, d.First().B.Step, name)
	}
	d, err := s.DiffBranches(context.Background(), "x#1", "x##2")
	require.NoError(t, err)
	assert.Equal(t, []string{"x#1", "x##2"}, []string{d.A.Branch, d.B.Branch})
	assert.Len(t, d.Departures, 4)
	_, err = s.DiffBranches(context.Background(), MainLine, "a/b")
	require.EqualError(t, err, `2 branches are called "a/b", and one is compared: "a / b#1" or "a / b#2"`)
}

func TestAccessDaysAreCountedUpToAMost(t *testing.T) {
	t.Parallel()
	s := parsed(t, head+rented)
	for most, want := range map[int]int64{0: 0, 1: 1, 29: 29, 30: 30, 31: 30} {
		b := &books{until: latest(s.Steps, s.Start), most: most, lines: map[string]Totals{}}
		_, err := s.run(context.Background(), RunOptions{}, &witness{books: b})
		require.NoError(t, err)
		assert.Equal(t, want, b.lines[""].AccessDays, "%d days", most)
	}
}
