package history

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// asked counts how often a command was run in this process, which no world knows.
var asked atomic.Int64

// fickle is a module whose answers depend on something outside of the world.
func fickle() rule.Module {
	return rule.Module{
		Name:     "fickle",
		Commands: []rule.Definition{rule.Does[Ponder]("fickle.ponder", account.Operate, "answers otherwise every time")},
	}
}

type Ponder struct {
	Team string `json:"team"`
}

type Thought struct {
	Times int64 `json:"times"`
}

func (c Ponder) About(*rule.View) (rule.Subject, error) { return about(c.Team), nil }

func (c Ponder) Do(s *rule.Scope) (Thought, error) {
	s.Cite(rule.Permissions)
	return Thought{asked.Add(1)}, nil
}

// looked counts how often something was looked at that is there three times: when
// the history is made up, in the first run of it, and never again.
var looked atomic.Int64

func fleeting() rule.Module {
	return rule.Module{
		Name:     "fleeting",
		Commands: []rule.Definition{rule.Does[Look]("fleeting.look", account.Operate, "finds something at first")},
	}
}

type Look struct {
	Team string `json:"team"`
}

var errThere = errors.New("it was there a moment ago")

func (c Look) About(*rule.View) (rule.Subject, error) { return about(c.Team), nil }

func (c Look) Do(s *rule.Scope) (account.Nothing, error) {
	s.Cite(rule.Permissions)
	if looked.Add(1) <= 3 {
		return account.Nothing{}, errThere
	}
	return account.Nothing{}, nil
}

func everything(t *testing.T) []rule.Module {
	t.Helper()
	return append(seatbook.Modules(licensing.Sample()), simulator.Module())
}
