package rule_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/rule"
)

func TestActors(t *testing.T) {
	t.Parallel()
	ada := rule.ByEmail(" Ada@Acme.Test ")
	require.Equal(t, "ada@acme.test", ada.Email())
	require.Equal(t, "ada@acme.test", ada.String())
	require.Equal(t, rule.PersonOf("ada@acme.test"), ada.Person())
	require.False(t, ada.IsOperator())
	require.Equal(t, rule.ByEmail("ADA@acme.test"), ada, "one address is one person")

	require.True(t, rule.Operator.IsOperator())
	require.Equal(t, "operator", rule.Operator.String())
	require.Empty(t, rule.Operator.Person())
	require.Empty(t, rule.Operator.Email())

	for _, nobody := range []rule.Actor{{}, rule.ByEmail(""), rule.ByEmail("operator"), rule.ByEmail("~abc"), rule.ByEmail("a@b, c@d")} {
		require.Equal(t, rule.Actor{}, nobody)
		require.Equal(t, "nobody", nobody.String())
		require.Empty(t, nobody.Person())
		require.False(t, nobody.IsOperator())
	}
}

func TestAPersonsIdentifierTellsNothingOfTheAddress(t *testing.T) {
	t.Parallel()
	id := rule.PersonOf("ada@acme.test")
	require.Regexp(t, `^~[a-km-np-z2-9]{16}$`, string(id))
	require.True(t, id.Stream().IsPerson())
	require.False(t, rule.Stream("acme").IsPerson())
	require.NotContains(t, string(id), "ada")
	require.NotEqual(t, id, rule.PersonOf("ada@acme.tes"))
	require.Equal(t, id, rule.PersonOf("ada@acme.test"), "it is the same in every process")
	require.Equal(t, rule.Person("~iva7iut7hx2dxvux"), id, "it stands in journals and must never change")
}

var goodAddresses = []struct{ text, name, address string }{
	{"ada@acme.test", "", "ada@acme.test"},
	{"Ada@ACME.Test", "", "ada@acme.test"},
	{"  ada@acme.test\t\n", "", "ada@acme.test"},
	{"<ada@acme.test>", "", "ada@acme.test"},
	{"Ada Lovelace <Ada@Acme.test>", "Ada Lovelace", "ada@acme.test"},
	{" Ada   Lovelace <ada@acme.test> ", "Ada Lovelace", "ada@acme.test"},
	{`"Lovelace, Ada" <ada@acme.test>`, "Lovelace, Ada", "ada@acme.test"},
	{"Zoë Müller <zoe@acme.test>", "Zoë Müller", "zoe@acme.test"},
	{"=?utf-8?q?Zo=C3=AB?= <zoe@acme.test>", "Zoë", "zoe@acme.test"},
	{"ada+seats@acme.test", "", "ada+seats@acme.test"},
	{"o'hara_1.2-3@acme.co.test", "", "o'hara_1.2-3@acme.co.test"},
	{"josé@acme.test", "", "josé@acme.test"},
	{"JOSÉ@acme.test", "", "josé@acme.test"},
	{"ada@localhost", "", "ada@localhost"},
	{`"ada"@acme.test`, "", "ada@acme.test"},
	{strings.Repeat("a", rule.MaxAddress-len("@acme.test")) + "@acme.test", "", strings.Repeat("a", rule.MaxAddress-len("@acme.test")) + "@acme.test"},
	{strings.Repeat("n", rule.MaxName) + " <ada@acme.test>", strings.Repeat("n", rule.MaxName), "ada@acme.test"},
}

var badAddresses = []string{
	"", " ", "ada", "@", "ada@", "@acme.test", "ada@acme@test", "ada@acme..test", "ada@acme.test.", ".ada@acme.test", "a..b@acme.test",
	"ada @acme.test", "ada@acme.test, bob@acme.test", "ada@acme.test bob@acme.test", "<ada@acme.test", "ada@acme.test>",
	"Ada Lovelace ada@acme.test", "Ada <ada>", "ada@acme.test\x00", "\x00@acme.test", "ada\n@acme.test", "\xff@acme.test", "~abc", "operator",
	strings.Repeat("a", rule.MaxAddress+1-len("@acme.test")) + "@acme.test",
	strings.Repeat("n", rule.MaxName+1) + " <ada@acme.test>",
	// These would not be read again as they are kept.
	`"a b"@acme.test`, `"a..b"@acme.test`, `"a@b"@acme.test`, `"a<b"@acme.test`, "\"a\tb\"@acme.test", `"a\"b"@acme.test`,
	strings.Repeat("Ⱥ", 110) + "@acme.test", // In lower case it is longer.
	// Lower case would make another's address of these: they hold a kelvin sign and a dotted capital I.
	"\u212aim@acme.test", "\u0130da@acme.test",
	// A name is one line.
	"=?utf-8?q?Ada=0ABcc?= <ada@acme.test>", "=?utf-8?q?Ada=00?= <ada@acme.test>",
}

