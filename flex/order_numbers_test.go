package flex_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/rule"
)

// orders are packs as they are bought, each "instant tokens"; who opens the
// products at an instant; and what is left of each, in the order of purchase.
// A pack ends a year after its purchase.
var orders = []struct {
	name  string
	packs string
	at    string
	opens string
	left  string
}{
	{"the earlier end, though the pack is larger", "2026-03-01T00:00:00Z 100, 2026-04-01T00:00:00Z 10", "2026-06-01T00:00:00Z", "bob draft", "93 10"},
	{"the earlier end by a nanosecond", "2026-03-01T00:00:00Z 100, 2026-03-01T00:00:00.000000001Z 10", "2026-06-01T00:00:00Z", "bob draft", "93 10"},
	{"the same end, the smaller pack, bought last", "2026-03-01T00:00:00Z 100, 2026-03-01T00:00:00Z 10", "2026-06-01T00:00:00Z", "bob draft", "100 3"},
	{"the same end, the smaller pack, bought first", "2026-03-01T00:00:00Z 10, 2026-03-01T00:00:00Z 100", "2026-06-01T00:00:00Z", "bob draft", "3 100"},
	{"the same end and size, the earlier identifier", "2026-03-01T00:00:00Z 10, 2026-03-01T00:00:00Z 10", "2026-06-01T00:00:00Z", "bob draft", "3 10"},
	{"of two alike to the end, then the other", "2026-03-01T00:00:00Z 10, 2026-03-01T00:00:00Z 10", "2026-06-01T00:00:00Z", "bob draft, cyd draft", "0 6"},
	{"the smaller as bought, though less is left in the other", "2026-03-01T00:00:00Z 20, 2026-03-01T00:00:00Z 30", "2026-06-01T00:00:00Z", "bob draft, cyd draft, bob patient, cyd draft-lt", "0 29"},
	{"as many packs as it takes", "2026-03-01T00:00:00Z 3, 2026-03-02T00:00:00Z 3, 2026-03-03T00:00:00Z 3", "2026-06-01T00:00:00Z", "bob draft", "0 0 2"},
	{"all of them and nothing left", "2026-03-01T00:00:00Z 3, 2026-03-02T00:00:00Z 3, 2026-03-03T00:00:00Z 1", "2026-06-01T00:00:00Z", "bob draft", "0 0 0"},
	{"the first that is not empty", "2026-03-01T00:00:00Z 7, 2026-03-02T00:00:00Z 7, 2026-03-03T00:00:00Z 7", "2026-06-01T00:00:00Z", "bob draft, cyd draft", "0 0 7"},
	{"a clipped end of 28 February, shared by the pack of the day before", "2028-02-29T00:00:00Z 100, 2028-02-28T00:00:00Z 10", "2028-06-01T00:00:00Z", "bob draft", "100 3"},
	{"a clipped end of 28 February, shared by a larger pack of the day before", "2028-02-28T00:00:00Z 100, 2028-02-29T00:00:00Z 10", "2028-06-01T00:00:00Z", "bob draft", "100 3"},
	{"a clipped end and the same size, the older purchase", "2028-02-28T00:00:00Z 10, 2028-02-29T00:00:00Z 10", "2028-06-01T00:00:00Z", "bob draft", "3 10"},
	{"a clipped end and the same size, the later purchase next", "2028-02-28T00:00:00Z 10, 2028-02-29T00:00:00Z 10", "2028-06-01T00:00:00Z", "bob draft, cyd draft", "0 6"},
	{"nothing of a pack at its end", "2026-03-01T00:00:00Z 100, 2026-04-01T00:00:00Z 10", "2027-03-01T00:00:00Z", "bob draft", "0 3"},
	{"a pack a nanosecond before its end", "2026-03-01T00:00:00Z 100, 2026-04-01T00:00:00Z 10", "2027-02-28T23:59:59.999999999Z", "bob draft", "93 10"},
	{"the next hundred in the order of their identifiers", strings.Repeat("2026-03-01T00:00:00Z 1, ", 11) + "2026-03-01T00:00:00Z 1", "2026-06-01T00:00:00Z", "bob draft, cyd draft-lt", strings.Repeat("0 ", 9) + "1 1 1"},
}

