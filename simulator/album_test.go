package simulator

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pictured runs a scenario whose head is written for it, and returns its album.
func pictured(t *testing.T, options RunOptions, steps string) (*Result, *Album) {
	t.Helper()
	options.Album = true
	r, err := parsed(t, head+steps).Run(t.Context(), options)
	require.NoError(t, err)
	require.NotNil(t, r.Album)
	return r, r.Album
}

// dayBook is what an album says of one team, put together again from its changes.
type dayBook struct {
	people        map[string]PersonThen
	seats         map[string]SeatsThen
	packs         map[string]PackThen
	subscriptions map[string]SubscriptionThen
	invoices      map[string]InvoiceThen
	tokens        TokensThen
}

func merge[T any](rows map[string]T, changes map[string]*T) {
	for key, row := range changes {
		if row == nil {
			delete(rows, key)
		} else {
			rows[key] = *row
		}
	}
}

// on reads the state of a team at the end of a day.
func on(t *testing.T, line *AlbumLine, team, day string) dayBook {
	t.Helper()
	b := dayBook{map[string]PersonThen{}, map[string]SeatsThen{}, map[string]PackThen{}, map[string]SubscriptionThen{}, map[string]InvoiceThen{}, TokensThen{}}
	for _, d := range line.Days {
		if d.Day.String() > day {
			break
		}
		then := d.Teams[team]
		merge(b.people, then.People)
		merge(b.seats, then.Seats)
		merge(b.packs, then.Packs)
		merge(b.subscriptions, then.Subscriptions)
		merge(b.invoices, then.Invoices)
		if then.Tokens != nil {
			b.tokens = *then.Tokens
		}
	}
	return b
}

const bought = `  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: US}}
  - {do: billing.add_payment_method, by: ada@acme.test, with: {kind: card, token: tok_1}}
  - {do: billing.purchase, by: ada@acme.test, with: {team: acme, product: sketch, seats: 2, term: monthly}, save: {sub: subscription.id}}
  - {do: billing.buy_tokens, by: ada@acme.test, with: {team: acme, tokens: 100}}
`

func TestAnAlbumChangesNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"first-year", "what-if", "overlap", "flex-studio", "three-year-contract", "activity-log", "cut-over"} {
		s, err := Load(filepath.Join("..", "examples", "scenarios", name+".yaml"), vocabulary(t))
		require.NoError(t, err)
		s.Prove = nil
		plain, err := s.Run(t.Context(), RunOptions{})
		require.NoError(t, err)
		assert.Nil(t, plain.Album)
		first, err := s.Run(t.Context(), RunOptions{Album: true})
		require.NoError(t, err)
		again, err := s.Run(t.Context(), RunOptions{Album: true})
		require.NoError(t, err)
		assert.Empty(t, first.Album.Trouble)
		assert.NotEmpty(t, first.Album.Lines[0].Days)
		one, err := json.Marshal(first.Album)
		require.NoError(t, err)
		two, err := json.Marshal(again.Album)
		require.NoError(t, err)
		assert.Equal(t, string(one), string(two), "the same twice")
		first.Album = nil
		assert.Equal(t, plain, first, name)
	}
}

