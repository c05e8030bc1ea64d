package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/report"
)

// ErrQuit is what Run returns for a line that ends the session.
var ErrQuit = errors.New("console: the session is over")

// MaxLine is how many bytes a line can have.
const MaxLine = 1 << 20

// Config is what a session is made with.
type Config struct {
	// Vocabulary is what can be said.
	Vocabulary *simulator.Vocabulary
	// Play is what the session goes on from.
	Play *simulator.Play
	// File is the scenario file that the play was loaded from; empty is none.
	File string
	// Out is what the session writes to.
	Out io.Writer
	// Report says how lines are written. Its Explain is not looked at.
	Report report.Options
}

// Session is one session. It is used by one goroutine at a time.
type Session struct {
	config Config
	play   *simulator.Play
	lines  *report.Follower
	out    io.Writer
	// actor is who acts; empty is the operator.
	actor string
	// file is what "save" writes without a name.
	file string
	// own are the files that this session loaded or saved.
	own map[string]bool
	// signatures are the commands and queries by name.
	signatures map[string]simulator.Signature
	seen       seen
}

// New begins a session.
func New(config Config) *Session {
	s := &Session{config: config, out: config.Out, file: config.File, own: map[string]bool{config.File: true}, signatures: map[string]simulator.Signature{}}
	for _, one := range config.Vocabulary.Signatures() {
		s.signatures[one.Name] = one
	}
	s.goOn(config.Play)
	return s
}

// goOn goes on with a play.
func (s *Session) goOn(play *simulator.Play) {
	s.play, s.seen = play, newSeen(play.Scenario())
	s.lines = report.NewFollower(s.out, s.config.Report)
	result, _ := play.Result()
	s.seen.meet(result.Records)
}

// Prompt is what stands before the next line: the instant, the branch, who acts.
func (s *Session) Prompt() string {
	layout := "2006-01-02 15:04"
	if s.play.Now().Second() != 0 {
		layout = "2006-01-02 15:04:05"
	}
	parts := []string{s.play.Now().Format(layout)}
	if branch := s.play.Branch(); branch != simulator.MainLine {
		parts = append(parts, "["+clean(branch)+"]")
	}
	if s.actor != "" {
		parts = append(parts, s.actor)
	}
	return strings.Join(parts, " ") + "> "
}

// Run does what a line says and writes what comes of it. Of a line that is
// refused, by the session or by a rule, it writes why and returns that. What is
// interrupted by the context leaves nothing. For "quit" it returns [ErrQuit].
func (s *Session) Run(ctx context.Context, line string) error {
	err := s.run(ctx, line)
	switch {
	case err == nil || errors.Is(err, ErrQuit):
		return err
	case ctx.Err() != nil:
		s.say("interrupted: nothing of it is kept")
		return ctx.Err()
	}
	s.refuse(err)
	return err
}

func (s *Session) run(ctx context.Context, line string) error {
	if len(line) > MaxLine {
		return fmt.Errorf("the line has more than %d bytes", MaxLine)
	}
	text := strings.TrimSpace(line)
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case text == "" || strings.HasPrefix(text, "#"):
		return nil
	case strings.HasPrefix(text, "+"):
		return s.forward(ctx, strings.TrimSpace(text[1:]))
	case strings.HasPrefix(text, "{"), strings.Contains(word, "."), s.signatures[word].Name != "":
		return s.step(ctx, text)
	case strings.HasPrefix(text, "-"):
		return fmt.Errorf("time goes back by \"back %s\"", strings.TrimSpace(text[1:]))
	}
	for _, verb := range verbs() {
		if verb.name == word || verb.alias == word {
			if rest != "" && verb.args == "" {
				return fmt.Errorf("%q takes nothing behind it", word)
			}
			return verb.run(s, ctx, text, rest)
		}
	}
	return s.unknown(word)
}

// unknown says which word comes nearest to one that says nothing here.
func (s *Session) unknown(word string) error {
	names := verbNames()
	for _, one := range s.config.Vocabulary.Signatures() {
		if strings.HasSuffix(one.Name, "."+word) {
			return fmt.Errorf("there is no %q; the nearest is %q", word, one.Name)
		}
		names = append(names, one.Name)
	}
	return fmt.Errorf("there is no %s; the nearest is %q, and \"help\" says what there is", quote(word), rule.Nearest(word, names))
}

// say writes a line.
func (s *Session) say(format string, args ...any) {
	fmt.Fprintln(s.out, clean(fmt.Sprintf(format, args...))) //nolint:errcheck // the terminal is gone, and so is who reads it
}

// write writes text of several lines.
func (s *Session) write(text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		s.say("%s", line)
	}
}

// refuse says why a line is refused, and where in it the fault is.
func (s *Session) refuse(err error) {
	var faults simulator.Faults
	if !errors.As(err, &faults) {
		s.write("refused: " + err.Error())
		return
	}
	for _, f := range faults {
		if f.File != "line" {
			s.write("refused: " + f.String())
			continue
		}
		s.say("refused: %s", f.Text)
		if f.Excerpt != "" {
			s.say("    %s", f.Excerpt)
			s.say("    %s^", strings.Repeat(" ", f.Caret))
		}
	}
}

// news writes what the last line brought. With explain, the rules come with it.
func (s *Session) news(explain bool) error {
	result, heard := s.play.Result()
	s.seen.meet(result.Records[heard:])
	return s.lines.Write(result, heard, explain)
}

// zone is that of the scenario.
func (s *Session) zone() *time.Location { return s.play.Scenario().Zone }

// clean takes out of a text what would steer a terminal.
func clean(text string) string { return report.Clean(text) }

// quote shows what was typed, cut to a length that fits a line.
func quote(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return fmt.Sprintf("%q…", string(runes[:most]))
	}
	return fmt.Sprintf("%q", text)
}
