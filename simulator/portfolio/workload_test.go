package portfolio_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator"
	"github.com/seatbook/seatbook/simulator/portfolio"
)

const example = "../../examples/workload.yaml"

func TestTheExampleIsTheDefault(t *testing.T) {
	t.Parallel()
	w, err := portfolio.LoadWorkload(example, nil)
	require.NoError(t, err)
	assert.Equal(t, portfolio.DefaultWorkload(), w)
	d := portfolio.DefaultWorkload()
	assert.Empty(t, d.Check(nil))
}

func TestWhatAFileLeavesOutIsAsByDefault(t *testing.T) {
	t.Parallel()
	w, err := portfolio.ParseWorkload("w.yaml", []byte("joins: 7\nsizes: [{people: 3, weight: 1}]\nseats: {share: 10, products: [{product: maya, weight: 2}]}\n"), nil)
	require.NoError(t, err)
	want := portfolio.DefaultWorkload()
	want.Joins, want.Seats.Share = 7, 10
	want.Sizes = []portfolio.Size{{People: 3, Weight: 1}}
	want.Seats.Products = []portfolio.Product{{Product: "maya", Weight: 2}}
	assert.Equal(t, want, w)
	w, err = portfolio.ParseWorkload("w.yaml", []byte("{}\n"), nil)
	require.NoError(t, err)
	assert.Equal(t, portfolio.DefaultWorkload(), w)
}

func TestFaultsOfAWorkloadStandWhereTheyAre(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, says string }{
		{"empty", "", "w.yaml:1:1: the file is empty"},
		{"a list", "[1]", "w.yaml:1:1: a map belongs here, and this is a list"},
		{"an unknown field", "jions: 3", `w.yaml:1:1: there is no field "jions" in a workload; the nearest is "joins"`},
		{"an unknown field inside", "seats:\n  shere: 3", `w.yaml:2:3: there is no field "shere" in seats; the nearest is "share"`},
		{"a text for a number", "joins: many", `w.yaml:1:8: a whole number belongs here, and this is "many"`},
		{"a fraction", "joins: 1.5", "w.yaml:1:8: a whole number belongs here"},
		{"a number below zero", "joins: -1", "w.yaml:1:8: -1 people for each hundred: there can be 0 to 1000"},
		{"a share over a hundred", "seats: {share: 101}", "w.yaml:1:16: 101 percent: there can be 0 to 100"},
		{"an unknown term", "seats: {terms: [{term: weekly, weight: 1}]}", "w.yaml:1:24: "},
		{"a term that is missing", "seats: {terms: [{weight: 1}]}", "w.yaml:1:17: a term is missing"},
		{"an unknown zone", "countries: [{country: US, zone: Mars/Base, weight: 1}]", "w.yaml:1:33: "},
		{"a country that is none", "countries: [{country: usa, zone: UTC, weight: 1}]", `w.yaml:1:23: "usa" is no country`},
		{"no country", "countries: [{zone: UTC, weight: 1}]", `w.yaml:1:13: "" is no country`},
		{"an unknown product", "seats: {products: [{product: autocat, weight: 1}]}", `w.yaml:1:30: the catalogue sells no "autocat"; the nearest is "autocad"`},
		{"an empty list", "sizes: []", "w.yaml:1:8: the list is empty, and something has to be drawn from it"},
		{"weights of nothing", "sizes: [{people: 1, weight: 0}]", "w.yaml:1:8: no entry has a weight"},
		{"a weight below zero", "sizes: [{people: 1, weight: 2}, {people: 1, weight: -1}]", "w.yaml:1:53: -1 times beside the others"},
		{"a weight that is missing", "sizes: [{people: 1}]", "w.yaml:1:8: no entry has a weight"},
		{"too many days of a week", "work: {days: [{days: 6, weight: 1}]}", "w.yaml:1:22: 6 days: there can be 1 to 5"},
		{"a team of nobody", "sizes: [{people: 0, weight: 1}]", "w.yaml:1:18: 0 people: there can be 1 to 1000"},
		{"a pack of nothing", "tokens: {packs: [{tokens: 0, weight: 1}]}", "w.yaml:1:27: 0 tokens: there can be 1 to 1000000"},
		{"an endless failure", "payments: {lasts: [{days: 366, weight: 1}]}", "w.yaml:1:27: 366 days: there can be 1 to 365"},
		{"too long a list", "sizes: [" + strings.Repeat("{people: 1, weight: 1},", 101) + "]", "w.yaml:1:8: 101 entries: there can be 1 to 100"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := portfolio.ParseWorkload("w.yaml", []byte(c.text), nil)
			var faults simulator.Faults
			require.ErrorAs(t, err, &faults)
			assert.Contains(t, err.Error(), c.says)
		})
	}
	_, err := portfolio.ParseWorkload("w.yaml", []byte("joins: -1\nleaves: -1\n"), nil)
	assert.Equal(t, 2, strings.Count(err.Error()+"\n", "\n"), "all are reported")
	_, err = portfolio.LoadWorkload(filepath.Join(t.TempDir(), "none.yaml"), nil)
	assert.ErrorContains(t, err, "none.yaml:1:1: the file cannot be read: no such file or directory")
}

// TestAllFaultsOfAWorkloadAreTold has one of each kind: a key, a word, a zone, a type
// and numbers out of range, beside them and in the same lists.
func TestAllFaultsOfAWorkloadAreTold(t *testing.T) {
	t.Parallel()
	text := `leaves: -1
jions: 3
countries:
  - {country: usa, zone: Mars/Base, weight: 1}
sizes: [{people: many, weight: 0}, {people: 0, weight: 1}]
seats:
  share: 101
  terms: [{term: weekly, weight: 1}, {trem: annual, weight: 1}]
  products: [{product: autocat, weight: -1}]
work: {days: [{days: 6, weight: many}]}
payments: 3
`
	_, err := portfolio.ParseWorkload("w.yaml", []byte(text), nil)
	var faults simulator.Faults
	require.ErrorAs(t, err, &faults)
	want := []string{
		"1:9: -1 people for each hundred", `2:1: there is no field "jions"`, `4:15: "usa" is no country`, "4:26: ", "5:18: a whole number belongs here",
		"5:45: 0 people", "7:10: 101 percent", "8:18: ", `8:39: there is no field "trem"`, "9:24: the catalogue sells no", "9:41: -1 times", "10:22: 6 days", "10:33: a whole number",
		"11:11: ",
	}
	said := strings.Split(err.Error(), "\n")
	for i, line := range said {
		require.Less(t, i, len(want), line)
		assert.True(t, strings.HasPrefix(line, "w.yaml:"+want[i]), "%s is not %s", line, want[i])
	}
	assert.Len(t, said, len(want))
	path := filepath.Join(t.TempDir(), "w.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	assert.NotContains(t, portfolio.CheckWorkload(path).Error(), "the catalogue sells no", "whatever is sold")
}

// FuzzWorkload holds that a file is read without harm, and that teams can live by
// what is taken.
func FuzzWorkload(f *testing.F) {
	text, err := os.ReadFile(example)
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte("seats: {products: [{product: maya, weight: 1}]}"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		w, err := portfolio.ParseWorkload("w.yaml", text, nil)
		if err != nil {
			return
		}
		require.Empty(t, w.Check(nil))
		_, err = portfolio.New(portfolio.Config{Teams: 1, Years: 1, Workload: &w})
		require.NoError(t, err)
	})
}
