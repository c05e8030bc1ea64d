package command

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const hint = "seatsim --help says what there is"

func TestAllThatIsMistypedIsTold(t *testing.T) {
	t.Parallel()
	good := file(t, "good.yaml", head)
	faulty := file(t, "faulty.yaml", "name: x\n")
	cases := []struct {
		name string
		args []string
		says []string
	}{
		{
			"two flags and a file",
			[]string{"run", good, "--jnit", "x", "--sett", "y", faulty},
			[]string{`seatsim: unknown flag --jnit; the nearest is "--junit"`, `seatsim: unknown flag --sett; the nearest is "--set"`, faulty + ":1:1: ", faulty + ":1:1: ", hint},
		},
		{"a flag with its value behind a sign", []string{"run", "--jnit=x", faulty}, []string{"seatsim: unknown flag --jnit; ", faulty, faulty, hint}},
		{"a flag that takes none", []string{"run", "--explian", faulty}, []string{"seatsim: unknown flag --explian; ", faulty, faulty, hint}},
		{"a flag and a setting", []string{"run", "--qiet", "--set", "x=1", good}, []string{"seatsim: unknown flag --qiet; ", "seatsim: --set: ", hint}},
		{"a flag before a flag", []string{"run", "--jnit", "--set", "x=1", good}, []string{"seatsim: unknown flag --jnit; ", "seatsim: --set: ", hint}},
		{"a flag alone", []string{"run", "--explian"}, []string{"seatsim: unknown flag --explian; ", `seatsim: expected "<file> ..."`, hint}},
		{"a flag and a call for help", []string{"run", "--explian", "--help", good}, []string{"seatsim: unknown flag --explian; ", hint}},
		{"what stands behind two dashes", []string{"run", "--explian", "--", "--sett"}, []string{"seatsim: unknown flag --explian; ", "--sett:1:1: the file cannot be read", hint}},
		{"flags of a command within one", []string{"portfolio", "--teems", "3", "--yers", "--teams", "0"}, []string{"seatsim: unknown flag --teems; ", "seatsim: unknown flag --yers; ", "seatsim: there can be 1 to 1000000 teams", hint}},
		{"a flag of a coverage", []string{"coverage", "--rul", "x", "--min", "101", good}, []string{`seatsim: unknown flag --rul; the nearest is "--rule"`, "seatsim: --min: ", hint}},
		{"a flag of a comparison", []string{"diff", good, "--bronch", "x"}, []string{`seatsim: unknown flag --bronch; the nearest is "--branch"`, "seatsim: there is nothing to compare", hint}},
		{"a flag of an export", []string{"export", good, "--out", "/nowhere/x", "--form", "x"}, []string{`seatsim: unknown flag --form; the nearest is "--from"`, "seatsim: --out: ", hint}},
		{"a flag of a session", []string{"repl", "--sed", "1", "--zone", "x"}, []string{`seatsim: unknown flag --sed; the nearest is "--seed"`, "session.yaml:3:7: there is no time zone", hint}},
		{"a flag of what can say no more", []string{"rules", "--jsn"}, []string{`seatsim: unknown flag --jsn; the nearest is "--json"`, hint}},
		{"a flag and a command", []string{"walk", "--hepl"}, []string{`seatsim: unknown flag --hepl; the nearest is "--help"`, "seatsim: unexpected argument walk", hint}},
		{
			"all of a session",
			[]string{"repl", "--zone", "Foo", "--start", "xyz", "--set", "a=b", "--catalog", "nope"},
			[]string{"seatsim: --set: ", `session.yaml:2:8: "xyz" is no instant`, `session.yaml:3:7: there is no time zone "Foo"`, `session.yaml:5:10: the catalogue "nope" cannot be read`},
		},
		{
			"a session's file and setting",
			[]string{"repl", "--set", "a=b", faulty},
			[]string{"seatsim: --set: ", faulty, faulty},
		},
		{
			"all of a portfolio",
			[]string{"portfolio", "--set", "a=b", "--start", "x", "--shard", "9", "--workload", "nope", "--out", "/nowhere/x", "--teams", "0"},
			[]string{"seatsim: --set: ", "seatsim: --start: not a date", `seatsim: --shard: "9" is no shard`, "nope:1:1: ", "seatsim: --out: open /nowhere/x: ", "seatsim: there can be 1 to 1000000 teams"},
		},
		{
			"a portfolio's catalogue and workload",
			[]string{"portfolio", "--catalog", "nope", "--workload", file(t, "w.yaml", "joins: -1\n"), "--out", "/nowhere/x"},
			[]string{"nope:1:1: ", "w.yaml:1:8: -1 people", "seatsim: --out: open "},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := seatsim(c.args...)
			assert.Equal(t, 2, code)
			assert.Empty(t, stdout, "nothing ran")
			var said []string
			for line := range strings.Lines(stderr) {
				if !strings.Contains(line, " | ") { // the lines of files are shown below
					said = append(said, strings.TrimSpace(line))
				}
			}
			assert.Len(t, said, len(c.says), stderr)
			for i := range min(len(said), len(c.says)) {
				assert.Contains(t, said[i], c.says[i])
			}
		})
	}
}
