package cluster

import (
	"context"
	"fmt"
	"os"
)

// Main starts a cluster, runs the tests over it, stops it, and returns what to exit
// with. Without PostgreSQL it says what to install and fails: go test hides what a
// package says that passes, and tests which never ran would look as if they had.
func Main(m interface{ Run() int }, server **Cluster) int {
	c, err := Start(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
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