func TestAnAlbumSaysWhatTheQueriesSay(t *testing.T) {
	t.Parallel()
	r, album := pictured(t, RunOptions{}, bought+`  - {do: licensing.assign, by: ada@acme.test, with: {team: acme, product: sketch, user: ada@acme.test}}
  - {at: 2026-01-08T09:00:00Z, do: flex.open, by: ada@acme.test, with: {user: ada@acme.test, product: sketch}, save: {s: session.id}}
  - {at: 2026-01-08T10:00:00Z, do: flex.close, by: ada@acme.test, with: {session: $s}}
  - {at: 2026-01-08T23:59:59Z, ask: licensing.seats, with: {team: acme, product: sketch}}
  - {ask: flex.balance, with: {team: acme}}
  - {ask: billing.subscription, with: {subscription: $sub}}
  - {ask: billing.invoices, with: {team: acme}}
  - {ask: licensing.people, with: {team: acme}}
  - {at: 2026-02-20T00:00:00Z, ask: licensing.seats, with: {team: acme, product: sketch}}
`)
	require.Len(t, album.Lines, 1)
	line := album.Lines[0]
	assert.Equal(t, "2026-01-05", line.First.String())
	assert.Equal(t, "2026-02-20", line.Last.String())
	state := on(t, line, "acme", "2026-01-08")
	asked := map[string]json.RawMessage{}
	for _, record := range r.Records {
		require.True(t, record.Kind != StepRecord || record.Passed, record.Failures)
		if record.Verb == AskStep && record.At.Month() == 1 {
			asked[record.Name] = record.Result
		}
	}
	read := func(name string, into any) { require.NoError(t, json.Unmarshal(asked[name], into)) }
	var seats SeatsThen
	read("licensing.seats", &seats)
	seats.Used = 1
	assert.Equal(t, map[string]SeatsThen{"sketch": seats}, state.seats)
	var balance struct {
		TokensThen
		Packs []struct {
			ID string
			PackThen
		}
	}
	read("flex.balance", &balance)
	assert.Equal(t, balance.TokensThen, state.tokens)
	require.Len(t, balance.Packs, 1)
	assert.Equal(t, map[string]PackThen{balance.Packs[0].ID: balance.Packs[0].PackThen}, state.packs)
	var one struct {
		Subscription struct {
			ID string
			SubscriptionThen
		}
	}
	read("billing.subscription", &one)
	assert.Equal(t, map[string]SubscriptionThen{one.Subscription.ID: one.Subscription.SubscriptionThen}, state.subscriptions)
	var invoices []struct {
		ID string
		InvoiceThen
	}
	read("billing.invoices", &invoices)
	require.Len(t, invoices, 2)
	for _, i := range invoices {
		assert.Equal(t, i.InvoiceThen, state.invoices[i.ID])
	}
	assert.Len(t, state.invoices, len(invoices))
	assert.Equal(t, map[string]PersonThen{"ada@acme.test": {Role: "primary", Status: "active", Products: 1}}, state.people)
	assert.Equal(t, 0, on(t, line, "acme", "2026-01-09").seats["sketch"].Used, "used on one day")
	assert.Len(t, on(t, line, "acme", "2026-02-04").invoices, 2)
	assert.Len(t, on(t, line, "acme", "2026-02-05").invoices, 3, "renewed on that day")
}

func TestADayEndsAtMidnightInTheScenariosZone(t *testing.T) {
	t.Parallel()
	const zoned = `name: test
start: 2026-10-24T12:00:00Z
zone: Europe/Paris
steps:
  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: FR}}
  - {at: 2026-10-25T22:59:59.999999999Z, do: account.invite, with: {team: acme, email: bob@acme.test}}
  - {at: 2026-10-25T23:00:00Z, do: account.invite, with: {team: acme, email: eve@acme.test}}
  - {at: 2026-10-27T00:00:00Z, mark: end}
`
	r, err := parsed(t, zoned).Run(t.Context(), RunOptions{Album: true})
	require.NoError(t, err)
	line := r.Album.Lines[0]
	var days []string
	for _, d := range line.Days {
		days = append(days, d.Day.String())
	}
	assert.Equal(t, []string{"2026-10-24", "2026-10-25", "2026-10-26"}, days, "the day of twenty-five hours is one day, and one without a change is none")
	assert.Equal(t, "2026-10-27", line.Last.String())
	assert.Contains(t, line.Days[1].Teams["acme"].People, "bob@acme.test")
	assert.Contains(t, line.Days[2].Teams["acme"].People, "eve@acme.test")
	assert.Len(t, line.Days[2].Teams["acme"].People, 1, "only what is another is told")
}

