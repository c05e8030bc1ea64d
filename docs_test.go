package seatbook_test

import (
	"context"

	"flag"
	"fmt"


	"os"




	"strings"

	"testing"
	"time"


	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/store"
)

var updateDocs = flag.Bool("update", false, "write docs/rules.md and docs/commands.md anew")

// The reference is made of what the code declares, and of nothing else.
func TestTheReferenceIsThatOfTheCode(t *testing.T) {
	t.Parallel()
	engine, err := seatbook.New(memstore.New(), seatbook.Config{})
	require.NoError(t, err)
	for path, page := range map[string]string{
		"docs/rules.md":    rulesPage(engine.Book()),
		"docs/commands.md": commandsPage(t, engine),
	} {
		if *updateDocs {
			require.NoError(t, os.WriteFile(path, []byte(page), 0o644)) //nolint:gosec // it is published
		}
		kept, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, page, string(kept), "%s is out of date: go test . -run TestTheReferenceIsThatOfTheCode -update", path)
	}
}

// made opens every page that a test writes.
const made = "<!-- Written by docs_test.go from the code: change the code, then run: go test . -run TestTheReferenceIsThatOfTheCode -update -->\n\n"

// chapters are the parts of the book, by the prefix of their rules.
var chapters = []struct{ prefix, title string }{
	{"TIM", "Time"},
	{"MON", "Amounts"},
	{"ACC", "People and teams"},
	{"LIC", "Products, seats and access"},
	{"FLX", "Tokens"},
	{"BIL", "Subscriptions and money"},
	{"REP", "Reports"},
}

