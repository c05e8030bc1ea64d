package simulator

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/period"
)

// spoken are lines that a random play says, some of them refused.
var spoken = []string{
	"account.invite team=acme email=bob@acme.test", "account.resend_invitation team=acme email=bob@acme.test",
	"{do: account.accept_invitation, by: operator, with: {team: acme, email: bob@acme.test}}",
	"account.remove_member team=acme user=bob@acme.test", "account.invitations team=acme",
	"billing.add_seats subscription=$sub seats=1", "billing.reduce_seats subscription=sub_acme_3 to=1", "billing.renew subscription=$sub",
	"preview billing.add_seats subscription=$sub seats=2", "billing.subscription subscription=$sub", "billing.invoices team=acme",
	"billing.purchase team=acme product=sketch seats=1 term=annual", "licensing.assign team=acme product=sketch user=bob@acme.test",
	"licensing.seats team=acme product=sketch", "{do: simulator.set_payment_outcome, by: operator, with: {payment_method: $card, outcome: declined}}",
	"{after: 2d, ask: account.notices, with: {team: acme}}", "account.notices {team: acme, nothing: 1}", "billing.renew",
}

// TestWhateverIsPlayedCanBeRun plays at random, forward and back, on branches and
// with much undone: the file that is written ends in the same state.
func TestWhateverIsPlayedCanBeRun(t *testing.T) {
	t.Parallel()
	path := write(t, filepath.Join(t.TempDir(), "head.yaml"), head+shop)
	words, ctx := vocabulary(t), context.Background()
	rapid.Check(t, func(r *rapid.T) {
		p, err := LoadPlay(ctx, path, nil, words)
		require.NoError(r, err)
		for n := range rapid.IntRange(1, 25).Draw(r, "turns") {
			before, at := stateOf(r, p), p.Now()
			undone, err := playAtRandom(ctx, r, p, n)
			if err != nil {
				require.Equal(r, before, stateOf(r, p), "what is refused changes nothing: %v", err)
				require.Equal(r, at, p.Now())
			} else if undone && len(p.past) > 0 && rapid.Bool().Draw(r, "take back") {
				_, err := p.Undo()
				require.NoError(r, err)
				require.Equal(r, before, stateOf(r, p), "what is undone leaves nothing")
				require.Equal(r, at, p.Now())
			}
		}
		text, err := p.Text(ctx, path)
		require.NoError(r, err)
		s, err := Parse(path, text, words)
		require.NoError(r, err)
		result, err := s.Run(ctx, RunOptions{})
		require.NoError(r, err)
		digest, err := p.lines[0].timeline.Digest(ctx)
		require.NoError(r, err)
		require.Equal(r, digest, result.Digest, string(text))
	})
}

func stateOf(r *rapid.T, p *Play) string {
	digest, err := p.current.timeline.Digest(context.Background())
	require.NoError(r, err)
	return fmt.Sprint(digest, p.Steps(), p.Branch(), p.Branches(), p.Marks(), p.Saved())
}

// playAtRandom does one thing. It reports whether undo takes it back.
func playAtRandom(ctx context.Context, r *rapid.T, p *Play, n int) (turn bool, err error) {
	marks := append(p.Marks(), "nowhere")
	switch rapid.SampledFrom([]string{"step", "step", "step", "on", "on", "back", "mark", "rewind", "fork", "fork from", "switch", "keep", "undo"}).Draw(r, "what") {
	case "step":
		return true, p.Step(ctx, "ada@acme.test", rapid.SampledFrom(spoken).Draw(r, "line"))
	case "on":
		return true, p.AdvanceSpan(ctx, period.Span{Days: rapid.IntRange(0, 40).Draw(r, "days")})
	case "back":
		return true, p.Back(ctx, p.Now().Add(-time.Duration(rapid.IntRange(0, 30*24).Draw(r, "hours"))*time.Hour))
	case "mark":
		return true, p.Mark(ctx, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "mark"))
	case "rewind":
		return true, p.Rewind(ctx, rapid.SampledFrom(marks).Draw(r, "mark"))
	case "fork":
		return true, p.Fork(ctx, fmt.Sprint("branch ", n), "")
	case "fork from":
		return true, p.Fork(ctx, fmt.Sprint("branch ", n), rapid.SampledFrom(marks).Draw(r, "mark"))
	case "switch":
		return false, p.Switch(rapid.SampledFrom(p.Branches()).Draw(r, "branch"))
	case "keep":
		paths := append(p.Paths(), "nowhere")
		return true, p.Keep("kept", rapid.SampledFrom(paths).Draw(r, "path"))
	default:
		if len(p.past) == 0 {
			return false, nil
		}
		_, err := p.Undo()
		return false, err
	}
}
