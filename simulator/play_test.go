package simulator

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/period"
)

// played begins a play over the shop of the other tests.
func played(t *testing.T, lines ...string) *Play {
	t.Helper()
	path := write(t, filepath.Join(t.TempDir(), "head.yaml"), head+shop)
	p, err := LoadPlay(context.Background(), path, nil, vocabulary(t))
	require.NoError(t, err)
	for _, line := range lines {
		turnOf(t, p, line)
	}
	return p
}

// turnOf does one thing: a step, or what begins with a word of its own.
func turnOf(t *testing.T, p *Play, line string) {
	t.Helper()
	ctx := context.Background()
	word, rest, _ := strings.Cut(line, " ")
	var err error
	switch word {
	case "+":
		span, bad := period.ParseSpan(rest)
		require.NoError(t, bad)
		err = p.AdvanceSpan(ctx, span)
	case "back":
		err = p.Back(ctx, at(rest))
	case "fork":
		name, from, _ := strings.Cut(rest, " from ")
		err = p.Fork(ctx, name, from)
	case "switch":
		err = p.Switch(rest)
	case "undo":
		_, err = p.Undo()
	case "keep":
		name, path, _ := strings.Cut(rest, "=")
		err = p.Keep(name, path)
	default:
		err = p.Step(ctx, "ada@acme.test", line)
	}
	require.NoError(t, err, line)
}

// file writes a play and returns what is below "steps:", after a run of it that
// comes out as written and in the same state.
func written(t *testing.T, p *Play) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out.yaml")
	text, err := p.Text(context.Background(), path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	s, err := Load(path, vocabulary(t))
	require.NoError(t, err)
	r, err := s.Run(context.Background(), RunOptions{})
	require.NoError(t, err)
	require.Empty(t, failures(r))
	require.True(t, r.OK())
	main := p.lines[0]
	assert.Equal(t, digest(t, main.timeline), r.Digest, "the file ends in the state of the play")
	assert.Equal(t, main.timeline.Now().UTC(), s.end(r).UTC())
	_, steps, found := strings.Cut(string(text), "steps:\n")
	require.True(t, found)
	return steps
}

// end is the instant at which the main line ends.
func (s *Scenario) end(r *Result) time.Time {
	end := s.Start
	for _, record := range r.Records {
		if record.Kind == StepRecord && len(record.Branch) == 0 {
			end = record.At
		}
	}
	return end
}

func TestAPlayIsWrittenAsAScenario(t *testing.T) {
	t.Parallel()
	p := played(t, "account.invite team=acme email=bob@acme.test", "+ 3d", "billing.add_seats subscription=sub_acme_3 seats=2")
	t.Log(written(t, p))
}
