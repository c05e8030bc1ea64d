package notice

import (
	"fmt"
	"strconv"
	"strings"
	texttemplate "text/template"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// dialect is how a language writes days and lists.
type dialect struct {
	tag    language.Tag
	months [12]string
	// first is the first day of a month, which French counts otherwise.
	first string
	// at stands between the day and the time.
	at string
	// and stands before the last of a list.
	and string
}

var (
	english = dialect{
		tag: language.English, first: "1", at: "at", and: "and",
		months: [12]string{
			"January", "February", "March", "April", "May", "June",
			"July", "August", "September", "October", "November", "December",
		},
	}
	french = dialect{
		tag: language.French, first: "1er", at: "à", and: "et",
		months: [12]string{
			"janvier", "février", "mars", "avril", "mai", "juin",
			"juillet", "août", "septembre", "octobre", "novembre", "décembre",
		},
	}
)

// funcs are what a template can put facts into form with. Counted things have a
// text of their own, which is where their plural is chosen.
func (d dialect) funcs(w *wording) texttemplate.FuncMap {
	return texttemplate.FuncMap{
		"date":   d.date,
		"list":   d.list,
		"tokens": func(fact string) (string, error) { return d.counted(w, "tokens", fact) },
		"people": func(fact string) (string, error) { return d.counted(w, "people", fact) },
	}
}

// date writes an instant as the day and the time that it shows in its own zone,
// and says which zone that is: a right ends at an instant, and without the time
// who is far from the zone would be told the wrong day.
func (d dialect) date(fact string) (string, error) {
	t, err := time.Parse(time.RFC3339, fact)
	if err != nil {
		return "", fmt.Errorf("%q is no instant such as 2026-10-07T09:00:00Z", fact)
	}
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = d.first
	}
	zone := "UTC"
	if _, offset := t.Zone(); offset != 0 {
		zone += t.Format("-07:00")
	}
	return fmt.Sprintf("%s %s %d %s %s %s", day, d.months[t.Month()-1], t.Year(), d.at, t.Format("15:04"), zone), nil
}

// list writes "[a, b, c]" as "a, b and c".
func (d dialect) list(fact string) string {
	parts := strings.Split(strings.TrimSuffix(strings.TrimPrefix(fact, "["), "]"), ", ")
	last := len(parts) - 1
	if last == 0 {
		return parts[0]
	}
	return strings.Join(parts[:last], ", ") + " " + d.and + " " + parts[last]
}

// counted writes a number with its noun, as "1 token" or "14 tokens".
func (d dialect) counted(w *wording, noun, fact string) (string, error) {
	n, err := strconv.ParseInt(fact, 10, 64)
	if err != nil {
		return "", fmt.Errorf("%q is no count of %s", fact, noun)
	}
	return w.say(noun, map[string]string{"count": message.NewPrinter(d.tag).Sprint(n)}, n)
}
