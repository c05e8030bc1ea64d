package flex_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// install puts a product on devices of its person.
func install(s *stage.Stage, who rule.Actor, product string, devices ...string) {
	s.Helper()
	for _, d := range devices {
		stage.Do(s, who, licensing.Install{User: rule.Address(who.Email()), Product: product, Device: d})
	}
}

// on opens a product on a device as its person.
func on(who rule.Actor, product, device string) flex.Open {
	return flex.Open{User: rule.Address(who.Email()), Product: product, Device: device}
}

// inUse lists where a person has what installed, as "product device", those in
// use with a star.
func inUse(s *stage.Stage, asker, who rule.Actor, product string) []string {
	s.Helper()
	list := []string{}
	for _, d := range stage.Ask(s, asker, licensing.DevicesQuery{User: rule.Address(who.Email()), Product: product}) {
		text := d.Product + " " + d.Device
		if d.InUse {
			text += "*"
		}
		if d.OfflineUntil != nil {
			text += " until " + rule.Show(*d.OfflineUntil)
		}
		list = append(list, text)
	}
	return list
}

func TestAProductIsUsedOnOneDeviceAtATime(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	buy(s, 100)
	install(s, bob, "draft", "desk", "laptop")
	first := stage.Do(s, bob, on(bob, "draft", "desk"))
	require.Equal(t, "desk", first.Session.Device)
	second := stage.Do(s, bob, on(bob, "draft", "desk"))
	require.Equal(t, []string{"draft desk*", "draft laptop"}, inUse(s, bob, bob, ""))
	refused := stage.Refused(s, bob, rule.DeviceInUse, on(bob, "draft", "laptop"))
	require.Equal(t, "LIC-13", refused.Rule.ID)
	require.Contains(t, refused.Error(), "in use on desk")
	require.Contains(t, refused.Error(), "[desk, laptop]")
	stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "draft"})
	install(s, bob, "patient", "laptop")
	stage.Do(s, bob, on(bob, "patient", "laptop"))
	shut(s, bob, first)
	stage.Refused(s, bob, rule.DeviceInUse, on(bob, "draft", "laptop"))
	shut(s, bob, second)
	s.At(week("Mon 08:10"))
	third := stage.Do(s, bob, on(bob, "draft", "laptop"))
	require.Zero(t, third.Session.Tokens, "inside its window a second device costs nothing more")
	install(s, cyd, "draft", "laptop")
	stage.Do(s, cyd, on(cyd, "draft", "laptop"))
	s.Audit()
}

func TestADeviceMustHaveTheProduct(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	buy(s, 100)
	install(s, bob, "draft", "desk")
	refused := stage.Refused(s, bob, rule.NotFound, on(bob, "draft", "phone"))
	require.Contains(t, refused.Error(), "[desk]")
	stage.Refused(s, bob, rule.NotFound, on(bob, "patient", "desk"))
	stage.Refused(s, bob, rule.Invalid, on(bob, "draft", "My Desk"))
	stage.Refused(s, bob, rule.Invalid, on(bob, "draft", "4242424242424242"))
	require.EqualValues(t, 100, balance(s).Left, "nothing was held")
	stage.Do(s, bob, licensing.Uninstall{User: "bob@acme.test", Product: "draft", Device: "desk"})
	stage.Refused(s, bob, rule.NotFound, on(bob, "draft", "desk"))
	s.Audit()
}

func TestACollectionsTitlesRunTogetherOnOneDevice(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	seat(s, "suite", licensing.Annual, "bob@acme.test")
	install(s, bob, "suite", "desk", "laptop")
	draft := stage.Do(s, bob, on(bob, "draft", "desk"))
	require.Equal(t, licensing.Seat, draft.Source)
	plain := stage.Do(s, bob, on(bob, "plain", "desk"))
	shut(s, bob, plain)
	stage.Refused(s, bob, rule.DeviceInUse, on(bob, "plain", "laptop"))
	shut(s, bob, draft)
	stage.Do(s, bob, on(bob, "plain", "laptop"))
	stage.Refused(s, bob, rule.DeviceInUse, on(bob, "draft", "desk"))
	s.Audit()
}

func TestTwoSeatsAreUsedOnTwoDevices(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	seat(s, "draft", licensing.Annual, "bob@acme.test")
	seat(s, "plain", licensing.Annual, "bob@acme.test")
	install(s, bob, "draft", "desk")
	install(s, bob, "plain", "laptop")
	stage.Do(s, bob, on(bob, "draft", "desk"))
	stage.Do(s, bob, on(bob, "plain", "laptop"))
	s.Audit()
}

func TestASessionThatLosesItsSeatStaysOnItsDevice(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	buy(s, 100)
	seat(s, "suite", licensing.Annual, "bob@acme.test")
	install(s, bob, "suite", "desk", "laptop")
	stage.Do(s, bob, on(bob, "draft", "desk"))
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "suite", User: "bob@acme.test"})
	require.Equal(t, []string{"draft desk*", "draft laptop"}, inUse(s, ada, bob, "draft"), "it goes on with tokens")
	stage.Refused(s, bob, rule.DeviceInUse, on(bob, "draft", "laptop"))
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	require.Equal(t, []string{"draft desk", "draft laptop"}, inUse(s, bob, bob, "draft"), "the session ended, and the software is there")
	s.Audit()
}

func TestWhatIsInUseInAnotherTeamIsNoOthersToSee(t *testing.T) {
	t.Parallel()
	s := begin(t, week("Mon 08:00"), "UTC")
	found(s, "globex", "dan@globex.test", "UTC")
	join(s, "globex", "bob@acme.test", account.User)
	buy(s, 100)
	install(s, bob, "draft", "desk", "laptop")
	stage.Do(s, bob, on(bob, "draft", "desk"))
	require.Equal(t, []string{"draft desk*", "draft laptop"}, inUse(s, ada, bob, "draft"))
	require.Equal(t, []string{"draft desk", "draft laptop"}, inUse(s, dan, bob, "draft"))
	stage.Do(s, dan, billing.BuyTokens{Team: "globex", Tokens: 50})
	grant(s, "globex", "bob@acme.test", "all")
	other := on(bob, "draft", "laptop")
	other.Team = "globex"
	stage.Refused(s, bob, rule.DeviceInUse, other)
	other.Device = "desk"
	stage.Do(s, bob, other)
	s.Audit()
}
