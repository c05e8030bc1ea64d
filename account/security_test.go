package account_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/rule"
)

func TestALoginIsSecuredByASecondStepAndTrustedDevices(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	security := func() account.SecurityShown { return stage.Ask(s, bob, account.ProfileQuery{}).Security }
	require.Equal(t, account.SecurityShown{Trusted: []account.TrustedShown{}}, security(), "nothing is on at first")
	stage.Refused(s, bob, rule.Conflict, account.TrustDevice{User: "bob@acme.test", Device: "desk"})
	on := account.SetTwoStep{User: "bob@acme.test", On: true}
	require.True(t, stage.Do(s, bob, on).Security.TwoStep)
	stage.Do(s, bob, account.TrustDevice{User: "bob@acme.test", Device: "lap"})
	s.At("2026-01-06T09:00:00Z")
	stage.Do(s, bob, account.TrustDevice{User: "bob@acme.test", Device: "desk"})
	s.At("2026-01-07T09:00:00Z")
	stage.Do(s, bob, account.TrustDevice{User: "bob@acme.test", Device: "desk"})
	stage.Do(s, bob, on)
	require.Equal(t, account.SecurityShown{TwoStep: true, Trusted: []account.TrustedShown{
		{Device: "desk", Since: stage.At("2026-01-06T09:00:00Z")}, {Device: "lap", Since: stage.At(monday)},
	}}, security(), "trusting twice changes nothing")
	require.Len(t, stage.Do(s, bob, account.ForgetDevice{User: "bob@acme.test", Device: "lap"}).Security.Trusted, 1)
	stage.Refused(s, bob, rule.NotFound, account.ForgetDevice{User: "bob@acme.test", Device: "lap"})
	stage.Do(s, bob, account.SetTwoStep{User: "bob@acme.test"})
	stage.Do(s, bob, on)
	require.Equal(t, account.SecurityShown{TwoStep: true, Trusted: []account.TrustedShown{}}, security(), "trust goes with the second step")
	s.Audit()
}

func TestSecurityIsOnesOwnAffair(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	for _, actor := range []rule.Actor{ada, sam, gus} {
		stage.Refused(s, actor, rule.NotPermitted, account.SetTwoStep{User: "bob@acme.test", On: true})
		stage.Refused(s, actor, rule.NotPermitted, account.TrustDevice{User: "bob@acme.test", Device: "desk"})
		stage.Refused(s, actor, rule.NotPermitted, account.ForgetDevice{User: "bob@acme.test", Device: "desk"})
	}
	stage.Refused(s, zoe, rule.NotFound, account.SetTwoStep{User: "bob@acme.test", On: true})
	stage.Do(s, bob, account.SetTwoStep{User: "bob@acme.test", On: true})
	require.False(t, stage.Do(s, rule.Operator, account.SetTwoStep{User: "bob@acme.test"}).Security.TwoStep, "who lost the second factor asks the host")
	s.Audit()
}

func TestWhichDevicesCanBeTrusted(t *testing.T) {
	t.Parallel()
	s := house(t, seatbook.Config{})
	stage.Do(s, bob, account.SetTwoStep{User: "bob@acme.test", On: true})
	for _, device := range []string{"", "My desk", strings.Repeat("d", account.MaxHandle+1), "4111111111111111"} {
		stage.Refused(s, bob, rule.Invalid, account.TrustDevice{User: "bob@acme.test", Device: device})
	}
	stage.Do(s, bob, account.TrustDevice{User: "bob@acme.test", Device: strings.Repeat("d", account.MaxHandle)})
	for n := range account.MaxTrusted - 1 {
		stage.Do(s, bob, account.TrustDevice{User: "bob@acme.test", Device: fmt.Sprintf("d%d", n)})
	}
	stage.Refused(s, bob, rule.Conflict, account.TrustDevice{User: "bob@acme.test", Device: "one-more"})
	stage.Do(s, bob, account.TrustDevice{User: "bob@acme.test", Device: "d0"})
	stage.Do(s, bob, account.ForgetDevice{User: "bob@acme.test", Device: "d0"})
	stage.Do(s, bob, account.TrustDevice{User: "bob@acme.test", Device: "one-more"})
	s.Audit()
}
