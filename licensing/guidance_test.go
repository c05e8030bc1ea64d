package licensing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// Every combination of what an upgrade is asked with: only one installs again,
// and only the release decides over the serial number.
func TestGuidanceForEveryUpgrade(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	for _, channel := range []licensing.SoldBy{"", licensing.SoldDirect, licensing.SoldBySales, licensing.SoldResold, licensing.SoldByLegacy} {
		for _, suite := range []bool{false, true} {
			for _, lapsed := range []bool{false, true} {
				for _, standalone := range []bool{false, true} {
					for _, release := range []int{0, 2018, 2019, 2020} {
						q := licensing.UpgradeGuidanceQuery{Channel: channel, FromSuite: suite, Lapsed: lapsed, Standalone: standalone, Release: release}
						name := fmt.Sprintf("%+v", q)
						got, err := asked(s, bob, q)
						if suite && standalone || standalone && release == 0 || lapsed && !suite {
							require.ErrorIs(t, err, rule.Invalid, name)
							continue
						}
						require.NoError(t, err, name)
						resold := channel == "sales" || channel == "reseller"
						require.Equal(t, resold && suite && lapsed, got.Reinstall, name)
						require.Equal(t, standalone && release <= 2019, got.UpdateSerial, name)
						require.Equal(t, got.UpdateSerial, got.Error == "incorrect serial number", name)
						require.Contains(t, got.Rules, "LIC-7", name)
					}
				}
			}
		}
	}
	s.Audit()
}

func TestTheReleaseWithASerialNumberIsAParameter(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{Policy: map[string]string{"serial-release": "2017"}})
	require.False(t, stage.Ask(s, bob, licensing.UpgradeGuidanceQuery{Standalone: true, Release: 2018}).UpdateSerial)
	require.True(t, stage.Ask(s, bob, licensing.UpgradeGuidanceQuery{Standalone: true, Release: 2017}).UpdateSerial)
}

func TestWhatIsInstalledAndSupportedStays(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	for _, change := range []licensing.Change{licensing.SeatToTokens, licensing.TokensToSeat, licensing.TrialToSeat, licensing.TrialToTokens} {
		for installed, again := range map[string]bool{"": true, "2022": true, "2023": false, "2026": false, "1999": true} {
			got := stage.Ask(s, bob, licensing.UpgradeGuidanceQuery{Change: change, Product: "maya", Installed: installed})
			require.Equal(t, again, got.Reinstall, "%s with %q", change, installed)
			require.False(t, got.UpdateSerial)
			require.Contains(t, got.Rules, "LIC-15")
		}
		_, err := asked(s, bob, licensing.UpgradeGuidanceQuery{Change: change, Product: "none"})
		require.ErrorIs(t, err, rule.NotFound)
	}
	_, err := asked(s, rule.Actor{}, licensing.UpgradeGuidanceQuery{})
	require.ErrorIs(t, err, rule.NotPermitted)
	s.Audit()
}
