package seatbook_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// side is what one team has: a word for each thing, by the name that the
// examples below call it.
type side map[string]string

// nobody names things of nobody: once of streams that are nowhere, once of those
// of the team itself, as an identifier carries its stream.
func nobody(own side) []side {
	list := []side{{}, {}}
	for i, s := range list {
		s["team"] = "nowhere"
		for name, word := range own {
			kind, rest, _ := strings.Cut(word, "_")
			stream := rest[:max(0, strings.LastIndexByte(rest, '_'))]
			switch {
			case name == "team":
			case stream == "" && strings.Contains(word, "@"):
				s[name] = fmt.Sprintf("%s%d@nowhere.test", name, i)
			case stream == "":
				s[name] = fmt.Sprintf("%s-nowhere%d", name, i)
			case i == 0:
				s[name] = rule.NewID(kind, "nowhere", 1, 1)
			default:
				s[name] = rule.NewID(kind, rule.Stream(stream), 9999, 1)
			}
		}
	}
	return list
}

// fill puts a side's words in the place of their names.
func (s side) fill(args string) string {
	return thing.ReplaceAllStringFunc(args, func(name string) string {
		if word, known := s[name[1:]]; known {
			return word
		}
		return name
	})
}

var thing = regexp.MustCompile(`\$[a-z]+`)

