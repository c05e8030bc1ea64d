package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

func TestTheSameSeedPrintsTheSame(t *testing.T) {
	t.Parallel()
	args := []string{"generate", "--seed", "4", "--teams", "2", "--catalog", "../../../../examples/catalog.yaml"}
	code, one, stderr := seatsim(args...)
	require.Equal(t, 0, code, one)
	assert.Empty(t, stderr, "nobody looks at the progress")
	assert.Regexp(t, `(?m)^digest [0-9a-f]{64}$`, one)
	assert.Regexp(t, `(?m)^\d+ commands accepted, \d+ refused, \d+ queries$`, one)
	assert.Regexp(t, `(?m)^\d+ of \d+ rules cited$`, one)
	assert.Contains(t, one, "\nheld: each command, audit every day, replay, the same seed, another store, late = prompt = day by day = all at once, a store that breaks, branches and rewinds\n")
	_, two, _ := seatsim(args...)
	assert.Equal(t, one, two)
	_, other, _ := seatsim("generate", "--seed", "5", "--teams", "2", "--prove", "audit,replay", "--audit", "30")
	assert.NotEqual(t, one, other)
	assert.Contains(t, other, "\nheld: each command, audit every 30 days, replay\n")
}

// What is proven changes nothing of what is lived.
func TestTheDigestIsThatOfTheSeedWhateverIsProven(t *testing.T) {
	t.Parallel()
	digest := func(args ...string) string {
		code, out, _ := seatsim(append([]string{"generate", "--seed", "6", "--teams", "1"}, args...)...)
		require.Equal(t, 0, code, out)
		_, line, _ := strings.Cut(out, "\ndigest ")
		return line
	}
	all := digest()
	assert.Len(t, all, 65)
	assert.Equal(t, all, digest("--prove", "replay"))
	assert.Equal(t, all, digest("--prove", "audit", "--audit", "100"))
}

// bomb is a command that no state survives.
type bomb struct {
	Team string `json:"team"`
}

func (c bomb) About(*rule.View) (rule.Subject, error) {
	return rule.Subject{Team: rule.Stream(c.Team), What: "team", Name: c.Team, Touches: []rule.Stream{rule.Stream(c.Team)}}, nil
}

func (c bomb) Do(*rule.Scope) (account.Nothing, error) {
	return account.Nothing{}, rule.Breaks("the bomb", "went off")
}

func TestAHistoryThatFailsIsWritten(t *testing.T) {
	t.Parallel()
	module := rule.Module{Name: "bomb", Commands: []rule.Definition{rule.Does[bomb]("bomb.light", account.Operate, "lights it")}}
	file := filepath.Join(t.TempDir(), "found.yaml")
	var out, err bytes.Buffer
	c := generateCommand{Seed: 1, Teams: 1, Years: 5, Audit: 7, Out: file, modules: []rule.Module{module}}
	failed := c.Run(&terminal{Context: t.Context(), out: &out, err: &err})
	require.ErrorIs(t, failed, exit(exitOtherwise))
	assert.Contains(t, out.String(), "FAILED  history 1: step 1 bomb.light: ")
	assert.Regexp(t, `1 step of \d+ is left after \d+ tries: seatsim run .*found.yaml`, out.String())
	assert.Empty(t, err.String())
	text, unread := os.ReadFile(file)
	require.NoError(t, unread)
	assert.Contains(t, string(text), "steps:\n  - {do: bomb.light, with: {team: acme}}\n")

	c.Out = filepath.Join(t.TempDir(), "no", "such", "place.yaml")
	require.ErrorIs(t, c.Run(&terminal{Context: t.Context(), out: &out, err: &err}), exit(exitFaults))
	assert.Contains(t, err.String(), "--out: open "+c.Out)
}
