package console

import "strings"

// spot is where in the fields of a step the cursor stands.
type spot struct {
	// levels are the maps and lists that it stands in, the outermost first.
	levels []level
	// partial is what of a word stands before it.
	partial string
}

// level is a map or a list that is not closed yet.
type level struct {
	list bool
	// short fields are NAME=VALUE with spaces between, others NAME: VALUE with commas.
	short bool
	// key is the field whose value is being written, empty where a key is.
	key string
	// given are the fields that are written, with those of their values that are single.
	given map[string]string
}

// spotOf reads the fields up to the cursor. Whatever was typed, it finds a spot.
func spotOf(text string, short bool) spot {
	s := &spot{levels: []level{{short: short, given: map[string]string{}}}}
	start := 0
	var quote byte
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && strings.TrimSpace(text[start:i]) == "":
			quote = c
		case strings.IndexByte("{}[],:= \t", c) >= 0:
			if s.meet(c, i+1 == len(text) || text[i+1] == ' ', text[start:i]) {
				start = i + 1
			}
		}
	}
	s.partial = strings.TrimLeft(text[start:], " \t")
	return *s
}

// meet takes in a sign of structure, with what stands before it, and reports
// whether something new begins behind it.
func (s *spot) meet(c byte, spaced bool, before string) bool {
	top := &s.levels[len(s.levels)-1]
	word := strings.Trim(strings.TrimSpace(before), `"'`)
	ends := c == ',' && !top.short || (c == ' ' || c == '\t') && top.short
	switch {
	case c == '{' || c == '[':
		s.levels = append(s.levels, level{list: c == '[', given: map[string]string{}})
		return true
	case c == '}' || c == ']':
		top.end(word)
		if len(s.levels) > 1 {
			s.levels = s.levels[:len(s.levels)-1]
		}
		return true
	case ends:
		top.end(word)
		return true
	case top.key == "" && !top.list && (c == '=' && top.short || c == ':' && spaced && !top.short):
		top.key = word
		top.given[word] = ""
		return true
	default:
		return strings.TrimSpace(before) == "" && (c == ' ' || c == '\t')
	}
}

// end ends a value.
func (l *level) end(word string) {
	if l.key != "" && word != "" {
		l.given[l.key] = word
	}
	if !l.list {
		l.key = ""
	}
}

// path returns the fields that lead to the spot, the one whose value is being
// written at last.
func (s *spot) path() []string {
	var path []string
	for _, l := range s.levels {
		if l.key != "" {
			path = append(path, l.key)
		}
	}
	return path
}

// inner is the map or list that the spot is in.
func (s *spot) inner() level { return s.levels[len(s.levels)-1] }

// atKey reports whether the name of a field belongs here.
func (s *spot) atKey() bool { return !s.inner().list && s.inner().key == "" }
