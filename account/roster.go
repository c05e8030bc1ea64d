package account

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seatbook/seatbook/rule"
)

// Roster is a list of people as a CSV text: first name, last name, e-mail. In a
// journal it stands as a list of lines with the identifiers of the people, and
// with the hashes of rows that cannot be read, so that no journal holds a name
// or an address.
type Roster string

// ReadNotKept implements [rule.File].
func (Roster) ReadNotKept() {}

// RosterRow is one row of a roster.
type RosterRow struct {
	// Line is where the row begins, counted from 1.
	Line int
	// User is the address with the full name before it; empty in a bad row.
	User rule.Address
	// Bad says why the row cannot be used, empty where it can.
	Bad string
	// hash tells bad rows apart without holding them.
	hash string
}

// MaxRoster is how many bytes a roster can have.
const MaxRoster = 4 << 20

const (
	listed    = "roster:"
	columns   = 3
	byteOrder = "\ufeff"
)

// Rows reads the roster. What makes the whole of it unreadable is an error;
// what is wrong with one row stands in the row.
func (r Roster) Rows() ([]RosterRow, error) {
	if strings.HasPrefix(string(r), listed) {
		return r.rowsListed()
	}
	switch {
	case len(r) > MaxRoster:
		return nil, fmt.Errorf("the file has %d bytes, more than %d", len(r), MaxRoster)
	case !utf8.ValidString(string(r)):
		return nil, errors.New("the file is not in UTF-8: save it as CSV in UTF-8")
	}
	text := endings.Replace(strings.TrimPrefix(string(r), byteOrder))
	var rows []RosterRow
	first, number := true, 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		fields, bad := fieldsOf(line)
		if bad == "" && strings.Join(fields, "") == "" {
			continue
		}
		if first {
			first = false
			head, err := header(line, fields)
			if err != nil {
				return nil, err
			}
			if head {
				continue
			}
		}
		rows = append(rows, rowOf(number, line, fields, bad))
	}
	return rows, nil
}

// endings are the ends of lines that are written instead of a line feed.
var endings = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// fieldsOf reads the columns of one line, or says why it cannot. A row is a line: no
// name and no address has an end of line in it, so a quotation mark that is not closed
// spoils its own row and no other.
func fieldsOf(line string) (fields []string, bad string) {
	if !strings.Contains(line, `"`) {
		fields = strings.Split(line, ",")
	} else {
		var err error
		if fields, err = csv.NewReader(strings.NewReader(line)).Read(); err != nil {
			return nil, "a quotation mark stands where none can, or is not closed"
		}
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	for len(fields) > columns && fields[len(fields)-1] == "" {
		fields = fields[:len(fields)-1]
	}
	return fields, ""
}

// rowOf makes a row of the columns of a line.
func rowOf(number int, line string, fields []string, bad string) RosterRow {
	row := RosterRow{Line: number, Bad: bad}
	if bad == "" {
		row.User, row.Bad = personOf(fields)
	}
	if other := parted(line); row.Bad != "" && len(fields) != columns && other != "" {
		row.Bad = "the columns are parted by " + other + ", and not by commas"
	}
	if row.Bad != "" {
		row.hash = digest(line)
	}
	return row
}

// parted tells by what else than commas the columns of a line are parted, or nothing.
func parted(line string) string {
	for _, other := range []struct{ mark, name string }{{";", "semicolons"}, {"\t", "tabs"}} {
		if strings.Count(line, other.mark) >= columns-1 {
			return other.name
		}
	}
	return ""
}

// personOf makes an address with a name of a row's fields, or says why it cannot.
// The name is that of the first two columns, or where they are empty that which
// stands with the address.
func personOf(fields []string) (user rule.Address, bad string) {
	if len(fields) != columns {
		return "", fmt.Sprintf("the row has %d columns, not %d", len(fields), columns)
	}
	if fields[2] == "" {
		return "", "the e-mail address is missing"
	}
	named, email, err := rule.ParseAddress(fields[2])
	if err != nil {
		return "", "that is not an e-mail address"
	}
	if name := strings.TrimSpace(fields[0] + " " + fields[1]); name != "" {
		named = name
	}
	user = rule.Named(named, email)
	if _, again, _, err := user.Parts(); err != nil || again != email {
		return "", fmt.Sprintf("a name has %d bytes at most, no control characters or others that cannot be seen, and no card number", MaxName)
	}
	return user, ""
}

// mailWords are what the column of addresses is called in a header.
var mailWords = map[string]bool{
	"e-mail": true, "email": true, "mail": true, "e-mail address": true, "email address": true,
	"courriel": true, "adresse e-mail": true, "adresse électronique": true,
}

// header reports whether the first row names the columns, or as "sep=," what parts
// them. Columns that are parted by something else than commas, or stand in another
// order, are an error.
func header(line string, fields []string) (bool, error) {
	if mark, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(line)), "sep="); ok {
		if mark == "," {
			return true, nil
		}
		return false, errors.New("the columns are parted by something else than commas: save the file as CSV with commas")
	}
	if other := parted(line); other != "" && len(fields) != columns {
		return false, fmt.Errorf("the columns are parted by %s: save the file as CSV with commas", other)
	}
	for i, f := range fields {
		if !mailWords[strings.ToLower(strings.TrimSpace(f))] {
			continue
		}
		if i != columns-1 {
			return false, errors.New("the columns are first name, last name, e-mail, in this order")
		}
		return true, nil
	}
	return false, nil
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// journalled reports whether the roster is a list, as in a journal. Nobody
// outside may hand one in.
func (r Roster) journalled() bool { return strings.HasPrefix(string(r), listed) }

