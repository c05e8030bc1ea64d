package simulator

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/rule"
)

// invited is a team with an invitation that ends after 7 days, at the second.
const invited = `  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: US}}
  - {do: account.invite, by: ada@acme.test, with: {team: acme, email: bob@acme.test}, want: {invitation: {expires: 2026-01-12T09:00:00Z}}}
  - {mark: sent}
`

const lastSecond = `  - fork:
      from: sent
      name: in time
      steps:
        - {at: 2026-01-12T08:59:59Z, do: account.accept_invitation, with: {team: acme, email: bob@acme.test}}
`

const firstSecondAfter = `  - {at: 2026-01-12T09:00:00Z, do: account.accept_invitation, with: {team: acme, email: bob@acme.test}, fails: invitation-expired}
`

func coverage(t *testing.T, options CoverOptions, texts ...string) *Coverage {
	t.Helper()
	var scenarios []*Scenario
	for _, text := range texts {
		scenarios = append(scenarios, parsed(t, head+text))
	}
	c, err := Cover(context.Background(), vocabulary(t), scenarios, options)
	require.NoError(t, err)
	return c
}

func (c *Coverage) rule(t *testing.T, id string) CoveredRule {
	t.Helper()
	for _, r := range c.Rules {
		if r.ID == id {
			return r
		}
	}
	require.Fail(t, "no rule "+id)
	return CoveredRule{}
}

func (c *Coverage) side(t *testing.T, id, param, side string) Side {
	t.Helper()
	for _, b := range c.rule(t, id).Boundaries {
		for _, s := range b.Sides {
			if b.Param == param && s.Side == side {
				return s
			}
		}
	}
	require.Fail(t, "no side "+side+" of "+param)
	return Side{}
}

func TestABoundaryIsHitWhereAStepStandsRightAtIt(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name       string
		steps      string
		less, more bool
	}{
		{"on neither side by a scenario that comes nowhere near", invited, false, false},
		{"not by a step a second further in", invited + "  - {at: 2026-01-12T08:59:58Z, do: account.accept_invitation, with: {team: acme, email: bob@acme.test}}\n", false, false},
		{"on its one side by the last second", invited + lastSecond, true, false},
		{"on its other side by the first second after", invited + firstSecondAfter, false, true},
		{"not by a second later", invited + "  - {at: 2026-01-12T09:00:01Z, do: account.accept_invitation, with: {team: acme, email: bob@acme.test}, fails: invitation-expired}\n", false, false},
		{"on both by both", invited + lastSecond + firstSecondAfter, true, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			covered := coverage(t, CoverOptions{}, c.steps)
			less, more := covered.side(t, "ACC-6", "invitation-life", Less), covered.side(t, "ACC-6", "invitation-life", More)
			assert.Equal(t, c.less, less.Hit)
			assert.Equal(t, c.more, more.Hit)
			assert.Equal(t, less.Hit, less.Proof != nil)
			assert.Equal(t, more.Hit, more.Proof != nil)
		})
	}
}

func TestAProofSaysWhatWouldComeOut(t *testing.T) {
	t.Parallel()
	c := coverage(t, CoverOptions{}, invited+lastSecond+firstSecondAfter)
	assert.Equal(t, &Evidence{
		File: "s.yaml", Line: 15, Step: "4.1", Name: "account.accept_invitation", From: "7d", To: "6d23h59m59s",
		Path: "outcome", Was: "done", Would: "refused invitation-expired",
	}, c.side(t, "ACC-6", "invitation-life", Less).Proof)
	assert.Equal(t, &Evidence{
		File: "s.yaml", Line: 16, Step: "5", Name: "account.accept_invitation", From: "7d", To: "7d1s",
		Path: "outcome", Was: "refused invitation-expired", Would: "done",
	}, c.side(t, "ACC-6", "invitation-life", More).Proof)
}

