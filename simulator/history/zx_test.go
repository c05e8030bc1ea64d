package history

import (
	"context"
	"fmt"
	"testing"
)

func TestZX(t *testing.T) {
	r, _ := newRun(Config{Seed: 3, Teams: 40, Years: 1, File: "/tmp/zz.yaml"})
	for i := range 3 {
		s, _ := r.makeUp(context.Background(), i, 5)
		for _, st := range s.steps {
			if st.name == "account.accept_invitation" && st.fails == "invalid" {
				fmt.Println(st.with, st.by)
			}
		}
	}
}