func rulesPage(book *rule.Book) string {
	var b strings.Builder
	b.WriteString(made + `# Rules

Every rule that the code applies, in the order of the book. An explanation, a refusal and a journal entry name rules by these
identifiers. ` + "`seatsim rules`" + ` prints the same list. What is not in it, seatbook does not decide.

A parameter is a number of a rule. A policy sets it by its name: ` + "`Config.Policy`" + ` in Go, ` + "`policy:`" + ` in a scenario,
` + "`--set NAME=VALUE`" + ` on the command line. Names are unique in the whole book. A policy with an unknown name, or with a value out
of bounds, is refused before anything runs.

The source says where a rule comes from. ` + "`000`" + ` to ` + "`004`" + ` are the five texts that describe the portal, ` + "`[pub]`" + ` is what the vendor's
public help pages say, ` + "`seatbook`" + ` is a rule of counting that every other rule rests on, and *decision* marks what the sources leave open
and this library settles.

`)
	for _, chapter := range chapters {
		opened := false
		for _, r := range book.Rules() {
			if prefix, _, _ := strings.Cut(r.ID, "-"); prefix != chapter.prefix {
				continue
			}
			if !opened {
				fmt.Fprintf(&b, "## %s\n\n", chapter.title)
				opened = true
			}
			fmt.Fprintf(&b, "### %s\n\n%s\n\nSource: %s\n\n", r.ID, r.Text, r.Source)
			if len(r.Params) == 0 {
				continue
			}
			b.WriteString("| parameter | kind | default | takes |\n|---|---|---|---|\n")
			for _, p := range r.Params {
				fmt.Fprintf(&b, "| `%s` | %s | `%s` | %s |\n", p.Name, p.Kind, p.Default, p.Bounds)
			}
			b.WriteString("\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func commandsPage(t *testing.T, engine *seatbook.Engine) string {
	t.Helper()
	vocabulary, err := simulator.Everything()
	require.NoError(t, err)
	signatures := map[string]simulator.Signature{}
	for _, s := range vocabulary.Signatures() {
		signatures[s.Kind+" "+s.Name] = s
	}
	var b strings.Builder
	b.WriteString(made + `# Commands and queries

A command changes something, a query answers something. Each is a Go struct: ` + "`billing.add_seats`" + ` is ` + "`billing.AddSeats`" + `, and the
query ` + "`billing.subscription`" + ` is ` + "`billing.SubscriptionQuery`" + `. The same names and fields serve ` + "`seatbook.Do`" + ` and ` + "`seatbook.Ask`" + `,
` + "`Engine.Run`" + ` and ` + "`Engine.Query`" + ` with JSON, and scenario files. ` + "`seatsim commands`" + ` prints them, ` + "`seatsim commands --json`" + ` as data.

- An *address* is ` + "`ada@acme.test`" + ` or ` + "`Ada Moor <ada@acme.test>`" + `. *Money* is ` + "`1200.00 USD`" + `. An *instant* is RFC 3339, a *date* is
  ` + "`2026-01-05`" + `. A *zone* is an IANA name. A *secret* is a word that only its holder knows.
- Teams and products are named by their handles: 1 to 64 of the letters a to z, digits and hyphens.
- Every field of a result is always there, also when it is false, 0, empty or null. ` + "`a.b`" + ` is the field b of a, ` + "`a[].b`" + ` that of each element
  of the list a.
- The permission is a line of the [table of permissions](#permissions) below.

`)
	definitions := append(engine.Definitions(), simulator.Module().Commands...)
	module := ""
	for i := range definitions {
		d := &definitions[i]
		if name, _, _ := strings.Cut(d.Name, "."); name != module {
			module = name
			fmt.Fprintf(&b, "## %s\n\n", module)
			if module == "simulator" {
				b.WriteString("What a simulation has beside an engine's own commands.\n\n")
			}
		}
		kind := "command"
		if d.Query {
			kind = "query"
		}
		signature, known := signatures[kind+" "+d.Name]
		require.True(t, known, "the vocabulary lacks the %s %s", kind, d.Name)
		writeDefinition(&b, kind, d, signature)
	}
	b.WriteString("## Permissions\n\n" + permissions(t))
	b.WriteString("\n## Refusals\n\nA refusal has one of these codes, the rule that forbids, the figures that decided and, where somebody else can help, whom to\n" +
		"contact. `errors.Is(err, rule.TooEarly)` asks for a code, `rule.AsRefusal(err)` returns the whole.\n\n")
	for _, code := range rule.Codes() {
		fmt.Fprintf(&b, "- `%s`\n", code)
	}
	return b.String()
}

func writeDefinition(b *strings.Builder, kind string, d *rule.Definition, s simulator.Signature) {
	fmt.Fprintf(b, "### %s (%s)\n\n%s%s. Permission: `%s`.\n\n", d.Name, kind, strings.ToUpper(d.Text[:1]), d.Text[1:], d.Needs)
	if len(s.Fields) > 0 {
		b.WriteString("| field | type | required |\n|---|---|---|\n")
		writeFields(b, "", s.Fields, true)
		b.WriteString("\n")
	}
	switch {
	case len(s.Result) == 0:
		b.WriteString("It has no result.\n\n")
		return
	case s.List:
		b.WriteString("The result is a list. Each element has:\n\n")
	default:
		b.WriteString("The result has:\n\n")
	}
	b.WriteString("| field | type |\n|---|---|\n")
	writeFields(b, "", s.Result, false)
	b.WriteString("\n")
}

func writeFields(b *strings.Builder, prefix string, fields []simulator.SignatureField, asked bool) {
	for _, f := range fields {
		kind := f.Type
		if len(f.Words) > 0 {
			kind = "one of `" + strings.Join(f.Words, "`, `") + "`"
		}
		row := fmt.Sprintf("| `%s%s` | %s |", prefix, f.Name, kind)
		if asked {
			required := "no"
			if f.Required {
				required = "yes"
			}
			row += " " + required + " |"
		}
		inner := prefix + f.Name + "."
		if strings.HasPrefix(f.Type, "list of") {
			inner = prefix + f.Name + "[]."
		}
		if len(f.Fields) == 0 {
			b.WriteString(row + "\n")
		}
		writeFields(b, inner, f.Fields, asked)
	}
}

// bought answers whether somebody bought anything in a team, as a test wants it.
type bought bool

func (b bought) IsPurchaser(*rule.View, rule.Stream, rule.Person) (bool, error) { return bool(b), nil }

func (b bought) OwnsLive(*rule.View, rule.Stream, rule.Person) (bool, error) { return bool(b), nil }

var allPermissions = []rule.Permission{
	account.ManagePeople, account.AppointAdmins, account.HandOverPrimary, account.SeeSubscriptions, account.Buy, account.ManageSubscription,
	account.SeeInvoices, account.MovePacks, account.Own, account.OwnOrPeople, account.OwnPaymentMethods, account.Operate,
}

// permissions asks the code who may do what, for a team with somebody in every role.
func permissions(t *testing.T) string {
	t.Helper()
	kept := memstore.New()
	engine, err := seatbook.New(kept, seatbook.Config{Random: zeros{}})
	require.NoError(t, err)
	ctx := context.Background()
	address := func(r account.Role) rule.Address { return rule.Address(string(r) + "@acme.test") }
	_, err = seatbook.Do(ctx, engine, rule.Operator, account.CreateTeam{Team: "acme", Owner: address(account.Primary)})
	require.NoError(t, err)
	roles := []account.Role{account.Primary, account.Secondary, account.SSO, account.User, account.Guest}
	for _, r := range roles[1:] {
		_, err = seatbook.Do(ctx, engine, rule.Operator, account.Invite{Team: "acme", Email: address(r), Role: r})
		require.NoError(t, err)
		_, err = seatbook.Do(ctx, engine, rule.Operator, account.AcceptInvitation{Team: "acme", Email: address(r)})
		require.NoError(t, err)
	}
	mark := func(need rule.Permission, r account.Role, buys bool, s rule.Subject) string {
		provided := account.PurchaseService.Provide(bought(buys))
		ground := &rule.Ground{Book: engine.Book(), Zone: time.UTC, Services: map[any]any{provided.Service: provided.Answer}}
		allowed := false
		require.NoError(t, kept.View(ctx, func(tx store.Tx) error {
			err := account.Authorise(rule.NewView(ground, tx, time.Time{}, rule.ByEmail(string(address(r))), nil), need, s)
			if allowed = err == nil; !allowed && rule.AsRefusal(err) == nil {
				return err
			}
			return nil
		}))
		if allowed {
			return "x"
		}
		return ""
	}
	var b strings.Builder
	b.WriteString("Who may do what needs a permission: by the role in the team that it concerns, by having bought anything in the team, by having bought the\n" +
		"very thing, or because it is one's own affair. Everything else is refused. The operator, which is the embedding service itself, may do\n" +
		"everything.\n\n")
	b.WriteString("| permission | primary | secondary | sso | user | guest | bought in the team | bought the thing | own affair | own affair of a guest |\n" +
		"|---|---|---|---|---|---|---|---|---|---|\n")
	for _, need := range allPermissions {
		cells := []string{"`" + string(need) + "`"}
		others := rule.Subject{Team: "acme", What: "team", Name: "acme"}
		for _, r := range roles {
			cells = append(cells, mark(need, r, false, others))
		}
		own := func(r account.Role) rule.Subject { return rule.Subject{Team: "acme", Person: address(r).Person()} }
		cells = append(cells, mark(need, account.User, true, others),
			mark(need, account.User, false, rule.Subject{Team: "acme", Owner: address(account.User).Person()}),
			mark(need, account.User, false, own(account.User)), mark(need, account.Guest, false, own(account.Guest)))
		b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
	}
	return b.String()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
