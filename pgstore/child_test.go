package pgstore_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/rule"
)

// A child is this test binary, run again as a process of its own.

// errand is what a child is told to do.
type errand struct {
	// Job is the name of one of the jobs.
	Job, URL string
	// At is what its clock shows, Args are those of the job.
	At   time.Time
	Args []string
	// Till is the file of its provider, and Die says when that kills the process:
	// "before" it charges or "after".
	Till, Die string
}

// said is what a child says when it is done.
type said struct {
	Code    rule.Code
	Error   string
	Counts  pgstore.Counts
	Took    time.Duration
	Done    int
	Refused int
}

// jobs are what children can do.
var jobs = map[string]func(context.Context, *seatbook.Engine, []string) (int, error){}

const childVariable = "SEATBOOK_TEST_ERRAND"

// errandOf returns what this process was started for, if it is a child.
func errandOf() (errand, bool) {
	var e errand
	text := os.Getenv(childVariable)
	return e, text != "" && json.Unmarshal([]byte(text), &e) == nil
}

// child runs the errand: it opens everything, says that it is ready, waits for the
// word, does the job and reports.
func child(e errand) int {
	ctx := context.Background()
	s, err := pgstore.Open(ctx, e.URL)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer s.Close()
	engine, err := seatbook.New(s, seatbook.Config{Clock: stage.NewClock(e.At), Payments: paysOrDies{e}})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return 1
	}
	began := time.Now()
	done, err := jobs[e.Job](ctx, engine, e.Args)
	r := said{Counts: s.Counts(), Took: time.Since(began), Done: done}
	if refusal := rule.AsRefusal(err); refusal != nil {
		r.Code = refusal.Code
	} else if err != nil {
		r.Error = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		return 1
	}
	return 0
}

// paysOrDies says yes to every charge, or kills its own process where it is told to:
// before it charges, or after.
type paysOrDies struct{ errand }

// Charge implements [billing.Payments]. What is charged stands in a file, a line each.
func (p paysOrDies) Charge(_ context.Context, c billing.Charge) (billing.Answer, error) {
	if p.Die == "before" {
		die()
	}
	if p.Till != "" {
		till, err := os.OpenFile(p.Till, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return billing.Answer{}, err
		}
		if _, err := fmt.Fprintln(till, c.ID); err != nil {
			return billing.Answer{}, err
		}
		if err := till.Close(); err != nil {
			return billing.Answer{}, err
		}
	}
	if p.Die == "after" {
		die()
	}
	return billing.Answer{Outcome: billing.Paid}, nil
}

// Refund implements [billing.Payments].
func (paysOrDies) Refund(_ context.Context, r billing.Refund) (billing.Answer, error) {
	return billing.Answer{Outcome: billing.Paid, Reference: "back " + r.ID}, nil
}

func die() {
	p, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = p.Kill()
	}
	panic(err)
}

// process is a child that runs.
type process struct {
	*exec.Cmd
	out *bufio.Reader
	say func() error
}

// spawn starts a child and waits until it is ready.
func spawn(t testing.TB, e errand) *process {
	t.Helper()
	text, err := json.Marshal(e)
	require.NoError(t, err)
	c := exec.CommandContext(context.Background(), os.Args[0])
	c.Env = append(os.Environ(), childVariable+"="+string(text))
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	require.NoError(t, err)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	p := &process{Cmd: c, out: bufio.NewReader(out)}
	p.say = func() error { _, err := in.Write([]byte("go\n")); return err }
	line, err := p.out.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", line)
	return p
}

// result waits for the end of a child.
func (p *process) result(t testing.TB) (r said) {
	t.Helper()
	require.NoError(t, json.NewDecoder(p.out).Decode(&r))
	require.NoError(t, p.Wait())
	return r
}

// crowd lets so many children do a job at the same time. What varies between them
// comes from args.
func crowd(t testing.TB, n int, e errand, args func(i int) []string) []said {
	t.Helper()
	all := make([]*process, n)
	for i := range all {
		mine := e
		mine.Args = args(i)
		all[i] = spawn(t, mine)
	}
	for _, p := range all {
		require.NoError(t, p.say())
	}
	list := make([]said, n)
	for i, p := range all {
		list[i] = p.result(t)
		require.Empty(t, list[i].Error)
	}
	return list
}

// winners counts those who were not refused, and requires one of the codes of the others.
func winners(t testing.TB, list []said, codes ...rule.Code) (n int) {
	t.Helper()
	for _, r := range list {
		if r.Code == "" {
			n++
		} else {
			require.Contains(t, codes, r.Code)
		}
	}
	return n
}

// number reads an argument of a job.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return n
}
