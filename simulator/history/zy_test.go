package history

import (
	"context"
	"fmt"
	"github.com/seatbook/seatbook/simulator"
	"sort"
	"testing"
)

func TestZY(t *testing.T) {
	r, err := newRun(Config{Seed: 3, Teams: 40, Years: 1, File: "/tmp/zz.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	tot := map[string]int{}
	for i := range 8 {
		s, _ := r.makeUp(context.Background(), i, 5)
		sc, err := simulator.Parse("x", []byte(s.text(nil)), r.vocabulary)
		if err != nil {
			t.Fatal(err)
		}
		res, _ := sc.Run(context.Background(), simulator.RunOptions{})
		for _, rec := range res.Records {
			if rec.Refusal != nil {
				tot[rec.Name+" "+string(rec.Refusal.Code)+" "+r.general(rec.Refusal.Text)]++
			}
		}
	}
	var names []string
	for n := range tot {
		names = append(names, n)
	}
	sort.Slice(names, func(i, j int) bool { return tot[names[i]] > tot[names[j]] })
	for _, n := range names[:60] {
		fmt.Println(tot[n], n)
	}
}
