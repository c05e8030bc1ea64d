package simulator

import (
	"context"
	"fmt"
	"path/filepath"
)

// Set gives a parameter of a rule another value, as long as no step was done.
func (p *Play) Set(ctx context.Context, name, value string) error {
	if err := p.vocabulary.CheckPolicy(name, value); err != nil {
		return err
	}
	for _, l := range p.lines {
		if len(l.entries) > 0 {
			return fmt.Errorf("parameters are set before the first step, as rules do not change while an account lives; %s is %s here",
				name, p.current.timeline.world.engine.Book().Value(name))
		}
	}
	s := p.runner.scenario.With(map[string]string{name: value})
	c, now := *p, p.Now()
	c.setHead("policy", policyNode(s.Policy))
	if err := c.open(ctx, s); err != nil {
		return err
	}
	if err := c.current.advance(ctx, now); err != nil {
		return err
	}
	*p = c
	return nil
}

// moved is the path of a file that a scenario names, as seen from another directory.
func moved(path, from, to string) (string, error) {
	if filepath.Dir(from) == filepath.Dir(to) {
		return path, nil
	}
	whole, err := filepath.Abs(filepath.Join(filepath.Dir(from), filepath.FromSlash(path)))
	if err != nil {
		return "", err
	}
	dir, err := filepath.Abs(filepath.Dir(to))
	if err != nil {
		return "", err
	}
	relative, err := filepath.Rel(dir, whole)
	return filepath.ToSlash(relative), err
}