// settle makes a team with everything that a command can name. Whatever it has
// carries its name, and nothing is shared with another team.
func settle(s *stage.Stage, team string) side {
	w := side{"team": team, "group": "crew-" + team, "hub": "dock-" + team, "two": team + "-two"}
	for _, person := range []string{"boss", "second", "member", "guest", "invited", "new"} {
		w[person] = person + "@" + team + ".test"
	}
	address := func(person string) rule.Address { return rule.Address(w[person]) }
	boss, member := rule.ByEmail(w["boss"]), rule.ByEmail(w["member"])
	stage.Do(s, rule.Operator, account.CreateTeam{Team: team, Owner: address("boss"), Country: "US"})
	stage.Do(s, rule.Operator, account.CreateTeam{Team: w["two"], Owner: address("boss"), Country: "US"})
	for person, role := range map[string]account.Role{"second": account.Secondary, "member": account.User, "guest": account.Guest} {
		stage.Do(s, boss, account.Invite{Team: team, Email: address(person), Role: role})
		stage.Do(s, rule.Operator, account.AcceptInvitation{Team: team, Email: address(person)})
	}
	stage.Do(s, boss, account.Invite{Team: team, Email: address("invited")})
	w["pm"] = stage.Do(s, boss, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok"}).PaymentMethod.ID
	stage.Do(s, rule.ByEmail(w["second"]), billing.AddPaymentMethod{Kind: billing.Card, Token: "tok"})
	for _, product := range []string{"sky", "large", "small"} {
		plan := "success"
		if product == "large" {
			plan = "maintenance"
		}
		sub := stage.Do(s, boss, billing.Purchase{Team: team, Product: product, Seats: 5, Term: licensing.Monthly, Plan: plan})
		w["sub"] = sub.Subscription.ID
	}
	stage.Do(s, boss, billing.BuyTokens{Team: team, Tokens: 100})
	stage.Do(s, boss, account.CreateGroup{Team: team, Group: w["group"], Users: []rule.Address{address("member")}})
	stage.Do(s, boss, account.CreateHub{Team: team, Hub: w["hub"]})
	stage.Do(s, boss, account.AddToHub{Team: team, Hub: w["hub"], User: address("member")})
	stage.Do(s, boss, flex.Assign{Team: team, User: address("member"), Products: flex.Products{All: true}})
	stage.Do(s, boss, licensing.Assign{Team: team, Product: "large", User: address("member")})
	stage.Do(s, boss, licensing.Assign{Team: team, Product: "large", Group: w["group"]})
	stage.Do(s, boss, licensing.Assign{Team: team, Product: "small", User: address("second"), Subscription: w["sub"]})
	stage.Do(s, boss, billing.AppointPayer{Team: team, User: address("second")})
	w["session"] = stage.Do(s, member, flex.Open{User: address("member"), Product: "patient"}).Session.ID
	w["pack"] = stage.Do(s, boss, billing.BuyTokens{Team: team, Tokens: 50}).Pack.ID
	resold := stage.Do(s, rule.Operator, billing.Purchase{Team: team, Product: "all", Seats: 2, Term: licensing.Annual, Channel: billing.Reseller})
	w["case"] = stage.Do(s, member, account.OpenCase{
		Team: team, Subject: "about " + team, Channel: "web", DespiteOffer: true, Subscription: resold.Subscription.ID,
	}).Case.ID
	stage.Do(s, member, account.ShareCase{Case: w["case"]})
	terms := stage.Do(s, boss, billing.AddPaymentMethod{Kind: billing.OnInvoice, Token: "terms"}).PaymentMethod.ID
	dear := stage.Do(s, boss, billing.Purchase{Team: team, Product: "large", Seats: 1, Term: licensing.Annual})
	w["memo"] = stage.Do(s, boss, billing.Upgrade{Subscription: dear.Subscription.ID, To: "cheap"}).CreditMemo.ID
	open := stage.Do(s, boss, billing.Purchase{Team: team, Product: "small", Seats: 1, Term: licensing.Monthly, PaymentMethod: terms})
	w["invoice"] = open.Invoice.ID
	w["charge"] = unanswered(s, team, rule.ByEmail(w["second"]))
	w.deal(s, boss, member, open, terms, resold.Subscription.ID)
	use(s, w)
	return w
}

// deal adds what came with quotes, returns, results and credits.
func (w side) deal(s *stage.Stage, boss, member rule.Actor, open billing.Purchased, terms, resold string) {
	team := w["team"]
	w["terms"], w["resold"] = terms, resold
	wrong := stage.Do(s, boss, billing.BuyTokens{Team: team, Tokens: 20})
	w["refund"] = stage.Do(s, boss, billing.Return{Order: wrong.Order.ID}).Refunds[0].ID
	w["quote"] = stage.Do(s, boss, billing.CreateQuote{Team: team, Lines: []billing.QuoteAsked{{Tokens: 100}}}).Quote.ID
	w["job"] = stage.Do(s, member, flex.Submit{
		User: rule.Address(w["member"]), Team: team, Product: "studio", Jobs: []flex.ResultWanted{{Result: "image"}},
	}).Jobs[0].ID
	stage.Do(s, rule.Operator, flex.GrantCredits{Team: team, Credits: 5})
	s.Clock.Set(s.Clock.Now().Add(time.Hour))
	later := stage.Do(s, boss, billing.Purchase{Team: team, Product: "small", Seats: 1, Term: licensing.Monthly})
	w["later"], w["order"], w["contract"] = later.Subscription.ID, later.Order.ID, later.Subscription.Contract
	stage.Do(s, boss, billing.SetAutoRenew{Subscription: w["later"]})
}

// use lets the people of a side use what they have: devices, older releases and home
// use under the maintenance of a subscription, education access, and a contract that
// moved from the old subscription centre.
func use(s *stage.Stage, w side) {
	team, member, second, guest := w["team"], rule.Address(w["member"]), rule.Address(w["second"]), rule.Address(w["guest"])
	boss, self := rule.ByEmail(w["boss"]), rule.ByEmail(w["member"])
	stage.Do(s, self, account.SetTwoStep{User: member, On: true})
	stage.Do(s, self, account.TrustDevice{User: member, Device: "desk"})
	for _, product := range []string{"large", "patient"} {
		stage.Do(s, self, licensing.Install{User: member, Product: product, Device: "desk"})
	}
	stage.Do(s, self, flex.TakeLease{Team: team, User: member, Product: "large", Device: "desk"})
	for _, user := range []rule.Address{second, guest} {
		stage.Do(s, boss, licensing.Assign{Team: team, Product: "large", User: user})
	}
	stage.Do(s, rule.ByEmail(w["second"]), licensing.RequestPreviousUse{Team: team, User: second, Product: "large", Version: "1"})
	stage.Do(s, boss, licensing.GrantPreviousUse{Team: team, User: guest, Product: "large", Version: "1"})
	stage.Do(s, rule.ByEmail(w["second"]), licensing.RequestHomeUse{Team: team, User: second, Product: "large"})
	stage.Do(s, boss, licensing.GrantHomeUse{Team: team, User: guest, Product: "large"})
	stage.Do(s, rule.Operator, licensing.ConfirmEducation{User: member, Until: stage.At("2028-01-01T00:00:00Z")})
	stage.Do(s, self, licensing.StartEducation{User: member, Product: "patient"})
	s.Clock.Set(s.Clock.Now().Add(48 * time.Hour)) // so long until it can be renewed
	stage.Do(s, rule.Operator, account.CutOver{Export: account.Export(fmt.Sprintf(
		"Old firm of %[1]s,%[1]s-old,C-1,%[2]s,%[3]s,,sky,2,annual,2026-01-01,2027-01-01,,\n", team, w["boss"], w["member"]))})
}

// unanswered orders something whose charge the provider does not answer, and
// returns the charge.
func unanswered(s *stage.Stage, team string, actor rule.Actor) (charge string) {
	busy := stage.Provider(func(c billing.Charge) (billing.Answer, error) {
		charge = c.ID
		return billing.Answer{}, errors.New("busy")
	})
	e, err := seatbook.New(s.Store, foreignConfig(s.Clock, busy))
	require.NoError(s, err)
	_, err = seatbook.Do(s.Context(), e, actor, billing.BuyTokens{Team: team, Tokens: 10})
	require.ErrorIs(s, err, billing.ErrUnanswered)
	return charge
}

func foreignConfig(clock *stage.Clock, payments stage.Provider) seatbook.Config {
	catalog := smallCatalog()
	catalog.Products = append(catalog.Products, licensing.Product{
		ID: "cheap", Kind: licensing.Collection, Members: []string{"large"}, Prices: []licensing.Price{{Term: licensing.Annual, New: money.Must("5.00 USD")}},
	}, licensing.Product{ID: "studio", Kind: licensing.Cloud, ResultRates: []licensing.ResultRate{{Result: "image", Rate: 1}}})
	return seatbook.Config{
		Clock: clock, Payments: payments, Random: &secrets{}, Catalog: catalog, Policy: map[string]string{"address-self-service": "on", "education-notice": "364d"},
	}
}

// neighbours are two teams with nothing in common.
func neighbours(t *testing.T) (s *stage.Stage, sides [2]side) {
	t.Helper()
	s = stage.Begin(t, "2026-02-05T09:00:00Z", foreignConfig(nil, stage.Pays))
	for i, team := range []string{"acme", "globex"} {
		sides[i] = settle(s, team)
	}
	return s, sides
}

// outcome runs a command or query in a fork of the store, and returns the answer
// or the refusal as JSON.
func outcome(t require.TestingT, at *memstore.Store, clock *stage.Clock, actor rule.Actor, name, args string) (string, error) {
	e, err := seatbook.New(at.Fork(), foreignConfig(clock, stage.Pays))
	require.NoError(t, err)
	return spoken(t, e, actor, name, args)
}

// spoken runs a command or query, and returns the answer or the refusal in words.
func spoken(t require.TestingT, e *seatbook.Engine, actor rule.Actor, name, args string) (string, error) {
	run, plain := e.Run, name
	if strings.HasSuffix(name, "?") {
		run, plain = e.Query, name[:len(name)-1]
	}
	result, err := run(background, actor, plain, []byte(args))
	if refusal := rule.AsRefusal(err); refusal != nil {
		return fmt.Sprintf("%s %s %s %v %s", refusal.Code, refusal.Rule.ID, refusal.Text, refusal.Figures, refusal.Contact), err
	}
	require.NoError(t, err, "%s %s", name, args)
	data, err := json.Marshal(result)
	require.NoError(t, err)
	return string(data), nil
}