func TestWhatTimeAloneChangesIsSeen(t *testing.T) {
	t.Parallel()
	_, album := pictured(t, RunOptions{}, `  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: US}}
  - {do: account.invite, with: {team: acme, email: bob@acme.test}}
  - {at: 2026-01-20T00:00:00Z, mark: end}
`)
	line := album.Lines[0]
	assert.Equal(t, "invited", on(t, line, "acme", "2026-01-11").people["bob@acme.test"].Status)
	assert.Equal(t, "expired", on(t, line, "acme", "2026-01-12").people["bob@acme.test"].Status)
}

func TestBranchesHaveLinesOfTheirOwn(t *testing.T) {
	t.Parallel()
	_, album := pictured(t, RunOptions{}, bought+`  - {after: 1d, mark: start}
  - {after: 1d, do: billing.add_seats, by: ada@acme.test, with: {subscription: $sub, seats: 1}}
  - fork:
      from: start
      name: more
      steps:
        - {after: 1d, do: billing.add_seats, by: ada@acme.test, with: {subscription: $sub, seats: 7}}
        - {mark: inner}
        - {fork: {from: inner, name: deeper, steps: [{after: 1d, do: billing.add_seats, by: ada@acme.test, with: {subscription: $sub, seats: 10}}]}}
        - {after: 2d, do: billing.add_seats, by: ada@acme.test, with: {subscription: $sub, seats: 20}}
        - {rewind: start}
        - {after: 3d, do: billing.add_seats, by: ada@acme.test, with: {subscription: $sub, seats: 3}}
  - {fork: {from: start, name: alone, steps: []}}
  - {after: 40d, mark: end}
`)
	require.Len(t, album.Lines, 4)
	var branches [][]string
	for _, l := range album.Lines {
		branches = append(branches, l.Branch)
		assert.Equal(t, "2026-02-16", l.Last.String(), "all lines live to the end: %v", l.Branch)
		assert.NotEmpty(t, l.Days[0].Teams["acme"].People, "the first day has all there is: %v", l.Branch)
	}
	assert.Equal(t, [][]string{{}, {"more"}, {"more", "deeper"}, {"alone"}}, branches)
	owned := func(line int, day string) int { return on(t, album.Lines[line], "acme", day).seats["sketch"].Owned }
	assert.Equal(t, []int{2, 3, 3}, []int{owned(0, "2026-01-06"), owned(0, "2026-01-07"), owned(0, "2026-01-09")})
	assert.Equal(t, "2026-01-06", album.Lines[1].First.String(), "a branch begins on the day of its mark")
	assert.Equal(t, []int{2, 2, 2, 5, 5}, []int{owned(1, "2026-01-06"), owned(1, "2026-01-07"), owned(1, "2026-01-08"), owned(1, "2026-01-09"), owned(1, "2026-01-10")}, "what was rewound is not there")
	assert.Equal(t, "2026-01-07", album.Lines[2].First.String())
	assert.Equal(t, []int{9, 19}, []int{owned(2, "2026-01-07"), owned(2, "2026-01-08")})
	assert.Equal(t, "2026-01-06", album.Lines[3].Until.Format("2006-01-02"), "it has no steps of its own")
	assert.Equal(t, 2, owned(3, "2026-02-16"))
	assert.Len(t, on(t, album.Lines[3], "acme", "2026-02-16").invoices, 3, "time goes on without steps")
}

func TestARewindTakesDaysBack(t *testing.T) {
	t.Parallel()
	_, album := pictured(t, RunOptions{}, bought+`  - {mark: here}
  - {after: 10d, do: account.invite, with: {team: acme, email: bob@acme.test}}
  - {rewind: here}
  - {after: 20d, do: account.invite, with: {team: acme, email: eve@acme.test}}
  - {rewind: here}
  - {after: 5d, mark: end}
  - {fork: {from: here, name: other, steps: [{rewind: here}, {after: 2d, do: account.invite, with: {team: acme, email: kim@acme.test}}]}}
`)
	require.Len(t, album.Lines, 2)
	for day, people := range map[string]int{"2026-01-05": 1, "2026-01-15": 1, "2026-01-25": 1} {
		assert.Len(t, on(t, album.Lines[0], "acme", day).people, people, day)
	}
	assert.Equal(t, "2026-01-25", album.Lines[0].Last.String(), "up to the latest instant of any step")
	assert.Len(t, on(t, album.Lines[1], "acme", "2026-01-06").people, 1)
	assert.Len(t, on(t, album.Lines[1], "acme", "2026-01-07").people, 2)
}