func TestBoundariesOfEveryKindOfParameter(t *testing.T) {
	t.Parallel()
	book := vocabulary(t).book
	cases := []struct {
		param, value, side string
		words              []string
		want               []string
	}{
		{"invitation-life", "7d", Less, nil, []string{"6d23h59m59s"}},
		{"invitation-life", "7d", More, nil, []string{"7d1s"}},
		{"invitation-life", "0d", Less, nil, nil},
		{"idle-after", "15m", Less, nil, []string{"14m59s"}},
		{"token-life", "1y", Less, nil, []string{"11mo30d23h59m59s", "11mo29d23h59m59s", "11mo28d23h59m59s", "11mo27d23h59m59s"}},
		{"token-life", "1y", More, nil, []string{"1y1s"}},
		{"trial-notice", "[7d, 1d]", Less, nil, []string{"[6d23h59m59s, 1d]", "[7d, 23h59m59s]"}},
		{"trial-notice", "[7d, 1d]", More, nil, []string{"[7d1s, 1d]", "[7d, 1d1s]"}},
		{"import-rows", "5000", Less, nil, []string{"4999"}},
		{"import-rows", "5000", More, nil, nil},
		{"low-balance", "20%", Less, nil, []string{"19%"}},
		{"low-balance", "100%", More, nil, nil},
		{"card-limit", "25000.00 USD", More, nil, []string{"25000.01 USD"}},
		{"card-limit", "0.00 USD", Less, nil, nil},
		{"cutover", "2015-03-01", Less, nil, []string{"2015-02-28"}},
		{"business-hours", "09:00-17:00", More, nil, []string{"08:59-17:00", "09:00-17:01"}},
		{"usage-notice", "off", "weekly", nil, nil},
		{"usage-notice", "weekly", "weekly", nil, []string{"off", "fortnightly", "monthly", "quarterly"}},
		{"seats-countries", "[US]", Less, nil, []string{"[]"}},
		{"seats-countries", "[US]", More, []string{"JP", "ada@acme.test", "US"}, []string{"[US, JP]"}},
		{"seats-countries", "[US]", More, nil, nil},
		{"retry-days", "[1, 3]", More, nil, []string{"[2, 3]", "[1, 4]"}},
		{"support-levels", "[standard=standard, premium=advanced]", Less, nil, []string{"[premium=advanced]", "[standard=standard]"}},
		{"support-levels", "[standard=standard]", More, []string{"x"}, nil},
	}
	for _, c := range cases {
		t.Run(c.param+" "+c.value+" "+c.side, func(t *testing.T) {
			t.Parallel()
			got := nudges(book.Param(c.param), c.value, c.side, c.words)
			if len(c.want) == 0 {
				assert.Empty(t, got)
				return
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestEveryParameterHasABoundary(t *testing.T) {
	t.Parallel()
	for _, r := range vocabulary(t).book.Rules() {
		for _, p := range r.Params {
			assert.NotEmpty(t, sidesOf(p), p.Name)
		}
	}
}

func TestAnEchoOfTheParameterIsNoDecision(t *testing.T) {
	t.Parallel()
	e := echoesOf("[4h, 8h]", "[4h1s, 8h]")
	assert.True(t, e.only(Change{A: "4h", B: "4h1s"}))
	assert.True(t, e.only(Change{Path: "ends", A: "2026-01-05T09:00:00Z", B: "2026-01-05T09:00:01Z", a: "2026-01-05T09:00:00Z", b: "2026-01-05T09:00:01Z"}))
	assert.True(t, e.only(Change{a: "until 2026-01-05 in all", b: "until 2026-01-06 in all"}))
	assert.False(t, e.only(Change{A: "4h", B: "8h", a: "4h", b: "8h"}))
	assert.False(t, e.only(Change{A: "null", B: "2026-01-05", b: "2026-01-05"}), "nothing became something")
	assert.False(t, e.only(Change{Path: "outcome", a: "done", b: "refused invalid"}))
}

func TestCoverageCountsRulesAndRefusals(t *testing.T) {
	t.Parallel()
	c := coverage(t, CoverOptions{RulesOnly: true}, invited+firstSecondAfter, invited)
	assert.Equal(t, []CoveredFile{{"s.yaml", "test", 4, 0}, {"s.yaml", "test", 3, 0}}, c.Files)
	assert.True(t, c.OK())
	assert.Len(t, c.Rules, len(vocabulary(t).book.Rules()))
	assert.Equal(t, []CoveredCode{{rule.InvitationExpired, 1}}, c.rule(t, "ACC-6").Refusals)
	assert.Empty(t, c.rule(t, "ACC-6").Boundaries, "only the rules are asked for")
	assert.Zero(t, c.rule(t, "FLX-3").Cited)
	assert.Positive(t, c.Cited)
	assert.Less(t, c.Percent(), 100)
	for _, code := range c.Refusals {
		assert.Equal(t, code.Code == rule.InvitationExpired, code.Steps == 1, code.Code)
	}
	assert.Equal(t, 100, c.BoundaryPercent(), "of none, all are hit")
}

func TestCoverageIsTheSameInParallel(t *testing.T) {
	t.Parallel()
	last := 0
	one := coverage(t, CoverOptions{}, invited+lastSecond, invited+firstSecondAfter)
	two := coverage(t, CoverOptions{Progress: func(done, total int) {
		last++
		assert.Equal(t, last, done)
		assert.GreaterOrEqual(t, total, done)
	}}, invited+lastSecond, invited+firstSecondAfter)
	assert.Equal(t, one, two)
	assert.Equal(t, one.Sides, last)
}

func TestCoverageEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Cover(ctx, vocabulary(t), []*Scenario{parsed(t, head+invited)}, CoverOptions{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestAScenarioWithFailuresIsCounted(t *testing.T) {
	t.Parallel()
	c := coverage(t, CoverOptions{RulesOnly: true}, invited+"  - {do: account.create_team, with: {team: acme, owner: ada@acme.test}}\n")
	assert.False(t, c.OK())
	assert.Equal(t, 1, c.Files[0].Failed)
}
