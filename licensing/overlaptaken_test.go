package licensing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// Bob holds the old product by a group, eve by a group and by herself.
func TestTakingTheOldProductFromAGroupEndsWhatIsLeftOfItsOverlaps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		takes func(s *stage.Stage)
		want  []licensing.AccessSource
	}{
		{"not at all while nothing is taken", func(*stage.Stage) {}, []licensing.AccessSource{licensing.Overlay, licensing.Overlay}},
		{"when the group has it no longer", func(s *stage.Stage) {
			stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "autocad-lt", Group: "art"})
		}, []licensing.AccessSource{licensing.None, licensing.Overlay}},
		{"when the person leaves the group", func(s *stage.Stage) {
			stage.Do(s, ada, account.RemoveFromGroup{Team: "acme", Group: "art", User: "bob@acme.test"})
			stage.Do(s, ada, account.RemoveFromGroup{Team: "acme", Group: "art", User: "eve@acme.test"})
		}, []licensing.AccessSource{licensing.None, licensing.Overlay}},
		{"and not when another group goes", func(s *stage.Stage) {
			stage.Do(s, ada, account.RemoveFromGroup{Team: "acme", Group: "film", User: "bob@acme.test"})
		}, []licensing.AccessSource{licensing.Overlay, licensing.Overlay}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := house(t, seatbook.Config{})
			lt := buy(s, "autocad-lt", 2, licensing.Annual)
			stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "art", Users: []rule.Address{"bob@acme.test", "eve@acme.test"}})
			stage.Do(s, ada, account.CreateGroup{Team: "acme", Group: "film", Users: []rule.Address{"bob@acme.test"}})
			stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", Group: "art"})
			assign(s, "autocad-lt", "eve@acme.test")
			stage.Do(s, rule.Operator, billing.Upgrade{Subscription: lt, To: "autocad"})
			c.takes(s)
			require.Equal(t, c.want, sources(s, "autocad-lt", "bob@acme.test", "eve@acme.test"))
			s.Audit()
			s.At("2026-02-04T09:00:00Z")
			require.Equal(t, []licensing.AccessSource{licensing.None, licensing.None}, sources(s, "autocad-lt", "bob@acme.test", "eve@acme.test"))
			s.Audit()
		})
	}
}

func TestDroppingTheOldProductFromTheDefaultsEndsItsOverlaps(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	lt := buy(s, "autocad-lt", 4, licensing.Annual)
	stage.Do(s, ada, licensing.SetDefaults{Team: "acme", Products: []string{"autocad-lt"}})
	assign(s, "autocad-lt", "eve@acme.test")
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: lt, To: "autocad"})
	require.Equal(t, []licensing.AccessSource{licensing.Overlay, licensing.Overlay}, sources(s, "autocad-lt", "bob@acme.test", "eve@acme.test"))
	stage.Do(s, ada, licensing.SetDefaults{Team: "acme", Products: []string{}})
	require.Equal(t, []licensing.AccessSource{licensing.None, licensing.Overlay}, sources(s, "autocad-lt", "bob@acme.test", "eve@acme.test"))
	s.Audit()
}
