package simulator

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// The limits of a file. They are far above what a person writes and far below
// what harms the machine that reads it.
const (
	// MaxBytes is how large a scenario or catalogue can be.
	MaxBytes = 4 << 20
	// MaxDepth is how deep lists and maps can be nested.
	MaxDepth = 64
	// MaxValues is how many values a file can hold, each counted as often as an
	// alias repeats it.
	MaxValues = 500_000
)

// source is the text of one file, with the faults found in it.
type source struct {
	*findings
	name string
	text []byte
	// starts are where the lines begin, once somebody asked.
	starts []int32
}

// fault notes something wrong at a line and column.
func (s *source) fault(line, column int, format string, args ...any) {
	if len(s.list) >= maxFaults {
		s.more++
		return
	}
	excerpt, caret := s.excerpt(line, column)
	s.add(Fault{File: s.name, Line: line, Column: column, Text: fmt.Sprintf(format, args...), Excerpt: excerpt, Caret: caret})
}

// at notes something wrong with a node.
func (s *source) at(n *yaml.Node, format string, args ...any) {
	s.fault(max(n.Line, 1), max(n.Column, 1), format, args...)
}

// place finds the line and column of a byte.
func (s *source) place(offset int) (line, column int) {
	s.index()
	line = 1
	for line < len(s.starts) && int(s.starts[line]) <= offset {
		line++
	}
	return line, utf8.RuneCount(s.text[s.starts[line-1]:offset]) + 1
}

// index finds where lines begin, at the same breaks as YAML.
func (s *source) index() {
	if s.starts != nil {
		return
	}
	s.starts = []int32{0}
	text := s.text
	for i := 0; i < len(text); i++ {
		width := 0
		switch {
		case text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n':
			width = 2
		case text[i] == '\n' || text[i] == '\r':
			width = 1
		case bytes.HasPrefix(text[i:], []byte("\u0085")):
			width = 2
		case bytes.HasPrefix(text[i:], []byte("\u2028")), bytes.HasPrefix(text[i:], []byte("\u2029")):
			width = 3
		}
		if width > 0 {
			s.starts = append(s.starts, int32(i+width)) //nolint:gosec // files are below 4 MiB
			i += width - 1
		}
	}
}

// excerpt cuts out what surrounds a place in its line, and says how many
// characters of it come before the place.
func (s *source) excerpt(line, column int) (text string, before int) {
	const most, ahead = 110, 70
	s.index()
	if line < 1 || line > len(s.starts) {
		return "", 0
	}
	rest := s.text[s.starts[line-1]:]
	if line < len(s.starts) {
		rest = rest[:s.starts[line]-s.starts[line-1]]
	}
	skip := 0
	if column > ahead {
		skip = column - 1 - ahead/2
	}
	var b strings.Builder
	if skip > 0 {
		b.WriteString("…")
		before++
	}
	at := 0
	for at < skip+most && len(rest) > 0 {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		if at++; at > skip {
			b.WriteRune(printable(r))
			if at < column {
				before++
			}
		}
	}
	text = strings.TrimRight(b.String(), " ")
	if len(rest) > 0 && len(bytes.TrimSpace(rest)) > 0 {
		text += "…"
	}
	return text, before
}

// read checks the text against the limits and returns its one document, or nil
// after noting why there is none.
func (s *source) read() *yaml.Node {
	if !s.legible() {
		return nil
	}
	root, rest, err := parseYAML(s.text)
	switch {
	case err != nil:
		s.garbled(err)
		return nil
	case root == nil || isNull(root):
		s.fault(1, 1, "the file is empty")
		return nil
	case rest != nil:
		s.at(rest, "a second document begins here, and a file holds one")
		return nil
	}
	if !s.wellFormed(root) {
		return nil
	}
	return root
}

// legible checks what must hold before the text is worth parsing.
func (s *source) legible() bool {
	if len(s.text) > MaxBytes {
		s.fault(1, 1, "the file has more than %d bytes", MaxBytes)
		return false
	}
	if i := bytes.IndexByte(s.text, 0); i >= 0 {
		line, column := s.place(i)
		s.fault(line, column, "the file is binary: there is a zero byte")
		return false
	}
	for i := 0; i < len(s.text); {
		r, size := utf8.DecodeRune(s.text[i:])
		if r == utf8.RuneError && size == 1 {
			line, column := s.place(i)
			s.fault(line, column, "the file is not UTF-8: the byte %#02x belongs to no character", s.text[i])
			return false
		}
		i += size
	}
	// Parsing takes time that grows with the square of these lines, and no
	// scenario needs them.
	for i := 0; i < len(s.text); i++ {
		if s.text[i] == '%' && (i == 0 || s.text[i-1] == '\n' || s.text[i-1] == '\r') {
			line, column := s.place(i)
			s.fault(line, column, "a directive begins here, and a file has none")
			return false
		}
	}
	if atMost(s.text) > MaxValues {
		s.fault(1, 1, "the file holds more than %d values", MaxValues)
		return false
	}
	return true
}

// atMost counts the signs that a value can begin behind, to refuse what would
// take much memory before it does.
func atMost(text []byte) int {
	n := 1
	for i, c := range text {
		next := byte(' ')
		if i+1 < len(text) {
			next = text[i+1]
		}
		switch c {
		case ',', '[', '{', '*':
			n++
		case ':', '-', '?':
			if bytes.IndexByte([]byte(" \t\r\n\"'[{&*!"), next) >= 0 {
				n++
			}
		}
	}
	return n
}

// parseYAML reads the first document, and the second where there is one. The
// library panics on some texts it finds at odds with itself.
func parseYAML(text []byte) (root, rest *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			root, rest, err = nil, nil, fmt.Errorf("yaml: the text cannot be read: %v", p)
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	first, err := document(decoder)
	if err != nil || first == nil {
		return nil, nil, err
	}
	second, err := document(decoder)
	return first, second, err
}

// document returns the value of the decoder's next document, or nil at the end.
func document(decoder *yaml.Decoder) (*yaml.Node, error) {
	var n yaml.Node
	if err := decoder.Decode(&n); err != nil {
		if err.Error() == "EOF" {
			return nil, nil //nolint:nilnil // no further document is no error
		}
		return nil, err
	}
	if n.Kind != yaml.DocumentNode || len(n.Content) == 0 {
		return nil, nil //nolint:nilnil // a document without a value is empty
	}
	return n.Content[0], nil
}
