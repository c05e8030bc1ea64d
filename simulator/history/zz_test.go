package history

import (
	"context"
	"fmt"
	"sort"
	"testing"
)

func TestZZ(t *testing.T) {
	r, err := newRun(Config{Seed: 3, Teams: 40, Years: 1, File: "/tmp/zz.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	tot := map[string]map[string]int{}
	for i := range 8 {
		s, err := r.makeUp(context.Background(), i, 5)
		if err != nil {
			t.Fatal(err)
		}
		for _, st := range s.steps {
			m := tot[st.name]
			if m == nil {
				m = map[string]int{}
				tot[st.name] = m
			}
			k := string(st.fails)
			if k == "" {
				k = "OK"
			}
			m[k]++
		}
	}
	var names []string
	for n := range tot {
		names = append(names, n)
	}
	sort.Slice(names, func(i, j int) bool { return names[i] < names[j] })
	ok, all := 0, 0
	for _, n := range names {
		s := 0
		for _, v := range tot[n] {
			s += v
		}
		ok += tot[n]["OK"]
		all += s
		if tot[n]["OK"]*2 < s {
			fmt.Println(n, tot[n])
		}
	}
	fmt.Println(ok, all, len(names), len(r.vocabulary.Signatures()))
	for _, sg := range r.vocabulary.Signatures() {
		if tot[sg.Name] == nil {
			fmt.Println("never", sg.Name)
		}
	}
}
