package simulator

import (
	"fmt"
	"slices"
)

// decisions leaves out what decides nothing: marks, branches, going back.
func decisions(records []*Record) []*Record {
	return slices.DeleteFunc(slices.Clone(records), func(r *Record) bool { return r.Kind == StepRecord && !r.Verb.calls() })
}

// sign is what a decision and its counterpart have in common; place tells apart
// what is otherwise called alike.
func sign(r *Record, place string) string {
	return fmt.Sprintf("%s|%s|%v|%s|%s", r.Kind, r.Name, r.Streams, r.Facts["to"], place)
}

// outcomeOf is everything that comes out of a decision.
func outcomeOf(r *Record) string {
	return fmt.Sprintf("%d|%v|%s|%s", r.At.UnixNano(), r.Facts, verdictOf(r), r.Result)
}

// couple finds the counterpart of each decision in another list: one that came
// out alike, or else the first of the same sign that is left.
func couple(a, b []*Record, place func(*Record) string) map[*Record]*Record {
	pairs, taken := map[*Record]*Record{}, map[*Record]bool{}
	for _, alike := range []bool{true, false} {
		key := func(r *Record) string {
			if alike {
				return sign(r, place(r)) + "|" + outcomeOf(r)
			}
			return sign(r, place(r))
		}
		waiting := map[string][]*Record{}
		for _, r := range b {
			if !taken[r] {
				waiting[key(r)] = append(waiting[key(r)], r)
			}
		}
		for _, r := range a {
			k := key(r)
			if list := waiting[k]; pairs[r] == nil && len(list) > 0 {
				pairs[r], taken[list[0]], waiting[k] = list[0], true, list[1:]
			}
		}
	}
	return pairs
}
