package simulator

import (
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"strconv"
	"sync"

	"github.com/seatbook/seatbook"
)

// secrets is where a world's secrets come from: a stream of bytes that a seed
// determines. It is safe for concurrent use.
type secrets struct {
	mu     sync.Mutex
	stream rand.ChaCha8
}

// newSecrets begins the stream of a seed, and of the state that the world begins on,
// empty where it begins with nothing: what made the state had secrets of that seed
// already.
func newSecrets(seed int64, state string) *secrets {
	return &secrets{stream: *rand.NewChaCha8(sha256.Sum256([]byte("seatbook simulator " + strconv.FormatInt(seed, 10) + state)))}
}

// Read implements [io.Reader]. It never fails.
func (s *secrets) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stream.Read(p)
}

// state is how far the stream was read.
func (s *secrets) state() rand.ChaCha8 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stream
}

// restore goes to a place in the stream.
func (s *secrets) restore(to rand.ChaCha8) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stream = to
}

// skip reads on over so many secrets, which were made before.
func (s *secrets) skip(made int) error {
	_, err := io.CopyN(io.Discard, s, int64(made)*seatbook.SecretBytes)
	return err
}
