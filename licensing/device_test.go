package licensing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// devices makes the house with seats of three products for Bob.
func devices(t *testing.T, policy map[string]string) *stage.Stage {
	t.Helper()
	s := house(t, seatbook.Config{Policy: policy, Catalog: &licensing.Catalog{Products: []licensing.Product{
		priced(licensing.Product{ID: "sketch"}), priced(licensing.Product{ID: "model"}), priced(licensing.Product{ID: "other"}),
		priced(licensing.Product{ID: "suite", Kind: licensing.Collection, Members: []string{"sketch", "model"}}),
	}}})
	for _, p := range []string{"sketch", "suite"} {
		buy(s, p, 1, licensing.Annual)
		assign(s, p, "bob@acme.test")
	}
	return s
}

func put(product, device string) licensing.Install {
	return licensing.Install{User: "bob@acme.test", Product: product, Device: device}
}

func drop(product, device string) licensing.Uninstall {
	return licensing.Uninstall{User: "bob@acme.test", Product: product, Device: device}
}

func TestAProductIsInstalledOnThreeDevices(t *testing.T) {
	t.Parallel()
	s := devices(t, nil)
	require.Equal(t, 2, stage.Do(s, bob, put("sketch", "tower")).Left)
	stage.Do(s, bob, put("sketch", "laptop"))
	third := stage.Do(s, bob, put("sketch", "desk"))
	require.Equal(t, licensing.Installation{
		Device: "desk", Products: []string{"sketch"}, Devices: []string{"desk", "laptop", "tower"}, Left: 0,
	}, third)
	refused := stage.Refused(s, bob, rule.TooManyDevices, put("sketch", "tablet"))
	require.Equal(t, "LIC-13", refused.Rule.ID)
	require.Contains(t, refused.Error(), "[desk, laptop, tower]")
	require.Equal(t, third, stage.Do(s, bob, put("sketch", "desk")), "again changes nothing")
	require.Equal(t, []string{"laptop", "tower"}, stage.Do(s, bob, drop("sketch", "desk")).Devices)
	stage.Do(s, bob, put("sketch", "tablet"))
	s.Audit()
}

func TestHowManyDevicesIsAParameter(t *testing.T) {
	t.Parallel()
	s := devices(t, map[string]string{"devices": "1"})
	require.Zero(t, stage.Do(s, bob, put("sketch", "desk")).Left)
	stage.Refused(s, bob, rule.TooManyDevices, put("sketch", "laptop"))
}

func TestACollectionIsInstalledWithItsTitlesOrNotAtAll(t *testing.T) {
	t.Parallel()
	s := devices(t, nil)
	for _, d := range []string{"a", "b", "c"} {
		stage.Do(s, bob, put("sketch", d))
	}
	stage.Refused(s, bob, rule.TooManyDevices, put("suite", "d"))
	require.Len(t, stage.Ask(s, bob, licensing.DevicesQuery{User: "bob@acme.test"}), 3, "nothing of it was installed")
	got := stage.Do(s, bob, put("suite", "c"))
	require.Equal(t, []string{"suite", "sketch", "model"}, got.Products)
	require.Equal(t, 2, got.Left)
	stage.Do(s, bob, drop("suite", "c"))
	require.Len(t, stage.Ask(s, bob, licensing.DevicesQuery{User: "bob@acme.test"}), 2, "its titles went with it")
	stage.Refused(s, bob, rule.NotFound, drop("model", "c"))
	s.Audit()
}

func TestInstallingIsRefused(t *testing.T) {
	t.Parallel()
	s := devices(t, nil)
	for _, c := range []struct {
		name  string
		actor rule.Actor
		code  rule.Code
		do    licensing.Install
	}{
		{"what the person has no right to", bob, rule.NotAssigned, put("other", "desk")},
		{"what is not sold", bob, rule.NotFound, put("none", "desk")},
		{"on a device without a name", bob, rule.Invalid, put("sketch", "")},
		{"on a device with a name of another form", bob, rule.Invalid, put("sketch", "My Desk")},
		{"on a device that is called like a card", bob, rule.Invalid, put("sketch", "4242-4242-4242-4242")},
		{"by an admin for another", ada, rule.NotPermitted, put("sketch", "desk")},
		{"by a colleague", eve, rule.NotPermitted, put("sketch", "desk")},
		{"by a stranger", rule.ByEmail("zoe@gamma.test"), rule.NotFound, put("sketch", "desk")},
	} {
		require.NotEmpty(t, c.name)
		stage.Refused(s, c.actor, c.code, c.do)
	}
	stage.Refused(s, bob, rule.NotFound, drop("sketch", "desk"))
	stage.Do(s, bob, put("sketch", "desk"))
	stage.Refused(s, ada, rule.NotPermitted, drop("sketch", "desk"))
	stage.Do(s, bob, drop("sketch", "desk"))
	stage.Refused(s, bob, rule.NotFound, drop("sketch", "desk"))
	s.Audit()
}

func TestDevicesStayWhenTheRightEnds(t *testing.T) {
	t.Parallel()
	s := devices(t, nil)
	stage.Do(s, bob, put("model", "desk"))
	stage.Do(s, ada, licensing.Unassign{Team: "acme", Product: "suite", User: "bob@acme.test"})
	seen := stage.Ask(s, ada, licensing.DevicesQuery{User: "bob@acme.test", Product: "model"})
	require.Equal(t, []licensing.DeviceShown{{Product: "model", Device: "desk", Since: stage.At(monday)}}, seen)
	stage.Refused(s, bob, rule.NotAssigned, put("model", "laptop"))
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	require.Len(t, stage.Ask(s, bob, licensing.DevicesQuery{User: "bob@acme.test"}), 1)
	_, err := asked(s, ada, licensing.DevicesQuery{User: "bob@acme.test"})
	require.ErrorIs(t, err, rule.NotFound)
	stage.Do(s, bob, drop("model", "desk"))
	_, err = asked(s, bob, licensing.DevicesQuery{User: "bob@acme.test", Product: "none"})
	require.ErrorIs(t, err, rule.NotFound)
	s.Audit()
}
