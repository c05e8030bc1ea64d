//go:build unix

package command

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
)

// asCommand makes the test binary the command itself.
const asCommand = "SEATSIM_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(Main(os.Args[1:], os.Stdout, os.Stderr, nil))
	}
	os.Exit(m.Run())
}

// keyboard is a terminal that somebody types at, and what it shows.
type keyboard struct {
	t     *testing.T
	tty   *os.File
	mu    sync.Mutex
	shown strings.Builder
	read  int
}

func atKeyboard(t *testing.T, args ...string) (*keyboard, *exec.Cmd) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), asCommand+"=1", "TERM=xterm", "NO_COLOR=1")
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	require.NoError(t, err)
	k := &keyboard{t: t, tty: tty}
	t.Cleanup(func() { tty.Close() }) //nolint:errcheck // the session is over
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := tty.Read(buffer)
			k.mu.Lock()
			k.shown.Write(buffer[:n])
			k.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return k, cmd
}

func (k *keyboard) types(keys string) {
	_, err := k.tty.WriteString(keys)
	require.NoError(k.t, err)
}

// news returns what was shown since it was last seen.
func (k *keyboard) news() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.shown.String()[k.read:]
}

// sees waits until a text is shown, and looks at nothing before it again. Until
// then it types keys, where there are any.
func (k *keyboard) sees(text string, meanwhile ...string) {
	k.t.Helper()
	for range 3000 {
		if i := strings.Index(k.news(), text); i >= 0 {
			k.read += i + len(text)
			return
		}
		for _, keys := range meanwhile {
			k.types(keys)
		}
		time.Sleep(10 * time.Millisecond)
	}
	require.Fail(k.t, "it does not show "+text, k.news())
}

const (
	tab, enter, ctrlA, ctrlC, ctrlD, backspace = "\t", "\r", "\x01", "\x03", "\x04", "\x7f"
	up, left                                   = "\x1b[A", "\x1b[D"
)

func TestReplOnATerminal(t *testing.T) {
	t.Parallel()
	k, cmd := atKeyboard(t, "repl")
	k.sees("2026-01-05 09:00> ")

	// The tabulator completes names, fields and values.
	k.types("account.create_te" + tab)
	k.sees("account.create_team ")
	k.types("te" + tab + "acme ow" + tab + "ada@acme.test" + enter)
	k.sees("✓ 1  operator  account.create_team  acme ada@acme.test")
	k.sees("09:00> ")
	k.types("as a" + tab + enter)
	k.sees("ada@acme.test acts")
	k.sees("ada@acme.test> ")
	k.types("billing.purchase term=" + tab + tab)
	k.sees("three-year")

	// Ctrl-C clears the line; what was on it is not run.
	k.types(ctrlC)
	k.sees("ada@acme.test> ")

	// The arrows move in the line and in the lines before.
	k.types("+12d" + left + backspace + enter)
	k.sees("it is 2026-01-06T09:00:00Z")
	k.sees("ada@acme.test> ")
	k.types(up + enter)
	k.sees("it is 2026-01-07T09:00:00Z")
	k.sees("ada@acme.test> ")
	k.types("1d" + ctrlA + "+" + enter)
	k.sees("it is 2026-01-08T09:00:00Z")

	// Ctrl-C interrupts what runs, and leaves nothing of it.
	k.sees("ada@acme.test> ")
	k.types("billing.add_payment_method kind=card token=tok_1" + enter)
	k.sees("saved: $payment_method")
	k.sees("ada@acme.test> ")
	k.types("billing.purchase team=acme product=autocad seats=2 term=monthly" + enter)
	k.sees("saved: $invoice")
	k.sees("ada@acme.test> ")
	k.types("+7000y")
	k.sees("+7000y")
	k.types(enter)
	k.sees("\n")
	k.sees("interrupted: nothing of it is kept", ctrlC)
	k.sees("2026-01-08 09:00 ada@acme.test> ")
	k.types("+1d" + enter)
	k.sees("it is 2026-01-09T09:00:00Z")

	// Ctrl-D ends.
	k.sees("2026-01-09 09:00 ada@acme.test> ")
	k.types(ctrlD)
	require.NoError(t, cmd.Wait())
}

func TestReplOnATerminalBeginsWithAFile(t *testing.T) {
	t.Parallel()
	k, cmd := atKeyboard(t, "repl", example)
	k.sees(example + ": 10 steps")
	k.sees("2026-03-03 10:00> ")
	k.types("nonsense" + enter)
	k.sees(`refused: there is no "nonsense"`)
	k.types("quit" + enter)
	require.NoError(t, cmd.Wait())
}

// Who waits for a line that does not come can be interrupted: that is no end of
// the lines.
func TestReplOnAPipeIsInterrupted(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, "repl")
	cmd.Env = append(os.Environ(), asCommand+"=1")
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = io.WriteString(stdin, "+1d\n")
	require.NoError(t, err)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "it is 2026-01-06T09:00:00Z")
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	var ended *exec.ExitError
	require.ErrorAs(t, cmd.Wait(), &ended)
	require.Equal(t, exitOtherwise, ended.ExitCode())
}

// Who is told to end, ends: at a prompt, and while something runs.
func TestReplOnATerminalIsTerminated(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"", "+7000y" + enter} {
		k, cmd := atKeyboard(t, "repl")
		k.sees("2026-01-05 09:00> ")
		if line != "" {
			for _, before := range []string{
				"account.create_team team=acme owner=ada@acme.test", "as ada@acme.test",
				"billing.add_payment_method kind=card token=tok_1", "billing.purchase team=acme product=autocad seats=2 term=monthly",
			} {
				k.types(before + enter)
				k.sees("> ")
			}
		}
		k.types(line)
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		k.sees("seatsim: interrupted")
		var ended *exec.ExitError
		require.ErrorAs(t, cmd.Wait(), &ended)
		require.Equal(t, exitOtherwise, ended.ExitCode())
	}
}
