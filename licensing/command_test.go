package licensing_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
)

// changes are all commands of the package, each in a state in which it succeeds.
var changes = []struct {
	name, args string
	// again is what the same command comes to without a key.
	again rule.Code
	// anew is set where the same command makes something new each time.
	anew bool
}{
	{"licensing.assign", `{"team":"acme","product":"maya","user":"eve@acme.test"}`, "", false},
	{"licensing.unassign", `{"team":"acme","product":"maya","user":"bob@acme.test"}`, rule.NotAssigned, false},
	{"licensing.start_trial", `{"user":"bob@acme.test","product":"vault"}`, rule.TrialUsed, false},
	{"licensing.download", `{"user":"bob@acme.test","product":"maya"}`, "", true},
	{"licensing.set_defaults", `{"team":"acme","products":["recap"]}`, "", false},
	{"licensing.withhold_service", `{"team":"acme","user":"bob@acme.test","product":"serviced","service":"render"}`, "", false},
	{"licensing.grant_service", `{"team":"acme","user":"eve@acme.test","product":"serviced","service":"render"}`, "", false},
	{"licensing.grant_update", `{"team":"acme","product":"maya","update":"Maya 2025.1","users":["bob@acme.test"]}`, "", false},
	{"licensing.set_update_policy", `{"team":"acme","every":"monthly"}`, "", false},
	{"licensing.announce_updates", `{"team":"acme"}`, "", false},
	{"licensing.install", `{"user":"bob@acme.test","product":"maya","device":"laptop"}`, "", false},
	{"licensing.uninstall", `{"user":"bob@acme.test","product":"maya","device":"desk"}`, rule.NotFound, false},
	{"licensing.create_package", `{"user":"bob@acme.test","products":["maya"]}`, "", true},
	{"licensing.create_deployment", `{"team":"acme","products":["maya"]}`, "", true},
	{"licensing.request_previous_use", `{"team":"acme","user":"eve@acme.test","product":"chart","version":"2"}`, "", false},
	{"licensing.grant_previous_use", `{"team":"acme","user":"bob@acme.test","product":"chart","version":"2"}`, "", false},
	{"licensing.decline_previous_use", `{"team":"acme","user":"bob@acme.test","product":"chart","version":"2"}`, "", false},
	{"licensing.end_previous_use", `{"team":"acme","user":"eve@acme.test","product":"chart","version":"1"}`, "", false},
	{"licensing.request_home_use", `{"team":"acme","user":"tim@acme.test","product":"chart"}`, "", false},
	{"licensing.grant_home_use", `{"team":"acme","user":"bob@acme.test","product":"chart"}`, "", false},
	{"licensing.decline_home_use", `{"team":"acme","user":"bob@acme.test","product":"chart"}`, "", false},
	{"licensing.end_home_use", `{"team":"acme","user":"eve@acme.test","product":"chart"}`, "", false},
	{"licensing.confirm_education", `{"user":"bob@acme.test","until":"2028-01-01T00:00:00Z"}`, "", false},
	{"licensing.start_education", `{"user":"eve@acme.test","product":"vault"}`, rule.Conflict, false},
	{"licensing.renew_education", `{"user":"eve@acme.test","product":"maya"}`, rule.TooEarly, false},
}

