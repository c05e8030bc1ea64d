package cluster

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// neverRun are tests that must not be run.
type neverRun struct{ t *testing.T }

func (n neverRun) Run() int {
	n.t.Error("tests ran without a server")
	return 0
}

// It is no parallel test, because it takes PostgreSQL away from its process.
func TestWithoutPostgreSQLTheTestsFailAndSayWhatToInstall(t *testing.T) {
	there := packaged
	packaged = filepath.Join(t.TempDir(), "initdb")
	t.Cleanup(func() { packaged = there })
	t.Setenv("PATH", t.TempDir())
	for _, ci := range []string{"", "1"} {
		t.Setenv("CI", ci)
		code, said := hear(t, func() int {
			var server *Cluster
			return Main(neverRun{t}, &server)
		})
		require.Equal(t, 1, code, "a run that passes is silent")
		require.Equal(t, ErrMissing.Error()+"\n", said)
		require.Contains(t, said, "apt-get install postgresql")
		require.Equal(t, 1, strings.Count(said, "\n"), "one line says it")
	}
}

// hear returns what a function returns, and what it says on stderr meanwhile.
func hear(t *testing.T, fn func() int) (code int, said string) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	stderr := os.Stderr
	os.Stderr = w
	code = fn()
	os.Stderr = stderr
	require.NoError(t, w.Close())
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	return code, string(text)
}
