package report

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seatbook/seatbook/money"
)

// outcome is a result in a few words, with the figures that stand in columns
// of their own.
type outcome struct {
	facts  []string
	amount string
	tokens string
}

// telling are the fields of results that say most, with the word to put before
// the value; "" is the value alone.
var telling = map[string]string{
	"status": "", "role": "", "source": "", "version": "",
	"ends": "ends", "expires": "expires", "until": "until", "overlap_ends": "overlap ends",
	"owned": "owned", "assigned": "assigned", "free": "free", "left": "left", "held": "held",
}

// dull are the values that go without saying.
var dull = map[string]bool{"none": true, "active": true, "completed": true, "open": true}

const maxFacts = 5

// outcomeOf finds in a result what a reader wants to know.
func outcomeOf(result json.RawMessage, zone *time.Location) outcome {
	var o outcome
	o.read(fieldsOf(result), nil, zone)
	if list := elementsOf(result); list != nil {
		o.facts = append(o.facts, rows(len(list)))
	}
	if len(o.facts) > maxFacts {
		o.facts = o.facts[:maxFacts]
	}
	return o
}

func rows(n int) string {
	if n == 1 {
		return "1 row"
	}
	return strconv.Itoa(n) + " rows"
}

// read goes through the fields of an object and of those in it.
func (o *outcome) read(fields []field, within []string, zone *time.Location) {
	for _, f := range fields {
		if inner := fieldsOf(f.value); inner != nil && len(within) == 0 {
			o.read(inner, append(within, f.name), zone)
			continue
		}
		text := scalarOf(f.value, zone)
		switch word, tells := telling[f.name]; {
		case f.name == "total" && slices.Contains(within, "invoice"):
			o.amount = text
		case f.name == "total" && slices.Contains(within, "credit_memo"):
			o.add("credit", text)
		case f.name == "open" && !zero(text):
			o.add("open", text)
		case f.name == "tokens" && !zero(text):
			o.tokens = text
		case f.name == "allowed" && text == "true":
			o.add("", "allowed")
		case f.name == "allowed":
			o.add("", "not allowed")
		case tells && !dull[text]:
			o.add(word, text)
		}
	}
}

func (o *outcome) add(word, text string) {
	if text == "" {
		return
	}
	fact := strings.TrimSpace(word + " " + text)
	if !slices.Contains(o.facts, fact) {
		o.facts = append(o.facts, fact)
	}
}

func zero(text string) bool {
	amount, err := money.Parse(text)
	return text == "" || text == "0" || err == nil && amount.IsZero()
}

// given says what a step was given: texts as they are, other values behind
// their names.
func given(with json.RawMessage, zone *time.Location) string {
	var parts []string
	for _, f := range fieldsOf(with) {
		text := scalarOf(f.value, zone)
		if list := elementsOf(f.value); list != nil {
			var inner []string
			for _, element := range list {
				inner = append(inner, scalarOf(element, zone))
			}
			text = strings.Join(inner, ",")
		}
		if len(f.value) > 0 && f.value[0] != '"' && f.value[0] != '[' {
			text = f.name + " " + text
		}
		if f.name == "secret" {
			text = "by secret"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}

// field is one field of a JSON object.
type field struct {
	name  string
	value json.RawMessage
}

// fieldsOf returns the fields of a JSON object in their order, or nil.
func fieldsOf(text json.RawMessage) []field {
	if len(text) == 0 || text[0] != '{' {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		return nil
	}
	var list []field
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return list
		}
		f := field{}
		f.name, _ = name.(string)
		if err := decoder.Decode(&f.value); err != nil {
			return list
		}
		list = append(list, f)
	}
	return list
}

// elementsOf returns the elements of a JSON list, or nil where it is none.
func elementsOf(text json.RawMessage) []json.RawMessage {
	var list []json.RawMessage
	if len(text) == 0 || text[0] != '[' || json.Unmarshal(text, &list) != nil {
		return nil
	}
	if list == nil {
		list = []json.RawMessage{}
	}
	return list
}

// scalarOf writes a single value of JSON, an instant in the scenario's zone.
func scalarOf(text json.RawMessage, zone *time.Location) string {
	if len(text) == 0 || text[0] == '{' || text[0] == '[' || string(text) == "null" {
		return ""
	}
	if text[0] != '"' {
		return string(text)
	}
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return ""
	}
	return readable(s, zone)
}

// readable writes an instant as people do, and any other text as it is.
func readable(text string, zone *time.Location) string {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return clean(text)
	}
	if at.IsZero() {
		return ""
	}
	at = at.In(zone)
	switch {
	case at.Nanosecond() != 0:
		return at.Format("2006-01-02 15:04:05.999999999")
	case at.Second() != 0:
		return at.Format("2006-01-02 15:04:05")
	case at.Hour()+at.Minute() != 0:
		return at.Format("2006-01-02 15:04")
	default:
		return at.Format(time.DateOnly)
	}
}
