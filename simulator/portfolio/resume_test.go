package portfolio_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator/portfolio"
)

// TestAFileIsFoundWholeUpToItsLastLine cuts the file off at every byte of its header
// and of its last two lines.
func TestAFileIsFoundWholeUpToItsLastLine(t *testing.T) {
	t.Parallel()
	p := made(t, config())
	ends := []int{}
	at := 0
	for _, line := range lines() {
		at += len(line)
		ends = append(ends, at)
	}
	require.Len(t, whole(), at)
	for cut := 0; cut <= at; cut++ {
		if cut > ends[0]+1 && cut < ends[inAll-2]-1 {
			continue
		}
		lines := 0
		for lines < len(ends) && ends[lines] <= cut {
			lines++
		}
		f := &memory{data: append([]byte{}, whole()[:cut]...)}
		next, err := p.Found(f)
		require.NoError(t, err, "cut at %d", cut)
		lines = max(lines, 1) // the header is written
		require.Equal(t, lines, next, "cut at %d", cut)
		require.Equal(t, string(whole()[:ends[lines-1]]), string(f.data), "cut at %d", cut)
		require.Equal(t, int64(len(f.data)), f.at, "it is written to at its end")
	}
}

func TestWhatWasCutOffEndsInTheSameBytes(t *testing.T) {
	t.Parallel()
	p := made(t, config())
	text := string(whole())
	head, last := len(lines()[0]), len(text)-len(lines()[inAll])
	for _, cut := range []int{0, head - 1, last - 1, last, last + 1, len(text) - 1, len(text)} {
		f := &memory{data: []byte(text[:cut])}
		var seen []portfolio.Progress
		require.NoError(t, p.Resume(t.Context(), f, func(now portfolio.Progress) { seen = append(seen, now) }))
		assert.Equal(t, text, string(f.data), "cut at %d", cut)
		found := max(0, strings.Count(text[:cut], "\n")-1)
		assert.Equal(t, portfolio.Progress{Found: found, Done: found, Teams: inAll}, seen[0])
		assert.Equal(t, portfolio.Progress{Found: found, Done: inAll, Teams: inAll}, seen[len(seen)-1])
		assert.Len(t, seen, inAll-found+1)
	}
}

func TestWhatIsInterruptedIsKept(t *testing.T) {
	t.Parallel()
	p := made(t, config())
	f := &memory{}
	ctx, stop := context.WithCancel(t.Context())
	done := 0
	err := p.Resume(ctx, f, func(now portfolio.Progress) {
		if done = now.Done; done == 2 {
			stop()
		}
	})
	if done < inAll { // those that were lived already are kept too
		require.ErrorIs(t, err, context.Canceled)
	}
	assert.GreaterOrEqual(t, done, 2)
	assert.Equal(t, strings.Join(lines()[:done+1], ""), string(f.data))
	require.NoError(t, p.Resume(t.Context(), f, nil))
	assert.Equal(t, string(whole()), string(f.data))
}

func TestAFileThatIsFullIsGoneOnWithLater(t *testing.T) {
	t.Parallel()
	p := made(t, config())
	f := &memory{full: len(whole()) - 1}
	require.ErrorContains(t, p.Resume(t.Context(), f, nil), "no room for")
	f.full = 0
	require.NoError(t, p.Resume(t.Context(), f, nil))
	assert.Equal(t, string(whole()), string(f.data))
}

// TestWhatIsNotOursStaysAsItIs gives files that a run must not write over.
func TestWhatIsNotOursStaysAsItIs(t *testing.T) {
	t.Parallel()
	p := made(t, config())
	text := string(whole())
	other := config()
	other.Seed = 4
	shard := config()
	shard.Shard = portfolio.Shard{Index: 7, Of: 7}
	for _, c := range []struct{ name, data, says string }{
		{"a text", "precious\n", "line 1: it is not what a run writes"},
		{"a text without an end", "precious", "no file of this portfolio"},
		{"a long text without an end", strings.Repeat("precious ", 1000), "no file of this portfolio"},
		{"an empty line", "\n", "line 1"},
		{"another seed", string(run(t, other)), "another portfolio: seed: 3 and 4"},
		{"another seed, cut off in the header", strings.Replace(lines()[0], `"seed":3`, `"seed":4`, 1)[:100], "no file of this portfolio"},
		{"a shard", string(run(t, shard)), "it is shard 7/7 (teams 7 to 7), and not shard 1/1 (teams 1 to 7)"},
		{"another version of the form", strings.Replace(text, `"version":1`, `"version":2`, 1), "its form has version 2, and this reads version 1"},
		{"a line of another team", lines()[0] + lines()[2], "line 2: it is team 2, and team 1 belongs here"},
		{"a team too many", text + strings.Replace(lines()[7], `"team":7`, `"team":8`, 1), "line 9: it is team 8, and no team belongs here"},
		{"a broken line in the middle", lines()[0] + "{}\n" + lines()[2], "line 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := &memory{data: []byte(c.data)}
			require.ErrorContains(t, p.Resume(t.Context(), f, nil), c.says)
			assert.Equal(t, c.data, string(f.data))
		})
	}
}