func TestAnAlbumOfARunThatStops(t *testing.T) {
	t.Parallel()
	r, album := pictured(t, RunOptions{FailFast: true}, bought+`  - {mark: here}
  - {fork: {from: here, name: fails, steps: [{after: 1d, ask: licensing.seats, with: {team: acme, product: sketch}, want: {owned: 3}}, {after: 5d, mark: never}]}}
  - {after: 10d, mark: never}
`)
	require.Equal(t, 1, r.Failed)
	require.Len(t, album.Lines, 2)
	assert.Equal(t, "2026-01-06", album.Lines[1].Until.Format("2006-01-02"))
	assert.Equal(t, 2, on(t, album.Lines[1], "acme", "2026-01-06").seats["sketch"].Owned)
}

func TestAnAlbumHasAnEnd(t *testing.T) {
	t.Parallel()
	for at, full := range map[string]bool{"1999-12-31T09:00:00Z": false, "2000-01-01T09:00:00Z": false, "2000-01-02T09:00:00Z": true} {
		s := parsed(t, "name: test\nstart: 1900-01-01T09:00:00Z\nsteps:\n  - {at: "+at+", mark: end}\n")
		r, err := s.Run(t.Context(), RunOptions{Album: true})
		require.NoError(t, err)
		if full {
			assert.Equal(t, "an album has 36525 days, those of all branches together: the others are not shown", r.Album.Trouble, at)
			assert.Equal(t, "2000-01-01", r.Album.Lines[0].Last.String())
		} else {
			assert.Empty(t, r.Album.Trouble, at)
			assert.Equal(t, at[:10], r.Album.Lines[0].Last.String())
		}
	}
}

func TestAnAlbumEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := parsed(t, head+bought).Run(ctx, RunOptions{Album: true})
	require.ErrorIs(t, err, context.Canceled)
}

func TestTheLastDayOfTheLastYear(t *testing.T) {
	t.Parallel()
	for zone, want := range map[string]string{"UTC": "", "America/New_York": "", "Pacific/Auckland": "days after the year 9999 are not shown"} {
		r, err := parsed(t, "name: test\nstart: 9999-12-31T23:59:58Z\nzone: "+zone+`
steps:
  - {do: account.create_team, with: {team: acme, owner: ada@acme.test, country: US}}
  - {at: 9999-12-31T23:59:59Z, mark: end}
`).Run(t.Context(), RunOptions{Album: true})
		require.NoError(t, err)
		assert.Equal(t, want, r.Album.Trouble, zone)
		_, err = json.Marshal(r)
		require.NoError(t, err, zone)
		_, err = json.Marshal(r.Album)
		require.NoError(t, err, zone)
	}
}

func TestAnAlbumOfAWorldThatWasThereAlready(t *testing.T) {
	t.Parallel()
	s, err := Load(filepath.Join("..", "examples", "scenarios", "year-ahead.yaml"), vocabulary(t))
	require.NoError(t, err)
	r, _, err := s.Live(t.Context(), RunOptions{Album: true})
	require.NoError(t, err)
	require.NotNil(t, r.Album, "who goes on from the end can have one too")
	first := r.Album.Lines[0].Days[0]
	require.NotEmpty(t, first.Teams)
	for name, team := range first.Teams {
		assert.NotEmpty(t, team.People, "%s was there before the first step", name)
	}
}
