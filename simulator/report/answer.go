package report

import (
	"encoding/json"
	"strings"
	"time"
)

// Answer writes a result in full: a line for each field, and for each element of
// a list. Instants are shown in a zone.
func Answer(result json.RawMessage, zone *time.Location) []string {
	if fields := fieldsOf(result); fields != nil {
		return answerFields(fields, zone, "")
	}
	if list := elementsOf(result); list != nil {
		return answerList(list, zone, "")
	}
	return []string{oneLine(result, zone)}
}

func answerFields(fields []field, zone *time.Location, indent string) []string {
	var lines []string
	for _, f := range fields {
		inner, list := fieldsOf(f.value), elementsOf(f.value)
		switch {
		case len(inner) > 0 && indent == "":
			lines = append(lines, indent+f.name+":")
			lines = append(lines, answerFields(inner, zone, indent+"  ")...)
		case len(list) > 0 && fieldsOf(list[0]) != nil:
			lines = append(lines, indent+f.name+":")
			lines = append(lines, answerList(list, zone, indent+"  ")...)
		default:
			lines = append(lines, indent+f.name+": "+oneLine(f.value, zone))
		}
	}
	if len(lines) == 0 {
		return []string{"{}"}
	}
	return lines
}

func answerList(list []json.RawMessage, zone *time.Location, indent string) []string {
	if len(list) == 0 {
		return []string{"[]"}
	}
	lines := make([]string, len(list))
	for i, one := range list {
		lines[i] = indent + "- " + oneLine(one, zone)
	}
	return lines
}

// oneLine writes a value on one line, as a scenario would have it.
func oneLine(value json.RawMessage, zone *time.Location) string {
	var parts []string
	if fields := fieldsOf(value); fields != nil {
		for _, f := range fields {
			parts = append(parts, f.name+": "+oneLine(f.value, zone))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	if list := elementsOf(value); list != nil {
		for _, one := range list {
			parts = append(parts, oneLine(one, zone))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	switch text := scalarOf(value, zone); {
	case string(value) == "null" || len(value) == 0:
		return "null"
	case text == "":
		return `""`
	default:
		return text
	}
}
