// Package report writes rows as CSV that can be opened in a spreadsheet without
// harm.
//
// Names and addresses come from strangers, and a spreadsheet runs a cell that
// looks like a formula. So a text that begins as a formula does gets an apostrophe
// before it, which spreadsheets show as plain text. Numbers are written as they
// are, so that a sum over them still adds up.
package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// triggers are what a spreadsheet takes for the beginning of a formula. The last
// four are the wide forms of the first, which some of them take as well.
const triggers = "=+-@＝＋－＠"

// CSV writes a header and rows below it, as RFC 4180 says: lines end with a
// carriage return and a line feed, and every text stands in quotes. A cell is a
// text, an integer, a [Decimal], an instant, or anything that writes itself as a text.
func CSV(header []string, rows [][]any) string {
	var b strings.Builder
	b.WriteString(Titles(header))
	for _, row := range rows {
		b.WriteString(Row(row))
	}
	return b.String()
}

// Titles is the first line of a [CSV], for those who write one line by line.
func Titles(header []string) string {
	var b strings.Builder
	for i, title := range header {
		cell(&b, i, quoted(title))
	}
	b.WriteString("\r\n")
	return b.String()
}

// Row is a line of a [CSV] below the first.
func Row(row []any) string {
	var b strings.Builder
	for i, value := range row {
		cell(&b, i, written(value))
	}
	b.WriteString("\r\n")
	return b.String()
}

func cell(b *strings.Builder, place int, text string) {
	if place > 0 {
		b.WriteByte(',')
	}
	b.WriteString(text)
}

func written(value any) string {
	switch v := value.(type) {
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case Decimal:
		return v.String()
	case time.Time:
		return quoted(v.Format(time.RFC3339))
	case string:
		return quoted(v)
	default:
		return quoted(fmt.Sprint(v))
	}
}

func quoted(text string) string {
	return `"` + strings.ReplaceAll(Harmless(text), `"`, `""`) + `"`
}

// Harmless puts an apostrophe before a text that a spreadsheet would run as a
// formula. Spaces and control characters before a formula do not hide it.
func Harmless(text string) string {
	bare := strings.TrimLeftFunc(text, func(r rune) bool { return r <= ' ' || r == '\u00a0' || r == '\ufeff' })
	if bare != "" && strings.ContainsRune(triggers, []rune(bare)[0]) || strings.HasPrefix(text, "\t") || strings.HasPrefix(text, "\r") || strings.HasPrefix(text, "\n") {
		return "'" + text
	}
	return text
}