func TestAddressesAreRead(t *testing.T) {
	t.Parallel()
	for _, c := range goodAddresses {
		t.Run(fmt.Sprintf("%.40q", c.text), func(t *testing.T) {
			t.Parallel()
			name, address, err := rule.ParseAddress(c.text)
			require.NoError(t, err)
			require.Equal(t, c.name, name)
			require.Equal(t, c.address, address)

			name, email, person, err := rule.Address(c.text).Parts()
			require.NoError(t, err)
			require.Equal(t, c.name, name)
			require.Equal(t, c.address, email)
			require.Equal(t, rule.PersonOf(c.address), person)
			require.Equal(t, person, rule.Address(c.text).Person())
			require.Equal(t, person, rule.Address(email).Person(), "what is kept names the same person")
		})
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range badAddresses {
		t.Run(fmt.Sprintf("%.40q", text), func(t *testing.T) {
			t.Parallel()
			_, address, err := rule.ParseAddress(text)
			require.Error(t, err)
			require.Empty(t, address)
			require.Less(t, len(err.Error()), 500)
			_, _, person, err := rule.Address(text).Parts()
			require.ErrorIs(t, err, rule.Invalid)
			require.Same(t, rule.AddressRule, rule.AsRefusal(err).Rule)
			require.Empty(t, person)
			require.Empty(t, rule.Address(text).Person())
			require.Equal(t, rule.Actor{}, rule.ByEmail(text))
		})
	}
}

func TestAJournalDoesNotHoldAddresses(t *testing.T) {
	t.Parallel()
	type command struct {
		User rule.Address `json:"user"`
		Also rule.Address `json:"also,omitempty"`
	}
	person := string(rule.PersonOf("ada@acme.test"))
	cases := []struct{ name, text, want string }{
		{"an address", "ada@acme.test", person},
		{"the same address", " ADA@acme.test ", person},
		{"a full name before it", "Ada Lovelace <ada@acme.test>", person + "+"},
		{"an identifier", person, person},
		{"an identifier with a name", person + "+", person + "+"},
		{"no address", "ada", "ada"},
		{"nothing", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			data, err := json.Marshal(command{User: rule.Address(c.text)})
			require.NoError(t, err)
			require.JSONEq(t, fmt.Sprintf(`{"user":%q}`, c.want), string(data))
			var read command
			require.NoError(t, json.Unmarshal(data, &read))
			require.Equal(t, rule.Address(c.want), read.User)
			again, err := json.Marshal(read)
			require.NoError(t, err)
			require.Equal(t, data, again, "what is journalled stays as it is")
		})
	}
	for _, c := range goodAddresses {
		text, err := rule.Address(c.text).MarshalText()
		require.NoError(t, err)
		require.NotContains(t, string(text), "@")
		if c.name != "" {
			require.NotContains(t, string(text), c.name)
		}
	}
	var taken rule.Address
	require.NoError(t, taken.UnmarshalText([]byte(" Ada <ada@acme.test>")))
	require.Equal(t, rule.Address(" Ada <ada@acme.test>"), taken)
}

func TestASecretIsKeptAsItsHash(t *testing.T) {
	t.Parallel()
	const hash = "sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b" // printf secret | sha256sum
	require.Equal(t, hash, rule.Secret("secret").Hash())
	require.Equal(t, hash, rule.Secret(hash).Hash(), "the hash of a hash is itself")
	require.True(t, rule.Secret(hash).IsHash())
	require.False(t, rule.Secret("secret").IsHash())
	require.False(t, rule.Secret("").IsHash())
	require.NotEqual(t, hash, rule.Secret("Secret").Hash())

	data, err := json.Marshal(map[string]rule.Secret{"word": "secret", "none": ""})
	require.NoError(t, err)
	require.JSONEq(t, `{"word":"`+hash+`","none":""}`, string(data))
	var s rule.Secret
	require.NoError(t, json.Unmarshal([]byte(`"secret"`), &s))
	require.Equal(t, rule.Secret("secret"), s)
}

func FuzzParseAddress(f *testing.F) {
	for _, c := range goodAddresses {
		f.Add(c.text)
	}
	for _, text := range badAddresses {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, address, err := rule.ParseAddress(text)
		journalled, bad := rule.Address(text).MarshalText()
		require.NoError(t, bad)
		if err != nil {
			require.Empty(t, address)
			require.Empty(t, rule.Address(text).Person())
			return
		}
		require.Equal(t, strings.ToLower(strings.TrimSpace(address)), address)
		require.LessOrEqual(t, len(address), rule.MaxAddress)
		require.LessOrEqual(t, len(name), rule.MaxName)
		require.Equal(t, -1, strings.IndexFunc(name+address, unicode.IsControl), "%q %q", name, address)
		none, again, err := rule.ParseAddress(address)
		require.NoError(t, err, "what is kept can be read")
		require.Equal(t, address, again)
		require.Empty(t, none)
		require.Equal(t, rule.PersonOf(address), rule.Address(text).Person())
		require.Equal(t, rule.ByEmail(address), rule.ByEmail(text))
		require.NotContains(t, string(journalled), "@")
	})
}

// The short way to read an address comes to the same as the long one.
func FuzzPlainAddress(f *testing.F) {
	for _, text := range []string{"ada@acme.test", "a.b+c@d-e.f", "a..b@c", ".a@b", "a@b.", "a@", "@b", "a@b@c", "a_b@c_d", "A@b", "a@-"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, address, err := rule.ParseAddress(text)
		long, again, errLong := rule.ParseAddress("<" + text + ">")
		if err == nil && name == "" && address == text {
			require.NoError(t, errLong, "taken alone and refused in brackets")
			require.Equal(t, address, again)
			require.Empty(t, long)
		}
	})
}
