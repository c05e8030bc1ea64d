package simulator

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/rule"
)

const before = head + `
  - {do: account.create_team, with: {team: acme, owner: ada@acme.test}}
  - {do: billing.add_payment_method, by: ada@acme.test, with: {kind: card, token: tok_1}}
  - {do: billing.purchase, by: ada@acme.test, with: {team: acme, product: sketch, seats: 2, term: monthly}}
  - {do: account.invite, by: ada@acme.test, with: {team: acme, email: bob@acme.test}}
  - {at: 2026-01-20T09:00:00.5Z, ask: billing.invoices, with: {team: acme}}
`

// stateAt writes the state that a scenario ends in, packed where the name says so.
func stateAt(t *testing.T, dir, name, scenario string) []byte {
	t.Helper()
	result, line, err := parsed(t, scenario).Live(t.Context(), RunOptions{})
	require.NoError(t, err)
	require.True(t, result.OK())
	text := exported(t, line.World())
	kept := text
	if strings.HasSuffix(name, ".gz") {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, err := z.Write(text)
		require.NoError(t, err)
		require.NoError(t, z.Close())
		kept = packed.Bytes()
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), kept, 0o600))
	return text
}

const later = "name: later\nstart: 2026-02-01T09:00:00Z\nfrom: state.jsonl\n"

func TestAScenarioBeginsOnAnExport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stateAt(t, dir, "state.jsonl", strings.Replace(before, "start:", "zone: Europe/Paris\npolicy: {invitation-life: 40d}\nstart:", 1))
	stateAt(t, dir, "state.jsonl.gz", before)
	steps := `steps:
  - {ask: billing.invoices, with: {team: acme}, want: {$len: 1}}
  - {at: 2026-02-05T09:00:00Z, ask: billing.invoices, with: {team: acme}, want: {$len: 2}}
  - {do: account.create_team, with: {team: mill, owner: ada@acme.test}, want: {team: {zone: Europe/Paris}}}
  - {do: account.accept_invitation, with: {team: acme, email: bob@acme.test}}
`
	load := func(text string) *Scenario {
		s, err := Load(write(t, filepath.Join(dir, "s.yaml"), text), vocabulary(t))
		require.NoError(t, err)
		return s
	}
	s := load(later + steps)
	assert.Equal(t, filepath.Join(dir, "state.jsonl"), s.From)
	assert.Equal(t, map[string]string{"invitation-life": "40d"}, s.Policy)
	assert.Equal(t, "Europe/Paris", s.Zone.String())
	assert.Len(t, s.Catalog.Products, 1)
	one, err := s.Run(t.Context(), RunOptions{Books: true})
	require.NoError(t, err)
	require.True(t, one.OK(), "%+v", one.Records)
	assert.Equal(t, s.From, one.From)
	assert.Len(t, one.Books, 2)
	for _, r := range one.Records {
		assert.False(t, r.At.Before(s.Start.AddDate(0, 0, -12)), "what the export tells of is not told again: %s", r.Title())
	}
	two, err := s.Run(t.Context(), RunOptions{})
	require.NoError(t, err)
	assert.Equal(t, one.Digest, two.Digest, "a run leaves the state as it was")

	// What the scenario says comes first, and so does what a run sets.
	other := load(strings.Replace(later, "state.jsonl", "state.jsonl.gz\nzone: Europe/Rome\npolicy: {early-renewal: 20d}", 1) + "prove: [audit]\nsteps: []\n")
	assert.Equal(t, map[string]string{"early-renewal": "20d"}, other.Policy)
	assert.Equal(t, "Europe/Rome", other.Zone.String())
	for _, s := range []*Scenario{other, other.With(map[string]string{"early-renewal": "9d", "renewal-notice": "3d"})} {
		result, err := s.Run(t.Context(), RunOptions{})
		require.NoError(t, err)
		require.True(t, result.OK(), result.Trouble)
	}
}

