package flex_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// limit sets a limit as Ada.
func limit(s *stage.Stage, c flex.SetLimit, tokens int64) flex.LimitShown {
	s.Helper()
	c.Team, c.Tokens = "acme", &tokens
	return stage.Do(s, ada, c).Limit
}

func TestALaunchWithinALimitIsPaidAndOneBeyondIsRefused(t *testing.T) {
	t.Parallel()
	bobs := flex.SetLimit{Per: flex.PerPerson, User: "bob@acme.test", In: flex.Day}
	for _, c := range []struct {
		name   string
		limit  flex.SetLimit
		tokens int64
		paid   bool
	}{
		{"exactly the limit of a person", bobs, 12, true},
		{"one less", bobs, 11, false},
		{"nothing at all", bobs, 0, false},
		{"the limit of each person", flex.SetLimit{Per: flex.PerPerson, In: flex.Week}, 12, true},
		{"one less for each person", flex.SetLimit{Per: flex.PerPerson, In: flex.Week}, 11, false},
		{"another person's", flex.SetLimit{Per: flex.PerPerson, User: "cyd@acme.test", In: flex.Day}, 0, true},
		{"the product's", flex.SetLimit{Per: flex.PerProduct, Product: "draft", In: flex.Month}, 7, true},
		{"one less for the product", flex.SetLimit{Per: flex.PerProduct, Product: "draft", In: flex.Month}, 6, false},
		{"another product's", flex.SetLimit{Per: flex.PerProduct, Product: "dearer", In: flex.Day}, 0, true},
		{"the limit of each product", flex.SetLimit{Per: flex.PerProduct, In: flex.Day}, 7, true},
		{"the team's", flex.SetLimit{Per: flex.PerTeam, In: flex.Month}, 14, true},
		{"one less for the team", flex.SetLimit{Per: flex.PerTeam, In: flex.Month}, 13, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T08:00:00Z", "UTC")
			buy(s, 100)
			launch(s, cyd, "draft-lt")
			s.At("2026-03-02T09:00:00Z")
			launch(s, bob, "patient")
			limit(s, c.limit, c.tokens)
			open := flex.Open{User: "bob@acme.test", Product: "draft"}
			price := stage.Ask(s, bob, flex.PriceQuery{User: "bob@acme.test", Product: "draft"})
			require.Equal(t, c.paid, price.Allowed)
			if c.paid {
				require.Equal(t, int64(7), stage.Do(s, bob, open).Session.Tokens)
			} else {
				refused := stage.Refused(s, bob, rule.TokenLimit, open)
				require.Equal(t, "FLX-15", refused.Rule.ID)
				require.Contains(t, refused.Figures, rule.Fig("limit", c.tokens))
				require.Contains(t, refused.Figures, rule.Fig("rate", int64(7)))
				require.Equal(t, licensing.None, access(s, bob, "draft"))
			}
			require.Equal(t, int64(0), launch(s, bob, "patient").Session.Tokens, "an open window goes on")
			s.Audit()
		})
	}
}

func TestALimitCountsByTheDayWeekAndMonthOfTheWindowsStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone string
		in         flex.Stretch
		first, at  string
		paid       bool
	}{
		{"the last second of the day", "UTC", flex.Day, "2026-03-02T08:00:00Z", "2026-03-02T23:59:59Z", false},
		{"the first of the next", "UTC", flex.Day, "2026-03-02T08:00:00Z", "2026-03-03T00:00:00Z", true},
		{"the last second of the team's day", "America/New_York", flex.Day, "2026-03-02T13:00:00Z", "2026-03-03T04:59:59Z", false},
		{"the first of the team's next", "America/New_York", flex.Day, "2026-03-02T13:00:00Z", "2026-03-03T05:00:00Z", true},
		{"Sunday", "UTC", flex.Week, "2026-03-02T08:00:00Z", "2026-03-08T23:59:59Z", false},
		{"the Monday after", "UTC", flex.Week, "2026-03-02T08:00:00Z", "2026-03-09T00:00:00Z", true},
		{"Sunday of a week that began in the month before", "UTC", flex.Week, "2026-02-23T00:00:00Z", "2026-03-01T23:59:59Z", false},
		{"the last second of a month", "UTC", flex.Month, "2026-03-02T08:00:00Z", "2026-03-31T23:59:59Z", false},
		{"the first of the next month", "UTC", flex.Month, "2026-03-02T08:00:00Z", "2026-04-01T00:00:00Z", true},
		{"the last second of a leap day", "UTC", flex.Month, "2028-02-01T08:00:00Z", "2028-02-29T23:59:59Z", false},
		{"the first after a leap day", "UTC", flex.Month, "2028-02-01T08:00:00Z", "2028-03-01T00:00:00Z", true},
		{"the last second of a day of 23 hours", "Europe/Paris", flex.Day, "2026-03-29T00:00:00Z", "2026-03-29T21:59:59Z", false},
		{"the first after a day of 23 hours", "Europe/Paris", flex.Day, "2026-03-29T00:00:00Z", "2026-03-29T22:00:00Z", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, c.first, period.Zone(c.zone))
			buy(s, 100)
			limit(s, flex.SetLimit{Per: flex.PerPerson, In: c.in}, 9)
			o := launch(s, bob, "draft")
			s.At(stage.At(c.first).Add(10 * 60e9).Format("2006-01-02T15:04:05Z07:00"))
			shut(s, bob, o)
			s.At(c.at)
			if open := (flex.Open{User: "bob@acme.test", Product: "patient"}); c.paid {
				stage.Do(s, bob, open)
			} else {
				stage.Refused(s, bob, rule.TokenLimit, open)
			}
			s.Audit()
		})
	}
}

