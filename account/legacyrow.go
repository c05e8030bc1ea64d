package account

import (
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// The bounds of one row of an export.
const (
	// MaxContract is how many bytes a contract's number can have.
	MaxContract = 64
	// maxRowSeats is how many seats a row can name.
	maxRowSeats = 1_000_000
)

// firstContract is the first day on which a contract can have begun.
var firstContract = period.Date{Year: 1980, Month: 1, Day: 1}

// lastContract is the last day on which one can be over.
var lastContract = period.Date{Year: 2199, Month: 12, Day: 31}

// readContract reads one record. A record without a letter in it is blank.
func readContract(reader *csv.Reader, fields []string, err error) (row ContractRow, blank bool) {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return ContractRow{Line: parse.StartLine, Bad: "a quotation mark stands where none can", Hash: digest(strconv.Itoa(parse.StartLine))}, false
	}
	line, _ := reader.FieldPos(0)
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	if strings.Join(fields, "") == "" {
		return ContractRow{}, true
	}
	for len(fields) > most && fields[len(fields)-1] == "" {
		fields = fields[:len(fields)-1]
	}
	row, bad := contractOf(fields)
	row.Line = line
	if bad != "" {
		row = ContractRow{Line: line, Bad: bad, Hash: digest(strings.Join(fields, "\x00"))}
	}
	return row, false
}

// contractOf makes a row of its fields, or says why it cannot.
func contractOf(fields []string) (row ContractRow, bad string) {
	if len(fields) < fewest || len(fields) > most {
		return row, fmt.Sprintf("the row has %d columns, not %d to %d", len(fields), fewest, most)
	}
	fields = append(fields, "", "")[:most]
	row = ContractRow{Customer: fields[0], Team: fields[1], Contract: fields[2], Product: fields[6], Term: fields[8], Reseller: fields[11]}
	if bad := row.named(); bad != "" {
		return row, bad
	}
	if row.Manager, bad = addressIn(fields[3], "contract manager"); bad != "" {
		return row, bad
	}
	if fields[4] != "" {
		if row.Coordinator, bad = addressIn(fields[4], "software coordinator"); bad != "" {
			return row, bad
		}
	}
	for text := range strings.SplitSeq(fields[5], ",") {
		if strings.TrimSpace(text) == "" {
			continue
		}
		user, bad := addressIn(strings.TrimSpace(text), "user")
		if bad != "" {
			return row, bad
		}
		row.Users = append(row.Users, user)
	}
	if len(row.Users) > MaxGranted {
		return row, fmt.Sprintf("a row names %d users at most", MaxGranted)
	}
	var err error
	if row.Seats, err = strconv.Atoi(fields[7]); err != nil || row.Seats < 1 || row.Seats > maxRowSeats {
		return row, fmt.Sprintf("the seats are no number from 1 to %d", maxRowSeats)
	}
	if fields[12] != "" {
		row.Group = digest("group " + fields[12])
	}
	return row.dated(fields[9], fields[10])
}

// named says what is wrong with the names in a row.
func (r ContractRow) named() string {
	for _, one := range []struct {
		what, text string
		longest    int
		needed     bool
	}{
		{"customer's name", r.Customer, MaxName, true},
		{"contract number", r.Contract, MaxContract, true},
		{"product", r.Product, MaxHandle, true},
		{"term", r.Term, MaxHandle, true},
		{"reseller's name", r.Reseller, MaxName, false},
	} {
		switch {
		case one.needed && one.text == "":
			return "the " + one.what + " is missing"
		case len(one.text) > one.longest || strings.ContainsFunc(one.text, unicode.IsControl):
			return fmt.Sprintf("the %s has more than %d bytes, or control characters", one.what, one.longest)
		case rule.CardLike(one.text):
			return "the " + one.what + " looks like a card number, which is never kept"
		}
	}
	if CheckHandle("team", r.Team) != nil {
		return fmt.Sprintf("the team's handle does not have 1 to %d letters a-z, digits and hyphens", MaxHandle)
	}
	return ""
}

// addressIn reads an address, with or without a full name before it.
func addressIn(text, whose string) (rule.Address, string) {
	if text == "" {
		return "", "the e-mail address of the " + whose + " is missing"
	}
	if _, _, err := rule.ParseAddress(text); err != nil {
		return "", "the e-mail address of a " + whose + " cannot be read"
	}
	return rule.Address(text), ""
}

// dated reads the first day of the contract and the first day after it.
func (r ContractRow) dated(starts, ends string) (ContractRow, string) {
	var err error
	if r.Starts, err = period.ParseDate(starts); err != nil {
		return r, "the day on which the contract starts is none such as 2014-06-01"
	}
	if r.Ends, err = period.ParseDate(ends); err != nil {
		return r, "the day on which the contract ends is none such as 2015-06-01"
	}
	switch {
	case r.Starts.Before(firstContract) || r.Ends.After(lastContract):
		return r, fmt.Sprintf("a contract lies between %s and %s", firstContract, lastContract)
	case !r.Starts.Before(r.Ends):
		return r, "the contract ends before it has begun"
	}
	return r, ""
}