// Two policies on yesterday's state are compared in all teams there are.
func TestADiffCountsTheTeamsOfAnExport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stateAt(t, dir, "state.jsonl", before)
	s, err := Load(write(t, filepath.Join(dir, "s.yaml"), later+"steps:\n  - {at: 2026-02-01T09:00:00Z, mark: a}\n"), vocabulary(t))
	require.NoError(t, err)
	d, err := s.DiffPolicies(t.Context(), vocabulary(t), nil, map[string]string{"invitation-life": "9d"})
	require.NoError(t, err)
	assert.Len(t, d.A.Totals.Invoiced, 1)
	assert.Equal(t, int64(2), d.A.Totals.SeatsOwned)
}

func TestWhatIsWrongWithFrom(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := string(stateAt(t, dir, "state.jsonl", before))
	write(t, filepath.Join(dir, "torn.jsonl"), good[:len(good)/2])
	write(t, filepath.Join(dir, "flipped.jsonl"), strings.Replace(good, "ada@acme.test", "eve@acme.test", 1))
	write(t, filepath.Join(dir, "text.gz"), good)
	write(t, filepath.Join(dir, "zone.jsonl"), strings.Replace(good, `"zone":"UTC"`, `"zone":"Local"`, 1))
	write(t, filepath.Join(dir, "policy.jsonl"), strings.Replace(good, `"policy":{}`, `"policy":{"invitation-lif":"1d"}`, 1))
	for _, c := range []struct{ name, from, start, want string }{
		{"a missing file", "none.jsonl", "2026-02-01", `:3:7: the export "none.jsonl" cannot be opened: no such file or directory`},
		{"a directory", ".", "2026-02-01", `:3:7: the export "." cannot be opened: it is a directory`},
		{"a whole path", "/etc/passwd", "2026-02-01", `:3:7: the export "/etc/passwd" is named by its whole path: a path is relative to the scenario file`},
		{"a list", "[a]", "2026-02-01", `:3:7: "from" takes a text, and this is a list`},
		{"nothing", "", "2026-02-01", `:3:6: "from" takes a text`},
		{"no export", "s.yaml", "2026-02-01", `:3:7: the export "s.yaml" cannot be opened: line 1 of the export: this is no export of a store`},
		{"a torn export", "torn.jsonl", "2026-02-01", `:3:7: the export "torn.jsonl" cannot be opened: line `},
		{"an altered export", "flipped.jsonl", "2026-02-01", `the export was altered: it says that it has `},
		{"what is not packed", "text.gz", "2026-02-01", `:3:7: the export "text.gz" cannot be opened: it cannot be unpacked: gzip: invalid header`},
		{"an unknown zone", "zone.jsonl", "2026-02-01", `:3:7: the export "zone.jsonl" has no zone that is known here, and the scenario names none`},
		{"an unknown parameter", "policy.jsonl", "2026-02-01", `:3:7: the export "policy.jsonl" has a policy that cannot be in force here: there is no parameter "invitation-lif"`},
		{"a start before it", "state.jsonl", "2026-01-20T09:00:00Z", `:2:8: 2026-01-20T09:00:00Z is before the instant of the export "state.jsonl", which is 2026-01-20T09:00:00.5Z: a scenario on it starts then or later`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(dir, "s.yaml")
			if c.name == "no export" {
				write(t, path, "name: x\n")
			}
			_, err := Parse(path, []byte("name: x\nstart: "+c.start+"\nfrom: "+c.from+"\nsteps: []\n"), vocabulary(t))
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := Parse(filepath.Join(dir, "s.yaml"), []byte("name: x\nstart: 2026-01-20T09:00:00.5Z\nfrom: state.jsonl\nsteps: []\n"), vocabulary(t))
	require.NoError(t, err, "at its very instant")
}

func TestAFlagNamesTheExportInstead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stateAt(t, dir, "other.jsonl", before)
	path := write(t, filepath.Join(dir, "s.yaml"), later+"steps:\n  - {ask: billing.invoices, with: {team: acme}, want: {$len: 1}}\n")
	s, err := LoadFrom(t.Context(), path, filepath.Join(dir, "other.jsonl"), vocabulary(t))
	require.NoError(t, err)
	result, err := s.Run(t.Context(), RunOptions{})
	require.NoError(t, err)
	assert.True(t, result.OK())
	none := filepath.Join(dir, "none.jsonl")
	_, err = LoadFrom(t.Context(), path, none, vocabulary(t))
	assert.EqualError(t, err, none+":1:1: the export cannot be opened: no such file or directory")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err = LoadFrom(ctx, path, filepath.Join(dir, "other.jsonl"), vocabulary(t))
	assert.ErrorContains(t, err, "context canceled")
}

func TestAWorldOpensAtTheInstantOfItsExport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := stateAt(t, dir, "state.jsonl", before)
	at := time.Date(2026, 1, 20, 9, 0, 0, 500_000_000, time.UTC)
	open := func(config Config) (*World, error) { return Open(t.Context(), bytes.NewReader(text), config) }
	w, err := open(Config{})
	require.NoError(t, err)
	assert.True(t, at.Equal(w.Clock().Now()))
	w, err = open(Config{Start: at.Add(time.Hour)})
	require.NoError(t, err)
	assert.True(t, at.Add(time.Hour).Equal(w.Clock().Now()))
	_, err = open(Config{Start: at.Add(-1)})
	require.EqualError(t, err, "simulator: 2026-01-20T09:00:00.499999999Z is before the instant of the export, which is 2026-01-20T09:00:00.5Z")
	_, err = Open(t.Context(), strings.NewReader("what"), Config{})
	require.ErrorContains(t, err, "line 1 of the export")

	// A timeline goes on from there, and back to its beginning, and no further.
	w, err = open(Config{})
	require.NoError(t, err)
	line := NewTimeline(w)
	news, err := line.News(t.Context())
	require.NoError(t, err)
	assert.Empty(t, news, "what happened before is not news")
	digest := digestOf(t, line.World())
	require.NoError(t, line.Advance(t.Context(), at.AddDate(1, 0, 0)))
	assert.NotEqual(t, digest, digestOf(t, line.World()))
	require.NoError(t, line.Rewind(t.Context(), At(at)))
	assert.Equal(t, digest, digestOf(t, line.World()))
	require.Error(t, line.Rewind(t.Context(), At(at.Add(-time.Second))))
}

