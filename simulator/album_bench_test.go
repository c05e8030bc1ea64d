package simulator

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkAlbum says what it costs to picture a year day by day, beside the run alone.
func BenchmarkAlbum(b *testing.B) {
	for _, name := range []string{"first-year", "flex-studio"} {
		s, err := Load(filepath.Join("..", "examples", "scenarios", name+".yaml"), vocabulary(b))
		require.NoError(b, err)
		for what, album := range map[string]bool{"plain": false, "pictured": true} {
			b.Run(name+"/"+what, func(b *testing.B) {
				for b.Loop() {
					_, err := s.Run(b.Context(), RunOptions{Album: album})
					require.NoError(b, err)
				}
			})
		}
	}
}
