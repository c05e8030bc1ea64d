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

func TestServicesAreAllGrantedUntilOneIsWithheld(t *testing.T) {
	t.Parallel()
	catalog := &licensing.Catalog{Products: []licensing.Product{{ID: "sketch", Services: []string{"render", "share"}}}}
	s := house(t, seatbook.Config{Catalog: catalog})
	granted := func(user rule.Address) []bool {
		list := []bool{}
		for _, one := range stage.Ask(s, ada, licensing.ServicesQuery{Team: "acme", User: user, Product: "sketch"}) {
			list = append(list, one.Granted)
		}
		return list
	}
	require.Equal(t, []bool{true, true}, granted("bob@acme.test"))
	stage.Do(s, ada, licensing.WithholdService{Team: "acme", User: "bob@acme.test", Product: "sketch", Service: "share"})
	require.Equal(t, []bool{true, false}, granted("bob@acme.test"))
	require.Equal(t, []bool{true, true}, granted("eve@acme.test"), "it is Bob's alone")
	require.Len(t, stage.Ask(s, bob, licensing.ServicesQuery{Team: "acme", User: "bob@acme.test", Product: "sketch"}), 2, "he may see his own")
	stage.Do(s, ada, account.RemoveMember{Team: "acme", User: "bob@acme.test"})
	_, err := asked(s, ada, licensing.ServicesQuery{Team: "acme", User: "bob@acme.test", Product: "sketch"})
	require.ErrorIs(t, err, rule.NotFound)
	join(s, "acme", "bob@acme.test", account.User)
	require.Equal(t, []bool{true, true}, granted("bob@acme.test"), "the record ended with the membership")
	stage.Do(s, ada, licensing.WithholdService{Team: "acme", User: "bob@acme.test", Product: "sketch", Service: "render"})
	stage.Do(s, ada, licensing.GrantService{Team: "acme", User: "bob@acme.test", Product: "sketch", Service: "render"})
	require.Equal(t, []bool{true, true}, granted("bob@acme.test"))
	s.Audit()
}

func TestWhatIsNoServiceIsMissing(t *testing.T) {
	t.Parallel()
	catalog := &licensing.Catalog{Products: []licensing.Product{{ID: "sketch", Services: []string{"render"}}}}
	s := house(t, seatbook.Config{Catalog: catalog})
	for _, c := range []struct {
		name  string
		actor rule.Actor
		code  rule.Code
		ask   licensing.WithholdService
	}{
		{"a service that the product does not have", ada, rule.NotFound, licensing.WithholdService{Team: "acme", User: "bob@acme.test", Product: "sketch", Service: "fax"}},
		{"a product that is not sold", ada, rule.NotFound, licensing.WithholdService{Team: "acme", User: "bob@acme.test", Product: "none", Service: "render"}},
		{"a person who is no member", ada, rule.NotFound, licensing.WithholdService{Team: "acme", User: "zoe@gamma.test", Product: "sketch", Service: "render"}},
		{"another's affair", bob, rule.NotPermitted, licensing.WithholdService{Team: "acme", User: "bob@acme.test", Product: "sketch", Service: "render"}},
	} {
		require.NotEmpty(t, c.name)
		stage.Refused(s, c.actor, c.code, c.ask)
		stage.Refused(s, c.actor, c.code, licensing.GrantService(c.ask))
	}
	twice := &licensing.Catalog{Products: []licensing.Product{{ID: "sketch", Services: []string{"render", "render"}}}}
	require.NotEmpty(t, twice.Check())
	s.Audit()
}
