package seatbook_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// spent is a team with a window that is taken and one that has ended, jobs, credits
// and a limit, whose records can be meddled with.
func spent(t *testing.T) *stage.Stage {
	t.Helper()
	s := wronged(t)
	stage.Do(s, rule.Operator, flex.Assign{Team: "acme", User: "cy@acme.test", Products: flex.Products{List: []string{"autocad", "studio"}}})
	for _, user := range []rule.Address{"", "cy@acme.test"} {
		stage.Do(s, rule.Operator, flex.GrantCredits{Team: "acme", User: user, Credits: 5})
	}
	stage.Do(s, rule.Operator, flex.UseCredits{Team: "acme", User: "cy@acme.test", Service: "studio", Credits: 2})
	jobs := stage.Do(s, rule.Operator, flex.Submit{User: "cy@acme.test", Product: "studio", Jobs: []flex.ResultWanted{{Result: "image", Units: 2}}}).Jobs
	stage.Do(s, rule.Operator, flex.FinishJob{Job: jobs[0].ID, Outcome: flex.Failed})
	most := int64(30)
	stage.Do(s, rule.Operator, flex.SetLimit{Team: "acme", Per: flex.PerPerson, In: flex.Month, Tokens: &most})
	s.Clock.Set(s.Clock.Now().Add(30 * time.Hour))
	require.NoError(t, s.RunDue(t.Context()))
	return s
}

// anew is a window that begins an instant away from where the one before ended.
func anew(apart time.Duration) func(any) any {
	return change(func(w *flex.Window) {
		w.Start = w.Start.Add(apart)
		w.End = w.End.Add(apart)
	})
}

func TestAFaultInWhatIsSpentIsFoundBeforeAnythingIsKept(t *testing.T) {
	t.Parallel()
	gone := func(any) any { return nil }
	for _, c := range []struct {
		name   string
		table  string
		change func(any) any
		says   string
	}{
		{"a window that is still to come", "flex.window", anew(48 * time.Hour), "and runs from"},
		{"a window that reaches into another", "flex.window", anew(-time.Second), "another runs until"},
		{"a job that is half paid", "flex.job", change(func(j *flex.Job) { j.Debits = nil }), "costs 6 tokens and 0 were taken"},
		{"a job at another rate", "flex.job", change(func(j *flex.Job) { j.Rate = 4 }), "at 4 costs 6"},
		{"a job that is given back a second time", "flex.job", change(func(j *flex.Job) { j.Status = flex.JobDone }), "is failed and becomes done"},
		{"a job that is over and runs", "flex.job", change(func(j *flex.Job) { j.Status = flex.JobRunning }), "is running and has finished"},
		{"a job of somebody else", "flex.job", change(func(j *flex.Job) { j.Person = "nobody" }), "becomes another"},
		{"a job that vanishes", "flex.job", gone, "vanishes"},
		{"credits that are made", "flex.credit", change(func(c *flex.Credit) { c.Left++ }), "of 5 have"},
		{"credits that grow", "flex.credit", change(func(c *flex.Credit) { c.Left, c.Granted = c.Left+1, c.Granted+1 }), "become 6"},
		{"credits that last longer", "flex.credit", change(func(c *flex.Credit) { c.Ends = c.Ends.Add(time.Hour) }), "become 5"},
		{"credits that vanish", "flex.credit", gone, "vanish"},
		{"a use of credits that is half paid", "flex.credit-use", change(func(u *flex.CreditUse) { u.Debits = nil }), "and 0 were taken"},
		{"a use of the other kind", "flex.credit-use", change(func(u *flex.CreditUse) { u.Kind = flex.Shared }), "of the kind shared takes 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := spent(t)
			before := s.Digest()
			_, err := seatbook.Do(t.Context(), s.Engine, rule.Operator, meddle{Table: c.table, Change: c.change})
			var broken *rule.Broken
			require.ErrorAs(t, err, &broken)
			require.ErrorContains(t, err, c.says)
			require.Equal(t, before, s.Digest())
			s.Audit()
		})
	}
}

// rendering is the sample with a cloud service that is paid by the result.
func rendering() *licensing.Catalog {
	catalog := licensing.Sample()
	catalog.Products = append(catalog.Products, licensing.Product{
		ID: "studio", Kind: licensing.Cloud, ResultRates: []licensing.ResultRate{{Result: "image", Rate: 3}},
	})
	return catalog
}
