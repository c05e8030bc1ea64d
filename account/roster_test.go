package account_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// told is a row as tests write it.
func told(rows []account.RosterRow) []string {
	list := []string{}
	for _, r := range rows {
		text := string(r.User)
		if r.Bad != "" {
			text = r.Bad
		}
		list = append(list, fmt.Sprintf("%d %s", r.Line, text))
	}
	return list
}

func TestARosterIsReadRowByRow(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, csv string
		want      []string
	}{
		{"takes a row without a header", "Ada,Moor,ada@x.test\n", []string{`1 "Ada Moor" <ada@x.test>`}},
		{"takes a last row without an end of line", "Ada,Moor,ada@x.test", []string{`1 "Ada Moor" <ada@x.test>`}},
		{"leaves a header out", "First name,Last name,E-mail\nAda,Moor,ada@x.test\n", []string{`2 "Ada Moor" <ada@x.test>`}},
		{"knows a French header", "Prénom,Nom,Courriel\nAda,Moor,ada@x.test\n", []string{`2 "Ada Moor" <ada@x.test>`}},
		{"takes no first row without an at sign for a header", "Ada,Moor,ada.x.test\n", []string{"1 that is not an e-mail address"}},
		{"reads the ends of lines that Windows writes", "Ada,Moor,ada@x.test\r\nBob,Ray,bob@x.test\r\n", []string{`1 "Ada Moor" <ada@x.test>`, `2 "Bob Ray" <bob@x.test>`}},
		{"leaves a byte-order mark out", "\ufeffe-mail,,\n", nil},
		{"reads on behind a byte-order mark", "\ufeffAda,Moor,ada@x.test\n", []string{`1 "Ada Moor" <ada@x.test>`}},
		{"reads quotes, with commas and quotes in them", "\"Ada, \"\"the\"\"\",Moor,ada@x.test\n", []string{`1 "Ada, \"the\" Moor" <ada@x.test>`}},
		{"reports both lines of a quoted field with an end of line", "\"Ada\nB\",Moor,ada@x.test\nBob,Ray,bob@x.test\n", []string{"1 a quotation mark stands where none can, or is not closed", "2 a quotation mark stands where none can, or is not closed", `3 "Bob Ray" <bob@x.test>`}},
		{"reports a quote that is not closed and goes on", "\"Ada,Moor,ada@x.test\nBob,Ray,bob@x.test\n", []string{"1 a quotation mark stands where none can, or is not closed", `2 "Bob Ray" <bob@x.test>`}},
		{"reads the ends of lines of old", "Ada,Moor,ada@x.test\rBob,Ray,bob@x.test\r", []string{`1 "Ada Moor" <ada@x.test>`, `2 "Bob Ray" <bob@x.test>`}},
		{"finds the header below blank rows", ",,\nFirst name,Last name,E-mail\nAda,Moor,ada@x.test\n", []string{`3 "Ada Moor" <ada@x.test>`}},
		{"knows a line that says commas part the columns", "sep=,\nAda,Moor,ada@x.test\n", []string{`2 "Ada Moor" <ada@x.test>`}},
		{"reports a row of semicolons among those of commas", "Ada,Moor,ada@x.test\nBob;Ray;bob@x.test\n", []string{`1 "Ada Moor" <ada@x.test>`, "2 the columns are parted by semicolons, and not by commas"}},
		{"takes semicolons inside of names", "\"Ada; of; old\",Moor,ada@x.test\n", []string{`1 "Ada; of; old Moor" <ada@x.test>`}},
		{"leaves blank rows out and counts their lines", "\n\nAda,Moor,ada@x.test\n,,\n", []string{`3 "Ada Moor" <ada@x.test>`}},
		{"trims fields and writes addresses small", " Ada , Moor , ADA@X.test \n", []string{`1 "Ada Moor" <ada@x.test>`}},
		{"needs no names", ",,ada@x.test\n", []string{"1 ada@x.test"}},
		{"leaves empty columns at the end out", "Ada,Moor,ada@x.test,,\n", []string{`1 "Ada Moor" <ada@x.test>`}},
		{"reports a column too many", "Ada,Moor,ada@x.test,x\n", []string{"1 the row has 4 columns, not 3"}},
		{"reports a column too few", "Ada,ada@x.test\n", []string{"1 the row has 2 columns, not 3"}},
		{"reports a missing address", "Ada,Moor,\n", []string{"1 the e-mail address is missing"}},
		{"takes a name that stands with the address", ",,Ada Moor <ada@x.test>\n", []string{`1 "Ada Moor" <ada@x.test>`}},
		{"takes the name of the columns before it", "Ada,Moor,A. <ada@x.test>\n", []string{`1 "Ada Moor" <ada@x.test>`}},
		{"reports a stray quote and goes on", "A\"da,Moor,ada@x.test\nBob,Ray,bob@x.test\n", []string{"1 a quotation mark stands where none can, or is not closed", `2 "Bob Ray" <bob@x.test>`}},
		{"takes a name of 200 bytes", strings.Repeat("a", 200) + ",,ada@x.test\n", []string{`1 "` + strings.Repeat("a", 200) + `" <ada@x.test>`}},
		{"reports a name of 201 bytes", strings.Repeat("a", 201) + ",,ada@x.test\n", []string{"1 a name has 200 bytes at most, no control characters or others that cannot be seen, and no card number"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rows, err := account.Roster(c.csv).Rows()
			if strings.HasPrefix(c.csv, "\ufeffe-mail") {
				require.ErrorContains(t, err, "in this order")
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, told(rows))
		})
	}
}

