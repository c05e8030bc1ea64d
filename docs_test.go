package seatbook_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/benbjohnson/clock"
	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/notice"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/simulatortest"
	"github.com/seatbook/seatbook/store"
	"github.com/seatbook/seatbook/store/storetest"
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
		if page != string(kept) {
			t.Errorf("%s is out of date at %q: go test . -run TestTheReferenceIsThatOfTheCode -update", path, firstDifference(page, string(kept)))
		}
	}
}

// firstDifference is the first line of one text that stands otherwise in another.
func firstDifference(text, other string) string {
	others := strings.Split(other, "\n")
	for i, line := range strings.Split(text, "\n") {
		if i >= len(others) || line != others[i] {
			return line
		}
	}
	return "its end"
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

func (bought) IsPayer(*rule.View, rule.Stream, rule.Person) (bool, error) { return false, nil }
func (bought) Paying(*rule.View, rule.Stream) ([]rule.Person, error)      { return nil, nil }

var allPermissions = []rule.Permission{
	account.ManagePeople, account.AppointAdmins, account.HandOverPrimary, account.SeeSubscriptions, account.Buy, account.ManageSubscription,
	account.SeeInvoices, account.MovePacks, account.AppointPayers, account.Own, account.OwnOrPeople, account.OwnPaymentMethods, account.Operate,
}

// permissions asks the code who may do what, for a team with somebody in every role.
func permissions(t *testing.T) string {
	t.Helper()
	kept := memstore.New()
	engine, err := seatbook.New(kept, seatbook.Config{Random: stage.Zeros{}})
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
		"very thing, or because it is one's own affair; for `buy` that is a purchase that makes a team of one's own. Everything else is refused.\n" +
		"The operator, which is the embedding service itself, may do everything.\n\n")
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

// pages are the documents, with their paths as they are written in links.
func pages(t *testing.T) map[string]string {
	t.Helper()
	list, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	pages := map[string]string{}
	for _, path := range append(list, "README.md", "CONTRIBUTING.md", "CHANGELOG.md") {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		pages[path] = string(text)
	}
	return pages
}

// block is a fenced block of a document.
type block struct {
	page, language, text string
}

var fence = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")

func blocks(t *testing.T, language string) []block {
	t.Helper()
	var list []block
	for page, text := range pages(t) {
		for _, found := range fence.FindAllStringSubmatch(text, -1) {
			if found[1] == language {
				list = append(list, block{page, language, found[2]})
			}
		}
	}
	return list
}

var firstProgram = regexp.MustCompile("(?s)(```go\n)(package main\n.*?)(```\n\n```console\n\\$ go run ./examples/readme\n)(.*?)(```\n)")

// The program that the README shows is the one that is run.
func TestTheReadmeShowsTheExample(t *testing.T) {
	program, err := os.ReadFile("examples/readme/main.go")
	require.NoError(t, err)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	if *updateDocs {
		parts := firstProgram.FindStringSubmatch(string(readme))
		require.NotNil(t, parts, "the README shows no program with what it prints")
		anew := parts[1] + string(program) + parts[3] + shell(t, "go run ./examples/readme", "", "") + parts[5]
		readme = []byte(strings.Replace(string(readme), parts[0], anew, 1))
		require.NoError(t, os.WriteFile("README.md", readme, 0o644)) //nolint:gosec // it is published
	}
	require.Contains(t, string(readme), "```go\n"+string(program)+"```\n", "go test . -run 'TestTheReadmeShowsTheExample' -update")
}

// The Go that the documents show is compiled: it stands in this file between
// two marks, word for word.
func TestTheGoInTheDocumentsIsCompiled(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("docs_test.go")
	require.NoError(t, err)
	var compiled []string
	for _, part := range regexp.MustCompile(`(?ms)^\t*// shown:\n(.*?)^\t*// end\n`).FindAllStringSubmatch(string(source), -1) {
		lines := strings.Split(part[1], "\n")
		margin := lines[0][:len(lines[0])-len(strings.TrimLeft(lines[0], "\t"))]
		for i := range lines {
			lines[i] = strings.TrimPrefix(lines[i], margin)
		}
		compiled = append(compiled, strings.TrimRight(strings.Join(lines, "\n"), "\n")+"\n")
	}
	shown := 0
	for _, b := range blocks(t, "go") {
		if !strings.Contains(b.text, "package main") {
			assert.Contains(t, compiled, b.text, "%s shows Go that docs_test.go does not compile", b.page)
			shown++
		}
	}
	assert.Len(t, compiled, shown, "docs_test.go compiles Go that no document shows")
}

func TestTheHostOfTheReadme(t *testing.T) {
	t.Parallel()
	mailed := 0
	offer, access, err := host(t.Context(), stage.Pays, func(string, notice.Message) { mailed++ })
	require.NoError(t, err)
	require.Equal(t, "4060.00 USD", offer.Invoice.Total.String())
	require.Equal(t, licensing.Seat, access.Source)
	require.Equal(t, 7, mailed, "an invitation, a product that was assigned, and what an order brings")
	require.NoError(t, scenarioInGo(t.Context()))
}

func TestTheTimelineOfTheDocuments(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	world, err := simulator.NewWorld(simulator.Config{Start: start})
	require.NoError(t, err)
	year := simulator.NewTimeline(world)
	require.NoError(t, backAndForth(t.Context(), year, start.AddDate(0, 4, 0)))
	require.Equal(t, start.AddDate(1, 0, -7), year.Now())
	require.Equal(t, []string{simulator.MainLine}, year.Branches())
}

func backAndForth(ctx context.Context, year *simulator.Timeline, lastOfMay time.Time) error {
	// shown:
	year.Mark("bought")
	if err := year.AdvanceSpan(ctx, period.Span{Years: 1}); err != nil {
		return err
	}
	if err := year.Rewind(ctx, simulator.Ago(period.Span{Days: 7})); err != nil { // a week back
		return err
	}
	late, err := year.Branch(ctx, "late", simulator.At(lastOfMay)) // as it was then, under a name
	if err != nil {
		return err
	}
	defer late.Close()
	other, err := late.Fork(ctx, simulator.Marked("bought")) // a fork of a fork
	// end
	if err != nil {
		return err
	}
	return other.Advance(ctx, lastOfMay)
}

// host is a program that embeds the engine as the README says.
func host(ctx context.Context, provider billing.Payments, send func(to string, m notice.Message)) (billing.Renewed, flex.Access, error) {
	// shown:
	engine, err := seatbook.New(memstore.New(), seatbook.Config{
		Payments: provider, // charges cards; it is called outside of every transaction
		Policy:   map[string]string{"invitation-life": "14d"},
	})
	// end
	if err != nil {
		return billing.Renewed{}, flex.Access{}, err
	}
	subscription, err := furnish(ctx, engine)
	if err != nil {
		return billing.Renewed{}, flex.Access{}, err
	}
	// shown:
	ada, bob := rule.ByEmail("ada@acme.test"), rule.ByEmail("bob@acme.test")
	more := billing.AddSeats{Subscription: subscription, Seats: 2}

	var why seatbook.Explanation
	offer, err := seatbook.Do(ctx, engine, ada, more, seatbook.Preview(), seatbook.Explain(&why)) // keeps nothing
	fmt.Println("two more seats would cost", offer.Invoice.Total, err)
	for _, citation := range why.Citations {
		fmt.Println("  ", citation)
	}

	_, err = seatbook.Do(ctx, engine, ada, more, seatbook.Idempotent("request 81")) // a retry gets the first answer
	if refusal := rule.AsRefusal(err); refusal != nil {
		fmt.Println(refusal.Code, refusal.Rule.ID, refusal.Contact)
	}

	access, err := seatbook.Ask(ctx, engine, bob, flex.AccessQuery{User: "bob@acme.test", Product: "autocad"})
	fmt.Println(access.Allowed, access.Source, access.Until, err)
	// end
	if err := together(ctx, engine, ada); err != nil {
		return offer, access, err
	}
	ctx, stop := context.WithCancel(ctx)
	stopped := make(chan error)
	_, err = inTheBackground(ctx, engine, stopped, send)
	stop()
	if ended := <-stopped; !errors.Is(ended, context.Canceled) {
		return offer, access, ended
	}
	return offer, access, err
}

func together(ctx context.Context, engine *seatbook.Engine, ada rule.Actor) error {
	// shown:
	_, err := engine.Run(ctx, ada, "licensing.assign", []byte(`{"team": "acme", "product": "autocad", "user": "bob@acme.test"}`))
	if err != nil {
		return err
	}
	err = engine.At(ctx, func(m *seatbook.Moment) error {
		seats, err := seatbook.AskIn(m, ada, licensing.SeatsQuery{Team: "acme", Product: "autocad"})
		if err != nil {
			return err
		}
		balance, err := seatbook.AskIn(m, ada, flex.BalanceQuery{Team: "acme"})
		fmt.Println(m.Now(), seats.Free, balance.Left)
		return err
	})
	// end
	return err
}

func inTheBackground(
	ctx context.Context, engine *seatbook.Engine, stopped chan<- error, send func(to string, m notice.Message),
) (cursor seatbook.Cursor, err error) {
	// shown:
	go func() { stopped <- engine.Work(ctx) }() // or call RunDue by a timer of your own; NextDue says when it has something to do

	events, err := engine.Events(ctx, cursor, 100)
	if err != nil {
		return cursor, err
	}
	for _, event := range events {
		if event.Kind == seatbook.NoticeEvent {
			letter, err := notice.Text(account.Notice{
				Stream: event.Streams[0], Kind: account.NoticeKind(event.Name),
				Language: account.Language(event.Facts["language"]), Facts: event.Facts,
			})
			if err != nil {
				return cursor, err
			}
			send(event.Facts["to"], letter)
		}
		cursor = event.Cursor // keep it with what you have sent
	}
	// end
	return cursor, nil
}

// furnish makes a team with a member who has a seat, and returns its subscription.
func furnish(ctx context.Context, engine *seatbook.Engine) (string, error) {
	ada := rule.ByEmail("ada@acme.test")
	steps := []struct {
		actor      rule.Actor
		name, args string
	}{
		{rule.Operator, "account.create_team", `{"team": "acme", "owner": "ada@acme.test", "country": "US"}`},
		{ada, "account.invite", `{"team": "acme", "email": "bob@acme.test"}`},
		{rule.ByEmail("bob@acme.test"), "account.accept_invitation", `{"team": "acme", "email": "bob@acme.test"}`},
		{ada, "billing.add_payment_method", `{"kind": "card", "token": "tok_1"}`},
		{ada, "billing.purchase", `{"team": "acme", "product": "autocad", "seats": 3, "term": "annual"}`},
		{ada, "licensing.assign", `{"team": "acme", "product": "autocad", "user": "bob@acme.test"}`},
	}
	subscription := ""
	for _, s := range steps {
		result, err := engine.Run(ctx, s.actor, s.name, []byte(s.args))
		if err != nil {
			return "", err
		}
		if bought, ok := result.(billing.Purchased); ok {
			subscription = bought.Subscription.ID
		}
	}
	return subscription, nil
}

// scenarioInGo runs a scenario as docs/scenarios.md says.
func scenarioInGo(ctx context.Context) error {
	// shown:
	vocabulary, err := simulator.Everything()
	if err != nil {
		return err
	}
	scenario, err := simulator.Load("examples/scenarios/overlap.yaml", vocabulary)
	if err != nil {
		return err // simulator.Faults: every fault with its place
	}
	result, err := scenario.Run(ctx, simulator.RunOptions{})
	if err != nil {
		return err
	}
	if !result.OK() {
		return fmt.Errorf("%d of %d steps came out otherwise", result.Failed, result.Steps)
	}
	// end
	return nil
}

// shown:
func TestAStoreKeepsEveryPromise(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return memstore.New() })
}

