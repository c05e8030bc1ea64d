package store_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/store"
)

// sign leaves of a comparison only which comes first.
func sign(n int) int { return cmp.Compare(n, 0) }

// hostile draws short texts of the bytes that an encoding could trip over.
var hostile = rapid.Custom(func(t *rapid.T) string {
	return string(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 2, 'a', 'b', '/', 0x7f, 0xfe, 0xff}), 0, 5).Draw(t, "bytes"))
})

var instants = rapid.Custom(func(t *rapid.T) time.Time {
	seconds := rapid.OneOf(rapid.Int64Range(-1<<40, 1<<40), rapid.Int64Range(-2, 2)).Draw(t, "seconds")
	nanoseconds := rapid.OneOf(rapid.Int64Range(0, 999_999_999), rapid.SampledFrom([]int64{0, 1, 999_999_999})).Draw(t, "nanoseconds")
	zone := time.FixedZone("", rapid.IntRange(-14*3600, 14*3600).Draw(t, "offset"))
	return time.Unix(seconds, nanoseconds).In(zone)
})

// ordered requires that the values, which stand in their natural order, have
// keys in that order, none of them equal to or a prefix of another.
func ordered[V any](t *testing.T, key func(V) store.Key, values ...V) {
	t.Helper()
	for i := range values {
		for j := range values {
			a, b := key(values[i]), key(values[j])
			require.Equal(t, cmp.Compare(i, j), strings.Compare(string(a), string(b)), "%v and %v", values[i], values[j])
			require.Equal(t, i == j, strings.HasPrefix(string(a), string(b)), "%v and %v", values[i], values[j])
		}
	}
}

func TestStringKeysAreInTheOrderOfTheTexts(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		values []string
	}{
		{"neighbours", []string{"", "a", "a1", "a10", "a2", "b"}},
		{"zero bytes", []string{"", "\x00", "\x00\x00", "\x00\x01", "\x00a", "\x01", "a", "a\x00", "a\x00\x00", "a\x00\x01", "a\x00\xff", "a\x01", "aa"}},
		{"the end mark in a text", []string{"a", "a\x00\x01", "a\x00\x01b", "a\x01", "b"}},
		{"the escape in a text", []string{"a", "a\x00", "a\x00\xff", "a\x00\xff\x01", "a\xff", "a\xff\x00"}},
		{"letters of several bytes", []string{"e", "z", "é", "漢", "🙂", "\xff"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.True(t, slices.IsSorted(c.values))
			ordered(t, store.String[string], c.values...)
		})
	}
}

func TestIntKeysAreInTheOrderOfTheNumbers(t *testing.T) {
	t.Parallel()
	ordered(t, store.Int[int64], math.MinInt64, math.MinInt64+1, -1<<32, -256, -255, -1, 0, 1, 255, 256, 1<<32, math.MaxInt64-1, math.MaxInt64)
	ordered(t, store.Int[int32], math.MinInt32, -1, 0, 1, math.MaxInt32)
	ordered(t, store.Int[int], -10, -9, 9, 10)
	require.Equal(t, store.Int(int32(-7)), store.Int(int64(-7)), "the width of the type makes no difference")
}

func TestTimeKeysAreInTheOrderOfTheInstants(t *testing.T) {
	t.Parallel()
	at := func(year int, month time.Month, day, hour, nanosecond int) time.Time {
		return time.Date(year, month, day, hour, 0, 0, nanosecond, time.UTC)
	}
	ordered(t, store.Time,
		at(-1, 1, 1, 0, 0), time.Time{}, time.Time{}.Add(1), at(1582, 10, 15, 0, 0),
		at(1969, 12, 31, 23, 0), at(1970, 1, 1, 0, -1), at(1970, 1, 1, 0, 0), at(1970, 1, 1, 0, 1),
		at(2026, 1, 5, 9, 0), at(2026, 1, 5, 9, 1), at(2026, 1, 5, 9, 999_999_999), at(2026, 1, 5, 10, 0),
		at(2262, 4, 12, 0, 0), at(9999, 12, 31, 0, 0),
	)
}

func TestATimeKeyDoesNotDependOnTheZone(t *testing.T) {
	t.Parallel()
	utc := time.Date(2026, 1, 5, 9, 0, 0, 7, time.UTC)
	require.Equal(t, store.Time(utc), store.Time(utc.In(time.FixedZone("", -5*3600))))
	require.Len(t, store.Time(utc), 12)
	require.Len(t, store.Int(1), 8)
}

