package rule_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/rule"
)

func TestARefusalIsFoundByItsCode(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	for _, code := range rule.Codes() {
		r := rule.Refuse(code, l.loan, "no")
		for _, err := range []error{r, fmt.Errorf("lending: %w", r), errors.Join(errors.New("another"), r)} {
			for _, other := range rule.Codes() {
				require.Equal(t, code == other, errors.Is(err, other), "%s and %s", code, other)
			}
			require.Same(t, r, rule.AsRefusal(err))
		}
	}
	require.Nil(t, rule.AsRefusal(nil))
	require.Nil(t, rule.AsRefusal(errors.New("another")))
	require.Nil(t, rule.AsRefusal(rule.TooEarly), "a code alone is no refusal")
	require.NotErrorIs(t, rule.Refuse(rule.Invalid, l.loan, "no"), errors.New("invalid"), "the word alone is no code")
}

func TestCodesAreWordsOfTheirOwn(t *testing.T) {
	t.Parallel()
	seen := map[rule.Code]bool{}
	for _, code := range rule.Codes() {
		require.Regexp(t, `^[a-z]+(-[a-z]+)*$`, string(code))
		require.False(t, seen[code], code)
		seen[code] = true
		require.Equal(t, string(code), code.Error())
	}
	require.Len(t, seen, len(rule.Codes()))
	require.Contains(t, seen, rule.Parked)
}

func TestARefusalSaysTheRuleAndTheFigures(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	opens := time.Date(2026, 10, 7, 9, 0, 0, 0, time.UTC)
	cases := []struct {
		name    string
		refusal *rule.Refusal
		want    string
	}{
		{"a rule alone", rule.Refuse(rule.TooLate, l.loan, "the book is overdue"), "the book is overdue (too-late, LIB-1)"},
		{
			"figures", rule.Refuse(rule.TooEarly, l.loan, "it cannot be lent yet", rule.Fig("opens", opens), rule.Fig("left", 3)),
			"it cannot be lent yet (too-early, LIB-1, opens 2026-10-07T09:00:00Z, left 3)",
		},
		{"no rule", rule.Refuse(rule.Conflict, nil, "not now"), "not now (conflict)"},
		{"values in the text", rule.Refusef(rule.Invalid, l.fines, "%d books and %q", 3, "x"), `3 books and "x" (invalid, LIB-2)`},
		{
			"a contact", rule.Refuse(rule.NotPermitted, l.fines, "no", rule.Fig("needs", "lend")).To("ada@acme.test"),
			"no (not-permitted, LIB-2, needs lend); contact ada@acme.test",
		},
		{"what is missing", rule.Missing("team", "acme"), `there is no team "acme" (not-found, ACC-4)`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.EqualError(t, c.refusal, c.want)
		})
	}
}

func TestWhatIsAddedToARefusalLeavesTheFirstAsItWas(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	first := rule.Refuse(rule.Invalid, l.loan, "no", rule.Fig("a", 1))
	first.Figures = append(make([]rule.Figure, 0, 8), first.Figures...) // Room that two might share.
	text := first.Error()
	second, third := first.With(rule.Fig("b", 2)), first.With(rule.Fig("c", 3), rule.Fig("d", 4))
	fourth := third.To("support")
	require.Equal(t, text, first.Error())
	require.Empty(t, first.Contact)
	require.EqualError(t, second, "no (invalid, LIB-1, a 1, b 2)")
	require.EqualError(t, third, "no (invalid, LIB-1, a 1, c 3, d 4)")
	require.EqualError(t, fourth, "no (invalid, LIB-1, a 1, c 3, d 4); contact support")
	require.ErrorIs(t, fourth, rule.Invalid)
	require.Empty(t, third.Contact)
	require.Equal(t, first, first.With())
}

func TestALongNameIsNotRepeatedInARefusal(t *testing.T) {
	t.Parallel()
	long := string(make([]byte, 1<<16))
	require.Less(t, len(rule.Missing("team", long).Error()), 500)
}

func TestShow(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 29, 9, 0, 0, 5_000_000, time.FixedZone("", 7200))
	cases := []struct {
		value any
		want  string
	}{
		{nil, "none"},
		{"text", "text"},
		{"", ""},
		{7, "7"},
		{int64(-7), "-7"},
		{true, "true"},
		{rule.Person("~abc"), "~abc"},
		{at, "2026-03-29T09:00:00.005+02:00"},
		{at.UTC().Truncate(time.Second), "2026-03-29T07:00:00Z"},
		{time.Time{}, "never"},
		{&at, "2026-03-29T09:00:00.005+02:00"},
		{(*time.Time)(nil), "never"},
		{&time.Time{}, "never"},
		{[]string{"a", "b"}, "[a, b]"},
		{[]string{"a"}, "[a]"},
		{[]string{}, "[]"},
		{[]string(nil), "[]"},
		{errors.New("broken"), "broken"},
		{rule.TooEarly, "too-early"},
		{rule.Operator, "operator"},
		{time.Hour, "1h0m0s"},
	}
	for _, c := range cases {
		require.Equal(t, c.want, rule.Show(c.value), "%T", c.value)
	}
	require.Equal(t, "opens never", rule.Fig("opens", time.Time{}).String())
}

func TestACitationShowsItsFigures(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	require.Equal(t, "LIB-1", rule.Citation{Rule: l.loan}.String())
	require.Equal(t, "LIB-1: left 3, of 5", rule.Citation{Rule: l.loan, Figures: []rule.Figure{rule.Fig("left", 3), rule.Fig("of", 5)}}.String())
}

func TestATrailKeepsWhatWasCited(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	cite := func(trail *rule.Trail) {
		v := rule.NewView(&rule.Ground{Book: l.book(t, nil)}, nil, time.Time{}, rule.Operator, trail)
		v.Cite(l.fines, rule.Fig("fine", 1))
		v.Cite(l.loan)
		v.Cite(l.fines, rule.Fig("fine", 2))
		v.At(time.Time{}).Cite(rule.HalfOpen)
	}
	full, brief := &rule.Trail{Full: true}, &rule.Trail{}
	cite(full)
	cite(brief)
	shown := []string{}
	for _, c := range full.Citations {
		shown = append(shown, c.String())
	}
	require.Equal(t, []string{"LIB-2: fine 1", "LIB-1", "LIB-2: fine 2", "TIM-1"}, shown, "with the figures, in the order of the decision")
	require.Len(t, brief.Citations, 3, "each rule once")
	require.Empty(t, brief.Citations[0].Figures)
	for _, trail := range []*rule.Trail{full, brief} {
		require.Equal(t, []string{"TIM-1", "LIB-1", "LIB-2"}, trail.Rules(), "each once, in the order of the book")
	}
	require.NotPanics(t, func() { cite(nil) })
}