// questions are all queries of the package.
var questions = []struct{ name, args string }{
	{"licensing.downloads", `{"user":"bob@acme.test","product":"maya"}`},
	{"licensing.tiles", `{"user":"bob@acme.test"}`},
	{"licensing.available", `{"user":"bob@acme.test"}`},
	{"licensing.seats", `{"team":"acme","product":"maya"}`},
	{"licensing.people", `{"team":"acme","product":"maya"}`},
	{"licensing.products", `{"team":"acme"}`},
	{"licensing.groups", `{"team":"acme"}`},
	{"licensing.home", `{"user":"ada@acme.test"}`},
	{"licensing.defaults", `{"team":"acme"}`},
	{"licensing.services", `{"team":"acme","user":"bob@acme.test","product":"serviced"}`},
	{"licensing.trials", `{"user":"bob@acme.test"}`},
	{"licensing.trial_downloads", `{"team":"acme","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
	{"licensing.trial_downloads_export", `{"team":"acme","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
	{"licensing.people_products", `{"team":"acme"}`},
	{"licensing.people_products_export", `{"team":"acme"}`},
	{"licensing.updates", `{"user":"bob@acme.test"}`},
	{"licensing.upgrade_guidance", `{"from_suite":true,"lapsed":true,"channel":"reseller"}`},
	{"licensing.devices", `{"user":"bob@acme.test"}`},
	{"licensing.packages", `{"user":"ada@acme.test"}`},
	{"licensing.deployments", `{"team":"acme"}`},
	{"licensing.previous_use", `{"team":"acme"}`},
	{"licensing.home_use", `{"team":"acme","user":"eve@acme.test"}`},
	{"licensing.education", `{"user":"ada@acme.test"}`},
}

func busy(t testing.TB) *stage.Stage {
	t.Helper()
	catalog := licensing.Sample()
	catalog.Products = append(catalog.Products, licensing.Product{ID: "serviced", Services: []string{"render", "share"}})
	catalog.Products = append(catalog.Products, drafts(t).Catalog.Products...)
	s := house(t, seatbook.Config{Catalog: catalog, Policy: map[string]string{"education-notice": "2y"}})
	usesOf(s)
	buy(s, "maya", 2, licensing.Annual)
	buy(s, "recap", 4, licensing.Annual)
	assign(s, "maya", "bob@acme.test")
	stage.Do(s, bob, licensing.Install{User: "bob@acme.test", Product: "maya", Device: "desk"})
	return s
}

func TestEveryCommandAndQueryOfThePackageIsTriedHere(t *testing.T) {
	t.Parallel()
	var have, want []string
	for _, c := range changes {
		have = append(have, c.name)
	}
	for _, q := range questions {
		have = append(have, q.name)
	}
	module := licensing.Module(licensing.Sample())
	for _, d := range append(module.Commands, module.Queries...) {
		want = append(want, d.Name)
	}
	require.Equal(t, want, have)
}

func TestACommandWithAKeyRunsOnce(t *testing.T) {
	t.Parallel()
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := busy(t)
			first, err := s.Engine.Run(s.Context(), rule.Operator, c.name, []byte(c.args), seatbook.Idempotent("key"))
			require.NoError(t, err)
			after := s.Digest()
			s.At("2026-01-06T09:00:00Z")
			again, err := s.Engine.Run(s.Context(), rule.Operator, c.name, []byte(c.args), seatbook.Idempotent("key"))
			require.NoError(t, err)
			require.Equal(t, shown(t, first), shown(t, again))
			require.Equal(t, after, s.Digest())
			s.Audit()
		})
	}
}

func shown(t testing.TB, result any) string {
	t.Helper()
	data, err := json.Marshal(result)
	require.NoError(t, err)
	return string(data)
}

func TestARepeatedCommandWithoutAKeyDoesNoHarm(t *testing.T) {
	t.Parallel()
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := busy(t)
			_, err := s.Run(rule.Operator, c.name, c.args)
			require.NoError(t, err)
			after := s.Digest()
			_, err = s.Run(rule.Operator, c.name, c.args)
			if c.again == "" {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, c.again)
			}
			require.Equal(t, !c.anew, after == s.Digest())
			s.Audit()
		})
	}
}

func TestAPreviewKeepsNothing(t *testing.T) {
	t.Parallel()
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := busy(t)
			before := s.Digest()
			_, err := s.Engine.Run(s.Context(), rule.Operator, c.name, []byte(c.args), seatbook.Preview())
			require.NoError(t, err)
			require.Equal(t, before, s.Digest())
		})
	}
}