// end

// Every scenario that a document shows comes out as it says.
func TestTheScenariosInTheDocumentsRun(t *testing.T) {
	t.Parallel()
	vocabulary, err := simulator.Everything()
	require.NoError(t, err)
	for _, b := range blocks(t, "yaml") {
		s, err := simulator.Parse(b.page, []byte(b.text), vocabulary)
		require.NoError(t, err)
		result, err := s.Run(t.Context(), simulator.RunOptions{})
		require.NoError(t, err)
		for _, r := range result.Records {
			assert.Empty(t, r.FailureLines(b.page))
		}
	}
}

// built builds the command and returns its path.
func built(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "seatsim")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", path, "./simulator/cmd/seatsim").CombinedOutput() //nolint:gosec // the path is ours
	require.NoError(t, err, string(out))
	return path
}

// shell runs a command line of a document, which begins with "go run". Seatsim
// is where it was built, so that it is not built for every line.
func shell(t *testing.T, line, typed, seatsim string) string {
	t.Helper()
	words := strings.Fields(line)
	require.Equal(t, []string{"go", "run"}, words[:2], line)
	name, args := words[0], append([]string{"run", "-buildvcs=false"}, words[2:]...)
	if words[2] == "./simulator/cmd/seatsim" {
		name, args = seatsim, words[3:]
	}
	command := exec.CommandContext(t.Context(), name, args...) //nolint:gosec // the documents are ours
	command.Stdin = strings.NewReader(typed)
	out, err := command.Output()
	require.NoError(t, err, line)
	return string(out)
}