func TestWhatIsNoRosterIsRefusedInClearWords(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, csv, says string }{
		{"columns parted by semicolons", "Ada;Moor;ada@x.test\n", "semicolons"},
		{"columns parted by semicolons, with a comma in a name", "Bob;Ray, Jr;bob@x.test\n", "semicolons"},
		{"a line that says semicolons part the columns", "sep=;\nAda;Moor;ada@x.test\n", "commas"},
		{"columns parted by tabs", "Ada\tMoor\tada@x.test\n", "tabs"},
		{"a header in another order", "E-mail,First name,Last name\n", "first name, last name, e-mail, in this order"},
		{"another encoding than UTF-8", "Ren\xe9,Roy,rene@x.test\n", "UTF-8"},
		{"a text that is too long", strings.Repeat("a", account.MaxRoster+1), "bytes"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := account.Roster(c.csv).Rows()
			require.ErrorContains(t, err, c.says)
		})
	}
	_, err := account.Roster(strings.Repeat("a", account.MaxRoster)).Rows()
	require.NoError(t, err, "the longest text there can be is read")
}

func TestAJournalHoldsNoNameAndNoAddress(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(account.Import{Team: "acme", CSV: "Ada,Moor,ada@x.test\nBob,Ray,bob.x.test\n,,cyd@x.test\n"})
	require.NoError(t, err)
	for _, word := range []string{"Ada", "Moor", "ada@", "Bob", "bob", "cyd"} {
		require.NotContains(t, string(data), word)
	}
	var again account.Import
	require.NoError(t, json.Unmarshal(data, &again))
	rows, err := again.CSV.Rows()
	require.NoError(t, err)
	require.Equal(t, []string{
		"1 " + string(rule.PersonOf("ada@x.test")) + "+", "2 that is not an e-mail address", "3 " + string(rule.PersonOf("cyd@x.test")),
	}, told(rows))
	twice, err := json.Marshal(again)
	require.NoError(t, err)
	require.Equal(t, string(data), string(twice))
}

func FuzzRoster(f *testing.F) {
	for _, seed := range []string{
		"", "Ada,Moor,ada@x.test\r\n", "\ufefffirst,last,e-mail\n\"a\"\"b\",c,d@e.f", "a;b;c", "\"open", "a\"b,c,d@e.f\n,,\n", "roster:\n1 !x y", "roster:\n1 ~a+",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := account.Roster(text)
		rows, err := r.Rows()
		journalled, bad := r.MarshalText()
		require.NoError(t, bad)
		if err != nil || strings.HasPrefix(text, "roster:") {
			return
		}
		last := 0
		for _, row := range rows {
			require.Greater(t, row.Line, last, "rows stand in order")
			last = row.Line
			if row.Bad == "" {
				_, _, _, err := row.User.Parts()
				require.NoError(t, err)
			}
		}
		again, err := account.Roster(journalled).Rows()
		require.NoError(t, err)
		require.Len(t, again, len(rows))
		twice, err := account.Roster(journalled).MarshalText()
		require.NoError(t, err)
		require.Equal(t, string(journalled), string(twice))
	})
}
