package simulator

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// start is the head of a file whose steps begin in line 3.
const start = "name: x\nstart: 2026-01-05\nsteps:\n"

func TestFaults(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text string
		want       []string
	}{
		{"an empty file", "", []string{"1:1: the file is empty"}},
		{"a file of comments", "# nothing\n\n# more\n", []string{"1:1: the file is empty"}},
		{"a document without a value", "---\n", []string{"1:1: the file is empty"}},
		{"a list", "- a\n", []string{"1:1: a scenario is a map with the keys name, start, zone, seed, policy, catalog, from, prove and steps, and this is a list"}},
		{"what is no YAML", "name: [\n", []string{"1:1: this is not YAML: did not find expected node content"}},
		{"a second document", "name: x\n---\nname: y\n", []string{"3:1: a second document begins here, and a file holds one"}},
		{"missing keys", "seed: 1\n", []string{
			`1:1: the scenario has no "name", which it needs`, `1:1: the scenario has no "start", which it needs`, `1:1: the scenario has no "steps", which it needs`,
		}},
		{"an unknown key", "names: x\n" + start, []string{`1:1: a scenario has no key "names"; the nearest is "name"`}},
		{"a key that stands twice", "name: y\n" + start, []string{`2:1: the key "name" stands twice; first in line 1`}},
		{"a key that is a list", "? [a]\n: 1\n" + start, []string{"1:3: a key is a word, and this is a list"}},
		{"a merge key", "<<: {name: y}\n" + start, []string{"1:1: the merge key << is not taken: write the fields out"}},
		{"a tag", "name: !!binary aGk=\nstart: 2026-01-05\nsteps: []\n", []string{`1:7: the tag "!!binary" is not taken: write the value without it`}},
		{"a directive", "%YAML 1.2\n---\n" + start, []string{"1:1: a directive begins here, and a file has none"}},
		{"an unknown alias", "name: *who\nstart: 2026-01-05\nsteps: []\n", []string{"1:7: the alias *who stands for no anchor before it"}},
		{"a name that is a list", "name: [x]\nstart: 2026-01-05\nsteps: []\n", []string{`1:7: "name" takes a text, and this is a list`}},
		{"an unknown zone", "zone: Europe/Pari\n" + start, []string{`1:7: there is no time zone "Europe/Pari"; the nearest is "Europe/Paris"`}},
		{"the zone of the host", "zone: Local\n" + start, []string{`1:7: there is no time zone "Local"; the nearest is "UTC"`}},
		{"a start that is no instant", "name: x\nstart: soon\nsteps: []\n", []string{
			`2:8: "soon" is no instant: write RFC 3339, such as 2026-01-05T09:00:00Z, or a date`,
		}},
		{"a day that does not exist", "name: x\nstart: 2026-02-30\nsteps: []\n", []string{
			`2:8: "2026-02-30" is no instant: write RFC 3339, such as 2026-01-05T09:00:00Z, or a date`,
		}},
		{"the year 0", "name: x\nstart: 0000-12-31T23:59:59Z\nsteps: []\n", []string{
			"2:8: the year 0 is out of range: instants lie in the years 1 to 9999",
		}},
		{"the first instant of the year 1", "name: x\nstart: 0001-01-01\nsteps: []\n", []string{
			"2:8: the first instant of the year 1 is out of range: instants lie in the years 1 to 9999",
		}},
		{"an instant that is in the year 10000 in UTC", "name: x\nstart: 9999-12-31T23:59:59-01:00\nsteps: []\n", []string{
			"2:8: the year 10000 is out of range: instants lie in the years 1 to 9999",
		}},
		{"a seed that is text", "seed: \"3\"\n" + start, []string{`1:7: a whole number belongs here, and "3" is a text: write it without quotes`}},
		{"a seed out of range", "seed: 9223372036854775808\n" + start, []string{
			`1:7: "9223372036854775808" is out of range: the field holds -9223372036854775808 to 9223372036854775807`,
		}},
		{"an unknown parameter", "policy: {invitation-lif: 7d}\n" + start, []string{
			`1:10: there is no parameter "invitation-lif"; the nearest is "invitation-life"`,
		}},
		{"a value that a parameter does not take", "policy: {invites-per-day: many}\n" + start, []string{
			`1:27: invites-per-day takes a count (1 to 1000000): "many" is not a whole number`,
		}},
		{"a parameter that is a map", "policy: {invites-per-day: {a: 1}}\n" + start, []string{
			"1:27: a parameter takes a value or a list of values, and this is a map",
		}},
		{"steps that are a map", "name: x\nstart: 2026-01-05\nsteps: {}\n", []string{`3:8: "steps" takes a list of steps, and this is a map`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := c.text
			if strings.HasSuffix(text, start) {
				text += "  []\n"
			}
			assert.Equal(t, c.want, faultsOf(t, text))
		})
	}
}

