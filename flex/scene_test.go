package flex_test

import (
	"fmt"
	"slices"
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
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

var (
	operator = rule.Operator
	ada      = rule.ByEmail("ada@acme.test")
	bob      = rule.ByEmail("bob@acme.test")
	cyd      = rule.ByEmail("cyd@acme.test")
	dan      = rule.ByEmail("dan@globex.test")
)

// catalog has a product of each sort that the rules of tokens tell apart.
func catalog() *licensing.Catalog {
	price := func(term licensing.Term, amount string) licensing.Price {
		return licensing.Price{Term: term, New: money.Must(amount)}
	}
	prices := []licensing.Price{price(licensing.Monthly, "100.00 USD"), price(licensing.Annual, "1000.00 USD")}
	return &licensing.Catalog{
		Products: []licensing.Product{
			{ID: "draft", FlexRate: licensing.Rates{{Rate: 7}}, Prices: prices, Releases: []licensing.Release{
				{Version: "2025", On: period.Date{Year: 2024, Month: 3, Day: 25}},
				{Version: "2026", On: period.Date{Year: 2025, Month: 3, Day: 25}},
			}},
			{ID: "draft-lt", Kind: licensing.LT, UpgradesTo: "draft", FlexRate: licensing.Rates{{Rate: 2}}, Prices: prices},
			{ID: "patient", FlexRate: licensing.Rates{{Rate: 5}}, IdleAware: true, Prices: prices},
			{ID: "dearer", FlexRate: licensing.Rates{{Rate: 3}, {From: stage.At("2026-03-02T12:00:00Z"), Rate: 9}}},
			{ID: "fresh", FlexRate: licensing.Rates{{From: stage.At("2026-03-02T12:00:00Z"), Rate: 4}}},
			{ID: "later", FlexRate: licensing.Rates{{Rate: 1}}, Since: stage.At("2026-06-01T00:00:00Z")},
			{ID: "plain", Prices: prices},
			{ID: "suite", Kind: licensing.Collection, Members: []string{"draft", "plain"}, Prices: prices},
			{ID: "render", Kind: licensing.Cloud, FlexRate: licensing.Rates{{Rate: 4}}, Prices: prices, ResultRates: []licensing.ResultRate{{Result: "image", Rate: 2}, {Result: "film", Rate: 5}}},
		},
		Tokens: licensing.TokenOffer{Price: money.Must("1.00 USD"), Minimum: 1},
	}
}

// everything is every product of the catalogue that has a rate before June 2026.
var everything = []string{"draft", "draft-lt", "patient", "dearer", "fresh", "render"}

// join makes a person a member of a team.
func join(s *stage.Stage, team, email string, role account.Role) {
	s.Helper()
	stage.Do(s, operator, account.Invite{Team: team, Email: rule.Address(email), Role: role})
	stage.Do(s, operator, account.AcceptInvitation{Team: team, Email: rule.Address(email)})
}

// begin makes the team acme in a zone, of Ada, who pays by invoice, and of Bob
// and Cyd, who may use tokens for all products.
func begin(t testing.TB, start string, zone period.Zone, policy ...string) *stage.Stage {
	t.Helper()
	config := seatbook.Config{Catalog: catalog(), Policy: map[string]string{}}
	for _, setting := range policy {
		name, value, _ := strings.Cut(setting, "=")
		config.Policy[name] = value
	}
	s := stage.Begin(t, start, config)
	found(s, "acme", "ada@acme.test", zone)
	for _, email := range []string{"bob@acme.test", "cyd@acme.test"} {
		join(s, "acme", email, account.User)
		grant(s, "acme", email, "all")
	}
	return s
}

// found makes a team with an owner who pays by invoice.
func found(s *stage.Stage, team, owner string, zone period.Zone) {
	s.Helper()
	stage.Do(s, operator, account.CreateTeam{Team: team, Owner: rule.Address(owner), Country: "US", Zone: zone})
	stage.Do(s, rule.ByEmail(owner), billing.AddPaymentMethod{Kind: billing.OnInvoice, Token: "terms"})
}

// grant gives a person token access to products, the word all among them.
func grant(s *stage.Stage, team, email string, products ...string) {
	s.Helper()
	p := flex.Products{List: products}
	if slices.Equal(products, []string{"all"}) {
		p = flex.Products{All: true}
	}
	stage.Do(s, operator, flex.Assign{Team: team, User: rule.Address(email), Products: p})
}

// buy buys packs of tokens for acme, now.
func buy(s *stage.Stage, tokens ...int64) []flex.PackShown {
	s.Helper()
	var packs []flex.PackShown
	for _, n := range tokens {
		packs = append(packs, stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: n}).Pack)
	}
	return packs
}

