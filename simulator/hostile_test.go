package simulator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHostileFiles(t *testing.T) {
	t.Parallel()
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 9 {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	tower := "a0: &a0 [x]\n"
	for i := range 70 {
		tower += fmt.Sprintf("a%d: &a%d [*a%d]\n", i+1, i+1, i)
	}
	cases := []struct{ name, text, want string }{
		{"ten megabytes", strings.Repeat("# filler\n", 10<<20/9), "1:1: the file has more than 4194304 bytes"},
		{"a zero byte", "name: x\nstart: \x00\n", "2:8: the file is binary: there is a zero byte"},
		{"what is not UTF-8", "name: x\nnote: é\xff\n", "2:8: the file is not UTF-8: the byte 0xff belongs to no character"},
		{"UTF-16", "\xff\xfen\x00a\x00", "1:4: the file is binary: there is a zero byte"},
		{"ten thousand levels of lists", start + "  - " + strings.Repeat("[", 10_000), "4:1: this is not YAML: did not find expected node content"},
		{"ten thousand closed levels", start + "  - " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000), "4:67: lists and maps are nested deeper than 64 levels"},
		{"ten thousand levels of maps", strings.Repeat("{a: ", 20_000), "1:1: lists and maps are nested deeper than 64 levels"},
		{"ten thousand levels of dashes", start + "  " + strings.Repeat("- ", 20_000), "3:1: lists and maps are nested deeper than 64 levels"},
		{"an alias of itself", "a: &a [*a]\n", "1:8: the alias *a stands for what it is a part of"},
		{"an alias of what holds it", "&a a: {b: [*a]}\n", "1:1: a scenario has no key \"a\"; the nearest is \"name\""},
		{"an alias bomb", bomb, "6:5: aliases make this more than 500000 values"},
		{"aliases upon aliases", tower, "63:12: lists and maps are nested deeper than 64 levels"},
		{"a million values", start + "  [" + strings.Repeat("a,", 1_000_000) + "]", "1:1: the file holds more than 500000 values"},
		{"a million directives", strings.Repeat("%TAG !a! tag:b\n", 200_000), "1:1: a directive begins here, and a file has none"},
		{"a huge number", start + "  - {do: billing.add_seats, with: {seats: " + strings.Repeat("9", 1_000_000) + "}}", "4:43: \"999999999999999999999999999999999999999999999999999999999999\"… is out of range: the field holds -9223372036854775808 to 9223372036854775807"},
		{"a huge name", start + "  - {do: " + strings.Repeat("x", 1_000_000) + "}", "4:10: there is no command \"" + strings.Repeat("x", 60) + "\"…"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			lines := faultsOf(t, c.text)
			require.NotEmpty(t, lines)
			assert.True(t, strings.HasPrefix(lines[0], c.want), "%s", lines[0])
			assert.Less(t, time.Since(began), 10*time.Second)
		})
	}
}

func TestManyFaultsAreCountedAndNotListed(t *testing.T) {
	t.Parallel()
	lines := faultsOf(t, start+strings.Repeat("  - {do: account.invit}\n", 2_000))
	require.Len(t, lines, maxFaults+1)
	assert.Contains(t, lines[maxFaults], "there are 1500 faults more, which are not listed")
}

func TestFilesOfManyMarksAndForksAreReadInTime(t *testing.T) {
	t.Parallel()
	text := start + "  - {mark: a}\n" + strings.Repeat("  - {fork: {from: a, name: b, steps: [{mark: c}]}}\n  - {mark: a}\n", 2_000)
	began := time.Now()
	s, err := Parse("s.yaml", []byte(text), vocabulary(t))
	require.NoError(t, err)
	result, err := s.Run(context.Background(), RunOptions{})
	require.NoError(t, err)
	assert.Equal(t, 6_001, result.Passed)
	assert.Less(t, time.Since(began), 60*time.Second)
}

func TestLoadRefusesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := Load(filepath.Join(dir, "none.yaml"), vocabulary(t))
	assert.EqualError(t, err, filepath.Join(dir, "none.yaml")+":1:1: the file cannot be read: no such file or directory")
	_, err = Load(dir, vocabulary(t))
	assert.EqualError(t, err, dir+":1:1: the file cannot be read: it is a directory")
	_, err = Load(write(t, filepath.Join(dir, "empty.yaml"), ""), vocabulary(t))
	assert.EqualError(t, err, filepath.Join(dir, "empty.yaml")+":1:1: the file is empty")
}

// FuzzParse looks for a text that makes the parser panic, run on, or say
// something that is no fault with a place.
func FuzzParse(f *testing.F) {
	f.Add(head + "  - {do: account.invite, with: {team: acme}, save: {a: .}, want: {$has: [1]}}\n")
	f.Add(start + "  - {mark: a}\n  - {fork: {from: a, name: b, steps: [{rewind: a}, {after: 3mo, mark: b}]}}\n")
	f.Add("a: &a [*a]\n")
	f.Add("? - a\n  - b\n: - c\n# d\n")
	f.Add("%YAML 1.2\n--- !!map {a: \"\\x41\", <<: *b}\n")
	if example, err := os.ReadFile("../examples/scenarios/overlap.yaml"); err == nil {
		f.Add(string(example))
	}
	v := vocabulary(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<16 {
			t.Skip("long texts are no other texts")
		}
		s, err := Parse("fuzz.yaml", []byte(text), v)
		if err == nil {
			require.NotEmpty(t, s.Name)
			return
		}
		faults, ok := err.(Faults) //nolint:errorlint // nothing wraps it
		require.True(t, ok)
		require.NotEmpty(t, faults)
		require.LessOrEqual(t, len(faults), maxFaults+1)
		for _, fault := range faults {
			require.Positive(t, fault.Line)
			require.Positive(t, fault.Column)
			require.NotEmpty(t, fault.Text)
			require.NotContains(t, fault.String(), "\x1b")
		}
	})
}
