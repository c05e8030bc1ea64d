package portfolio

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/period"
)

// What a file of results begins with.
const (
	// Format says what the file is.
	Format = "seatbook portfolio"
	// Version is that of the form. A file of another version is refused.
	Version = 1
)

// Header says which portfolio a file of results belongs to. Everything that its
// lines follow from is in it: two files with the same header have the same lines.
type Header struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	// Build is the version of this module that made the file, as Go knows it.
	Build string `json:"build"`
	// Seed determines every team, together with its number.
	Seed int64 `json:"seed"`
	// Teams is how many there are in the whole portfolio, Years how long each lives.
	Teams int `json:"teams"`
	Years int `json:"years"`
	// Start is the first day on which a team can be founded.
	Start period.Date `json:"start"`
	// Shard is the part of the teams that is in the file.
	Shard Shard `json:"shard"`
	// Policy are the parameters that are set.
	Policy map[string]string `json:"policy"`
	// Rules is the digest of the rule book, with the parameters; Catalog that of what is sold.
	Rules   string `json:"rules"`
	Catalog string `json:"catalog"`
	// Workload is how the teams live.
	Workload Workload `json:"workload"`
}

// Shard is a part of a portfolio: number Index of Of, from 1. Its teams follow one
// another, and no shard has two teams more than another.
type Shard struct{ Index, Of int }

// Whole is the one shard of a portfolio that is not split.
var Whole = Shard{1, 1}

// MaxShards is into how many parts a portfolio can be split.
const MaxShards = 100_000

// ParseShard reads a shard such as "2/8".
func ParseShard(text string) (Shard, error) {
	index, of, _ := strings.Cut(text, "/")
	var s Shard
	var first, second error
	s.Index, first = strconv.Atoi(index)
	s.Of, second = strconv.Atoi(of)
	if first != nil || second != nil || s.String() != text || s.check() != nil {
		return Shard{}, fmt.Errorf("%q is no shard: it is written i/n, such as 2/8, with 1 ≤ i ≤ n ≤ %d", text[:min(len(text), 40)], MaxShards)
	}
	return s, nil
}

func (s Shard) check() error {
	if s.Index < 1 || s.Index > s.Of || s.Of > MaxShards {
		return fmt.Errorf("there is no shard %s", s)
	}
	return nil
}

// String writes the shard as [ParseShard] reads it.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Of) }

// MarshalText implements [encoding.TextMarshaler].
func (s Shard) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *Shard) UnmarshalText(text []byte) (err error) {
	*s, err = ParseShard(string(text))
	return err
}

// Range returns the first of the shard's teams, and how many there are, of so many in all.
func (s Shard) Range(teams int) (first, count int) {
	before, through := (s.Index-1)*teams/s.Of, s.Index*teams/s.Of
	return before + 1, through - before
}

// says is the shard with its teams, for people.
func (s Shard) says(teams int) string {
	first, count := s.Range(teams)
	if count == 0 {
		return fmt.Sprintf("shard %s (no teams)", s)
	}
	return fmt.Sprintf("shard %s (teams %d to %d)", s, first, first+count-1)
}

// line is the header as it stands in a file.
func (h *Header) line() ([]byte, error) { return lineOf(h) }

func lineOf(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return b.Bytes(), err
}

// check refuses a header that this version does not read, or that no run made.
func (h *Header) check() error {
	switch {
	case h.Format != Format:
		return fmt.Errorf("it is no %s: its format is %q", Format, h.Format)
	case h.Version != Version:
		return fmt.Errorf("its form has version %d, and this reads version %d", h.Version, Version)
	case h.Teams < 1 || h.Teams > MaxTeams:
		return fmt.Errorf("it says %d teams, and there can be 1 to %d", h.Teams, MaxTeams)
	case h.Years < 1 || h.Years > MaxYears:
		return fmt.Errorf("it says %d years, and there can be 1 to %d", h.Years, MaxYears)
	}
	return h.Shard.check()
}

// Differences says in what two headers differ, a line for each; the shard is left out.
func (h *Header) Differences(o *Header) []string {
	var list []string
	add := func(what string, a, b any) {
		if x, y := fmt.Sprint(a), fmt.Sprint(b); x != y {
			list = append(list, fmt.Sprintf("%s: %s and %s", what, x, y))
		}
	}
	add("version of the form", h.Version, o.Version)
	add("build", h.Build, o.Build)
	add("seed", h.Seed, o.Seed)
	add("teams", h.Teams, o.Teams)
	add("years", h.Years, o.Years)
	add("start", h.Start, o.Start)
	add("policy", h.Policy, o.Policy)
	add("rules", h.Rules, o.Rules)
	add("catalog", h.Catalog, o.Catalog)
	add("workload", h.Workload, o.Workload)
	return list
}

// same refuses two headers that do not belong to one portfolio.
func (h *Header) same(o *Header) error {
	list := h.Differences(o)
	if len(list) == 0 {
		a, b := *h, *o
		a.Shard, b.Shard = Whole, Whole
		one, err := a.line()
		if err != nil {
			return err
		}
		other, err := b.line()
		if err != nil || bytes.Equal(one, other) {
			return err
		}
		list = append(list, "the headers are not written alike")
	}
	return errors.New("it belongs to another portfolio: " + strings.Join(list, "; "))
}

// digestOf identifies a catalogue.
func digestOf(catalog *licensing.Catalog) (string, error) {
	data, err := json.Marshal(catalog)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), err
}

// build is the version of this module in the program that runs.
func build() string {
	const module = "github.com/seatbook/seatbook"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(devel)"
	}
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Path == module && m.Version != "" {
			return m.Version
		}
	}
	return "(devel)"
}
