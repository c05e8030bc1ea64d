package simulator

import (
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Some of the examples, held against everything that must hold of a whole run.
func TestExamplesHoldInEveryManner(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../examples/scenarios/*.yaml")
	require.NoError(t, err)
	const some = 8
	for i, file := range files {
		if name := filepath.Base(file); i%some != 0 && name != "too-many-lines.yaml" && name != "mail-of-a-subscription.yaml" {
			continue
		}
		s, err := Load(file, vocabulary(t))
		require.NoError(t, err)
		s.Prove = Proofs()
		r, err := s.Run(t.Context(), RunOptions{})
		require.NoError(t, err)
		assert.Empty(t, failures(r))
		assert.Empty(t, r.Trouble, file)
	}
}

func TestProofsAreRead(t *testing.T) {
	t.Parallel()
	s, err := Parse("x.yaml", []byte("name: x\nstart: 2026-01-05\nprove: [audit, forks, audit]\nsteps: []\n"), vocabulary(t))
	require.NoError(t, err)
	assert.Equal(t, []Proof{AuditProof, ForksProof}, s.Prove)
	for text, says := range map[string]string{
		"prove: all":      `x.yaml:3:8: "prove" takes a list of audit, replay, seed, stores, workers, faults and forks`,
		"prove: [wrkers]": `x.yaml:3:9: there is no proof "wrkers"; the nearest is "workers"`,
		"prove: [[a]]":    `"prove" takes a text`,
	} {
		_, err := Parse("x.yaml", []byte("name: x\nstart: 2026-01-05\n"+text+"\nsteps: []\n"), vocabulary(t))
		require.ErrorContains(t, err, says)
	}
}

// flaw is a module with one thing wrong, which the world does not know of.
type flaw struct {
	// censused differs from run to run.
	censused atomic.Int64
	// audits is how often there was an audit.
	audits atomic.Int64
}

type flawed struct {
	Team rule.Stream
	N    int64
	// unwritten is lost where a store keeps what is written out.
	unwritten int64
}

var flaws = store.NewTable("flaw.kept", func(f *flawed) (string, store.Key) { return string(f.Team), "" })

// theFlaw is the one that is tried: a command cannot carry it.
var theFlaw atomic.Pointer[flaw]

type census struct {
	Team string `json:"team"`
	Kept bool   `json:"kept"`
	// Recall asks for what is kept and never written out.
	Recall bool `json:"recall,omitempty"`
}

type censused struct {
	N int64 `json:"n"`
}

func (c census) About(*rule.View) (rule.Subject, error) {
	return rule.Subject{Team: rule.Stream(c.Team), What: "team", Name: c.Team, Touches: []rule.Stream{rule.Stream(c.Team)}}, nil
}

func (c census) Do(s *rule.Scope) (censused, error) {
	s.Cite(rule.Permissions)
	if c.Recall {
		kept, _, err := flaws.Get(s.Tx(), c.Team, "")
		return censused{kept.unwritten}, err
	}
	n := theFlaw.Load().censused.Add(1)
	if c.Kept {
		return censused{}, flaws.Put(s.Tx(), flawed{rule.Stream(c.Team), n, 7})
	}
	return censused{n}, nil
}

func (f *flaw) module() rule.Module {
	return rule.Module{
		Name:     "flaw",
		Commands: []rule.Definition{rule.Does[census]("flaw.count", account.Operate, "counts outside of the world")},
		Tables:   []store.Described{flaws},
		Audit: func(v *rule.View, stream rule.Stream) error {
			kept, found, err := flaws.Get(v.Tx(), string(stream), "")
			if f.audits.Add(1); err == nil && found && kept.N < 0 {
				err = rule.Breaks("the count", "is below 0")
			}
			return err
		},
	}
}

// Each proof fails where what it is about does not hold, and says how.
func TestProofsFail(t *testing.T) { //nolint:paralleltest // the flaw is one for all
	const begin = "name: x\nstart: 2026-01-05\n"
	const steps = "steps:\n  - {do: account.create_team, with: {team: acme, owner: ada@acme.test}}\n  - {do: flaw.count, with: {team: acme, kept: "
	for _, c := range []struct {
		name, proof, kept string
		from              int64
		trouble           string
	}{
		{"a result that differs", "workers", "false", 0, `workers: with a late worker step 2 flaw.count came to {"n":2}, and without to {"n":1}`},
		{"a state that differs", "workers", "true", 0, "workers: with a late worker the run ends in another state"},
		{"a state that differs where the store breaks", "faults", "true", 0, "faults: with a store that breaks the run ends in another state"},
		{"a state that differs where there are branches", "forks", "true", 0, "forks: with branches and rewinds the run ends in another state"},
		{"a result that differs on another store", "stores", "false", 0, `stores: with another store step 2 flaw.count came to {"n":2}, and without to {"n":1}`},
		{
			"a result that rests on what the store keeps", "stores", "true}}\n  - {do: flaw.count, with: {team: acme, recall: true, kept: false", 0,
			`stores: with another store step 3 flaw.count came to {"n":0}, and without to {"n":7}`,
		},
		{"a journal that does not lead to the state", "replay", "true", 0, "replay: the journal that is run again ends in another state"},
		{"a state that does not add up at the end", "audit", "true", -9, "audit: seatbook: broken invariant: the count is below 0"},
		{"the same with nothing to prove", "", "true", -9, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &flaw{}
			f.censused.Store(c.from)
			theFlaw.Store(f)
			v, err := NewVocabulary(append(seatbook.Modules(licensing.Sample()), Module(), f.module())...)
			require.NoError(t, err)
			s, err := Parse("x.yaml", []byte(begin+"prove: ["+c.proof+"]\n"+steps+c.kept+"}}\n"), v)
			require.NoError(t, err)
			r, err := s.Run(t.Context(), RunOptions{Modules: []rule.Module{f.module()}})
			require.NoError(t, err)
			assert.Empty(t, failures(r))
			assert.Equal(t, c.trouble, r.Trouble)
			assert.Equal(t, c.trouble == "", r.OK())
		})
	}
}

// An audit is made after each day, also where nothing happens, and what it finds
// is told at the step that comes next.
func TestAuditsAreMadeByDay(t *testing.T) { //nolint:paralleltest // the flaw is one for all
	for _, c := range []struct {
		from   int64
		audits int64
		fails  string
	}{{0, 11, ""}, {-9, 1, "want time to pass until then, got the audit at 2026-01-06T00:00:00Z: seatbook: broken invariant: the count is below 0"}} {
		f := &flaw{}
		f.censused.Store(c.from)
		theFlaw.Store(f)
		v, err := NewVocabulary(append(seatbook.Modules(licensing.Sample()), Module(), f.module())...)
		require.NoError(t, err)
		s, err := Parse("x.yaml", []byte("name: x\nstart: 2026-01-05\nprove: [audit]\nsteps:\n  - {do: account.create_team, with: {team: acme, owner: ada@acme.test}}\n"+
			"  - {do: flaw.count, with: {team: acme, kept: true}}\n  - {after: 10d, mark: later}\n"), v)
		require.NoError(t, err)
		r, err := s.Run(t.Context(), RunOptions{Modules: []rule.Module{f.module()}})
		require.NoError(t, err)
		if c.fails == "" {
			assert.Empty(t, failures(r))
		} else {
			require.NotNil(t, r.Broken())
			assert.Equal(t, []string{c.fails}, r.Broken().Failures)
		}
		streams := f.audits.Load() / c.audits
		assert.Equal(t, streams*c.audits, f.audits.Load())
		assert.Positive(t, streams)
	}
}