func TestStepFaults(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, step string
		want       []string
	}{
		{"a step that is a text", "- go", []string{
			`4:5: a step is a map with the keys do, ask, preview, mark, fork, rewind, at, after, by, with, want, fails, save and note, and this is "go"`,
		}},
		{"a step without a verb", "- {note: nothing}", []string{"4:5: the step does nothing: it has one of do, ask, preview, mark, fork and rewind"}},
		{"a step with two verbs", "- {mark: a, rewind: a}", []string{"4:5: the step has mark and rewind: it has one of them, as steps are done one after the other"}},
		{"an unknown key", "- {mark: a, aftr: 3d}", []string{`4:15: a step has no key "aftr"; the nearest is "after"`}},
		{"an unknown command", "- {do: account.invit}", []string{`4:10: there is no command "account.invit"; the nearest is "account.invite"`}},
		{"a query where a command belongs", "- {do: flex.access}", []string{`4:10: there is no command "flex.access"; with that name write "ask"`}},
		{"a command where a query belongs", "- {ask: billing.renew}", []string{`4:11: there is no query "billing.renew"; with that name write "do"`}},
		{"an unknown query", "- {ask: flex.acces}", []string{`4:11: there is no query "flex.acces"; the nearest is "flex.access"`}},
		{"an unknown field", "- {do: account.invite, with: {tem: acme}}", []string{`4:33: there is no field "tem" in account.invite; the nearest is "team"`}},
		{"a word that is none", "- {do: account.invite, with: {role: usr}}", []string{
			`4:39: "usr" is none of primary, secondary, sso, user, guest; the nearest is "user"`,
		}},
		{"a number in quotes", "- {do: billing.add_seats, with: {seats: \"3\"}}", []string{
			`4:43: a whole number belongs here, and "3" is a text: write it without quotes`,
		}},
		{"a number with a fraction", "- {do: billing.add_seats, with: {seats: 1.5}}", []string{`4:43: a whole number belongs here, and this is "1.5"`}},
		{"a number in another base", "- {do: billing.add_seats, with: {seats: 0x10}}", []string{`4:43: a whole number belongs here, and this is "0x10"`}},
		{"a number out of range", "- {do: billing.add_seats, with: {seats: 9223372036854775808}}", []string{
			`4:43: "9223372036854775808" is out of range: the field holds -9223372036854775808 to 9223372036854775807`,
		}},
		{"nothing where a text belongs", "- {do: account.invite, with: {team: }}", []string{"4:39: text belongs here, and this is nothing"}},
		{"a word where a flag belongs", "- {do: billing.set_auto_renew, with: {on: yes}}", []string{
			`4:45: true or false belongs here, and this is "yes"; the nearest is "true"`,
		}},
		{"a text where a list belongs", "- {do: account.invite, with: {products: sketch}}", []string{`4:43: a list of text belongs here, and this is "sketch"`}},
		{"a list where a text belongs", "- {do: account.invite, with: {team: [a]}}", []string{"4:39: text belongs here, and this is a list"}},
		{"a list where fields belong", "- {do: account.invite, with: [a]}", []string{"4:32: a map belongs here, and this is a list"}},
		{"a zone that is none", "- {do: account.create_team, with: {zone: Asia/Tokio}}", []string{`4:44: there is no time zone "Asia/Tokio"; the nearest is "Asia/Tokyo"`}},
		{"an unknown field in what is wanted", "- {do: account.invite, want: {invitation: {stats: 1}}}", []string{
			`4:46: there is no field "stats" in invitation; the nearest is "status"`,
		}},
		{"an unknown part of the result", "- {do: account.invite, want: {invite: 1}}", []string{
			`4:33: there is no field "invite" in the result of account.invite; the nearest is "invitation"`,
		}},
		{"a wanted value that does not fit", "- {do: billing.add_seats, want: {invoice: {total: 12 USDD}, subscription: {seats: many}}}", []string{
			`4:53: an amount such as 1200.00 USD belongs here: unknown currency "USDD": want an ISO 4217 code such as USD`,
			`4:85: a whole number belongs here, and this is "many"`,
		}},
		{"an unknown check", "- {ask: account.notices, want: {$hass: []}}", []string{
			`4:35: there is no check "$hass", and fields do not stand beside checks; the nearest is "$has"`,
		}},
		{"a check that does not fit", "- {do: account.invite, want: {invitation: {email: {$gt: 3}, sent: {$len: -1}, status: {$has: []}}, secret: {$null: 1}}}", []string{
			"4:54: $gt compares numbers, amounts and instants, and this is text",
			"4:76: nothing has a length below 0",
			"4:90: $has is for lists, and this is text",
			`4:118: $null takes true or false, and this is "1"`,
		}},
		{"a name that nothing saved", "- {do: billing.renew, with: {subscription: $sub}}", []string{
			`4:46: nothing is saved as "sub" by then: no step before this one has a save`,
		}},
		{"a name that was saved otherwise", "- {do: account.invite, save: {invitation: invitation.id}}\n  - {do: billing.renew, with: {subscription: $invite}}", []string{
			`5:46: nothing is saved as "invite" by then; the nearest is "invitation"`,
		}},
		{"a name in a faulty step", "- {do: account.invit, save: {inv: invitation.id}}\n  - {do: billing.renew, with: {subscription: $inv}}", []string{
			`4:10: there is no command "account.invit"; the nearest is "account.invite"`,
		}},
		{"a path that leads nowhere", "- {do: account.invite, save: {a: invitation.idd, b: invitation.id.x, c: invitation.products.one}}", []string{
			`4:36: there is no field "idd" on the way of "invitation.idd"; the nearest is "id"`,
			`4:55: "x" in "invitation.id.x" leads nowhere: what is before it is text`,
			`4:75: "one" in "invitation.products.one" is no number, and this part of the result is a list`,
		}},
		{"a name that cannot be", "- {do: account.invite, save: {a b: invitation.id}}", []string{
			`4:33: "a b" is no name to save under: it takes letters, digits, _ and -, and begins with a letter`,
		}},
		{"a code that is none", "- {do: account.invite, fails: to-late}", []string{`4:33: nothing is refused with the code "to-late"; the nearest is "too-late"`}},
		{"a result of what fails", "- {do: account.invite, fails: invalid, want: {}, save: {a: .}}", []string{
			`4:48: a step that fails has no result, so "want" has no place in it`, `4:58: a step that fails has no result, so "save" has no place in it`,
		}},
		{"who is nobody", "- {do: account.invite, by: bob}", []string{`4:30: "bob" acts here, and is neither an e-mail address nor "operator"`}},
		{"both instants", "- {at: 2026-02-01, after: 3d, mark: a}", []string{`4:29: a step has "at" or "after", and this one has both`}},
		{"an instant before the step before", "- {at: 2026-02-01T00:00:01Z, mark: a}\n  - {at: 2026-02-01, mark: b}", []string{
			"5:10: 2026-02-01 is before the step before it, which is at 2026-02-01T00:00:01Z: time never goes back in a list of steps",
		}},
		{"an instant before the start", "- {at: 2026-01-04, mark: a}", []string{
			"4:10: 2026-01-04 is before the step before it, which is at 2026-01-05T00:00:00Z: time never goes back in a list of steps",
		}},
		{"a span that is none", "- {after: 3 days, mark: a}", []string{
			`4:13: a span such as 30d or 29d23h59m59s belongs here: not a span: "3 days": "3 days" has no unit: want y, mo, d, h, m or s after a number`,
		}},
		{"a span beyond the calendar", "- {after: 9999y, mark: a}\n  - {at: 2026-01-01, mark: b}", []string{
			"4:13: 9999y after 2026-01-05T00:00:00Z, the year 12025 is out of range: instants lie in the years 1 to 9999",
		}},
		{"an unknown mark", "- {mark: spring}\n  - {rewind: sprung}", []string{`5:14: nothing is marked as "sprung" by then; the nearest is "spring"`}},
		{"a rewind without any mark", "- {rewind: a}", []string{`4:14: nothing is marked as "a" by then: no step before this one has a mark`}},
		{"a rewind with an instant", "- {mark: a}\n  - {after: 1d, rewind: a}", []string{
			`5:25: a step with "rewind" has no instant of its own: it goes back to that of the mark`,
		}},
		{"a mark that is dropped", "- {mark: a}\n  - {mark: b}\n  - {rewind: a}\n  - {rewind: b}", []string{`7:14: nothing is marked as "b" by then; the nearest is "a"`}},
		{"a fork without its keys", "- {fork: {}}", []string{
			`4:12: the fork has no "from", which it needs`, `4:12: the fork has no "name", which it needs`, `4:12: the fork has no "steps", which it needs`,
		}},
		{"a fork from nowhere", "- {fork: {from: a, name: b, steps: [{do: x}]}}", []string{
			`4:19: nothing is marked as "a" by then: no step before this one has a mark`, `4:44: there is no command "x"; the nearest is "flex.open"`,
		}},
		{"a mark with fields", "- {mark: a, with: {}, by: ada@acme.test}", []string{
			`4:21: "with" has no place in a step with "mark"`, `4:29: "by" has no place in a step with "mark"`,
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, faultsOf(t, start+"  "+c.step+"\n"))
		})
	}
}

