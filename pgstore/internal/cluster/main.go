package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Main starts a cluster, runs the tests over it, stops it, and returns what to exit
// with. Without PostgreSQL it says what to install; only CI has to have it.
func Main(m interface{ Run() int }, server **Cluster) int {
	c, err := Start(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		if errors.Is(err, ErrMissing) && os.Getenv("CI") == "" {
			return 0
		}
		return 1
	}
	*server = c
	code := m.Run()
	if err := c.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}