// rowsListed reads the rows of a list.
func (r Roster) rowsListed() ([]RosterRow, error) {
	var rows []RosterRow
	for line := range strings.SplitSeq(strings.TrimPrefix(string(r), listed), "\n") {
		if line == "" {
			continue
		}
		number, rest, _ := strings.Cut(line, " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			return nil, errors.New("the list of a journal cannot be read")
		}
		row := RosterRow{Line: n, User: rule.Address(rest)}
		if bad, ok := strings.CutPrefix(rest, "!"); ok {
			row.User = ""
			row.hash, row.Bad, _ = strings.Cut(bad, " ")
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// list writes rows as a journal has them, each address put by a function.
func list(rows []RosterRow, put func(rule.Address) (string, error)) (Roster, error) {
	var b strings.Builder
	b.WriteString(listed)
	for _, row := range rows {
		text := "!" + row.hash + " " + row.Bad
		if row.Bad == "" {
			var err error
			if text, err = put(row.User); err != nil {
				return "", err
			}
		}
		fmt.Fprintf(&b, "\n%d %s", row.Line, text)
	}
	return Roster(b.String()), nil
}

// MarshalText writes the list that stands for the roster in a journal. A roster
// that cannot be read at all is refused and never journalled; its hash is written.
func (r Roster) MarshalText() ([]byte, error) {
	if r == "" {
		return nil, nil
	}
	rows, err := r.Rows()
	if err != nil {
		return []byte(listed + digest(string(r))), nil //nolint:nilerr // its hash stands for what cannot be read
	}
	text, err := list(rows, func(a rule.Address) (string, error) {
		token, err := a.MarshalText()
		return string(token), err
	})
	return []byte(text), err
}

// UnmarshalText takes the text as it is.
func (r *Roster) UnmarshalText(text []byte) error {
	*r = Roster(text)
	return nil
}

// restored puts addresses back where a journal has the identifiers of people.
func (r Roster) restored(address func(rule.Address) (rule.Address, error)) (Roster, error) {
	rows, err := r.Rows()
	if err != nil {
		return r, err
	}
	return list(rows, func(token rule.Address) (string, error) {
		a, err := address(token)
		return string(a), err
	})
}