func TestStepsThatAreFaultless(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, step string }{
		{"an earlier instant after a rewind", "- {mark: a}\n  - {after: 30d, mark: b}\n  - {rewind: a}\n  - {after: 1d, mark: b}"},
		{"an earlier instant in a branch", "- {mark: a}\n  - {after: 30d, mark: b}\n  - {fork: {from: a, name: n, steps: [{after: 1d, mark: b}]}}\n  - {mark: c}"},
		{"a mark of the main line in a branch", "- {mark: a}\n  - {mark: b}\n  - {fork: {from: b, name: n, steps: [{rewind: a}, {mark: c}, {rewind: c}]}}"},
		{"a branch of a branch", "- {mark: a}\n  - {fork: {from: a, name: n, steps: [{mark: b}, {fork: {from: b, name: m, steps: [{rewind: a}]}}]}}"},
		{"the same instant again", "- {at: 2026-01-05, mark: a}\n  - {at: 2026-01-05T01:00:00+01:00, mark: b}"},
		{"what only a rule forbids", "- {do: billing.add_seats, with: {subscription: x, seats: -1}}"},
		{"an address that is none", "- {do: account.invite, with: {team: a, email: nobody}}"},
		{"fields left out", "- {do: account.invite}\n  - {do: account.invite, with: }"},
		{"numbers and flags as texts", "- {do: billing.add_payment_method, with: {kind: card, token: true, last4: 0042}}"},
		{"null where it can be", "- {do: account.invite, with: {products: null}}"},
		{"names of any text", "- {mark: \"spring, at last\"}\n  - {rewind: \"spring, at last\"}\n  - {mark: 2026}\n  - {rewind: 2026}"},
		{"the operator by name", "- {do: account.invite, by: operator}"},
		{"a name in what is wanted", "- {do: account.invite, save: {id: invitation.id, all: .}}\n  - {do: account.invite, with: {team: $id, products: [$id]}, want: {invitation: {id: $id}}}"},
		{"an empty word in what is wanted", "- {do: account.invite, want: {invitation: {role: \"\"}}}"},
		{"fields behind an anchor", "- {do: account.invite, with: &a {team: acme, email: b@x.test}}\n  - {do: account.invite, with: *a}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Empty(t, faultsOf(t, start+"  "+c.step+"\n"))
		})
	}
}