// typedLine is one that a document shows as typed.
var typedLine = regexp.MustCompile(`(?m)^> (.*\n)`)

// What a document shows of an output is printed, line by line and in this
// order; a line of three dots stands for lines that are left out, and one behind
// "> " is typed.
func TestTheDocumentsShowWhatIsPrinted(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds commands")
	}
	seatsim := built(t)
	for _, b := range blocks(t, "console") {
		command, shown, _ := strings.Cut(b.text, "\n")
		line, ok := strings.CutPrefix(command, "$ ")
		require.True(t, ok, "a console block begins with its command, and this one with %q", command)
		var typed strings.Builder
		for _, found := range typedLine.FindAllStringSubmatch(shown, -1) {
			typed.WriteString(found[1])
		}
		printed := strings.Split(strings.TrimSuffix(shell(t, line, typed.String(), seatsim), "\n"), "\n")
		skipping := false
		for want := range strings.SplitSeq(strings.TrimSuffix(typedLine.ReplaceAllString(shown, ""), "\n"), "\n") {
			if want == "..." {
				skipping = true
				continue
			}
			at := slices.Index(printed, want)
			if !assert.True(t, at == 0 || at > 0 && skipping, "%s shows a line that %q does not print there:\n%s", b.page, line, want) {
				break
			}
			printed, skipping = printed[at+1:], false
		}
		assert.True(t, skipping || len(printed) == 0, "%s leaves out the end of what %q prints", b.page, line)
	}
}

