package console

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/report"
)

var update = flag.Bool("update", false, "write the sessions in testdata anew")

func vocabulary(tb testing.TB) *simulator.Vocabulary {
	tb.Helper()
	v, err := simulator.Everything()
	require.NoError(tb, err)
	return v
}

// session begins a session of no file.
func session(tb testing.TB, options report.Options) (*Session, *bytes.Buffer) {
	tb.Helper()
	words := vocabulary(tb)
	play, err := simulator.NewPlay("session.yaml", simulator.Draft{Name: "a session", Start: "2026-01-05T09:00:00Z"}, words)
	require.NoError(tb, err)
	out := &bytes.Buffer{}
	return New(Config{Vocabulary: words, Play: play, Out: out, Report: options}), out
}

// run runs lines, which are not refused, and returns what the last one writes.
func run(tb testing.TB, s *Session, out *bytes.Buffer, lines ...string) string {
	tb.Helper()
	for _, line := range lines {
		out.Reset()
		require.NoError(tb, s.Run(context.Background(), line), "%s: %s", line, out)
	}
	return out.String()
}

// TestSessions replays the sessions in testdata: a line behind "> " is typed, the
// lines below it are what it writes.
func TestSessions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/sessions/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			kept, err := os.ReadFile(file)
			require.NoError(t, err)
			dir := t.TempDir()
			played := replay(t, string(kept), dir)
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(played), 0o600))
				return
			}
			assert.Equal(t, string(kept), played)
			saved, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
			require.NoError(t, err)
			for _, path := range saved {
				s, err := simulator.Load(path, vocabulary(t))
				require.NoError(t, err)
				result, err := s.Run(context.Background(), simulator.RunOptions{})
				require.NoError(t, err)
				assert.True(t, result.OK(), path)
			}
		})
	}
}

// replay types the lines of a session and returns it with what they write. DIR
// stands for a directory.
func replay(t *testing.T, text, dir string) string {
	t.Helper()
	s, out := session(t, report.Options{})
	var b strings.Builder
	for line := range strings.Lines(text) {
		typed, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "> ")
		if !ok {
			continue
		}
		out.Reset()
		b.WriteString("> " + typed + "\n")
		err := s.Run(context.Background(), strings.ReplaceAll(typed, "DIR", dir))
		b.WriteString(strings.ReplaceAll(out.String(), dir, "DIR"))
		if errors.Is(err, ErrQuit) {
			break
		}
	}
	return b.String()
}

func TestALineThatIsRefusedIsReturned(t *testing.T) {
	t.Parallel()
	s, out := session(t, report.Options{})
	for _, line := range []string{"nonsense", "+1x", "billing.renew", "account.create_team tem=acme", "rewind a"} {
		out.Reset()
		require.Error(t, s.Run(context.Background(), line), line)
		assert.Contains(t, out.String(), "refused: ", line)
	}
	assert.NoError(t, s.Run(context.Background(), "{do: billing.renew, fails: invalid}"), "a refusal that was wanted is none")
	assert.ErrorIs(t, s.Run(context.Background(), "quit"), ErrQuit)
	assert.ErrorIs(t, s.Run(context.Background(), "exit"), ErrQuit)
}

func TestWhatIsInterruptedLeavesNothing(t *testing.T) {
	t.Parallel()
	s, out := session(t, report.Options{})
	run(t, s, out, "account.create_team team=acme owner=ada@acme.test", "account.invite team=acme email=bob@acme.test")
	before, err := s.play.Timeline().Digest(context.Background())
	require.NoError(t, err)
	for _, line := range []string{"+1y", "account.invite team=acme email=cleo@acme.test", "mark a", "fork b", "back 0d", "save " + filepath.Join(t.TempDir(), "x.yaml"), "load ../../examples/scenarios/overlap.yaml"} {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		out.Reset()
		require.Error(t, s.Run(ctx, line), line)
		after, err := s.play.Timeline().Digest(context.Background())
		require.NoError(t, err)
		assert.Equal(t, before, after, line)
		assert.Equal(t, "2026-01-05 09:00> ", s.Prompt(), line)
	}
	run(t, s, out, "undo")
	assert.Contains(t, out.String(), "undone: account.invite team=acme email=bob@acme.test\n", "what was interrupted is no turn")
}

func TestThePromptSaysWhereOneIs(t *testing.T) {
	t.Parallel()
	s, out := session(t, report.Options{})
	assert.Equal(t, "2026-01-05 09:00> ", s.Prompt())
	run(t, s, out, "as Ada@acme.test", "fork late", "+1s")
	assert.Equal(t, "2026-01-05 09:00:01 [late] ada@acme.test> ", s.Prompt())
	run(t, s, out, "as operator", "switch main")
	assert.Equal(t, "2026-01-05 09:00> ", s.Prompt())
}

// On a terminal the lines of a session are those of a run: dates above, times
// before, columns that fit.
func TestLinesOnATerminal(t *testing.T) {
	t.Parallel()
	s, out := session(t, report.Options{Width: 100})
	run(t, s, out, "account.create_team team=acme owner=ada@acme.test")
	assert.Equal(t, "2026-01-05 Mon\n09:00 ✓ 1  operator  account.create_team  acme ada@acme.test\n", out.String())
	run(t, s, out, "account.invite team=acme email=bob@acme.test")
	assert.NotContains(t, out.String(), "2026-01-05 Mon", "the date stands above its first line")
	run(t, s, out, "+7d")
	assert.Contains(t, out.String(), "2026-01-12 Mon\n09:00 · ")
	for line := range strings.Lines(out.String()) {
		assert.LessOrEqual(t, len([]rune(line)), 101, line)
	}
}

func TestHostileLines(t *testing.T) {
	t.Chdir(t.TempDir()) // "over" is a name that can be saved under
	s, out := session(t, report.Options{})
	for _, line := range []string{
		strings.Repeat("x", MaxLine+1), "account.create_team {" + strings.Repeat("[", 5000), "account.create_team team=\x1b[31m", "mark \x1b[2J", "\xff\xfe",
		"account.create_team {a: &a [*a]}", "{do: account.create_team, with: {<<: {team: a}}}", "account.create_team team=!!binary", "{fork: {from: x}}", "{", "%",
		"account.create_team team", "account.create_team team=a team=b", "account.create_team =", "do", "ask account.create_team", "{}", "to 0001-01-01", "+10000y", "back 10000y", "save /", "load /", "as \x00", "save over ",
	} {
		out.Reset()
		assert.NotPanics(t, func() { _ = s.Run(context.Background(), line) })
		assert.NotContains(t, out.String(), "\x1b", "nothing steers the terminal")
		assert.NotContains(t, out.String(), "broken invariant", line)
	}
	run(t, s, out, "account.create_team team=acme owner=ada@acme.test")
}
