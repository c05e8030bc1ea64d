package licensing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

func TestWhatIsDownloadedTellsItsForms(t *testing.T) {
	t.Parallel()
	tool := licensing.Product{
		ID: "tool", Editions: []string{"standard", "expert"}, Languages: []string{"en", "fr"}, Platforms: []string{"windows"},
		Releases: []licensing.Release{{Version: "1", On: on(t, "2025-01-01")}}, Updates: []licensing.Update{{Name: "fix", On: on(t, "2025-02-01")}},
	}
	bare := licensing.Product{ID: "bare", Releases: []licensing.Release{{Version: "7", On: on(t, "2025-01-01")}}}
	pair := licensing.Product{ID: "pair", Kind: licensing.Collection, Members: []string{"tool", "bare"}}
	s := house(t, seatbook.Config{Catalog: &licensing.Catalog{Products: []licensing.Product{priced(tool), priced(bare), priced(pair)}}})
	buy(s, "pair", 1, licensing.Annual)
	assign(s, "pair", "bob@acme.test")
	ways := []string{"install-now", "browser-download", "custom-install"}
	whole := licensing.Forms{Editions: []string{"standard", "expert"}, Languages: []string{"en", "fr"}, Platforms: []string{"windows"}, Methods: ways}
	plain := licensing.Forms{Editions: []string{}, Languages: []string{}, Platforms: []string{}, Methods: ways}
	require.Equal(t, []licensing.DownloadFile{
		{Product: "tool", Version: "1", Current: true, On: on(t, "2025-01-01"), Forms: whole},
		{Product: "bare", Version: "7", Current: true, On: on(t, "2025-01-01"), Forms: plain},
	}, stage.Ask(s, bob, licensing.DownloadsQuery{User: "bob@acme.test", Product: "pair"}))
	require.Equal(t, []licensing.Available{
		{Product: "tool", Kind: "product", Name: "1", On: on(t, "2025-01-01"), Forms: whole},
		{Product: "tool", Kind: "update", Name: "fix", On: on(t, "2025-02-01"), Forms: whole},
		{Product: "bare", Kind: "product", Name: "7", On: on(t, "2025-01-01"), Forms: plain},
	}, stage.Ask(s, bob, licensing.AvailableQuery{User: "bob@acme.test"}))
}

func TestAFormHasAReadableNameOnce(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{{"en", "en"}, {""}, {"e\x00n"}, {strings.Repeat("e", account.MaxName+1)}} {
		for _, p := range []licensing.Product{{Editions: names}, {Languages: names}, {Platforms: names}} {
			p.ID = "tool"
			require.Len(t, (&licensing.Catalog{Products: []licensing.Product{p}}).Check(), 1, names)
		}
	}
	fine := licensing.Product{ID: "tool", Editions: []string{"en"}, Languages: []string{"en", strings.Repeat("e", account.MaxName)}, Platforms: []string{"en"}}
	require.Empty(t, (&licensing.Catalog{Products: []licensing.Product{fine}}).Check())
}

func TestATileNamesTheSubscriptionsThatItComesFrom(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	first, second := buy(s, "maya", 1, licensing.Annual), buy(s, "maya", 1, licensing.Annual)
	lt := buy(s, "autocad-lt", 1, licensing.Annual)
	assign(s, "maya", "bob@acme.test")
	assign(s, "autocad-lt", "bob@acme.test")
	require.Equal(t, []string{first, second}, tiles(s, "")["maya"].Subscriptions, "a seat of the pool")
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "maya", User: "bob@acme.test", Subscription: second})
	require.Equal(t, []string{second}, tiles(s, "")["maya"].Subscriptions, "a seat that is pinned")
	stage.Do(s, rule.Operator, billing.Upgrade{Subscription: lt, To: "autocad"})
	require.Equal(t, []string{lt}, tiles(s, "")["autocad-lt"].Subscriptions, "an overlap")
	stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "vault"})
	require.Equal(t, []string{}, tiles(s, "")["vault"].Subscriptions, "a trial has none")
	s.Audit()
}
