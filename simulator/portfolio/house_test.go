package portfolio_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator/portfolio"
)

// memory is a file that is kept in memory.
type memory struct {
	data []byte
	at   int64
	// full is how many bytes it takes, where that is not zero.
	full int
}

func (m *memory) Read(p []byte) (int, error) {
	if m.at >= int64(len(m.data)) {
		return 0, io.EOF
	}
	n := copy(p, m.data[m.at:])
	m.at += int64(n)
	return n, nil
}

func (m *memory) Write(p []byte) (int, error) {
	if m.full > 0 && int(m.at)+len(p) > m.full {
		return 0, fmt.Errorf("no room for %d bytes", len(p))
	}
	m.data = append(m.data[:m.at], p...)
	m.at += int64(len(p))
	return len(p), nil
}

func (m *memory) Seek(offset int64, whence int) (int64, error) {
	if whence != io.SeekStart {
		return 0, fmt.Errorf("seek from %d", whence)
	}
	m.at = offset
	return offset, nil
}

func (m *memory) Truncate(size int64) error {
	m.data = m.data[:size]
	return nil
}

func part(name string, data []byte) portfolio.Part {
	return portfolio.Part{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}

// brief is a workload of small teams that work little, so that tests are fast.
func brief() *portfolio.Workload {
	w := portfolio.DefaultWorkload()
	w.Sizes = []portfolio.Size{{People: 1, Weight: 2}, {People: 3, Weight: 1}}
	w.Work.Weeks, w.Tokens.Teams, w.Payments.Fails = 20, 100, 20
	return &w
}

const inAll = 7

func config() portfolio.Config {
	return portfolio.Config{Seed: 3, Teams: inAll, Years: 1, Workload: brief(), Policy: map[string]string{"token-life": "3mo"}}
}

func made(t testing.TB, c portfolio.Config) *portfolio.Portfolio {
	t.Helper()
	p, err := portfolio.New(c)
	require.NoError(t, err)
	return p
}

func run(t testing.TB, c portfolio.Config) []byte {
	t.Helper()
	f := &memory{}
	require.NoError(t, made(t, c).Resume(context.Background(), f, nil))
	return f.data
}

// whole is the file of a run over all teams, which is made once.
var whole = sync.OnceValue(func() []byte {
	p, err := portfolio.New(config())
	if err != nil {
		panic(err)
	}
	f := &memory{}
	if err := p.Resume(context.Background(), f, nil); err != nil {
		panic(err)
	}
	return f.data
})

// lines are the lines of the whole file, with their ends.
func lines() []string {
	return strings.SplitAfter(strings.TrimSuffix(string(whole()), "\n")+"\n", "\n")[:inAll+1]
}

func teams(t testing.TB, data []byte) []*portfolio.Team {
	t.Helper()
	var list []*portfolio.Team
	require.NoError(t, part("results", data).Each(func(_ *portfolio.Header, one *portfolio.Team) error {
		list = append(list, one)
		return nil
	}))
	return list
}