func TestTokensComeFromThePacksInTheirOrder(t *testing.T) {
	t.Parallel()
	for _, c := range orders {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			list := strings.Split(c.packs, ", ")
			first := ""
			for _, pack := range list {
				if at, _, _ := strings.Cut(pack, " "); first == "" || stage.At(at).Before(stage.At(first)) {
					first = at
				}
			}
			s := begin(t, first, "UTC")
			ids := make([]string, len(list))
			for bought := range list {
				// Purchases go in the order of time, and those of one instant in that of the row.
				next := -1
				for i, pack := range list {
					at, _, _ := strings.Cut(pack, " ")
					if ids[i] != "" {
						continue
					}
					if was, _, _ := strings.Cut(list[max(next, 0)], " "); next < 0 || stage.At(at).Before(stage.At(was)) {
						next = i
					}
				}
				at, tokens, _ := strings.Cut(list[next], " ")
				var n int64
				_, err := fmt.Sscan(tokens, &n)
				require.NoError(t, err, "the pack %d", bought)
				s.At(at)
				ids[next] = buy(s, n)[0].ID
			}
			s.At(c.at)
			for _, open := range strings.Split(c.opens, ", ") {
				who, product, _ := strings.Cut(open, " ")
				launch(s, rule.ByEmail(who+"@acme.test"), product)
			}
			lefts := map[string]int64{}
			for _, p := range balance(s).Packs {
				lefts[p.ID] = p.Left
			}
			var left []string
			for _, id := range ids {
				left = append(left, fmt.Sprint(lefts[id]))
			}
			require.Equal(t, c.left, strings.Join(left, " "))
			s.Audit()
		})
	}
}

// A pack that is moved keeps its end, and its place among the packs of its new team.
func TestAMovedPackKeepsItsPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		moved int64
		own   int64
		// ownAt is when the other team bought its own.
		ownAt string
		// left is what is left of the moved pack and of its own after a charge of 7.
		left []int64
	}{
		{"before what ends later", 50, 10, "2026-04-01T00:00:00Z", []int64{43, 10}},
		{"after what ends before", 50, 10, "2026-03-01T00:00:00Z", []int64{50, 3}},
		{"before what is larger at the same end", 50, 60, "2026-03-15T00:00:00Z", []int64{43, 60}},
		{"after what is smaller at the same end", 50, 40, "2026-03-15T00:00:00Z", []int64{50, 33}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-02-01T00:00:00Z", "UTC")
			stage.Do(s, operator, account.CreateTeam{Team: "branch", Owner: "ada@acme.test", Country: "US", Zone: "Asia/Tokyo"})
			join(s, "branch", "eve@branch.test", account.User)
			grant(s, "branch", "eve@branch.test", "all")
			own := func() string {
				s.At(c.ownAt)
				return stage.Do(s, ada, billing.BuyTokens{Team: "branch", Tokens: c.own}).Pack.ID
			}
			early := stage.At(c.ownAt).Before(stage.At("2026-03-15T00:00:00Z"))
			var mine string
			if early {
				mine = own()
			}
			s.At("2026-03-15T00:00:00Z")
			pack := buy(s, c.moved)[0]
			if !early {
				mine = own()
			}
			s.At("2026-06-01T00:00:00Z")
			moved := stage.Do(s, ada, flex.Transfer{Pack: pack.ID, To: "branch"}).Pack
			require.Equal(t, pack.Expires, moved.Expires)
			launch(s, rule.ByEmail("eve@branch.test"), "draft")
			lefts := map[string]int64{}
			for _, p := range stage.Ask(s, ada, flex.BalanceQuery{Team: "branch"}).Packs {
				lefts[p.ID] = p.Left
			}
			require.Equal(t, c.left, []int64{lefts[pack.ID], lefts[mine]})
			s.Audit()
		})
	}
}

// A window that ends with a pack goes on by the next pack (invariant 7).
func TestWhatGoesOnAtAPacksEndTakesFromTheNext(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-01T08:00:00Z", "UTC")
	buy(s, 50)
	s.At("2026-04-01T08:00:00Z")
	buy(s, 20)
	s.At("2027-02-28T08:00:00Z")
	launch(s, bob, "draft")
	require.Equal(t, []int64{43, 20}, left(s))
	s.At("2027-03-01T07:59:59.999999999Z")
	require.Equal(t, []int64{43, 20}, left(s))
	s.At("2027-03-01T08:00:00Z")
	require.Equal(t, []int64{13}, left(s))
	require.Equal(t, int64(43), balance(s).Ended)
	s.Audit()
}
