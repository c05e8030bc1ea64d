package rule_test

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/rule"
)

func TestAnIdentifierNamesItsStream(t *testing.T) {
	t.Parallel()
	person := rule.PersonOf("ada@acme.test").Stream()
	cases := []struct {
		name               string
		stream             rule.Stream
		operation, ordinal int64
		want               string
	}{
		{"the first of an operation has no ordinal", "acme", 12, 1, "sub_acme_12"},
		{"the second has one", "acme", 12, 2, "sub_acme_12.2"},
		{"a person's stream", person, 3, 1, "sub_" + string(person) + "_3"},
		{"a stream with hyphens", "a-b-1", 1, 1, "sub_a-b-1_1"},
		{"a stream with the separator", "a_b", 1, 1, "sub_a_b_1"},
		{"the largest numbers", "acme", math.MaxInt64, math.MaxInt64, "sub_acme_9223372036854775807.9223372036854775807"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			id := rule.NewID("sub", c.stream, c.operation, c.ordinal)
			require.Equal(t, c.want, id)
			stream, ok := rule.StreamOfID("sub", id)
			require.True(t, ok)
			require.Equal(t, c.stream, stream)
			operation, ordinal := rule.OrderOfID(id)
			require.Equal(t, []int64{c.operation, c.ordinal}, []int64{operation, ordinal})
		})
	}
}

func TestWhatIsNoIdentifierNamesNoStream(t *testing.T) {
	t.Parallel()
	for _, id := range []string{
		"", "_", "__", "___", "sub", "sub_", "sub__", "sub__1", "sub_acme", "sub_acme_", "sub__acme_", "_acme_1", "inv_acme_1", "SUB_acme_1",
		"subacme_1", "sub-acme-1", " sub_acme_1", "~abc", "~abc_1", "sub_1",
		// The end is the number of an operation, as NewID writes it.
		"sub_acme_x", "sub_acme_1x", "sub_acme_+1", "sub_acme_01", "sub_acme_1.", "sub_acme_.1", "sub_acme_1.1", "sub_acme_1.2.3", "sub_acme_ 1",
		"sub_acme_99999999999999999999", "sub_acme_1\x00",
	} {
		stream, ok := rule.StreamOfID("sub", id)
		require.False(t, ok, "%q", id)
		require.Empty(t, stream, "%q", id)
	}
}

var (
	streams = rapid.OneOf(
		rapid.StringMatching(`[a-z0-9-]{1,8}`),
		rapid.StringMatching(`~[a-z2-9]{4}`),
		rapid.StringMatching(`[_~.1\x00 ]{1,6}`),
		rapid.StringN(1, 8, -1),
	)
	counts = rapid.OneOf(rapid.Int64Range(1, 20), rapid.Int64Range(1, math.MaxInt64))
)

func TestEveryIdentifierGivesBackItsStream(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.StringMatching(`[a-z]{1,4}`).Draw(t, "kind")
		stream := rule.Stream(streams.Draw(t, "stream"))
		operation, ordinal := counts.Draw(t, "operation"), counts.Draw(t, "ordinal")
		id := rule.NewID(kind, stream, operation, ordinal)
		got, ok := rule.StreamOfID(kind, id)
		require.True(t, ok, "%q", id)
		require.Equal(t, stream, got)
		op, ord := rule.OrderOfID(id)
		require.Equal(t, []int64{operation, ordinal}, []int64{op, ord})
		_, ok = rule.StreamOfID(kind+"x", id)
		require.False(t, ok, "another kind")
	})
}

// Identifiers come from outside. Whatever is handed in, nothing panics, and
// what is taken for an identifier is one that could have been made.
func TestHostileIdentifiersAreHarmless(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`(sub)?[_~a.0-9-]{0,10}`), rapid.StringMatching(`sub_[_~a]{1,3}_[0-9.]{0,4}`))
	rapid.Check(t, func(t *rapid.T) {
		id := text.Draw(t, "id")
		operation, ordinal := rule.OrderOfID(id)
		rule.CompareIDs(id, text.Draw(t, "other"))
		if stream, ok := rule.StreamOfID("sub", id); ok {
			require.NotEmpty(t, stream)
			require.Equal(t, id, rule.NewID("sub", stream, operation, ordinal))
		}
	})
}

func TestIdentifiersStandInTheOrderTheyWereMade(t *testing.T) {
	t.Parallel()
	made := []string{"sub_a_1", "sub_a_1.2", "sub_a_1.10", "sub_a_2", "sub_a_9", "sub_a_10", "sub_a_10.2", "sub_a_100"}
	shuffled := slices.Clone(made)
	slices.Sort(shuffled)
	require.NotEqual(t, made, shuffled, "they do not by alphabet")
	slices.SortFunc(shuffled, rule.CompareIDs)
	require.Equal(t, made, shuffled)

	rapid.Check(t, func(t *rapid.T) {
		type place struct{ operation, ordinal int64 }
		draw := func(label string) place {
			return place{counts.Draw(t, label+" operation"), rapid.Int64Range(1, 12).Draw(t, label+" ordinal")}
		}
		a, b := draw("a"), draw("b")
		if rapid.Bool().Draw(t, "same operation") {
			b.operation = a.operation
		}
		idA, idB := rule.NewID("sub", "a_1", a.operation, a.ordinal), rule.NewID("sub", "a_1", b.operation, b.ordinal)
		want := cmp.Or(cmp.Compare(a.operation, b.operation), cmp.Compare(a.ordinal, b.ordinal))
		require.Equal(t, want, rule.CompareIDs(idA, idB))
		require.Equal(t, want, strings.Compare(string(rule.IDKey(idA)), string(rule.IDKey(idB))), "a key has the same order")
	})
}
