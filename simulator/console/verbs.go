package console

import (
	"context"
	"fmt"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator/report"
)

// verb is a word of the session itself.
type verb struct {
	name, alias string
	// args is what stands behind it; empty is nothing.
	args string
	// says is what it does, in a line; more is the rest of its help.
	says, more string
	examples   []string
	run        func(s *Session, ctx context.Context, line, rest string) error
}

// verbs are the words of the session, in the order of the help.
func verbs() []verb {
	return append([]verb{
		{name: "+", args: "SPAN", says: "lets time go by", more: "What is due on the way is done at its own instant.", examples: []string{"+30d", "+3mo", "+29d23h59m59s"}, run: func(s *Session, ctx context.Context, _, rest string) error { return s.forward(ctx, rest) }},
		{name: "to", args: "INSTANT", says: "goes forward to an instant, or to midnight of a date", examples: []string{"to 2026-03-01", "to 2026-03-01T09:00:00Z"}, run: (*Session).to},
		{name: "back", args: "SPAN | INSTANT", says: "goes back in time, and drops what came after", more: "Where steps are dropped, the saved file has a mark there and goes back to it.", examples: []string{"back 7d", "back 2026-01-05"}, run: (*Session).back},
		{name: "mark", args: "NAME", says: "names the present", examples: []string{"mark bought"}, run: (*Session).mark},
		{name: "rewind", args: "NAME", says: "goes back to a mark, and drops what came after", examples: []string{"rewind bought"}, run: (*Session).rewind},
		{name: "fork", args: "NAME [from MARK]", says: "begins a branch, here or at a mark, and goes there", more: "The line it leaves stays as it is.", examples: []string{"fork late", "fork not renewed from bought"}, run: (*Session).fork},
		{name: "branches", says: "lists the branches", run: (*Session).branches},
		{name: "switch", args: "NAME", says: "goes on on another branch, or on the main line", examples: []string{"switch late", "switch main line"}, run: (*Session).switchTo},
		{name: "undo", says: "takes back the last step, or the last time that went by", more: "Unlike after \"back\" and \"rewind\", the saved file does not have it.", run: (*Session).undo},
	}, append(verbsOfSteps(), verbsOfFiles()...)...)
}

func verbsOfSteps() []verb {
	return []verb{
		{name: "as", args: "ADDRESS | operator", says: "says who acts", more: "Operator is the embedding service itself, which may do anything.", examples: []string{"as ada@acme.test", "as operator"}, run: (*Session).as},
		{name: "do", args: "COMMAND", says: "runs a command; the word can be left out", more: stepHelp, examples: []string{"account.invite team=acme email=bob@acme.test", "billing.purchase {team: acme, product: autocad, seats: 2, term: annual}"}, run: (*Session).spoken},
		{name: "ask", args: "QUERY", says: "asks a query; the word can be left out", more: stepHelp, examples: []string{"licensing.seats team=acme product=autocad"}, run: (*Session).spoken},
		{name: "preview", args: "COMMAND", says: "shows what a command would come to, and keeps nothing of it", more: stepHelp, examples: []string{"preview billing.add_seats subscription=$subscription seats=2"}, run: (*Session).spoken},
		{name: "why", says: "shows the rules behind the last line, with parameters and figures", run: (*Session).why},
		{name: "show", says: "shows the last result in full", run: (*Session).show},
		{name: "keep", args: "NAME=PATH", says: "saves a part of the last result under a name", more: "Identifiers and secrets are given names unasked; later lines write $NAME.", examples: []string{"keep sub=subscription.id"}, run: (*Session).keepPart},
		{name: "state", alias: "now", says: "says where the session stands", run: (*Session).state},
		{name: "set", args: "PARAMETER=VALUE", says: "gives a rule's parameter another value, before the first step", examples: []string{"set invitation-life=14d"}, run: (*Session).set},
		{name: "rules", args: "[ID]", says: "shows a rule with its parameters in force, or lists all", examples: []string{"rules BIL-6"}, run: (*Session).rules},
	}
}

const stepHelp = "Fields stand as NAME=VALUE, with quotes around values that have spaces, or in {…} as below \"with\" in scenario files; so does a whole step, as in {do: …, with: …, want: …}."

func verbsOfFiles() []verb {
	return []verb{
		{name: "save", args: "[over] FILE", says: "writes it all as a scenario file, which comes out as written", more: "Each step has its instant, who acts, and what came out. Without a file it is the one loaded or saved last.", examples: []string{"save bought.yaml", "save over bought.yaml"}, run: (*Session).save},
		{name: "load", args: "FILE", says: "lives through a scenario file and goes on from its end", more: "What was done before is dropped.", examples: []string{"load examples/scenarios/overlap.yaml"}, run: (*Session).load},
		{name: "help", args: "[TOPIC]", says: "says what there is, or explains a word, a command, a query or a rule", examples: []string{"help fork", "help account.invite"}, run: (*Session).help},
		{name: "quit", alias: "exit", says: "ends the session", run: func(*Session, context.Context, string, string) error { return ErrQuit }},
	}
}

// spoken does a step whose line begins with "do", "ask" or "preview".
func (s *Session) spoken(ctx context.Context, line, _ string) error { return s.step(ctx, line) }

// help explains a word, or lists all.
func (s *Session) help(ctx context.Context, _, topic string) error {
	if topic == "" {
		s.helpAll()
		return nil
	}
	if signature, found := s.signatures[topic]; found {
		s.write(report.Signature(signature))
		return nil
	}
	if s.config.Vocabulary.CheckRule(strings.ToUpper(topic)) == nil {
		return s.rules(ctx, "", topic)
	}
	names := verbNames()
	for _, v := range verbs() {
		if v.name == topic || v.alias == topic {
			s.helpOn(v)
			return nil
		}
	}
	for name := range s.signatures {
		names = append(names, name)
	}
	return fmt.Errorf("there is no help on %s%s", quote(topic), nearest(topic, names))
}

func (s *Session) helpAll() {
	width := 0
	for _, v := range verbs() {
		width = max(width, len(v.usage()))
	}
	for _, v := range verbs() {
		s.say("  %-*s  %s", width, v.usage(), v.says)
	}
	s.say("A command or a query is its name with its fields: account.invite team=acme email=bob@acme.test")
	s.say("\"help WORD\" has more on a word, a command, a query or a rule.")
}

func (s *Session) helpOn(v verb) {
	s.say("%s: %s.", v.usage(), v.says)
	if v.alias != "" {
		s.say("%q is the same.", v.alias)
	}
	if v.more != "" {
		s.write(report.Indented(v.more, ""))
	}
	for _, example := range v.examples {
		s.say("    %s", example)
	}
}

func (v verb) usage() string {
	if v.name == "+" {
		return v.name + v.args
	}
	return strings.TrimSpace(v.name + " " + v.args)
}

// rules shows one rule, or lists all.
func (s *Session) rules(_ context.Context, _, id string) error {
	book := s.play.Timeline().World().Engine().Book()
	if id != "" {
		if err := s.config.Vocabulary.CheckRule(strings.ToUpper(id)); err != nil {
			return err
		}
		s.write(report.Rule(book.Rule(strings.ToUpper(id)), book))
		return nil
	}
	for _, r := range book.Rules() {
		s.say("%-7s %s", r.ID, firstSentence(r))
	}
	return nil
}

func firstSentence(r *rule.Rule) string {
	text, _, _ := strings.Cut(r.Text, ". ")
	return strings.TrimSuffix(text, ".")
}
