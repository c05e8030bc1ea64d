package notice

import (
	"embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"

	"github.com/seatbook/seatbook/account"
)

// Message is a notice as people read it.
type Message struct {
	// Subject is one line, without an end of line.
	Subject string
	// Body is plain text. Its paragraphs have an empty line between them.
	Body string
}

var (
	// ErrKind is what a notice gets whose kind has no text.
	ErrKind = errors.New("notice: there is no text")
	// ErrLanguage is what a notice gets in a language that nothing is written in.
	ErrLanguage = errors.New("notice: nothing is written in this language")
	// ErrFacts is what a notice gets that lacks a fact its text tells, or whose
	// fact cannot be read.
	ErrFacts = errors.New("notice: the text cannot be filled")
)

//go:embed texts/*.json
var files embed.FS

// wording is the texts of one language.
type wording struct {
	localizer *i18n.Localizer
	forms     template.Parser
	kinds     []account.NoticeKind
}

// wordings are never changed once they are made.
var wordings = map[account.Language]*wording{
	account.English: load(english),
	account.French:  load(french),
}

// load reads the texts of a language. They are part of the program, so that one
// that cannot be read is a fault of it.
func load(d dialect) *wording {
	bundle := i18n.NewBundle(d.tag)
	file, err := bundle.LoadMessageFileFS(files, fmt.Sprintf("texts/%s.json", d.tag))
	if err != nil {
		panic(fmt.Sprintf("notice: the texts in %s cannot be read: %v", d.tag, err))
	}
	w := &wording{localizer: i18n.NewLocalizer(bundle, d.tag.String())}
	for _, m := range file.Messages {
		if kind, ok := strings.CutSuffix(m.ID, subject); ok {
			w.kinds = append(w.kinds, account.NoticeKind(kind))
		}
	}
	slices.Sort(w.kinds)
	w.forms = &forms{template.TextParser{Option: "missingkey=error", Funcs: d.funcs(w)}}
	return w
}

// forms reads templates once: those of a language always get the same functions.
type forms struct{ template.TextParser }

// Cacheable reports that a template may be kept once it was read.
func (*forms) Cacheable() bool { return true }

// The two texts of a kind have its name with one of these behind it.
const (
	subject = ".subject"
	body    = ".body"
)

// Kinds returns the kinds that have a text, in alphabetical order.
func Kinds() []account.NoticeKind { return slices.Clone(wordings[account.English].kinds) }

// Text returns the notice in its language, English where it names none. The
// facts are taken as they are, but for characters that no line of a mail has,
// which become spaces. Where no fact names the team, its handle does.
//
// A kind without a text is an [ErrKind], so that a host can word notices of its
// own; another language is an [ErrLanguage]; a fact that is missing or cannot
// be read is an [ErrFacts] that names it.
func Text(n account.Notice) (Message, error) {
	language := n.Language
	if language == "" {
		language = account.English
	}
	w := wordings[language]
	if w == nil {
		return Message{}, fmt.Errorf("%w: %q", ErrLanguage, language)
	}
	if _, found := slices.BinarySearch(w.kinds, n.Kind); !found {
		return Message{}, fmt.Errorf("%w for the kind %q", ErrKind, n.Kind)
	}
	facts := factsOf(n)
	s, err := w.say(string(n.Kind)+subject, facts, nil)
	if err != nil {
		return Message{}, err
	}
	b, err := w.say(string(n.Kind)+body, facts, nil)
	return Message{Subject: s, Body: b}, err
}

// say fills one text. The count, where there is one, chooses its plural form.
func (w *wording) say(id string, facts map[string]string, count any) (string, error) {
	said, err := w.localizer.Localize(&i18n.LocalizeConfig{
		MessageID: id, TemplateData: facts, PluralCount: count, TemplateParser: w.forms,
	})
	if err != nil {
		return "", fmt.Errorf("%w: %s: %w", ErrFacts, id, err)
	}
	return said, nil
}

// factsOf returns the facts that a text can name.
func factsOf(n account.Notice) map[string]string {
	facts := map[string]string{}
	if n.Stream != "" && !n.Stream.IsPerson() {
		facts["team"] = string(n.Stream)
	}
	maps.Copy(facts, n.Facts)
	for name, fact := range facts {
		facts[name] = strings.Map(inLine, fact)
	}
	return facts
}

// inLine puts a space where a character would end a line or steer a terminal,
// so that a name cannot add a header to a mail.
func inLine(r rune) rune {
	if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
		return ' '
	}
	return r
}
