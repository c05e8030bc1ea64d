package command

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator"
)

func TestAStoreThatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	for url, says := range map[string]string{
		"postgres://nobody@nowhere/none":   "&& ./seatsim run --store postgres://nobody@nowhere/none",
		"postgresql://nobody@nowhere/none": "go build -C pgstore -o ../seatsim ./cmd/seatsim",
		"postgre://x":                      `there is no store "postgre"; the nearest is "postgres"`,
		"x":                                `there is no store "x"`,
	} {
		code, stdout, stderr := seatsim("run", "--store", url, example)
		require.Equal(t, 2, code, url)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "seatsim: --store: ")
		require.Contains(t, stderr, says)
	}
}

// What a run writes is the same wherever its worlds stand. The place is closed, also
// where the run comes out otherwise.
func TestWorldsStandInTheStoreThatIsHandedIn(t *testing.T) {
	t.Parallel()
	made, closed := 0, 0
	stores := Stores{"held": func(_ context.Context, url string) (Grounds, error) {
		if url == "held:broken" {
			return Grounds{}, errors.New("it is broken")
		}
		return Grounds{
			Ground: func() (simulator.Ground, error) { made++; return simulator.Memory(), nil },
			Close:  func(context.Context) error { closed++; return nil },
		}, nil
	}}
	run := func(args ...string) (int, string, string) {
		var out, err bytes.Buffer
		code := Main(args, &out, &err, stores)
		return code, out.String(), err.String()
	}
	_, want, _ := seatsim("run", "--json", "-", example)
	code, got, _ := run("run", "--store", "held:here", "--json", "-", example)
	require.Equal(t, 0, code)
	require.Equal(t, want, got)
	require.Equal(t, 1, made)
	require.Equal(t, 1, closed)
	wrong := file(t, "wrong.yaml", head+"  - {do: account.create_team, with: {team: acme, owner: ada@acme.test}}\n")
	code, _, _ = run("run", "--store", "held:here", wrong)
	require.Equal(t, 1, code)
	require.Equal(t, 2, closed)
	code, _, stderr := run("run", "--store", "held:broken", example)
	require.Equal(t, 2, code)
	require.Contains(t, stderr, "--store: it is broken")
	_, _, stderr = run("run", "--store", "hold:x", example)
	require.Contains(t, stderr, `the nearest is "held"`)
}
