package licensing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func tiles(s *stage.Stage, search string) map[string]licensing.Tile {
	s.Helper()
	all := map[string]licensing.Tile{}
	for _, t := range stage.Ask(s, bob, licensing.TilesQuery{User: "bob@acme.test", Search: search}) {
		all[t.Product] = t
	}
	return all
}

func TestThereIsATileForEachProductOneMayUse(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	require.Empty(t, tiles(s, ""))
	buy(s, "maya", 1, licensing.Annual)
	assign(s, "maya", "bob@acme.test")
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "vault"})
	lt := buy(s, "autocad-lt", 1, licensing.Annual)
	assign(s, "autocad-lt", "bob@acme.test")
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: lt, To: "autocad"})
	all := tiles(s, "")
	require.Len(t, all, 3)
	require.Equal(t, licensing.Seat, all["maya"].Source)
	require.Equal(t, stage.At("2027-01-05T09:00:00Z"), *all["maya"].Until)
	require.Equal(t, "2026", all["maya"].Current)
	require.Equal(t, []string{"2025", "2024", "2023"}, all["maya"].Previous)
	require.Equal(t, []string{"Maya 2022.1", "Maya 2023.1", "Maya 2024.1", "Maya 2025.1", "Maya 2026.1"}, all["maya"].Updates)
	require.Equal(t, licensing.OnTrial, all["vault"].Source)
	require.Equal(t, licensing.Overlay, all["autocad-lt"].Source)
	s.At("2026-02-04T09:00:00Z")
	require.Len(t, tiles(s, ""), 1)
	s.Audit()
}

func TestFlexIsOneTileThatListsTheGrantedProducts(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{List: []string{"maya", "autocad"}}})
	all := tiles(s, "")
	require.Len(t, all, 1)
	require.Equal(t, []string{"autocad", "maya"}, all[licensing.FlexTile].Products)
	require.Equal(t, licensing.Tokens, all[licensing.FlexTile].Source)
	require.Nil(t, all[licensing.FlexTile].Until)
	buy(s, "maya", 1, licensing.Annual)
	assign(s, "maya", "bob@acme.test")
	all = tiles(s, "")
	require.Equal(t, licensing.Seat, all["maya"].Source)
	require.Equal(t, []string{"autocad"}, all[licensing.FlexTile].Products)
	require.Len(t, tiles(s, " MAYA "), 1)
	require.Empty(t, tiles(s, "no such thing"))
	list := stage.Ask(s, bob, licensing.TilesQuery{User: "bob@acme.test"})
	require.Equal(t, licensing.FlexTile, list[len(list)-1].Product, "it is the last")
	require.Len(t, tiles(s, "flex"), 1, "it is found by its own name")
	s.Audit()
}

func TestACollectionHasItsTileAndThoseOfItsMembers(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	buy(s, "media", 1, licensing.Annual)
	assign(s, "media", "bob@acme.test")
	all := tiles(s, "")
	require.Len(t, all, 6)
	require.ElementsMatch(t, []string{"3ds-max", "maya", "motionbuilder", "mudbox", "arnold"}, all["media"].Products)
	require.Empty(t, all["media"].Current)
	require.Equal(t, "2026", all["maya"].Current)
	s.Audit()
}

func TestWhatIsAvailableIsEveryReleaseAndUpdateWithItsMethods(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	ask := licensing.AvailableQuery{User: "bob@acme.test"}
	require.Empty(t, stage.Ask(s, bob, ask))
	buy(s, "maya", 1, licensing.Annual)
	assign(s, "maya", "bob@acme.test")
	kinds := map[string]int{}
	for _, a := range stage.Ask(s, bob, ask) {
		require.Equal(t, "maya", a.Product)
		require.Len(t, a.Methods, 3)
		kinds[a.Kind]++
	}
	require.Equal(t, map[string]int{"product": 4, "update": 5}, kinds)
	ask.Search = "2026"
	require.Len(t, stage.Ask(s, bob, ask), 2)
	s.Audit()
}

func TestAnUpdateAppearsAtItsDate(t *testing.T) {
	t.Parallel()
	catalog := &licensing.Catalog{Products: []licensing.Product{priced(licensing.Product{ID: "tool", Updates: []licensing.Update{
		{Name: "fix", On: on(t, "2026-02-01")},
		{Name: "plug", Kind: licensing.AddOn, On: on(t, "2026-01-01"), Critical: true},
		{Name: "more", Kind: licensing.Extension, On: on(t, "2026-03-01")},
	}})}}
	s := house(t, seatbook.Config{Catalog: catalog})
	buy(s, "tool", 1, licensing.Annual)
	assign(s, "tool", "bob@acme.test")
	for _, c := range []struct {
		now  string
		want []string
	}{
		{"2026-01-31T23:59:59Z", []string{"plug"}},
		{"2026-02-01T00:00:00Z", []string{"fix", "plug"}},
		{"2026-02-28T23:59:59Z", []string{"fix", "plug"}},
		{"2026-03-01T00:00:00Z", []string{"fix", "plug", "more"}},
	} {
		require.Equal(t, c.want, tiles(s.At(c.now), "")["tool"].Updates, c.now)
	}
}