// Secrets of a state are not made again on it, and a seed makes the same ones on it.
func TestSecretsOnAnExportAreOthers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	result, line, err := parsed(t, before).Live(t.Context(), RunOptions{})
	require.NoError(t, err)
	stateAt(t, dir, "state.jsonl", before)
	invite := func(w *World, email string) string {
		r, err := NewTimeline(w).Do(t.Context(), rule.Operator, "account.invite", []byte(`{"team":"acme","email":"`+email+`"}`))
		require.NoError(t, err)
		data, err := json.Marshal(r)
		require.NoError(t, err)
		value, err := decodeJSON(data)
		require.NoError(t, err)
		return value.(map[string]any)["secret"].(string) //nolint:forcetypeassert // it is the result of an invitation
	}
	first := ""
	for _, r := range result.Records {
		if r.Name == "account.invite" && r.Kind == StepRecord {
			value, err := decodeJSON(r.Result)
			require.NoError(t, err)
			first = value.(map[string]any)["secret"].(string) //nolint:forcetypeassert // it is the result of an invitation
		}
	}
	require.NotEmpty(t, first)
	open := func(seed int64) *World {
		w, err := Open(t.Context(), bytes.NewReader(exported(t, line.World())), Config{Seed: seed})
		require.NoError(t, err)
		return w
	}
	one := invite(open(0), "eve@acme.test")
	assert.NotEqual(t, first, one)
	assert.Equal(t, one, invite(open(0), "eve@acme.test"))
	assert.NotEqual(t, one, invite(open(1), "eve@acme.test"))
}

// An export that unpacks to more than it may is refused before it fills the memory.
func TestAStateFileHasABound(t *testing.T) {
	t.Parallel()
	f := &stateFile{Reader: strings.NewReader("abcdef"), left: 5}
	_, err := f.Read(make([]byte, 3))
	require.NoError(t, err)
	_, err = f.Read(make([]byte, 3))
	require.ErrorContains(t, err, "it has more than")
}