// A citation of the permission table alone would say nothing of the answer.
func TestEveryCommandAndQueryCitesARuleOfItsOwn(t *testing.T) {
	t.Parallel()
	own := func(t *testing.T, why seatbook.Explanation) {
		t.Helper()
		var ids []string
		for _, c := range why.Citations {
			if c.Rule.ID != "ACC-4" {
				ids = append(ids, c.Rule.ID)
			}
		}
		require.NotEmpty(t, ids)
	}
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := busy(t)
			var why seatbook.Explanation
			_, err := s.Engine.Run(s.Context(), rule.Operator, c.name, []byte(c.args), seatbook.Explain(&why))
			require.NoError(t, err)
			own(t, why)
		})
	}
	for _, q := range questions {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			s := busy(t)
			before := s.Digest()
			var why seatbook.Explanation
			_, err := s.Query(s.Context(), ada, q.name, []byte(q.args), seatbook.Explain(&why))
			require.NoError(t, err)
			own(t, why)
			require.Equal(t, before, s.Digest())
		})
	}
}

func TestAssignmentsAreMailedToThePersonAndThoseOfGroupsAreNot(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "maya", 4, licensing.Annual)
	stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"bob@acme.test"}})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", Group: "art"})
	require.Empty(t, mail(s, licensing.AssignedNotice), "a group's product mails nobody")
	stage.Do(s, ada, account.AddToGroup{Team: "acme", Group: "art", User: "gus@acme.test"})
	require.Empty(t, mail(s, licensing.AssignedNotice), "joining a group mails nobody")
	assign(s, "maya", "eve@acme.test")
	assign(s, "maya", "eve@acme.test")
	require.Equal(t, []string{"eve@acme.test en"}, mail(s, licensing.AssignedNotice))
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "maya", User: "eve@acme.test"})
	require.Equal(t, []string{"eve@acme.test en"}, mail(s, licensing.AssignedNotice))
	s.Audit()
}

func TestAnAssignmentIsMailedInThePersonsLanguage(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "zoe@gamma.test", Language: account.French})
	join(s, "gamma", "new@home.test", account.User)
	join(s, "acme", "new@home.test", account.User)
	buy(s, "maya", 1, licensing.Annual)
	assign(s, "maya", "new@home.test")
	require.Equal(t, []string{"new@home.test fr"}, mail(s, licensing.AssignedNotice))
	s.Audit()
}

func TestOfManyWhoClaimTheLastSeatOneGetsIt(t *testing.T) {
	t.Parallel()
	const many = 64
	s := house(t, seatbook.Config{})
	for n := range many {
		join(s, "acme", rule.Address(fmt.Sprintf("p%d@acme.test", n)), account.User)
	}
	buy(s, "maya", 1, licensing.Annual)
	results := make([]error, many)
	start := make(chan struct{})
	var done sync.WaitGroup
	for n := range many {
		done.Go(func() {
			<-start
			results[n] = tried(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: rule.Address(fmt.Sprintf("p%d@acme.test", n))})
		})
	}
	close(start)
	done.Wait()
	won := 0
	for n, err := range results {
		want := licensing.None
		if err == nil {
			won++
			want = licensing.Seat
		} else {
			require.ErrorIs(t, err, rule.NoSeats)
		}
		require.Equal(t, want, source(s, rule.Address(fmt.Sprintf("p%d@acme.test", n)), "maya"))
	}
	require.Equal(t, 1, won)
	require.Equal(t, licensing.Seats{Owned: 1, Assigned: 1}, seats(s, "maya"))
	s.Audit()
	again, err := s.Replay(s.Context(), memstore.New())
	require.NoError(t, err)
	digest, err := again.Digest(s.Context())
	require.NoError(t, err)
	require.Equal(t, s.Digest(), digest)
}

func TestOfManyTrialsStartedAtOnceOneStarts(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	results := make([]error, 32)
	var done sync.WaitGroup
	for n := range results {
		done.Go(func() { results[n] = tried(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "maya"}) })
	}
	done.Wait()
	won := 0
	for _, err := range results {
		if err == nil {
			won++
			continue
		}
		require.ErrorIs(t, err, rule.TrialUsed)
	}
	require.Equal(t, 1, won)
	s.Audit()
}