func TestKeysCompareAsValuesDo(t *testing.T) {
	t.Parallel()
	t.Run("texts", rapid.MakeCheck(func(t *rapid.T) {
		text := rapid.OneOf(hostile, rapid.String())
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		require.Equal(t, strings.Compare(a, b), strings.Compare(string(store.String(a)), string(store.String(b))))
		require.Equal(t, a == b, strings.HasPrefix(string(store.String(a)), string(store.String(b))))
	}))
	t.Run("numbers", rapid.MakeCheck(func(t *rapid.T) {
		number := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-300, 300))
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		require.Equal(t, cmp.Compare(a, b), strings.Compare(string(store.Int(a)), string(store.Int(b))))
	}))
	t.Run("instants", rapid.MakeCheck(func(t *rapid.T) {
		a, b := instants.Draw(t, "a"), instants.Draw(t, "b")
		require.Equal(t, a.Compare(b), strings.Compare(string(store.Time(a)), string(store.Time(b))))
	}))
}

// A key of several parts is ordered by the first part, then by the second, and
// so on: nothing of one part may reach into the next.
func TestJoinedKeysCompareAsTheirPartsDo(t *testing.T) {
	t.Parallel()
	type parts struct {
		team string
		at   time.Time
		rank int64
		name string
	}
	draw := func(t *rapid.T, label string) parts {
		return parts{
			hostile.Draw(t, label+" team"), instants.Draw(t, label+" at"),
			rapid.Int64Range(-1, 1).Draw(t, label+" rank"), hostile.Draw(t, label+" name"),
		}
	}
	key := func(p parts) string {
		return string(store.String(p.team) + store.Time(p.at) + store.Int(p.rank) + store.String(p.name))
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		if rapid.Bool().Draw(t, "same team") {
			b.team = a.team
		}
		if rapid.Bool().Draw(t, "same instant") {
			b.at = a.at.UTC()
		}
		want := cmp.Or(strings.Compare(a.team, b.team), a.at.Compare(b.at), cmp.Compare(a.rank, b.rank), strings.Compare(a.name, b.name))
		require.Equal(t, want, sign(strings.Compare(key(a), key(b))))
	})
}

func TestAPrefixFindsExactlyWhatBeginsWithIt(t *testing.T) {
	t.Parallel()
	in := func(r store.Range, key string) bool { return key >= r.From && (r.To == "" || key < r.To) }
	rapid.Check(t, func(t *rapid.T) {
		prefix, key := hostile.Draw(t, "prefix"), hostile.Draw(t, "key")
		if rapid.Bool().Draw(t, "joined") {
			key = prefix + key
		}
		require.Equal(t, strings.HasPrefix(key, prefix), in(store.Prefix(prefix), key))
	})
	for prefix, to := range map[string]string{"a": "b", "a\x00": "a\x01", "a\xfe": "a\xff", "a\xff": "b", "a\xff\xff": "b", "\xff\xff": ""} {
		require.Equal(t, store.Range{From: prefix, To: to}, store.Prefix(prefix), "%q", prefix)
	}
	require.Equal(t, store.Range{}, store.Prefix(""), "everything begins with nothing")
}

func TestARowsKeyTellsItsStreamAndItsTable(t *testing.T) {
	t.Parallel()
	for _, stream := range []string{"acme", "~mfrggzdf", "a/b", "", "a\x00", "\x00", "a\x00\x01b", "\xff\x00\xff"} {
		t.Run(fmt.Sprintf("%q", stream), func(t *testing.T) {
			t.Parallel()
			key := string(store.String(stream) + store.String("desk") + store.String("a\x00\x01b") + store.Int(1))
			require.Equal(t, stream, store.StreamOf(key))
			require.Equal(t, "desk", store.TableOf(key))
			index := string(store.String(stream) + store.String("desk/rank") + store.Int(1))
			require.Equal(t, "desk/rank", store.TableOf(index))
		})
	}
	require.Equal(t, "acme", store.StreamOf(string(store.String("acme"))), "a key of one part")
	require.Empty(t, store.TableOf(string(store.String("acme"))), "a key of one part has no table")
}
