package simulator

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryExampleCanBePlayed loads every example and writes it again: what is
// written comes out as the play did.
func TestEveryExampleCanBePlayed(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../examples/scenarios/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			p, err := LoadPlay(context.Background(), file, nil, vocabulary(t))
			require.NoError(t, err)
			result, _ := p.Result()
			assert.Empty(t, failures(result))
			text, err := p.Text(context.Background(), filepath.Join(filepath.Dir(file), "written.yaml"))
			require.NoError(t, err)
			again, err := Parse(filepath.Join(filepath.Dir(file), "written.yaml"), text, vocabulary(t))
			require.NoError(t, err)
			plain, err := Load(file, vocabulary(t))
			require.NoError(t, err)
			assert.Equal(t, countSteps(plain.Steps), countSteps(again.Steps), "nothing is added and nothing lost")
			assert.Equal(t, plain.Prove, again.Prove)
			assert.Equal(t, plain.Policy, again.Policy)
			assert.Equal(t, plain.Catalog, again.Catalog)
		})
	}
}
