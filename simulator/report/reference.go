package report

import (
	"fmt"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

const referenceWidth = 95

// Rule describes a rule with its parameters: those of the book in force, with the
// default where it is another.
func Rule(r *rule.Rule, book *rule.Book) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  (%s)\n", r.ID, r.Source)
	b.WriteString(Indented(r.Text, "    "))
	for _, p := range r.Params {
		now := ""
		if value := book.Value(p.Name); value != p.Default {
			now = fmt.Sprintf(" (here %s)", value)
		}
		fmt.Fprintf(&b, "    %s = %s%s   a %s, %s\n", p.Name, p.Default, now, p.Kind, p.Bounds)
	}
	return b.String()
}

// Signature describes a command or a query with its fields.
func Signature(s simulator.Signature) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  (%s, %s)\n    %s\n", s.Name, s.Kind, s.Permission, s.Text)
	for _, f := range s.Fields {
		fmt.Fprintf(&b, "    %s\n", fieldText(f))
	}
	result := "gives"
	if s.List {
		result = "gives a list of"
	}
	names := make([]string, len(s.Result))
	for i, f := range s.Result {
		names[i] = f.Name
	}
	if len(names) > 0 {
		b.WriteString(Indented(result+" "+strings.Join(names, ", "), "    "))
	}
	return b.String()
}

// fieldText describes one field in a line.
func fieldText(f simulator.SignatureField) string {
	name := f.Name
	if !f.Required {
		name += "?"
	}
	if len(f.Words) > 0 {
		return fmt.Sprintf("%s: %s", name, strings.Join(f.Words, " | "))
	}
	return fmt.Sprintf("%s: %s", name, f.Type)
}

// Indented breaks a text into lines that fit a terminal, each behind an indent.
func Indented(text, indent string) string {
	var b strings.Builder
	for _, line := range wrap(text, referenceWidth-len(indent)) {
		b.WriteString(indent + line + "\n")
	}
	return b.String()
}