func TestFaultsOfCatalogues(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	scenario := func(catalog string) string { return "catalog: " + catalog + "\n" + start + "  []\n" }
	lines := func(text string) []string {
		_, err := Parse(filepath.Join(dir, "s.yaml"), []byte(text), vocabulary(t))
		if err == nil {
			return nil
		}
		return strings.Split(strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""), "\n")
	}
	assert.Equal(t, []string{
		`s.yaml:1:27: "a b" is no handle of a product: it takes 1 to 64 letters a-z, digits and hyphens`,
		`s.yaml:1:47: the product "x" is listed twice`,
	}, lines(scenario("{products: [{id: a b}, {id: x}, {id: x, upgrades_to: y}]}"))[:2])

	// What cannot be read of one product hides nothing of the others, and finds nothing
	// that is not there.
	assert.Equal(t, []string{
		`s.yaml:1:36: "ltt" is none of lt, full, collection, cloud; the nearest is "lt"`,
		`s.yaml:1:93: c has the member "sktech", which is not another product of the catalogue; the nearest is "sketch"`,
		`s.yaml:1:140: sketch upgrades to "aa", which is not in the catalogue; the nearest is "a"`,
	}, lines(scenario("{products: [{id: a, kind: ltt, upgrades_to: c}, {id: c, kind: collection, members: [sktech]}, {id: sketch, kind: lt, upgrades_to: aa}]}")))

	assert.Equal(t, []string{
		`s.yaml:1:30: there is no field "nme" in products; the nearest is "name"`,
		`s.yaml:1:54: "annually" is none of monthly, annual, three-year; the nearest is "annual"`,
	}, lines(scenario("{products: [{id: a, nme: b, prices: [{term: annually, new: 1 USD}]}]}")))

	assert.Equal(t, []string{`s.yaml:1:10: the catalogue "none.yaml" cannot be read: no such file or directory`}, lines(scenario("none.yaml")))
	assert.Equal(t, []string{`s.yaml:1:10: the catalogue "." cannot be read: it is a directory`}, lines(scenario(".")))

	write(t, filepath.Join(dir, "bad.yaml"), "products:\n  - {id: a, flex_rate: many}\n")
	assert.Equal(t, []string{`bad.yaml:2:24: a whole number belongs here, and this is "many"`}, lines(scenario("bad.yaml")))

	write(t, filepath.Join(dir, "good.yaml"), "products:\n  - {id: a, flex_rate: [{from: 2026-01-01, rate: 2}], releases: [{version: \"1\", on: 2026-02-01}]}\n")
	s, err := Parse(filepath.Join(dir, "s.yaml"), []byte("zone: Europe/Paris\n"+scenario("good.yaml")), vocabulary(t))
	require.NoError(t, err)
	require.Len(t, s.Catalog.Products, 1)
	assert.True(t, s.Catalog.Products[0].FlexRate[0].From.Equal(at("2025-12-31T23:00:00Z")), "a date is midnight in the scenario's zone")
}

func TestFaultShowsItsLine(t *testing.T) {
	t.Parallel()
	_, err := Parse("s.yaml", []byte(start+"  - {do: account.invit}\n"), vocabulary(t))
	var faults Faults
	require.ErrorAs(t, err, &faults)
	assert.Equal(t, `s.yaml:4:10: there is no command "account.invit"; the nearest is "account.invite"
     4 |   - {do: account.invit}
       |          ^`, faults[0].String())

	_, err = Parse("s.yaml", []byte(start+"  - {do: account.invite, note: "+strings.Repeat("é", 300)+", wth: {}}\n"), vocabulary(t))
	require.ErrorAs(t, err, &faults)
	lines := strings.Split(faults[0].String(), "\n")
	require.Len(t, lines, 3)
	assert.Equal(t, "wth:", string([]rune(lines[1])[len([]rune(lines[2]))-1:][:4]), "the caret stands under the fault in a line that is cut")
}
