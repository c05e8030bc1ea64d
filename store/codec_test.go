package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/store"
)

// Deed is a record of every sort of field that records have.
type Deed struct {
	Name  string
	Count int64
	Open  bool
	At    time.Time
	Names []string
	Facts map[string]string
	Inner *Lamp
}

var deeds = store.NewTable("deed", func(d *Deed) (string, store.Key) { return d.Name, "" })

func TestACodecGivesBackWhatItWasGiven(t *testing.T) {
	t.Parallel()
	c := deeds.Codec()
	rapid.Check(t, func(t *rapid.T) {
		want := Deed{
			Name:  rapid.String().Draw(t, "name"),
			Count: rapid.OneOf(rapid.Int64(), rapid.SampledFrom([]int64{math.MinInt64, 0, math.MaxInt64})).Draw(t, "count"),
			Open:  rapid.Bool().Draw(t, "open"),
			At:    time.Unix(rapid.Int64Range(-60_000_000_000, 200_000_000_000).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")).UTC(),
			Names: rapid.SliceOf(rapid.String()).Draw(t, "names"),
			Facts: rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "facts"),
		}
		if rapid.Bool().Draw(t, "inner") {
			want.Inner = &Lamp{Name: rapid.String().Draw(t, "inner name")}
		}
		data, err := c.Encode(want)
		require.NoError(t, err)
		got, err := c.Decode(c.Version, data)
		require.NoError(t, err)
		require.Equal(t, want, got)
		again, err := c.Encode(got)
		require.NoError(t, err)
		require.Equal(t, data, again, "the same value has the same bytes")
	})
}

func TestTheZeroValueIsGivenBack(t *testing.T) {
	t.Parallel()
	c := deeds.Codec()
	data, err := c.Encode(Deed{})
	require.NoError(t, err)
	got, err := c.Decode(1, data)
	require.NoError(t, err)
	require.Equal(t, Deed{}, got)
	require.True(t, got.(Deed).At.IsZero())
}

func TestACodecKnowsItsTableAndVersion(t *testing.T) {
	t.Parallel()
	c := deeds.Codec()
	require.Equal(t, "deed", c.Table)
	require.Equal(t, "deed", deeds.Name())
	require.Equal(t, 1, c.Version)
	var _ store.Described = deeds
}

func TestACodecEncodesOnlyItsOwnType(t *testing.T) {
	t.Parallel()
	for _, value := range []any{nil, Lamp{}, &Deed{}, "text"} {
		_, err := deeds.Codec().Encode(value)
		require.ErrorContains(t, err, "table deed cannot encode a ")
	}
}

// renamed lifts version 1, which called the name a title, and version 2, which
// counted in dozens.
func renamed(version int, data []byte) ([]byte, error) {
	if version < 1 {
		return nil, errors.New("before the first version there was none")
	}
	if version == 1 {
		data = bytes.ReplaceAll(data, []byte(`"Title"`), []byte(`"Name"`))
	}
	var d Deed
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, err
	}
	d.Count *= 12
	return json.Marshal(d)
}

func TestVersions(t *testing.T) {
	t.Parallel()
	lifted := store.NewTable("deed", func(d *Deed) (string, store.Key) { return d.Name, "" }).Versioned(3, renamed)
	bare := store.NewTable("deed", func(d *Deed) (string, store.Key) { return d.Name, "" }).Versioned(3, nil)
	cases := []struct {
		name    string
		table   *store.Table[Deed]
		version int
		data    string
		want    any
		err     string
	}{
		{name: "this version is read as it is", table: lifted, version: 3, data: `{"Name":"a","Count":12}`, want: Deed{Name: "a", Count: 12}},
		{name: "an older one is lifted", table: lifted, version: 2, data: `{"Name":"a","Count":1}`, want: Deed{Name: "a", Count: 12}},
		{name: "the oldest one is lifted all the way", table: lifted, version: 1, data: `{"Title":"a","Count":1}`, want: Deed{Name: "a", Count: 12}},
		{name: "a newer one is refused", table: lifted, version: 4, data: `{"Name":"a"}`, err: "table deed is at version 3 and cannot read version 4"},
		{name: "what cannot be lifted is refused", table: lifted, version: 0, data: `{}`, err: "before the first version there was none"},
		{name: "an older one that cannot be read is refused", table: lifted, version: 2, data: `{"Count":"x"}`, err: "cannot unmarshal"},
		{name: "without a way the version is read", table: bare, version: 3, data: `{"Name":"a"}`, want: Deed{Name: "a"}},
		{name: "without a way an older one is refused", table: bare, version: 2, data: `{"Name":"a"}`, err: "table deed has no way from version 2 to 3"},
		{name: "another type is refused", table: lifted, version: 3, data: `{"Count":"many"}`, err: "table deed: "},
		{name: "what is no JSON is refused", table: lifted, version: 3, data: `{"Name":`, err: "table deed: "},
		{name: "nothing is refused", table: lifted, version: 3, data: ``, err: "table deed: "},
		{name: "what follows the value is refused", table: lifted, version: 3, data: `{"Name":"a"}{}`, err: "table deed: "},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			codec := c.table.Codec()
			require.Equal(t, 3, codec.Version)
			got, err := codec.Decode(c.version, []byte(c.data))
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestDecodeNeverPanics(t *testing.T) {
	t.Parallel()
	c := deeds.Codec()
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOf(rapid.Byte()).Draw(t, "data")
		value, err := c.Decode(rapid.IntRange(-1, 3).Draw(t, "version"), data)
		if err == nil {
			require.IsType(t, Deed{}, value)
		}
	})
}