var (
	called   = regexp.MustCompile(`seatsim(?: ([a-z]+))?((?: +[^` + "`" + `\s|]+)*)`)
	longFlag = regexp.MustCompile(`--[a-z]+(?:-[a-z]+)*`)
)

// Every subcommand and flag of seatsim that a document names exists.
func TestTheDocumentsNameWhatTheCommandHas(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the command")
	}
	path := built(t)
	help := map[string]string{}
	helpOf := func(sub string) string {
		if text, known := help[sub]; known {
			return text
		}
		args := []string{"--help"}
		if sub != "" {
			args = []string{sub, "--help"}
		}
		out, err := exec.CommandContext(t.Context(), path, args...).Output() //nolint:gosec // it was built above
		assert.NoError(t, err, "there is no seatsim %s", sub)
		help[sub] = string(out)
		return help[sub]
	}
	for page, text := range pages(t) {
		for _, code := range codeOf(text) {
			for _, call := range called.FindAllStringSubmatch(code, -1) {
				for _, flag := range longFlag.FindAllString(call[2], -1) {
					assert.Contains(t, helpOf(call[1]), flag, "%s names a flag that seatsim %s does not have", page, call[1])
				}
				helpOf(call[1])
			}
		}
		for _, flag := range longFlag.FindAllString(strings.Join(codeOf(text), "\n"), -1) {
			var help strings.Builder
			for _, command := range []string{"", "run", "commands", "coverage", "diff", "schema", "export", "repl", "generate", "portfolio"} {
				help.WriteString(helpOf(command))
			}
			assert.Contains(t, help.String(), flag, "%s names a flag that seatsim does not have", page)
		}
	}
}

