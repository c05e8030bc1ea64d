package flex

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Outcome is how a job ended.
type Outcome string

// The outcomes of jobs.
const (
	// Done is a result that came.
	Done Outcome = "done"
	// Failed is that no result came.
	Failed Outcome = "failed"
)

var outcomes = []Outcome{Done, Failed}

// Words returns the words an outcome is written with.
func (Outcome) Words() []string { return account.Words(outcomes) }

// UnmarshalText takes one of the words.
func (o *Outcome) UnmarshalText(text []byte) error { return account.OneOf(o, Outcome(text), outcomes) }

// FinishJob says how a job ended. The service tells it, and not the person: whose
// job fails gets the tokens back.
type FinishJob struct {
	Job     string  `json:"job"`
	Outcome Outcome `json:"outcome"`
}

// JobResult is the result of [FinishJob].
type JobResult struct {
	Job JobShown `json:"job"`
}

func loadJob(v *rule.View, id string) (Job, error) {
	team, ok := rule.StreamOfID("job", id)
	if !ok {
		return Job{}, rule.Missing("job", id)
	}
	j, found, err := jobs.Get(v.Tx(), string(team), store.String(id))
	if err == nil && !found {
		err = rule.Missing("job", id)
	}
	return j, err
}

// About names the job's team, and those that its packs were moved to.
func (c FinishJob) About(v *rule.View) (rule.Subject, error) {
	j, err := loadJob(v, c.Job)
	if err != nil {
		return rule.Subject{}, err
	}
	subject := rule.Subject{Team: j.Team, What: "job", Name: c.Job, Touches: []rule.Stream{j.Team}}
	for _, d := range j.Debits {
		_, streams, err := locate(v, d.Pack)
		if err != nil {
			return subject, err
		}
		for _, stream := range streams {
			if !slices.Contains(subject.Touches, stream) {
				subject.Touches = append(subject.Touches, stream)
			}
		}
	}
	return subject, nil
}

// Do notes the outcome, and gives the tokens back where no result came, once
// (FLX-11). The same outcome again changes nothing.
func (c FinishJob) Do(s *rule.Scope) (JobResult, error) {
	j, err := loadJob(&s.View, c.Job)
	if err != nil {
		return JobResult{}, err
	}
	outcome := JobStatus(c.Outcome)
	s.Cite(ResultRule, rule.Fig("was", string(j.Status)), rule.Fig("outcome", string(outcome)), rule.Fig("tokens", j.Tokens))
	if j.Status == outcome {
		shown, err := j.shown(&s.View)
		return JobResult{shown}, err
	}
	if j.Status != JobRunning {
		return JobResult{}, rule.Refusef(rule.Conflict, ResultRule, "the job is %s already", j.Status).With(rule.Fig("finished", j.Finished))
	}
	j.Status, j.Finished = outcome, s.Now()
	if err := jobs.Put(s.Tx(), j); err != nil {
		return JobResult{}, err
	}
	if outcome == JobFailed {
		if err := giveBack(s, j.Debits); err != nil {
			return JobResult{}, err
		}
		if err := usages.Put(s.Tx(), j.usage(0)); err != nil {
			return JobResult{}, err
		}
	}
	shown, err := j.shown(&s.View)
	return JobResult{shown}, err
}

// giveBack returns taken tokens to the packs that they came from, wherever those
// have been moved. What would go back to a pack that has ended is gone.
func giveBack(s *rule.Scope, debits []Debit) error {
	for _, d := range debits {
		p, _, err := locate(&s.View, d.Pack)
		if err != nil {
			return err
		}
		p.Used -= d.Tokens
		s.Cite(ResultRule, rule.Fig("pack", p.ID), rule.Fig("given back", d.Tokens), rule.Fig("ended", p.Ended))
		if p.Ended {
			p.Lost += d.Tokens
		} else {
			p.Left += d.Tokens
		}
		if err := packs.Put(s.Tx(), p); err != nil {
			return err
		}
		if p.Ended {
			continue
		}
		w, err := change(s, p.Team, d.Tokens, 0, 0)
		if err != nil {
			return err
		}
		if err := watchBalance(s, w); err != nil {
			return err
		}
	}
	return nil
}