func TestAShortRunAndAFailedJobDoNotCount(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	limit(s, flex.SetLimit{Per: flex.PerTeam, In: flex.Day}, 7)
	o := launch(s, bob, "draft")
	stage.Refused(s, cyd, rule.TokenLimit, flex.Open{User: "cyd@acme.test", Product: "draft-lt"})
	s.At("2026-03-02T08:04:59Z")
	shut(s, bob, o)
	require.Empty(t, notices(s, "acme", flex.TokenLimitNotice), "held tokens that went back told nobody")
	job := render(s, "film").Jobs[0]
	stage.Refused(s, bob, rule.TokenLimit, wanted("image*2"))
	require.False(t, stage.Ask(s, bob, flex.ResultPriceQuery(wanted("image*2"))).Allowed)
	render(s, "image")
	stage.Refused(s, bob, rule.TokenLimit, wanted("image"))
	finish(s, job, flex.Failed)
	render(s, "image*2")
	s.Audit()
}

func TestTheAdminsAreToldOncePerStretchAndLimit(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 1000)
	limit(s, flex.SetLimit{Per: flex.PerTeam, In: flex.Day}, 20)
	tells := func(want int) {
		t.Helper()
		require.Len(t, notices(s, "acme", flex.TokenLimitNotice), want)
	}
	render(s, "film", "film")
	tells(0)
	render(s, "film")
	tells(0)
	render(s, "image")
	tells(0)
	render(s, "image")
	tells(1)
	stage.Refused(s, bob, rule.TokenLimit, wanted("image"))
	tells(1)
	limit(s, flex.SetLimit{Per: flex.PerTeam, In: flex.Day}, 22)
	render(s, "image")
	tells(2)
	s.At("2026-03-03T08:00:00Z")
	render(s, "film*4")
	tells(3)
	require.Equal(t, []string{"ada@acme.test", "ada@acme.test", "ada@acme.test"}, notices(s, "acme", flex.TokenLimitNotice))
	s.Audit()
}

func TestASessionWhoseNextWindowWouldExceedALimitEnds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tokens int64
		ends   bool
	}{{13, true}, {14, false}} {
		s := begin(t, "2026-03-02T08:00:00Z", "UTC")
		buy(s, 100)
		limit(s, flex.SetLimit{Per: flex.PerPerson, In: flex.Week}, c.tokens)
		o := launch(s, bob, "draft")
		s.At("2026-03-03T07:59:59Z")
		require.Nil(t, touch(s, bob, o).Closed)
		s.At("2026-03-03T08:00:00Z")
		require.NoError(t, s.RunDue(t.Context()))
		told := notices(s, "acme", flex.TokenLimitNotice)
		if c.ends {
			require.Equal(t, stage.At("2026-03-03T08:00:00Z"), *shut(s, bob, o).Closed)
			require.Equal(t, int64(93), balance(s).Left)
			require.Equal(t, []string{"ada@acme.test", "bob@acme.test"}, told, "the admin once, when the first window was taken")
		} else {
			require.Equal(t, int64(14), touch(s, bob, o).Tokens)
			require.Equal(t, []string{"ada@acme.test"}, told)
		}
		s.Audit()
	}
}

func TestThePolicysLimitHoldsWhereTheTeamHasNone(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC", "token-limit=9/week")
	buy(s, 100)
	launch(s, bob, "draft")
	list := stage.Ask(s, ada, flex.LimitsQuery{Team: "acme"})
	require.Len(t, list, 1)
	require.True(t, list[0].Default)
	require.Equal(t, []int64{9, 7}, []int64{*list[0].Tokens, list[0].Used})
	require.Equal(t, stage.At("2026-03-09T00:00:00Z"), list[0].Ends)
	stage.Refused(s, cyd, rule.TokenLimit, flex.Open{User: "cyd@acme.test", Product: "draft"})
	launch(s, cyd, "draft-lt")
	limit(s, flex.SetLimit{Per: flex.PerProduct, Product: "dearer", In: flex.Day}, 0)
	launch(s, cyd, "draft")
	s.Audit()
}

