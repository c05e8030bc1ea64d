package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/peterh/liner"

	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/console"
	"github.com/seatbook/seatbook/simulator/report"
)

// replCommand is "seatsim repl".
type replCommand struct {
	File    string   `arg:"" optional:"" help:"Scenario file to live through first."`
	Start   string   `placeholder:"INSTANT" default:"2026-01-05T09:00:00Z" help:"The first instant of a session without a file: RFC 3339, or a date."`
	Zone    string   `placeholder:"NAME" help:"The time zone of a session without a file."`
	Catalog string   `placeholder:"FILE" help:"What is sold in a session without a file; left out, the sample."`
	Seed    int64    `help:"What the secrets of a session without a file are made from."`
	Set     []string `placeholder:"NAME=VALUE" sep:"none" help:"Another value of a rule's parameter. May be given again."`
	Strict  bool     `help:"Exit with 1 if a line was refused, where lines do not come from a terminal."`
	NoColor bool     `help:"Use no colours. The variable NO_COLOR does the same."`
}

// Help is what "seatsim repl --help" adds.
func (replCommand) Help() string {
	return `Type what somebody does, as in: account.invite team=acme email=bob@acme.test. Let time go by with +30d, go back with back 7d, branch off with fork NAME, ask why, and save it all as a scenario file. "help" says what there is; the tabulator completes.

Where standard input is no terminal, lines are read from it. Exits with 0, with 1 if a line was refused under --strict or it was interrupted, and with 2 if a file or a flag is wrong.`
}

// Run runs a session, on a terminal or on lines.
func (c *replCommand) Run(t *terminal) error {
	session, err := c.session(t)
	if err != nil {
		return err
	}
	if _, ok := descriptor(t.in); ok {
		if _, ok := descriptor(t.out); ok {
			return c.edit(t, session)
		}
	}
	return c.read(t, session)
}

// session begins with a file, or with nothing.
func (c *replCommand) session(t *terminal) (*console.Session, error) {
	vocabulary, err := simulator.Everything()
	if err != nil {
		return nil, err
	}
	policy, fine := policyOf(t, vocabulary, "--set", c.Set)
	if !fine {
		// Nothing is lived through, but the rest is looked at.
		c.look(t, vocabulary)
		return nil, exit(exitFaults)
	}
	play, err := c.play(t, vocabulary, policy)
	if err != nil {
		t.faults(err)
		return nil, exit(exitFaults)
	}
	options := (&runCommand{NoColor: c.NoColor}).options(t, false)
	return console.New(console.Config{Vocabulary: vocabulary, Play: play, File: c.File, Out: t.out, Report: report.Options{Width: options.Width, Color: options.Color}}), nil
}

// check says what is wrong, and begins no session.
func (c *replCommand) check(t *terminal) {
	if vocabulary, err := simulator.Everything(); err == nil {
		policyOf(t, vocabulary, "--set", c.Set)
		c.look(t, vocabulary)
	}
}

// look says what is wrong with the file, or with what stands in for one.
func (c *replCommand) look(t *terminal, vocabulary *simulator.Vocabulary) {
	if c.File != "" {
		loadAll(t, vocabulary, []string{c.File}, nil)
	} else if _, err := c.play(t, vocabulary, nil); err != nil {
		t.faults(err)
	}
}

func (c *replCommand) play(t *terminal, vocabulary *simulator.Vocabulary, policy map[string]string) (*simulator.Play, error) {
	if c.File != "" {
		return simulator.LoadPlay(t, c.File, policy, vocabulary)
	}
	return simulator.NewPlay("session.yaml", simulator.Draft{
		Name: "a session", Start: c.Start, Zone: c.Zone, Seed: c.Seed, Catalog: c.Catalog, Policy: policy,
	}, vocabulary)
}

// read takes lines from standard input, without prompts.
func (c *replCommand) read(t *terminal, session *console.Session) error {
	lines := make(chan lineRead)
	// Whoever waits for a line can be interrupted all the same.
	go func() {
		r := bufio.NewReaderSize(t.in, 1<<16)
		for {
			line, err := nextLine(r)
			select {
			case lines <- lineRead{line, err}:
			case <-t.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	refused := false
	for {
		var line lineRead
		select {
		case <-t.Done():
			return t.interrupted("")
		case line = <-lines:
		}
		said := session.Run(t, line.text)
		refused = refused || said != nil && !errors.Is(said, console.ErrQuit)
		switch {
		case line.err != nil && !errors.Is(line.err, io.EOF):
			return line.err
		case errors.Is(said, console.ErrQuit) || line.err != nil:
			if refused && c.Strict {
				return exit(exitOtherwise)
			}
			return nil
		}
	}
}

// lineRead is a line that was read, or the end, before which there can be a line too.
type lineRead struct {
	text string
	err  error
}

// nextLine reads a line, of which it keeps one byte more than a line can have.
func nextLine(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part[:min(len(part), console.MaxLine+1-len(line))]...)
		if err == nil || !errors.Is(err, bufio.ErrBufferFull) {
			return string(line), err
		}
	}
}

// edit takes lines from a terminal: with a prompt, completion and a history.
func (c *replCommand) edit(t *terminal, session *console.Session) error {
	// While a line is edited, Ctrl-C is a key. While one is run it interrupts that,
	// and not the command. Who is told to end, ends either way.
	base, cancel := context.WithCancel(context.WithoutCancel(t))
	defer cancel()
	interrupts, ends := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	signal.Notify(ends, syscall.SIGTERM)
	defer signal.Stop(interrupts)
	defer signal.Stop(ends)
	ended := make(chan struct{})
	go func() {
		select {
		case <-ends:
			close(ended)
			cancel()
		case <-base.Done():
		}
	}()

	editor := liner.NewLiner()
	defer editor.Close() //nolint:errcheck // the terminal is as it was, or gone
	editor.SetCtrlCAborts(true)
	editor.SetTabCompletionStyle(liner.TabPrints)
	editor.SetWordCompleter(session.Complete)
	fmt.Fprintln(t.out, "\"help\" says what there is, the tabulator completes, Ctrl-D ends.") //nolint:errcheck // Prompt says so
	if err := session.Greet(base); err != nil {
		return err
	}
	for {
		typed := prompted(editor, session.Prompt())
		var line lineRead
		select {
		case line = <-typed:
		case <-ended:
			return t.interrupted("")
		}
		switch {
		case errors.Is(line.err, liner.ErrPromptAborted):
			continue
		case errors.Is(line.err, io.EOF):
			fmt.Fprintln(t.out) //nolint:errcheck // the session is over
			return nil
		case line.err != nil:
			return line.err
		}
		if line.text != "" {
			editor.AppendHistory(line.text)
		}
		if errors.Is(interruptible(base, interrupts, func(ctx context.Context) error { return session.Run(ctx, line.text) }), console.ErrQuit) {
			return nil
		}
	}
}

// prompted reads a line on the side, so that who waits for it can stop waiting.
func prompted(editor *liner.State, prompt string) <-chan lineRead {
	typed := make(chan lineRead, 1)
	go func() {
		text, err := editor.Prompt(prompt)
		typed <- lineRead{text, err}
	}()
	return typed
}

// interruptible does something that an interrupt ends.
func interruptible(base context.Context, interrupts <-chan os.Signal, do func(context.Context) error) error {
	select {
	case <-interrupts: // it came too late for the line before
	default:
	}
	ctx, cancel := context.WithCancel(base)
	done := make(chan struct{})
	go func() {
		select {
		case <-interrupts:
			cancel()
		case <-done:
		}
	}()
	err := do(ctx)
	close(done)
	cancel()
	return err
}
