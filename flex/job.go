package flex

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// JobStatus is what became of a job.
type JobStatus string

// The statuses of jobs.
const (
	JobRunning JobStatus = "running"
	JobDone    JobStatus = "done"
	JobFailed  JobStatus = "failed"
)

// Words returns the words a status is written with.
func (JobStatus) Words() []string {
	return account.Words([]JobStatus{JobRunning, JobDone, JobFailed})
}

// Job is one result that was asked of a cloud service, and paid.
type Job struct {
	Team    rule.Stream
	ID      string
	Person  rule.Person
	Product string
	Result  string
	// Tokens is what was taken: Rate for each of the Units.
	Rate, Units, Tokens int64
	Debits              []Debit
	Submitted           time.Time
	Status              JobStatus
	// Finished is when the outcome came; zero while the job runs.
	Finished time.Time
	// Usage is the row of the usage report.
	Usage string
}

var jobs = store.NewTable("flex.job", func(j *Job) (string, store.Key) { return string(j.Team), store.String(j.ID) })

var jobsByTime = jobs.Index("time", func(j *Job) (store.Key, bool) { return store.Time(j.Submitted) + rule.IDKey(j.ID), true })

// JobShown is a job as results show it.
type JobShown struct {
	ID      string    `json:"id"`
	Team    string    `json:"team"`
	User    string    `json:"user"`
	Product string    `json:"product"`
	Result  string    `json:"result"`
	Units   int64     `json:"units"`
	Rate    int64     `json:"rate"`
	Tokens  int64     `json:"tokens"`
	Status  JobStatus `json:"status"`
	// GivenBack is how many tokens went back, into packs that have ended too.
	GivenBack int64     `json:"given_back"`
	Submitted time.Time `json:"submitted"`
	// Finished is null while the job runs.
	Finished *time.Time `json:"finished"`
}

func (j Job) shown(v *rule.View) (JobShown, error) {
	email, err := account.EmailOf(v, j.Person)
	shown := JobShown{
		ID: j.ID, Team: string(j.Team), User: email, Product: j.Product, Result: j.Result, Units: j.Units, Rate: j.Rate,
		Tokens: j.Tokens, Status: j.Status, Submitted: j.Submitted,
	}
	if j.Status == JobFailed {
		shown.GivenBack = j.Tokens
	}
	if !j.Finished.IsZero() {
		shown.Finished = &j.Finished
	}
	return shown, err
}

// JobsQuery lists the jobs of a team, or of one person in it, that were submitted
// from one instant on and before another.
type JobsQuery struct {
	Team string       `json:"team"`
	User rule.Address `json:"user,omitempty"`
	From time.Time    `json:"from"`
	To   time.Time    `json:"to"`
}

// About names the team, and the person where one is named.
func (q JobsQuery) About(v *rule.View) (rule.Subject, error) {
	if q.User != "" {
		return account.AboutMember(v, q.Team, q.User)
	}
	return account.AboutTeam(v, q.Team)
}

// Answer lists them, the first submitted first (FLX-11).
func (q JobsQuery) Answer(v *rule.View) ([]JobShown, error) {
	if err := checkSpan(v, q.Team, q.From, q.To); err != nil {
		return nil, err
	}
	v.Cite(ResultRule)
	list := []JobShown{}
	for j, err := range jobsByTime.Scan(v.Tx(), q.Team, store.Part{From: store.Time(q.From), To: store.Time(q.To)}) {
		if err != nil {
			return nil, err
		}
		if q.User != "" && j.Person != q.User.Person() {
			continue
		}
		shown, err := j.shown(v)
		if err != nil {
			return nil, err
		}
		list = append(list, shown)
	}
	return list, nil
}

// checkSpan refuses a stretch that runs backwards or is too long.
func checkSpan(v *rule.View, handle string, from, to time.Time) error {
	team, err := account.TeamByHandle(v, rule.Stream(handle))
	if err != nil {
		return err
	}
	return account.CheckPeriod(UsageRule, team.Location(), from, to)
}