func TestALimitByNameStandsInThePlaceOfTheGeneralOne(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	general := flex.SetLimit{Per: flex.PerPerson, In: flex.Day}
	limit(s, general, 7)
	limit(s, flex.SetLimit{Per: flex.PerPerson, User: "bob@acme.test", In: flex.Day}, 12)
	launch(s, bob, "draft")
	launch(s, bob, "patient")
	launch(s, cyd, "patient")
	stage.Refused(s, cyd, rule.TokenLimit, flex.Open{User: "cyd@acme.test", Product: "draft"})
	list := stage.Ask(s, ada, flex.LimitsQuery{Team: "acme"})
	require.Equal(t, []int64{7, 5}, []int64{*list[0].Tokens, list[0].Used}, "the most of any without a limit of their own")
	require.Equal(t, "bob@acme.test", list[1].User)
	require.Equal(t, []int64{12, 12}, []int64{*list[1].Tokens, list[1].Used})
	general.Team = "acme"
	require.Nil(t, stage.Do(s, ada, general).Limit.Tokens, "taken away")
	launch(s, cyd, "draft")
	require.Len(t, stage.Ask(s, ada, flex.LimitsQuery{Team: "acme"}), 1)
	stage.Do(s, ada, general)
	s.Audit()
}

func TestALimitThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	n := func(tokens int64) *int64 { return &tokens }
	for _, c := range []struct {
		name string
		code rule.Code
		set  flex.SetLimit
	}{
		{"a person in a limit of the team", rule.Invalid, flex.SetLimit{Per: flex.PerTeam, User: "bob@acme.test", Tokens: n(1)}},
		{"a product in a limit of a person", rule.Invalid, flex.SetLimit{Per: flex.PerPerson, Product: "draft", Tokens: n(1)}},
		{"less than nothing", rule.Invalid, flex.SetLimit{Per: flex.PerTeam, Tokens: n(-1)}},
		{"one more than the most", rule.Invalid, flex.SetLimit{Per: flex.PerTeam, Tokens: n(rule.MaxQuota + 1)}},
		{"somebody else", rule.NotFound, flex.SetLimit{Per: flex.PerPerson, User: "dan@globex.test", Tokens: n(1)}},
		{"a product that there is not", rule.NotFound, flex.SetLimit{Per: flex.PerProduct, Product: "nothing", Tokens: n(1)}},
		{"a product without tokens", rule.Invalid, flex.SetLimit{Per: flex.PerProduct, Product: "plain", Tokens: n(1)}},
	} {
		c.set.Team, c.set.In = "acme", flex.Day
		stage.Refused(s, ada, c.code, c.set)
	}
	_, err := seatbook.Do(s.Context(), s.Engine, bob, flex.SetLimit{Team: "acme", Per: flex.PerTeam, In: flex.Day, Tokens: n(1)})
	require.ErrorIs(t, err, rule.NotPermitted)
	stage.Refused(s, ada, rule.NotFound, flex.SetLimit{Team: "acme", Per: flex.PerPerson, User: "nobody@nowhere.test", In: flex.Day})
	limit(s, flex.SetLimit{Per: flex.PerPerson, User: "cyd@acme.test", In: flex.Day}, 3)
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "cyd@acme.test"})
	require.Nil(t, stage.Do(s, ada, flex.SetLimit{Team: "acme", Per: flex.PerPerson, User: "cyd@acme.test", In: flex.Day}).Limit.Tokens, "who has left")
	require.Equal(t, int64(rule.MaxQuota), *limit(s, flex.SetLimit{Per: flex.PerTeam, In: flex.Day}, rule.MaxQuota).Tokens)
}

func TestALaunchToldLateCountsOnTheDayOnWhichItsWindowStarts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at   string
		paid bool
	}{{"2026-03-02T23:59:59Z", false}, {"2026-03-03T00:00:00Z", true}} {
		s := begin(t, "2026-03-02T20:00:00Z", "UTC")
		buy(s, 100)
		limit(s, flex.SetLimit{Per: flex.PerPerson, In: flex.Day}, 9)
		launch(s, bob, "draft")
		s.At("2026-03-03T00:30:00Z")
		if !c.paid {
			stage.Refused(s, bob, rule.TokenLimit, reported("patient", c.at))
			continue
		}
		require.Equal(t, int64(5), stage.Do(s, bob, reported("patient", c.at)).Session.Tokens)
		s.Audit()
	}
}
