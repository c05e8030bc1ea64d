package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/seatbook/seatbook/internal/report"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/simulator/portfolio"
)

// portfolioData is what [PortfolioJSON] writes.
type portfolioData struct {
	Version int `json:"version"`
	*portfolio.Summary
}

// PortfolioJSON writes the summary of a portfolio as data.
func PortfolioJSON(w io.Writer, s *portfolio.Summary) error {
	return encode(w, portfolioData{FormatVersion, s})
}

// Portfolio writes the summary of a portfolio in tables: what all teams came to, and
// how it is spread over them.
func Portfolio(w io.Writer, s *portfolio.Summary) error {
	h := s.Header
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d: %d of %d teams, years each: %d, founded from %s on\n", h.Seed, s.Teams, h.Teams, h.Years, h.Start)
	header := []string{"", "total", "mean", "deviation", "least", "5 %", "25 %", "median", "75 %", "95 %", "most", "from least to most"}
	figures := Table{Title: "By team", Header: header}
	for _, m := range s.Money {
		figures.Rows = append(figures.Rows, spreadRow(moneyTitle(m.Name)+", "+string(m.Total.Currency()), m.Total, m.Distribution))
	}
	for i, c := range s.Counts {
		figures.Rows = append(figures.Rows, spreadRow(portfolio.Counts[i].Text, c.Total, c.Distribution))
	}
	b.WriteString("\n" + figures.Text())
	refused := Table{Title: "Refusals", Header: []string{"code", "times", "teams"}}
	for _, r := range s.Refusals {
		refused.Rows = append(refused.Rows, []any{string(r.Code), r.Total, r.Teams})
	}
	if len(refused.Rows) > 0 {
		b.WriteString("\n" + refused.Text())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func moneyTitle(name string) string {
	for _, m := range portfolio.Amounts {
		if m.Name == name {
			return m.Text
		}
	}
	return name
}

// spreadRow is a figure with its distribution.
func spreadRow(title string, total any, d portfolio.Distribution) []any {
	row := []any{title, total, rounded(d.Mean), rounded(d.Deviation)}
	for _, q := range d.Quantiles {
		row = append(row, rounded(q))
	}
	return append(row, histogram(d.Histogram))
}

// rounded is a number of a statistic, with as many decimals as say something.
type rounded float64

// String writes the number.
func (r rounded) String() string {
	decimals := 1
	if r >= 1000 || r <= -1000 || r == rounded(int64(r)) {
		decimals = 0
	}
	return strconv.FormatFloat(float64(r), 'f', decimals, 64)
}

// histogram draws how many there are in each part. One that has any is never blank.
func histogram(bins []int) string {
	const levels = "▁▂▃▄▅▆▇█"
	signs := []rune(levels)
	most := 0
	for _, n := range bins {
		most = max(most, n)
	}
	var b strings.Builder
	for _, n := range bins {
		if n == 0 {
			b.WriteByte('.')
			continue
		}
		b.WriteRune(signs[(n*len(signs)-1)/most])
	}
	return b.String()
}

// PortfolioCSV writes a row for each team of a file of results, whose summary tells
// which currencies and codes there are.
func PortfolioCSV(w io.Writer, part portfolio.Part, s *portfolio.Summary) error {
	titles := []string{"team", "founded", "until"}
	for _, c := range portfolio.Counts {
		titles = append(titles, c.Text)
	}
	for _, m := range s.Money {
		titles = append(titles, moneyTitle(m.Name)+" "+string(m.Total.Currency()))
	}
	for _, r := range s.Refusals {
		titles = append(titles, "refused "+string(r.Code))
	}
	out := bufio.NewWriter(w)
	if _, err := out.WriteString(report.Titles(append(titles, "digest"))); err != nil {
		return err
	}
	err := part.Each(func(_ *portfolio.Header, t *portfolio.Team) error {
		_, err := out.WriteString(report.Row(teamRow(t, s)))
		return err
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

func teamRow(t *portfolio.Team, s *portfolio.Summary) []any {
	row := []any{t.Team, t.Founded, t.Until}
	for _, c := range portfolio.Counts {
		row = append(row, c.Of(t))
	}
	for _, m := range s.Money {
		row = append(row, report.Decimal(amountOf(t, m.Name, m.Total.Currency())))
	}
	for _, r := range s.Refusals {
		row = append(row, t.Refusals[r.Code])
	}
	return append(row, t.Digest)
}

// amountOf is a figure of a team in a currency.
func amountOf(t *portfolio.Team, name string, currency money.Currency) money.Amount {
	for _, m := range portfolio.Amounts {
		if m.Name != name {
			continue
		}
		for _, a := range m.Of(t) {
			if a.Currency() == currency {
				return a
			}
		}
	}
	return money.Zero(currency)
}
