package licensing_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/money"
)

func TestAFaultyCatalogueSaysWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	dollars := money.Must("1.00 USD")
	less := money.Must("-1.00 USD")
	for _, c := range []struct {
		name     string
		products []licensing.Product
		tokens   licensing.TokenOffer
		at       int
		says     string
	}{
		{"a handle in capitals", []licensing.Product{{ID: "Maya"}}, licensing.TokenOffer{}, 0, "no handle"},
		{"no handle at all", []licensing.Product{{}}, licensing.TokenOffer{}, 0, "no handle"},
		{"a handle of 65 letters", []licensing.Product{{ID: strings.Repeat("a", 65)}}, licensing.TokenOffer{}, 0, "no handle"},
		{"a product listed twice", []licensing.Product{{ID: "a"}, {ID: "a"}}, licensing.TokenOffer{}, 1, "listed twice"},
		{"an upgrade to nothing", []licensing.Product{{ID: "a", UpgradesTo: "b"}}, licensing.TokenOffer{}, 0, "not in the catalogue"},
		{"members of what is no collection", []licensing.Product{{ID: "a", Members: []string{"b"}}, {ID: "b"}}, licensing.TokenOffer{}, 0, "no collection"},
		{"a member that there is not", []licensing.Product{{ID: "a", Kind: licensing.Collection, Members: []string{"b"}}}, licensing.TokenOffer{}, 0, "not another product"},
		{"itself as member", []licensing.Product{{ID: "a", Kind: licensing.Collection, Members: []string{"a"}}}, licensing.TokenOffer{}, 0, "not another product"},
		{"a collection in a collection", []licensing.Product{
			{ID: "a", Kind: licensing.Collection, Members: []string{"b"}}, {ID: "b", Kind: licensing.Collection},
		}, licensing.TokenOffer{}, 0, "collection itself"},
		{"a member twice", []licensing.Product{{ID: "a", Kind: licensing.Collection, Members: []string{"b", "b"}}, {ID: "b"}}, licensing.TokenOffer{}, 0, "twice"},
		{"a kind that is none", []licensing.Product{{ID: "a", Kind: "toy"}}, licensing.TokenOffer{}, 0, "kind"},
		{"an upgrade of what is not LT", []licensing.Product{{ID: "a", UpgradesTo: "b"}, {ID: "b"}}, licensing.TokenOffer{}, 0, "upgrade"},
		{"two prices for a term", []licensing.Product{{ID: "a", Prices: []licensing.Price{{Term: licensing.Annual, New: dollars}, {Term: licensing.Annual, New: dollars}}}}, licensing.TokenOffer{}, 0, "two prices"},
		{"a price below zero", []licensing.Product{{ID: "a", Prices: []licensing.Price{{Term: licensing.Annual, New: less}}}}, licensing.TokenOffer{}, 0, "below zero"},
		{"a renewal price below zero", []licensing.Product{{ID: "a", Prices: []licensing.Price{{Term: licensing.Annual, New: dollars, Renewal: &less}}}}, licensing.TokenOffer{}, 0, "below zero"},
		{"prices in two currencies", []licensing.Product{{ID: "a", Prices: []licensing.Price{{Term: licensing.Annual, New: dollars}, {Term: licensing.Monthly, New: money.Must("1.00 EUR")}}}}, licensing.TokenOffer{}, 0, "two currencies"},
		{"a rate of none", []licensing.Product{{ID: "a", FlexRate: licensing.Rates{{Rate: 0}}}}, licensing.TokenOffer{}, 0, "0 tokens a day"},
		{"a rate above the most", []licensing.Product{{ID: "a", FlexRate: licensing.Rates{{Rate: 1_000_001}}}}, licensing.TokenOffer{}, 0, "tokens a day"},
		{"rates out of order", []licensing.Product{{ID: "a", FlexRate: licensing.Rates{{From: stage.At(monday), Rate: 1}, {From: stage.At(monday), Rate: 2}}}}, licensing.TokenOffer{}, 0, "order"},
		{"a release twice", []licensing.Product{{ID: "a", Releases: []licensing.Release{{Version: "1"}, {Version: "1"}}}}, licensing.TokenOffer{}, 0, "twice"},
		{"a release without a version", []licensing.Product{{ID: "a", Releases: []licensing.Release{{}}}}, licensing.TokenOffer{}, 0, "version"},
		{"a minimum below zero", nil, licensing.TokenOffer{Minimum: -1}, -1, "below zero"},
		{"a volume from zero", nil, licensing.TokenOffer{Price: dollars, Volume: []licensing.VolumePrice{{From: 0, Price: dollars}}}, -1, "volume"},
		{"a volume in another currency", nil, licensing.TokenOffer{Price: dollars, Volume: []licensing.VolumePrice{{From: 1, Price: money.Must("1.00 EUR")}}}, -1, "volume"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			catalog := &licensing.Catalog{Products: c.products, Tokens: c.tokens}
			faults := catalog.Clone().Check()
			require.NotEmpty(t, faults)
			require.Equal(t, c.at, faults[0].Product)
			require.Contains(t, faults[0].Text, c.says)
			_, err := seatbook.New(memstore.New(), seatbook.Config{Catalog: catalog})
			require.Error(t, err)
		})
	}
}

