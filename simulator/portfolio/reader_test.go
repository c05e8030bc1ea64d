package portfolio_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/simulator/portfolio"
)

func read(data []byte) ([]*portfolio.Team, *portfolio.Reader, error) {
	r, err := portfolio.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, nil, err
	}
	var list []*portfolio.Team
	for {
		one, err := r.Next()
		if errors.Is(err, io.EOF) {
			return list, r, nil
		}
		if err != nil {
			return list, r, err
		}
		list = append(list, one)
	}
}

func TestAFileThatNoRunMakesIsRefused(t *testing.T) {
	t.Parallel()
	text := string(whole())
	const of = `"digest":"`
	at := strings.Index(text, of)
	digest := text[at : at+len(of)+1] // with its first digit
	for _, c := range []struct{ name, from, to, says string }{
		{"another format", `"format":"seatbook portfolio"`, `"format":"seatbook"`, `line 1: it is no seatbook portfolio: its format is "seatbook"`},
		{"an unknown field", `"seed":3`, `"sead":3`, `unknown field "sead"`},
		{"a field twice", `"seed":3`, `"seed":3,"seed":3`, "line 1: it is not written as a run writes it, from byte "},
		{"a space", `"seed":3`, `"seed": 3`, "line 1: it is not written as a run writes it"},
		{"no teams", `"teams":7`, `"teams":0`, "it says 0 teams, and there can be 1 to 1000000"},
		{"too many years", `"years":1`, `"years":99`, "it says 99 years"},
		{"a shard that is none", `"shard":"1/1"`, `"shard":"2/1"`, "no shard"},
		{"a count below zero", `"commands":`, `"commands":-`, "commands is -"},
		{"a count beyond all bounds", `"commands":`, `"commands":9999999999999`, "line 2: "},
		{"a fraction", `"members":`, `"members":0.5`, "line 2: it is not what a run writes"},
		{"an amount without a currency", `"open":["0.00 USD"]`, `"open":["0.00"]`, "line 2: it is not what a run writes"},
		{"an amount beyond all bounds", `"open":["0.00 USD"]`, `"open":["10000000000.01 USD"]`, "open is 10000000000.01 USD, which is out of bounds"},
		{"a currency twice", `"open":["0.00 USD"]`, `"open":["0.00 USD","0.00 USD"]`, `open has the currencies "USD" and "USD" in this order`},
		{"no amounts", `"credited":[]`, `"credited":null`, "credited is missing"},
		{"no refusals", `"refusals":{}`, `"refusals":null`, "the refusals are missing"},
		{"refusals that are none", `"refusals":{}`, `"refusals":{"conflict":0}`, `the refusals "conflict" are 0`},
		{"an end before the beginning", `"until":"2027`, `"until":"2025`, "from an instant to a later one"},
		{"an instant in another zone", `"until":"2027-04-01T13:00:00Z"`, `"until":"2027-04-01T13:00:00+01:00"`, "line 2: "},
		{"a digest that is none", `"digest":"`, `"digest":"x`, "no SHA-256"},
		{"a digest of other signs", digest, digest[:len(digest)-1] + "G", "no SHA-256"},
		{"a line that is too long", `"refusals":{}`, `"refusals":{"` + strings.Repeat("x", portfolio.MaxLine) + `":1}`, "line 2: it has more than 65536 bytes"},
		{"a header that is too long", `"build":"`, `"build":"` + strings.Repeat("x", portfolio.MaxLine), "line 1: it has more than 65536 bytes"},
		{"deep nesting", `"refusals":{}`, `"refusals":` + strings.Repeat("[", 20_000), "line 2: it is not what a run writes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			other := strings.Replace(text, c.from, c.to, 1)
			require.NotEqual(t, text, other)
			_, _, err := read([]byte(other))
			require.ErrorContains(t, err, c.says)
		})
	}
}

// FuzzReader holds that a file is read without harm, and that what is read of one is
// what is written of it.
func FuzzReader(f *testing.F) {
	f.Add([]byte{})
	f.Add(whole())
	f.Add(shard(1, 9))
	f.Add(whole()[:len(whole())/2])
	f.Add([]byte(lines()[0] + lines()[2]))
	f.Add([]byte(strings.Replace(string(whole()), `"refusals":{}`, `"refusals":{"\u00e9":1}`, 1)))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, r, err := read(data)
		if r == nil {
			require.Error(t, err)
			return
		}
		var again bytes.Buffer
		encoder := json.NewEncoder(&again)
		encoder.SetEscapeHTML(false)
		require.NoError(t, encoder.Encode(r.Header))
		for _, one := range list {
			require.NoError(t, encoder.Encode(one))
		}
		require.True(t, bytes.HasPrefix(data, again.Bytes()), "what was read is what is there")
		_, count := r.Header.Shard.Range(r.Header.Teams)
		require.Equal(t, count, len(list)+r.Missing())
		if err == nil {
			require.Len(t, data, again.Len())
		}
	})
}
