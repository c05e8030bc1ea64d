package rule

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest returns the candidate that is fewest slips away from text. A slip is a
// letter inserted, left out or replaced, or two neighbours that changed places;
// whether letters are large or small makes no difference. Of equal ones it is the one
// that is text itself, else one of the same letters, else one with the same first
// letter, else the one with more of the letters, else the first by alphabet. It
// returns "" where there is no candidate.
func Nearest(text string, candidates []string) string {
	if len(candidates) == 0 {
		return ""
	}
	typed := strings.ToLower(clip(text))
	away := make(map[string]int, len(candidates))
	for _, c := range candidates {
		away[c] = distance(typed, strings.ToLower(clip(c)))
	}
	return slices.MinFunc(candidates, func(a, b string) int {
		if by := cmp.Compare(away[a], away[b]); by != 0 {
			return by
		}
		return cmp.Or(-cmp.Compare(likeness(text, a), likeness(text, b)), cmp.Compare(a, b))
	})
}

// likeness says which of two candidates as many slips away looks more like the text:
// the higher one.
func likeness(text, candidate string) int {
	const itself, sameLetters, sameFirst = 1 << 12, 1 << 11, 1 << 10 // above every count of letters
	if text == candidate {
		return itself
	}
	a, b := strings.ToLower(clip(text)), strings.ToLower(clip(candidate))
	var letters [256]int
	for i := range len(a) {
		letters[a[i]]++
	}
	like := 0
	for i := range len(b) {
		if letters[b[i]] > 0 {
			letters[b[i]]--
			like++
		}
	}
	switch {
	case like == len(a) && like == len(b):
		like += sameLetters
	case a != "" && b != "" && a[0] == b[0]:
		like += sameFirst
	}
	return like
}

// distance is how many slips lie between two texts, where no letter is touched by two
// of them.
func distance(a, b string) int {
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, above, row = above, row, before
		row[0] = i + 1
		for j := range len(b) {
			replaced := above[j]
			if a[i] != b[j] {
				replaced++
			}
			row[j+1] = min(replaced, row[j]+1, above[j+1]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
