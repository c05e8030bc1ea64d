package simulator

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/memstore"
)

// Proof is something that must hold of a run as a whole, whatever its steps are.
// A scenario names those that it wants.
type Proof string

// The proofs.
const (
	// AuditProof audits the whole state after each simulated day and at the end.
	AuditProof Proof = "audit"
	// SeedProof runs the steps a second time with the same seed: every command comes
	// to the same, down to identifiers and secrets, and so does the state.
	SeedProof Proof = "seed"
	// StoresProof runs the steps again on a store of another kind, which keeps what was
	// written out and read back and does not say how its updates run: every command and
	// every query comes to the same, and so does the state.
	StoresProof Proof = "stores"
	// WorkersProof runs the steps again with a worker that is late, that does all
	// at once, and that comes round once a day: every command comes to the same,
	// and so does the state.
	WorkersProof Proof = "workers"
	// ForksProof runs the steps again and keeps going astray: what is done on a
	// branch, and what is rewound, leaves the state as if it had never been.
	ForksProof Proof = "forks"
	// ReplayProof runs the journal again from the start, which ends in the same state.
	ReplayProof Proof = "replay"
	// FaultsProof runs the steps again over a store that breaks at some write of
	// every command and of the work between them: each leaves nothing, and once
	// the store works again comes to the same.
	FaultsProof Proof = "faults"
)

// Proofs returns all proofs, the cheapest first.
func Proofs() []Proof {
	return []Proof{AuditProof, ReplayProof, SeedProof, StoresProof, WorkersProof, FaultsProof, ForksProof}
}

func proofNames() []string {
	var names []string
	for _, p := range Proofs() {
		names = append(names, string(p))
	}
	return names
}

// readProofs reads what must hold of the run as a whole.
func (p *parser) readProofs(n *yaml.Node) {
	if n.Kind != yaml.SequenceNode {
		p.at(n, "\"prove\" takes a list of %s, and this is %s", sentence(proofNames()), describe(n))
		return
	}
	for _, child := range n.Content {
		child = follow(child)
		name := p.word(child, "prove")
		switch {
		case name == "":
		case !slices.Contains(proofNames(), name):
			p.at(child, "there is no proof %s%s", quote(name), nearest(name, proofNames()))
		case !slices.Contains(p.scenario.Prove, Proof(name)):
			p.scenario.Prove = append(p.scenario.Prove, Proof(name))
		}
	}
}

// aDay is how often an audit proof audits where nothing else is said.
const aDay = 24 * time.Hour

// prove holds the proofs that the scenario names against a run of it, in their
// order. It returns what the first to fail says, empty where all hold.
func (s *Scenario) prove(ctx context.Context, as *Result, end *Timeline, live func(manner) (*Result, *Timeline, error)) (string, error) {
	for _, proof := range Proofs() {
		if !slices.Contains(s.Prove, proof) {
			continue
		}
		var says string
		var err error
		switch proof {
		case AuditProof:
			if fault := end.world.engine.Audit(ctx); fault != nil {
				says = fault.Error()
			}
		case ReplayProof:
			says = proveReplay(ctx, as, end)
		case SeedProof:
			says, err = proveManners(as, live, manner{again: true})
		case StoresProof:
			says, err = proveManners(as, live, manner{listed: true})
		case WorkersProof:
			says, err = proveManners(as, live, manner{work: late}, manner{work: atOnce}, manner{work: dayByDay})
		case FaultsProof:
			says, err = proveManners(as, live, manner{breaker: &breaker{}})
		case ForksProof:
			says, err = proveManners(as, live, manner{astray: true})
		}
		if err := ctx.Err(); err != nil {
			return "", err
		}
		if err != nil || says != "" {
			return fmt.Sprintf("%s: %s", proof, says), err
		}
	}
	return "", nil
}

func proveReplay(ctx context.Context, as *Result, end *Timeline) string {
	again, err := end.world.engine.Replay(ctx, memstore.New())
	if err != nil {
		return err.Error()
	}
	digest, err := again.Digest(ctx)
	switch {
	case err != nil:
		return err.Error()
	case digest != as.Digest:
		return "the journal that is run again ends in another state"
	default:
		return ""
	}
}

// proveManners runs the scenario in other manners and says the first difference.
func proveManners(as *Result, live func(manner) (*Result, *Timeline, error), manners ...manner) (string, error) {
	for _, m := range manners {
		other, _, err := live(m)
		if err != nil {
			return "", err
		}
		if text := differ(as, other, m.listed); text != "" {
			return fmt.Sprintf("with %s %s", m, text), nil
		}
	}
	return "", nil
}

// differ says where the commands of two runs came to something else, or else
// whether the states did. Queries are left out unless they are asked for: they never
// lead to a charge, and so see less where the worker is late.
func differ(as, other *Result, queries bool) string {
	if other.Trouble != "" {
		return other.Trouble
	}
	one, two := callsOf(as, queries), callsOf(other, queries)
	for i := range min(len(one), len(two)) {
		if a, b := one[i].outcome(), two[i].outcome(); a != b {
			return fmt.Sprintf("step %s %s came to %s, and without to %s", one[i].Step, one[i].Name, b, a)
		}
	}
	switch {
	case len(one) != len(two):
		return fmt.Sprintf("%d steps were run, and without %d", len(two), len(one))
	case as.Digest != other.Digest:
		return "the run ends in another state"
	default:
		return ""
	}
}

// callsOf are the commands that a run did or tried, and its queries where they are
// asked for.
func callsOf(r *Result, queries bool) []*Record {
	var list []*Record
	for i := range r.Records {
		if record := &r.Records[i]; record.Kind == StepRecord && (record.Verb == DoStep || record.Verb == PreviewStep || queries && record.Verb == AskStep) {
			list = append(list, record)
		}
	}
	return list
}

// outcome is what a command came to, in a text.
func (r *Record) outcome() string {
	switch {
	case r.Refusal != nil:
		return "the refusal " + string(r.Refusal.Code) + ": " + r.Refusal.Text
	case r.Error != "":
		return "the error " + r.Error
	default:
		return string(bytes.TrimSpace(r.Result))
	}
}
