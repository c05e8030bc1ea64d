package history

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/simulator"
)

// Failure is a history that does not hold, as small as it could be made.
type Failure struct {
	// Says is what does not hold.
	Says string
	// Scenario is the file that fails in the same way, Steps how many steps it has,
	// From how many the history had that was found.
	Scenario    []byte
	Steps, From int
	// History is which one it was, counted from 1.
	History int
	// Tries is how many smaller histories were run.
	Tries int
	// Interrupted is set where it could have been made smaller, had there been time.
	Interrupted bool
}

// class is the way in which a history fails. Two that fail in the same way have
// the same one.
type class struct {
	// proof is what fails beside the steps, empty where a step does.
	proof simulator.Proof
	// text is what it says, without what differs from one history to another.
	text string
	// says is the same in full, step the number of the step that fails.
	says string
	step string
}

// is reports whether there is a failure.
func (c class) is() bool { return c.says != "" }

// same reports whether two failures are the same but for the particulars.
func (c class) same(other class) bool {
	return c.is() && c.proof == other.proof && c.text == other.text
}

// particular matches what differs between two histories that fail in the same way.
var particular = regexp.MustCompile(`"[^"]*"|[^\s]*[0-9~@_][^\s]*`)

// general leaves particulars out of a text: figures, identifiers, names of teams
// and products.
func (r *run) general(text string) string {
	words := strings.Fields(particular.ReplaceAllString(text, "…"))
	for i, word := range words {
		bare := strings.Trim(word, ".,:;()")
		if slices.Contains(teamNames, bare) || slices.ContainsFunc(r.products, func(p product) bool { return p.id == bare }) {
			words[i] = "…"
		}
	}
	return strings.Join(words, " ")
}

// tell runs a story as the scenario it is written as, and says how it fails.
func (r *run) tell(ctx context.Context, s *story, audit time.Duration, proofs ...simulator.Proof) (*simulator.Result, class, error) {
	scenario, err := r.scenario(s, proofs...)
	if err != nil {
		return nil, class{}, err
	}
	result, err := scenario.Run(ctx, simulator.RunOptions{AuditEvery: audit, Modules: r.config.Modules})
	if err != nil {
		return nil, class{}, err
	}
	return result, r.classOf(result), nil
}

// scenario reads a story as it is written.
func (r *run) scenario(s *story, proofs ...simulator.Proof) (*simulator.Scenario, error) {
	return simulator.Parse(r.config.File, []byte(s.text(nil, proofs...)), r.vocabulary)
}

func (r *run) classOf(result *simulator.Result) class {
	if broken := result.Broken(); broken != nil {
		c := class{says: "step " + broken.Step + " " + broken.Name + ": " + broken.Error, step: broken.Step, text: r.general(broken.Error)}
		if text, found := strings.CutPrefix(broken.Error, "the audit at "); found {
			_, text, _ = strings.Cut(text, "Z: ")
			c.proof, c.text = simulator.AuditProof, r.general(text)
		}
		return c
	}
	if result.Trouble == "" {
		return class{}
	}
	proof, text, _ := strings.Cut(result.Trouble, ": ")
	c := class{proof: simulator.Proof(proof), says: result.Trouble}
	// How two runs differ has as many forms as there are commands; that they do is
	// what the proof says. An audit and a replay say what is wrong.
	if c.proof == simulator.AuditProof {
		c.text = r.general(text)
	}
	return c
}
