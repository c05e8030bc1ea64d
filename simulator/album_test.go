package simulator

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnAlbumChangesNothing(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../examples/scenarios/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	vocabulary, err := Everything()
	require.NoError(t, err)
	for _, file := range files {
		s, err := Load(file, vocabulary)
		require.NoError(t, err)
		s.Prove = nil
		plain, err := s.Run(t.Context(), RunOptions{})
		require.NoError(t, err)
		pictured, err := s.Run(t.Context(), RunOptions{Album: true})
		require.NoError(t, err)
		assert.Nil(t, plain.Album)
		require.NotNil(t, pictured.Album)
		assert.Empty(t, pictured.Album.Trouble, file)
		pictured.Album = nil
		assert.Equal(t, plain, pictured, file)
	}
}
