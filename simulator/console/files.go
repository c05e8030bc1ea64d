package console

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/seatbook/seatbook/simulator"
)

// save writes what was done as a scenario file. A file that is none of this
// session is only overwritten when that is asked for.
func (s *Session) save(ctx context.Context, _, text string) error {
	path, over := strings.CutPrefix(text, "over ")
	path = strings.TrimSpace(path)
	if path == "" {
		path = s.file
	}
	if path == "" {
		return errors.New("where to: \"save FILE\"")
	}
	if _, err := os.Stat(path); err == nil && !s.own[path] && !over {
		return fmt.Errorf("there is a file %s already: \"save over %s\" replaces it", quote(path), path)
	}
	written, err := s.play.Text(ctx, path)
	if err != nil {
		return err
	}
	if err := replace(path, written); err != nil {
		return fmt.Errorf("%s cannot be written: %w", quote(path), reason(err))
	}
	s.file, s.own[path] = path, true
	s.say("saved: \"seatsim run %s\" comes out as written", path)
	return nil
}

// replace writes a file in one go, so that what was there stays where it fails.
func replace(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".seatsim-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it was renamed
	_, err = f.Write(text)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil { //nolint:gosec // a scenario is no secret
		return err
	}
	return os.Rename(f.Name(), path)
}

// reason leaves out the path, which stands before the message already.
func reason(err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		return at.Err
	case errors.As(err, &link):
		return link.Err
	default:
		return err
	}
}

// load lives through a scenario file and goes on from its end.
func (s *Session) load(ctx context.Context, _, path string) error {
	if path == "" {
		return errors.New("which: \"load FILE\"")
	}
	play, err := simulator.LoadPlay(ctx, path, nil, s.config.Vocabulary)
	if err != nil {
		return err
	}
	s.goOn(play)
	s.file, s.actor, s.own[path] = path, "", true
	return s.loaded(ctx)
}

// loaded says what a file came to.
func (s *Session) loaded(ctx context.Context) error {
	result, _ := s.play.Result()
	s.say("%s: %s", s.file, count(result.Passed+result.Failed, "step"))
	for _, r := range result.Records {
		for _, line := range r.FailureLines(s.file) {
			s.say("%s", line)
		}
	}
	if result.Failed > 0 {
		s.say("%d came out otherwise than written: \"save\" writes what came", result.Failed)
	}
	return s.now(ctx)
}

// Greet says where the session begins.
func (s *Session) Greet(ctx context.Context) error {
	if s.file != "" {
		return s.loaded(ctx)
	}
	return s.now(ctx)
}