// seat buys a subscription for acme and assigns a person to it.
func seat(s *stage.Stage, product string, term licensing.Term, email string) billing.Purchased {
	s.Helper()
	off := false
	bought := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: product, Seats: 1, Term: term, AutoRenew: &off})
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: product, User: rule.Address(email)})
	return bought
}

// launch opens a product as its person.
func launch(s *stage.Stage, who rule.Actor, product string) flex.Opened {
	s.Helper()
	return stage.Do(s, who, flex.Open{User: rule.Address(who.Email()), Product: product})
}

// shut closes a session as its person.
func shut(s *stage.Stage, who rule.Actor, o flex.Opened) flex.SessionShown {
	s.Helper()
	return stage.Do(s, who, flex.Close{Session: o.Session.ID}).Session
}

// touch tells that somebody works in a session.
func touch(s *stage.Stage, who rule.Actor, o flex.Opened) flex.SessionShown {
	s.Helper()
	return stage.Do(s, who, flex.Activity{Session: o.Session.ID}).Session
}

// balance is acme's.
func balance(s *stage.Stage) flex.Balance {
	s.Helper()
	return stage.Ask(s, ada, flex.BalanceQuery{Team: "acme"})
}

// left is what is left in each of acme's live packs, in order of use.
func left(s *stage.Stage) []int64 {
	s.Helper()
	list := []int64{}
	for _, p := range balance(s).Packs {
		list = append(list, p.Left)
	}
	return list
}

// usage is acme's, each row in one line, from 2020 on.
func usage(s *stage.Stage) []string {
	s.Helper()
	rows := stage.Ask(s, ada, flex.UsageQuery{Team: "acme", From: stage.At("2020-01-01T00:00:00Z"), To: stage.At("2030-01-01T00:00:00Z")})
	list := []string{}
	for _, r := range rows {
		name, _, _ := strings.Cut(r.User, "@")
		list = append(list, fmt.Sprintf("%s %s %s %d", r.Day, name, r.Product, r.Tokens))
	}
	return list
}

// chargedAt is what acme was charged for windows that start at exactly an instant.
func chargedAt(s *stage.Stage, at string) int64 {
	s.Helper()
	from := stage.At(at)
	var sum int64
	for _, r := range stage.Ask(s, ada, flex.UsageQuery{Team: "acme", From: from, To: from.Add(time.Nanosecond)}) {
		sum += r.Tokens
	}
	return sum
}

// notices counts the notices of a kind about a team, each as its recipient.
func notices(s *stage.Stage, team string, kind account.NoticeKind) []string {
	s.Helper()
	list := []string{}
	for _, n := range stage.Ask(s, operator, account.NoticesQuery{Team: team}) {
		if n.Kind == kind {
			list = append(list, n.To)
		}
	}
	slices.Sort(list)
	return list
}

// access is what pays for a person in a product now.
func access(s *stage.Stage, who rule.Actor, product string) licensing.AccessSource {
	s.Helper()
	a := stage.Ask(s, who, flex.AccessQuery{User: rule.Address(who.Email()), Product: product})
	require.Equal(s.TB, a.Source != licensing.None, a.Allowed)
	return a.Source
}

// week reads a day of the week that begins on Monday 2026-03-02, with a time,
// as in "Mon 08:00" or "Tue 07:00:01".
func week(text string) string {
	day, clock, _ := strings.Cut(text, " ")
	date := period.Date{Year: 2026, Month: 3, Day: 2 + slices.Index([]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}, day)}
	if strings.Count(clock, ":") == 1 {
		clock += ":00"
	}
	return fmt.Sprintf("%sT%sZ", date, clock)
}

// play runs the lines of a script, each "Mon 08:00 bob open draft a": the name
// at the end is that of the session, which "close" and "active" name alone.
func play(s *stage.Stage, script []string) map[string]flex.Opened {
	s.Helper()
	sessions := map[string]flex.Opened{}
	for _, line := range script {
		w := strings.Fields(line)
		s.At(week(w[0] + " " + w[1]))
		who := rule.ByEmail(w[2] + "@acme.test")
		switch w[3] {
		case "open":
			product, release, _ := strings.Cut(w[4], "@")
			sessions[w[5]] = stage.Do(s, who, flex.Open{User: rule.Address(who.Email()), Product: product, Release: release})
		case "close":
			shut(s, who, sessions[w[4]])
		case "active":
			touch(s, who, sessions[w[4]])
		default:
			s.Fatalf("no act %q", line)
		}
		s.Audit()
	}
	return sessions
}
