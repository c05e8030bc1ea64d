// Package command is the command seatsim: scenarios run, compared, made up, listed.
//
// It is a package so that a command built in another module can hand in stores of its
// own for worlds to stand in; [Main] is all there is to it.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
)

// What the command exits with.
const (
	exitAsWritten = 0
	exitOtherwise = 1
	exitFaults    = 2
)

// cli is the command line.
type cli struct {
	Run       runCommand       `cmd:"" help:"Run scenarios and compare what comes out with what they say."`
	Coverage  coverageCommand  `cmd:"" help:"Say which rules and boundaries scenarios exercise, and which not."`
	Diff      diffCommand      `cmd:"" help:"Show what differs under two policies, or on two branches: first, and in all."`
	Export    exportCommand    `cmd:"" help:"Run a scenario and write the state that it ends in, for \"from\" in others."`
	Repl      replCommand      `cmd:"" help:"Live through a scenario that is made up while it is: step by step, forward and back, saved as a file."`
	Generate  generateCommand  `cmd:"" help:"Make up random years of random teams and check the invariants."`
	Portfolio portfolioCommand `cmd:"" help:"Let thousands of teams live through a year, and sum up what they came to."`
	Rules     rulesCommand     `cmd:"" help:"List every rule with its parameters and where it comes from."`
	Commands  commandsCommand  `cmd:"" help:"List every command and query with its fields."`
	Schema    schemaCommand    `cmd:"" help:"Print the JSON Schema of scenario files, for editors, or of what a command writes as data."`
	Version   kong.VersionFlag `help:"Print the version."`
}

// terminal is what the command reads from and writes to.
type terminal struct {
	context.Context

	in       io.Reader
	out, err io.Writer
	stores   Stores
}

// exit is how a subcommand says what to exit with, after it has said why.
type exit int

// Error says the code.
func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// Main runs the command with its arguments, without the command's own name, and
// returns what to exit with. Worlds can stand in the stores, beside the memory.
func Main(args []string, stdout, stderr io.Writer, stores Stores) (code int) {
	return mainWith(args, os.Stdin, stdout, stderr, stores)
}

// mainWith is [Main] with another standard input.
func mainWith(args []string, stdin io.Reader, stdout, stderr io.Writer, stores Stores) (code int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	t := &terminal{Context: ctx, in: stdin, out: stdout, err: stderr, stores: stores}
	return t.run(args)
}

// run runs the command with its arguments.
func (t *terminal) run(args []string) (code int) {
	// Kong ends the program for --help and --version; here it only unwinds.
	defer func() {
		p := recover()
		if e, ok := p.(exit); ok {
			code = int(e)
		} else if p != nil {
			panic(p)
		}
	}()
	parser, err := t.parser()
	if err != nil {
		return t.fault(err)
	}
	command, err := parser.Parse(args)
	if err != nil {
		if !t.mistyped(parser.Model.Node, args) {
			t.fault(err)
		}
		fmt.Fprintln(t.err, "seatsim --help says what there is") //nolint:errcheck // there is nowhere else to say it
		return exitFaults
	}
	var e exit
	switch err := command.Run(t); {
	case err == nil:
		return exitAsWritten
	case t.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, exit(exitFaults))):
		return int(t.interrupted(""))
	case errors.As(err, &e):
		return int(e)
	default:
		return t.fault(err)
	}
}

// parser reads command lines.
func (t *terminal) parser() (*kong.Kong, error) {
	return kong.New(&cli{},
		kong.Name("seatsim"), kong.Description("Simulate years of a customer's account and hold what comes out against what a scenario says."),
		kong.Writers(t.out, t.err), kong.Exit(func(code int) { panic(exit(code)) }),
		kong.Vars{"version": version()}, kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}), kong.Help(help),
	)
}

// help tells what a command has, and what it does where none of its own is named.
func help(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
		return err
	}
	command := ctx.Selected()
	if command == nil || command.DefaultCmd == nil {
		return nil
	}
	unnamed, err := kong.Trace(ctx.Kong, []string{command.Name, command.DefaultCmd.Name})
	if err != nil {
		return err
	}
	fmt.Fprintln(ctx.Stdout) //nolint:errcheck // the printer says what cannot be written
	return kong.DefaultHelpPrinter(options, unnamed)
}

// interrupted says that somebody ended the command, and what of it there is. It is no
// fault: something may have been run.
func (t *terminal) interrupted(what string) exit {
	t.fault(errors.New("interrupted" + what))
	return exitOtherwise
}

// fault says what is wrong and returns what to exit with.
func (t *terminal) fault(err error) int {
	fmt.Fprintf(t.err, "seatsim: %s\n", worded(err)) //nolint:errcheck // there is nowhere else to say it
	return exitFaults
}

// version is that of the module the command was built from.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return "seatsim " + info.Main.Version
	}
	return "seatsim (devel)"
}