func TestTheSampleCatalogueIsSound(t *testing.T) {
	t.Parallel()
	require.Empty(t, licensing.Sample().Check())
	data, err := json.Marshal(licensing.Sample())
	require.NoError(t, err)
	var again licensing.Catalog
	require.NoError(t, json.Unmarshal(data, &again))
	require.Empty(t, again.Check())
	require.Len(t, again.Products, len(licensing.Sample().Products))
}

func TestARateIsThatOfItsInstant(t *testing.T) {
	t.Parallel()
	rates := licensing.Rates{{From: stage.At("2026-01-01T00:00:00Z"), Rate: 3}, {From: stage.At("2026-02-01T00:00:00Z"), Rate: 5}}
	for _, c := range []struct {
		name, at string
		rate     int64
		there    bool
	}{
		{"before the first there is none", "2025-12-31T23:59:59Z", 0, false},
		{"at the first it is that", "2026-01-01T00:00:00Z", 3, true},
		{"until the second", "2026-01-31T23:59:59Z", 3, true},
		{"from the second on it is that", "2026-02-01T00:00:00Z", 5, true},
	} {
		rate, there := rates.At(stage.At(c.at))
		require.Equal(t, c.rate, rate, c.name)
		require.Equal(t, c.there, there, c.name)
	}
	var one licensing.Rates
	require.NoError(t, json.Unmarshal([]byte("7"), &one))
	rate, there := one.At(stage.At("1999-01-01T00:00:00Z"))
	require.Equal(t, int64(7), rate)
	require.True(t, there)
}

func TestAnEngineDoesNotChangeTheCatalogueItIsGiven(t *testing.T) {
	t.Parallel()
	catalog := &licensing.Catalog{Products: []licensing.Product{{ID: "a"}}}
	_, err := seatbook.New(memstore.New(), seatbook.Config{Catalog: catalog})
	require.NoError(t, err)
	require.Empty(t, catalog.Products[0].Kind)
	require.Empty(t, catalog.Products[0].Name)
}

func TestTaxesOfACatalogue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		taxes  []licensing.CountryTax
		faults int
	}{
		{"one each", []licensing.CountryTax{{Country: "FR", Name: "VAT", Rate: 2000}, {Country: "US", Name: "Sales tax", Rate: 725}}, 0},
		{"a country in small letters", []licensing.CountryTax{{Country: "fr", Name: "VAT", Rate: 2000}}, 1},
		{"a country of three letters", []licensing.CountryTax{{Country: "FRA", Name: "VAT", Rate: 2000}}, 1},
		{"no name", []licensing.CountryTax{{Country: "FR", Rate: 2000}}, 1},
		{"a country twice", []licensing.CountryTax{{Country: "FR", Name: "VAT", Rate: 2000}, {Country: "FR", Name: "TVA", Rate: 1000}}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			catalog := licensing.Catalog{Taxes: c.taxes}
			require.Len(t, catalog.Check(), c.faults)
		})
	}
}
