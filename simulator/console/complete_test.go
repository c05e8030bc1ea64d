package console

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seatbook/seatbook/simulator/report"
)

func TestComplete(t *testing.T) {
	t.Parallel()
	s, out := session(t, report.Options{})
	run(
		t, s, out, "account.create_team team=acme owner=ada@acme.test", "as ada@acme.test", "billing.add_payment_method kind=card token=tok_1",
		"billing.purchase team=acme product=autocad seats=2 term=annual", "account.invite team=acme email=\"Bob <bob@acme.test>\"", "mark bought", "mark by now", "fork late", "switch main",
	)
	cases := []struct {
		name string
		// text has a bar where the cursor is.
		text string
		// words are all that are offered, or the first before three dots.
		words []string
	}{
		{"words of the session, then modules", "|", []string{"+", "to ", "back ", "mark ", "rewind ", "fork ", "branches", "..."}},
		{"what begins so", "b|", []string{"back ", "branches", "billing."}},
		{"commands of a module", "account.in|", []string{"account.invitations ", "account.invite "}},
		{"behind a verb, commands alone", "preview billing.subs|", nil},
		{"queries alone", "ask billing.subs|", []string{"billing.subscription ", "billing.subscription_export ", "billing.subscription_report ", "billing.subscriptions "}},
		{"modules behind a verb", "ask fl|", []string{"flex."}},
		{"fields, those that are needed first", "account.invite |", []string{"team=", "email=", "role=", "products=", "groups=", "subscription="}},
		{"fields that are left", "account.invite email=x team=acme |", []string{"role=", "products=", "groups=", "subscription="}},
		{"a field that is begun", "preview account.invite r|", []string{"role="}},
		{"words of a field", "account.invite role=s|", []string{"secondary", "sso"}},
		{"true and false", "billing.set_auto_renew on=|", []string{"true", "false"}},
		{"teams", "account.invite team=|", []string{"acme"}},
		{"people", "account.remove_member user=|", []string{"ada@acme.test", "bob@acme.test"}},
		{"products", "billing.purchase product=autocad-|", []string{"autocad-lt"}},
		{"products in a list", "account.invite products=[maya, autocad-|", []string{"autocad-lt"}},
		{"what is saved for a field", "billing.add_seats subscription=|", []string{"$subscription"}},
		{"whatever is saved", "billing.add_seats subscription=$i|", []string{"$invitation", "$invoice"}},
		{"fields in braces", "account.invite {team: acme, |", []string{"email: ", "role: ", "products: ", "groups: ", "subscription: "}},
		{"values in braces", "account.invite {team: acme, role: g|", []string{"guest"}},
		{"values in a list in braces", "account.invite {products: [autocad-|", []string{"autocad-lt"}},
		{"behind a list", "account.invite {products: [maya], r|", []string{"role: "}},
		{"keys of a step", "{w|", []string{"with: ", "want: "}},
		{"the command of a step", "{do: account.invi|", []string{"account.invite"}},
		{"the fields of a step", "{do: account.invite, with: {e|", []string{"email: "}},
		{"the values of a step", "{do: account.invite, by: b|", []string{"bob@acme.test"}},
		{"the result of a step", "{do: account.invite, want: {invitation: {stat|", []string{"status: "}},
		{"words of a result", "{do: account.invite, want: {invitation: {role: gu|", []string{"guest"}},
		{"marks", "rewind b|", []string{"bought", "by now"}},
		{"marks to branch off from", "fork more from b|", []string{"bought", "by now"}},
		{"no name for a branch", "fork |", nil},
		{"branches", "switch |", []string{"main line", "late"}},
		{"who acts", "as o|", []string{"operator"}},
		{"parameters", "set invitation-|", []string{"invitation-life=", "invitation-purge="}},
		{"rules", "rules BIL-2|", []string{"BIL-2", "BIL-20", "BIL-21", "..."}},
		{"help", "help for|", []string{"fork"}},
		{"paths of a result", "keep sub=invitation.s|", []string{"invitation.sent", "invitation.status"}},
		{"files", "load testdata/sess|", []string{"testdata/sessions"}},
		{"nothing for what is not there", "account.nothing team=|", nil},
		{"nothing behind text", "mark a|", nil},
		{"the middle of a line", "account.invite ro| team=acme", []string{"role="}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			before, after, _ := strings.Cut(c.text, "|")
			head, words, tail := s.Complete(before+after, len([]rune(before)))
			assert.Equal(t, after, tail)
			assert.True(t, strings.HasPrefix(before, head))
			if n := len(c.words); n > 0 && c.words[n-1] == "..." {
				assert.Greater(t, len(words), n-1)
				words = append(words[:n-1:n-1], "...")
			}
			assert.Equal(t, c.words, words)
			for _, word := range words {
				assert.True(t, word == "..." || strings.HasPrefix(head+word, before), "%q goes on from %q", head+word, before)
			}
		})
	}
}

// FuzzComplete completes wherever the cursor may be.
func FuzzComplete(f *testing.F) {
	for _, text := range []string{"account.invite team=acme products=[a, ", `{do: x, with: {"a": 'b`, "{{{[[", "ask flex. ", "a=b=c ", "\xff|", "keep x=", "fork a from "} {
		f.Add(text, len(text))
	}
	s, _ := session(f, report.Options{})
	f.Fuzz(func(t *testing.T, text string, pos int) {
		if strings.HasPrefix(strings.TrimSpace(text), "load") || strings.HasPrefix(strings.TrimSpace(text), "save") {
			return
		}
		head, words, tail := s.Complete(text, pos)
		assert.LessOrEqual(t, len(head)+len(tail), len(string([]rune(text))))
		for _, word := range words {
			assert.NotEmpty(t, word)
		}
	})
}
