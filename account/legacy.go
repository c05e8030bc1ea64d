package account

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// Export is what the old subscription centre knows of its customers as a CSV text,
// a row for each product of a contract: customer, team, contract, manager,
// coordinator, users, product, seats, term, starts, ends, reseller, group. In a
// journal it stands as a list of rows in which people are identifiers, and rows
// that cannot be read and names of groups are hashes.
type Export string

// ReadNotKept implements [rule.File].
func (Export) ReadNotKept() {}

// ContractRow is one row of an export.
type ContractRow struct {
	// Line is where the row begins, counted from 1.
	Line int `json:"line"`
	// Customer is the customer's name and Team the handle of their team.
	Customer string `json:"customer,omitempty"`
	Team     string `json:"team,omitempty"`
	// Contract is its number.
	Contract string `json:"contract,omitempty"`
	Product  string `json:"product,omitempty"`
	Term     string `json:"term,omitempty"`
	// Seats is at least 1.
	Seats int `json:"seats,omitempty"`
	// Starts is the first day of the contract and Ends the first day after it.
	Starts period.Date `json:"starts,omitzero"`
	Ends   period.Date `json:"ends,omitzero"`
	// Reseller is empty where the contract was bought without one.
	Reseller string `json:"reseller,omitempty"`
	// Group is the hash of the name that the serial numbers had; empty without one.
	Group string `json:"group,omitempty"`
	// Bad says why the row cannot be used, empty where it can; Hash tells bad rows
	// apart without holding them.
	Bad  string `json:"bad,omitempty"`
	Hash string `json:"hash,omitempty"`

	// Manager is the contract manager. Coordinator is the software coordinator,
	// empty where there is none. Users are all others.
	Manager     rule.Address   `json:"-"`
	Coordinator rule.Address   `json:"-"`
	Users       []rule.Address `json:"-"`
}

// people are everyone whom the row names, the manager first.
func (r ContractRow) people() []rule.Address {
	list := []rule.Address{r.Manager}
	if r.Coordinator != "" {
		list = append(list, r.Coordinator)
	}
	return append(list, r.Users...)
}

const (
	exported = "export:"
	// fewest and most are how many columns a row has: reseller and group can be
	// left out.
	fewest, most = 11, 13
)

// Rows reads the export. What makes the whole of it unreadable is an error; what
// is wrong with one row stands in the row.
func (e Export) Rows() ([]ContractRow, error) {
	if e.journalled() {
		return e.rowsListed()
	}
	switch {
	case len(e) > MaxRoster:
		return nil, fmt.Errorf("the file has %d bytes, more than %d", len(e), MaxRoster)
	case !utf8.ValidString(string(e)):
		return nil, errors.New("the file is not in UTF-8: save it as CSV in UTF-8")
	}
	text := strings.TrimPrefix(string(e), byteOrder)
	if err := commas(text); err != nil {
		return nil, err
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1
	var rows []ContractRow
	for first := true; ; first = false {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if first && err == nil {
			head, err := contractHeader(fields)
			if err != nil {
				return nil, err
			}
			if head {
				continue
			}
		}
		row, blank := readContract(reader, fields, err)
		if !blank {
			rows = append(rows, row)
		}
	}
}

// commas refuses a text whose first line parts its columns by something else.
func commas(text string) error {
	line, _, _ := strings.Cut(text, "\n")
	for _, other := range []struct{ mark, name string }{{";", "semicolons"}, {"\t", "tabs"}} {
		if n := strings.Count(line, other.mark); n >= fewest-1 && n > strings.Count(line, ",") {
			return fmt.Errorf("the columns are parted by %s: save the file as CSV with commas", other.name)
		}
	}
	return nil
}

// contractWords are what the column of contract numbers is called in a header.
var contractWords = map[string]bool{
	"contract": true, "contract number": true, "contract no.": true,
	"contrat": true, "numéro de contrat": true, "n° de contrat": true,
}

const contractColumn = 2

// contractHeader reports whether the first row names the columns. Columns in
// another order are an error.
func contractHeader(fields []string) (bool, error) {
	for i, f := range fields {
		if !contractWords[strings.ToLower(strings.TrimSpace(f))] {
			continue
		}
		if i != contractColumn {
			return false, errors.New("the columns are customer, team, contract, manager, coordinator, users, product, seats, term, starts, ends, reseller, group, in this order")
		}
		return true, nil
	}
	return false, nil
}

// journalled reports whether the export is a list, as in a journal. Nobody
// outside may hand one in.
func (e Export) journalled() bool { return strings.HasPrefix(string(e), exported) }

// listedRow is a row as a journal has it.
type listedRow struct {
	ContractRow
	// People are the manager, the coordinator or nobody, and the users.
	People []string `json:"people,omitempty"`
}

func (e Export) rowsListed() ([]ContractRow, error) {
	var rows []ContractRow
	for line := range strings.SplitSeq(strings.TrimPrefix(string(e), exported), "\n") {
		if line == "" {
			continue
		}
		var l listedRow
		if err := json.Unmarshal([]byte(line), &l); err != nil || l.Bad == "" && len(l.People) < 2 {
			return nil, errors.New("the list of a journal cannot be read")
		}
		if l.Bad == "" {
			l.Manager, l.Coordinator = rule.Address(l.People[0]), rule.Address(l.People[1])
			for _, u := range l.People[2:] {
				l.Users = append(l.Users, rule.Address(u))
			}
		}
		rows = append(rows, l.ContractRow)
	}
	return rows, nil
}

// listRows writes rows as a journal has them, each address put by a function.
func listRows(rows []ContractRow, put func(rule.Address) (string, error)) (Export, error) {
	var b strings.Builder
	b.WriteString(exported)
	for _, row := range rows {
		l := listedRow{ContractRow: row}
		if row.Bad == "" {
			for _, a := range append([]rule.Address{row.Manager, row.Coordinator}, row.Users...) {
				text, err := put(a)
				if err != nil {
					return "", err
				}
				l.People = append(l.People, text)
			}
		}
		data, err := json.Marshal(l)
		if err != nil {
			return "", err
		}
		b.WriteString("\n")
		b.Write(data)
	}
	return Export(b.String()), nil
}

// MarshalText writes the list that stands for the export in a journal. One that
// cannot be read at all is refused and never journalled; its hash is written.
func (e Export) MarshalText() ([]byte, error) {
	if e == "" {
		return nil, nil
	}
	rows, err := e.Rows()
	if err != nil {
		return []byte(exported + digest(string(e))), nil //nolint:nilerr // its hash stands for what cannot be read
	}
	text, err := listRows(rows, func(a rule.Address) (string, error) {
		token, err := a.MarshalText()
		return string(token), err
	})
	return []byte(text), err
}

// UnmarshalText takes the text as it is.
func (e *Export) UnmarshalText(text []byte) error {
	*e = Export(text)
	return nil
}

// restored puts addresses back where a journal has the identifiers of people.
func (e Export) restored(address func(rule.Address) (rule.Address, error)) (Export, error) {
	rows, err := e.Rows()
	if err != nil {
		return e, err
	}
	return listRows(rows, func(token rule.Address) (string, error) {
		a, err := address(token)
		return string(a), err
	})
}
