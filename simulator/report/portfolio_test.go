package report

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/seatbook/seatbook/simulator/portfolio"
)

// portfolioOf is the file of a small portfolio.
func portfolioOf(t *testing.T, years int) (portfolio.Part, *portfolio.Summary) {
	t.Helper()
	w := portfolio.DefaultWorkload()
	w.Sizes = w.Sizes[:1]
	w.Work.Weeks = 5
	p, err := portfolio.New(portfolio.Config{Seed: 2, Teams: 2, Years: years, Workload: &w})
	require.NoError(t, err)
	var data bytes.Buffer
	encoder := json.NewEncoder(&data)
	encoder.SetEscapeHTML(false)
	require.NoError(t, encoder.Encode(p.Header()))
	require.NoError(t, p.Run(t.Context(), 0, func(one *portfolio.Team) error { return encoder.Encode(one) }))
	part := portfolio.Part{Name: "results", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data.Bytes())), nil }}
	s, err := portfolio.Summarize(part)
	require.NoError(t, err)
	return part, s
}

func TestAPortfolioInTables(t *testing.T) {
	t.Parallel()
	part, s := portfolioOf(t, 1)
	var text, table bytes.Buffer
	require.NoError(t, Portfolio(&text, s))
	lines := strings.Split(text.String(), "\n")
	assert.Equal(t, "seed 2: 2 of 2 teams, years each: 1, founded from 2026-01-05 on", lines[0])
	assert.Len(t, strings.Fields(lines[len(portfolio.Amounts)+6]), len(strings.Fields("people at the founding"))+11, lines[len(portfolio.Amounts)+6])
	require.NoError(t, PortfolioCSV(&table, part, s))
	rows := strings.Split(strings.TrimSuffix(table.String(), "\r\n"), "\r\n")
	require.Len(t, rows, 3)
	assert.True(t, strings.HasPrefix(rows[0], `"team","founded","until","people at the founding",`))
	assert.Len(t, strings.Split(rows[1], ","), len(strings.Split(rows[0], ",")))
}

func TestTheSignsOfAHistogram(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		bins []int
		want string
	}{
		{"nobody", []int{0, 0}, ".."},
		{"one", []int{1, 0}, "█."},
		{"one beside many is seen", []int{1, 1000, 500, 999}, "▁█▄█"},
		{"each of eight", []int{1, 2, 3, 4, 5, 6, 7, 8}, "▁▂▃▄▅▆▇█"},
	} {
		assert.Equal(t, c.want, histogram(c.bins), c.name)
	}
	for number, want := range map[rounded]string{0: "0", 0.25: "0.2", 12: "12", 999.96: "1000.0", 1000.4: "1000", -0.5: "-0.5", -2000.7: "-2001"} {
		assert.Equal(t, want, number.String())
	}
}

// TestTheSchemasOfAPortfolioHold holds data against its schema, both ways.
func TestTheSchemasOfAPortfolioHold(t *testing.T) {
	t.Parallel()
	part, s := portfolioOf(t, 1)
	check := func(schema any, data []byte, name string) []string {
		text, err := json.Marshal(schema)
		require.NoError(t, err)
		var read map[string]any
		require.NoError(t, json.Unmarshal(text, &read))
		var value any
		require.NoError(t, json.Unmarshal(data, &value))
		definitions, _ := read["$defs"].(map[string]any)
		return fits(read, definitions, value, name)
	}
	var summary bytes.Buffer
	require.NoError(t, PortfolioJSON(&summary, s))
	assert.Empty(t, check(PortfolioSchema(), summary.Bytes(), "summary"))
	assert.NotEmpty(t, check(PortfolioSchema(), []byte(`{"version": 1}`), "summary"))

	results := ResultsSchema()
	require.Len(t, results.OneOf, 2)
	lines := []any{s.Header}
	require.NoError(t, part.Each(func(_ *portfolio.Header, one *portfolio.Team) error {
		lines = append(lines, one)
		return nil
	}))
	for i, line := range lines {
		of, other := *results.OneOf[min(i, 1)], *results.OneOf[1-min(i, 1)]
		of.Definitions, other.Definitions = results.Definitions, results.Definitions
		data, err := json.Marshal(line)
		require.NoError(t, err)
		assert.Empty(t, check(&of, data, "line"))
		assert.NotEmpty(t, check(&other, data, "line"))
	}
	var workload any
	require.NoError(t, yaml.Unmarshal([]byte("joins: 3\nsizes: [{people: 1, weight: 1}]\n"), &workload))
	data, err := json.Marshal(workload)
	require.NoError(t, err)
	assert.Empty(t, check(WorkloadSchema(), data, "workload"))
	assert.NotEmpty(t, check(WorkloadSchema(), []byte(`{"jions": 3}`), "workload"))
}