var (
	span   = regexp.MustCompile("`([^`\n]+)`")
	linked = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	titled = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// codeOf returns the code of a document: blocks for shells, and spans.
func codeOf(text string) []string {
	var list []string
	for _, found := range fence.FindAllStringSubmatch(text, -1) {
		if found[1] == "sh" || found[1] == "console" {
			for line := range strings.Lines(found[2]) {
				if found[1] == "sh" || strings.HasPrefix(line, "$ ") {
					list = append(list, line)
				}
			}
		}
	}
	for _, found := range span.FindAllStringSubmatch(prose(text), -1) {
		list = append(list, found[1])
	}
	return list
}

// prose is a document without its blocks.
func prose(text string) string { return fence.ReplaceAllString(text, "") }

// anchor is what a heading is linked by.
func anchor(heading string) string {
	heading = strings.ToLower(strings.ReplaceAll(heading, "`", ""))
	heading = regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(heading, "")
	return strings.ReplaceAll(heading, " ", "-")
}

// Every link to another part of the repository leads somewhere.
func TestTheLinksInTheDocumentsLeadSomewhere(t *testing.T) {
	t.Parallel()
	all := pages(t)
	for page, text := range all {
		for _, found := range linked.FindAllStringSubmatch(prose(text), -1) {
			if strings.HasPrefix(found[1], "https://") {
				continue
			}
			path, fragment, _ := strings.Cut(found[1], "#")
			target := page
			if path != "" {
				target = filepath.ToSlash(filepath.Join(filepath.Dir(page), path))
			}
			_, err := os.Stat(target)
			if !assert.NoError(t, err, "%s links to %s", page, found[1]) || fragment == "" {
				continue
			}
			var anchors []string
			for _, heading := range titled.FindAllStringSubmatch(prose(all[target]), -1) {
				anchors = append(anchors, anchor(heading[1]))
			}
			assert.Contains(t, anchors, fragment, "%s links to %s", page, found[1])
		}
	}
}

var (
	ruleID     = regexp.MustCompile(`\b(?:TIM|MON|ACC|LIC|FLX|BIL|REP)-[0-9]+\b`)
	vocable    = regexp.MustCompile("`((?:account|licensing|flex|billing|simulator)\\.[a-z_-]+)`")
	filePath   = regexp.MustCompile(`\b(?:examples|docs|internal|store|simulator|account|tools)/[a-z0-9_./-]*[a-z0-9]`)
	diagrammed = regexp.MustCompile(`\b(?:account|licensing|flex|billing)\.[a-z_]+`)
)

// Every rule, command, table and file that a document names exists.
func TestTheDocumentsNameWhatThereIs(t *testing.T) {
	t.Parallel()
	engine, err := seatbook.New(memstore.New(), seatbook.Config{Modules: []rule.Module{simulator.Module()}})
	require.NoError(t, err)
	names := map[string]bool{}
	for _, d := range engine.Definitions() {
		names[d.Name] = true
	}
	for _, c := range engine.Codecs() {
		names[c.Table] = true
	}
	for page, text := range pages(t) {
		for _, id := range ruleID.FindAllString(text, -1) {
			assert.NotNil(t, engine.Book().Rule(id), "%s names the rule %s", page, id)
		}
		for _, found := range vocable.FindAllStringSubmatch(prose(text), -1) {
			assert.True(t, names[found[1]], "%s names %s, which is no command, query or table", page, found[1])
		}
		for _, path := range filePath.FindAllString(prose(text), -1) {
			_, err := os.Stat(path)
			assert.NoError(t, err, "%s names %s", page, path)
		}
	}
	for _, b := range blocks(t, "mermaid") {
		for _, name := range diagrammed.FindAllString(b.text, -1) {
			assert.True(t, names[name], "%s draws %s, which is no command", b.page, name)
		}
	}
}

// shown:
func TestARenewalIsPaid(t *testing.T) {
	tl := simulatortest.Start(t, simulator.Config{})
	simulatortest.Do(tl, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"})
	ada := tl.As("ada@acme.test")
	simulatortest.Do(ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1"})
	bought := simulatortest.Do(ada, billing.Purchase{Product: "autocad", Seats: 2, Term: "annual"})

	tl.Advance("1y")
	simulatortest.Want(ada, billing.SubscriptionQuery{Subscription: bought.Subscription.ID}, billing.SubscriptionResult{
		Subscription: billing.SubscriptionShown{Status: billing.Active, Ends: tl.Now().AddDate(1, 0, 0)},
	})
	simulatortest.Refused(ada, billing.AddSeats{Subscription: bought.Subscription.ID, Seats: 0}, rule.Invalid)
}

// end

// shown:
func TestMailIsSentAtNight(t *testing.T) {
	tl := simulatortest.Start(t, simulator.Config{})
	mailer := newMailer(tl.Engine(), tl.Clock()) // the host's own code
	tl.Every("1d", func() { mailer.Night(t.Context()) })
	simulatortest.Do(tl, account.CreateTeam{Team: "acme", Owner: "ada@acme.test"})
	simulatortest.Do(tl, account.Invite{Team: "acme", Email: "bob@acme.test"})
	tl.Advance("1d")
	if want := "2026-01-06 invitation"; !slices.Contains(mailer.sent, want) {
		t.Error("want", want, "got", mailer.sent)
	}
}

// end

// mailer is a host's own code: at night it sends the notices of the day.
type mailer struct {
	engine *seatbook.Engine
	clock  clock.Clock
	heard  seatbook.Cursor
	sent   []string
}

func newMailer(engine *seatbook.Engine, clock clock.Clock) *mailer {
	return &mailer{engine: engine, clock: clock}
}

func (m *mailer) Night(ctx context.Context) {
	events, err := m.engine.Events(ctx, m.heard, 100)
	if err != nil {
		m.sent = append(m.sent, err.Error())
	}
	for _, e := range events {
		if m.heard = e.Cursor; e.Kind == seatbook.NoticeEvent {
			m.sent = append(m.sent, m.clock.Now().Format(time.DateOnly)+" "+e.Name)
		}
	}
}
