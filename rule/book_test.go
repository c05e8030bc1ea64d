package rule_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// library is a small book of rules, with a parameter of every kind.
type library struct {
	loan, fines *rule.Rule

	term    rule.Span
	books   rule.Count
	share   rule.Percent
	fine    rule.Money
	towns   rule.List
	notices rule.Spans
	unit    rule.Word
}

func newLibrary() library {
	l := library{
		term:    rule.NewSpan("loan-term", "28d"),
		books:   rule.NewCount("books-at-once", 5, 1, 20),
		share:   rule.NewPercent("reduced", "50%"),
		fine:    rule.NewMoney("fine", "0.20 EUR"),
		towns:   rule.NewList("towns", "[Bern, Thun]", town),
		notices: rule.NewSpans("loan-notice", "[3d, 12h]"),
		unit:    rule.NewWord("fine-unit", "day", "week"),
	}
	l.loan = rule.Declare("LIB-1", "decision", "Books are lent for a term.", l.term, l.books, l.notices, l.towns)
	l.fines = rule.Declare("LIB-2", "decision", "Late books cost a fine.", l.fine, l.share, l.unit)
	return l
}

func town(element string) error {
	if len(element) > 10 {
		return fmt.Errorf("%q is too long for a town", element)
	}
	return nil
}

func (l library) rules() []*rule.Rule { return []*rule.Rule{l.fines, l.loan} }

func (l library) book(t testing.TB, policy map[string]string) *rule.Book {
	t.Helper()
	b, err := rule.NewBook(l.rules(), policy)
	require.NoError(t, err)
	return b
}

// view is a view of a book and nothing else.
func view(b *rule.Book) *rule.View {
	return rule.NewView(&rule.Ground{Book: b, Zone: time.UTC}, nil, time.Time{}, rule.Operator, nil)
}

func TestABookHasTheDefaults(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	b := l.book(t, nil)
	v := view(b)
	require.Equal(t, period.Span{Days: 28}, l.term.Of(v))
	require.Equal(t, 5, l.books.Of(v))
	require.Equal(t, money.Percent(5000), l.share.Of(v))
	require.Equal(t, money.Must("0.20 EUR"), l.fine.Of(v))
	require.Equal(t, []string{"Bern", "Thun"}, l.towns.Of(v))
	require.Equal(t, []period.Span{{Days: 3}, {Elapsed: 12 * time.Hour}}, l.notices.Of(v))
	require.Equal(t, "day", l.unit.Of(v))
	require.Equal(t, []string{"books-at-once", "fine", "fine-unit", "loan-notice", "loan-term", "reduced", "towns"}, b.Params())
	require.Equal(t, "28d", b.Value("loan-term"))
	require.Equal(t, "loan-term", l.term.Name())
	require.Equal(t, "loan-notice", l.notices.Name())
}

func TestAPolicySetsParametersByName(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	b := l.book(t, map[string]string{
		"loan-term": "2mo", "books-at-once": "7", "reduced": "12.5%", "fine": "1.00 CHF",
		"towns": "[Chur]", "loan-notice": "[]", "fine-unit": "week",
	})
	v := view(b)
	require.Equal(t, period.Span{Months: 2}, l.term.Of(v))
	require.Equal(t, 7, l.books.Of(v))
	require.Equal(t, money.Percent(1250), l.share.Of(v))
	require.Equal(t, money.Must("1.00 CHF"), l.fine.Of(v))
	require.Equal(t, []string{"Chur"}, l.towns.Of(v))
	require.Empty(t, l.notices.Of(v))
	require.Equal(t, "week", l.unit.Of(v))
	require.Equal(t, "12.5%", b.Value("reduced"))
	require.Equal(t, 5, l.books.Of(view(l.book(t, nil))), "another book of the same rules keeps its own values")
}

func TestABookTellsItsPolicy(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	require.Empty(t, l.book(t, nil).Policy())
	policy := map[string]string{"loan-term": "2mo", "books-at-once": "5"}
	b := l.book(t, policy)
	require.Equal(t, policy, b.Policy(), "the defaults are not in it, but where the policy says them")
	b.Policy()["fine"] = "9.00 EUR"
	require.Equal(t, policy, b.Policy(), "the map is the caller's own")
	require.Equal(t, b.Digest(), l.book(t, b.Policy()).Digest(), "by its policy the book can be made again")
}

func TestABookFindsItsRulesAndParameters(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	b := l.book(t, nil)
	require.Equal(t, []*rule.Rule{l.loan, l.fines}, b.Rules(), "in the order of the book")
	require.Same(t, l.loan, b.Rule("LIB-1"))
	require.Nil(t, b.Rule("LIB-3"))
	require.Equal(t, "LIB-2", b.Param("fine").Rule)
	require.Equal(t, rule.KindMoney, b.Param("fine").Kind)
	require.Equal(t, "0.20 EUR", b.Param("fine").Default)
	require.Nil(t, b.Param("rent"))
	require.Empty(t, b.Value("rent"))
	b.Rules()[0] = nil
	require.Same(t, l.loan, b.Rules()[0], "the list is the caller's own")
}

func TestABookRefuses(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	cases := []struct {
		name   string
		rules  []*rule.Rule
		policy map[string]string
		says   []string
	}{
		{
			"a rule declared twice", append(l.rules(), rule.Declare("LIB-1", "decision", "Another.")), nil,
			[]string{"LIB-1 is declared twice"},
		},
		{
			"a parameter declared twice", append(l.rules(), rule.Declare("LIB-3", "decision", "Another.", rule.NewCount("fine", 1, 1, 2))), nil,
			[]string{"the parameter fine is declared twice"},
		},
		{
			"a default that the parameter does not take",
			[]*rule.Rule{rule.Declare("LIB-4", "decision", "Another.", rule.NewCount("shelves", 3, 1, 2))},
			nil,
			[]string{"shelves takes a count (1 to 2)", "3 is out of bounds"},
		},
		{
			"an unknown name, with the nearest", l.rules(),
			map[string]string{"loan-terms": "3d"},
			[]string{`no parameter "loan-terms"`, `the nearest is "loan-term"`},
		},
		{
			"a value that the parameter does not take", l.rules(),
			map[string]string{"loan-term": "soon"},
			[]string{"loan-term takes a span", "up to 100y", "soon"},
		},
		{
			"the first of several faults by name", l.rules(),
			map[string]string{"fine": "free", "books-at-once": "0", "unknown": ""},
			[]string{"books-at-once takes a count (1 to 20)"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, err := rule.NewBook(c.rules, c.policy)
			require.Nil(t, b)
			for _, text := range c.says {
				require.ErrorContains(t, err, text)
			}
		})
	}
}

func TestARuleNamedByTwoModulesStandsInTheBookOnce(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	b, err := rule.NewBook(append(l.rules(), l.rules()...), nil)
	require.NoError(t, err)
	require.Len(t, b.Rules(), 2)
	require.Equal(t, l.book(t, nil).Digest(), b.Digest())
}

func TestTheDigestIdentifiesTheBook(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	plain := l.book(t, nil).Digest()
	require.Len(t, plain, 64)
	require.Equal(t, plain, newLibrary().book(t, map[string]string{}).Digest(), "the same rules and values have the same digest")
	reversed, err := rule.NewBook([]*rule.Rule{l.loan, l.fines}, nil)
	require.NoError(t, err)
	require.Equal(t, plain, reversed.Digest(), "in whichever order they are named")

	seen := map[string]string{plain: "the defaults"}
	for name, value := range map[string]string{
		"loan-term": "29d", "books-at-once": "6", "reduced": "51%", "fine": "0.21 EUR", "towns": "[Bern]", "loan-notice": "[3d]", "fine-unit": "week",
	} {
		digest := l.book(t, map[string]string{name: value}).Digest()
		require.NotContains(t, seen, digest, "%s=%s has the digest of %s", name, value, seen[digest])
		seen[digest] = name
	}
	fewer, err := rule.NewBook([]*rule.Rule{l.loan}, nil)
	require.NoError(t, err)
	require.NotContains(t, seen, fewer.Digest(), "without a rule it is another book")
}

func TestBooksThatDecideDifferentlyHaveDifferentDigests(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	silent, explicit := l.book(t, nil), l.book(t, map[string]string{"books-at-once": "5"})
	require.NotEqual(t, l.books.Or(view(silent), 9), l.books.Or(view(explicit), 9))
	require.NotEqual(t, silent.Digest(), explicit.Digest())
}

func TestSomethingParticularIsAskedUnlessThePolicySpeaks(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	silent, speaks := view(l.book(t, nil)), view(l.book(t, map[string]string{"books-at-once": "7"}))
	require.Equal(t, 9, l.books.Or(silent, 9), "the particular number")
	require.Equal(t, 5, l.books.Or(silent, 0), "zero says nothing")
	require.Equal(t, 7, l.books.Or(speaks, 9), "the policy's")
	require.Equal(t, 7, l.books.Or(speaks, 0))
	same := view(l.book(t, map[string]string{"books-at-once": "5"}))
	require.Equal(t, 5, l.books.Or(same, 9), "a policy that says the default speaks too")
}

func TestAParameterThatNoRuleOfTheBookHasIsAFaultOfTheProgram(t *testing.T) {
	t.Parallel()
	l := newLibrary()
	other := rule.NewCount("other", 1, 1, 1)
	require.PanicsWithValue(t, "rule: the parameter other is not in the book: its rule  is missing from every module", func() {
		other.Of(view(l.book(t, nil)))
	})
}

func TestParametersTakeValuesWithinTheirBounds(t *testing.T) {
	t.Parallel()
	list := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat("a, ", n), ", ") + "]" }
	spans := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat("1d, ", n), ", ") + "]" }
	cases := []struct {
		param string
		takes []string
		not   []string
	}{
		{
			"loan-term",
			[]string{"0d", "1s", "90d", " 90d ", "100y", "1200mo", "36525d", "876600h", "99y11mo"},
			[]string{
				"", "90", "-1d", "1.5d", "d", "soon", "101y", "1201mo", "36526d", "876601h", "876600h0.000000001s",
				"100y1mo", "100y1d", "1200mo1d", "100y1s", "99y13mo", "9999999999999999999d",
			},
		},
		{
			"books-at-once",
			[]string{"1", "20", " 7 "},
			[]string{"", "0", "21", "-1", "1.0", "1e1", "five", "9223372036854775808", "[1]"},
		},
		{
			"reduced",
			[]string{"0%", "100%", "0.01%", "99.99%", "100.00%"},
			[]string{"", "50", "%", "-1%", "-0.01%", "100.01%", "101%", "12.345%", "1e1%"},
		},
		{
			"fine",
			[]string{"0.00 EUR", "0 JPY", "0.01 EUR", "25000.00 USD"},
			[]string{"", "-0.01 EUR", "0.001 EUR", "1.00", "EUR", "1.00 XXX", "0.5 JPY", "99999999999999999999.00 EUR"},
		},
		{
			"towns",
			[]string{"[]", "", "Bern", "[Bern]", "Bern, Thun", " [ Bern , Thun ] ", list(rule.MaxList), "[abcdefghij]"},
			[]string{"[Bern", "Bern]", "[", "]", "[[Bern]]", "[Bern], [Thun]", "[Bern,]", "[,]", "[Bern,,Thun]", list(rule.MaxList + 1), "[abcdefghijk]"},
		},
		{
			"loan-notice",
			[]string{"[]", "90d", "[90d, 30d, 7d]", "[100y]", spans(rule.MaxList)},
			[]string{"[90]", "[90d", "[90d,]", "[-1d]", "[101y]", "[soon]", "[[90d]]", spans(rule.MaxList + 1)},
		},
		{
			"fine-unit",
			[]string{"day", "week", " week "},
			[]string{"", "Day", "month", "day week", "[day]"},
		},
	}
	l := newLibrary()
	b := l.book(t, nil)
	require.Len(t, cases, len(b.Params()), "a kind of parameter is missing here")
	for _, c := range cases {
		for _, text := range c.takes {
			t.Run(fmt.Sprintf("%s takes %.40q", c.param, text), func(t *testing.T) {
				t.Parallel()
				_, err := rule.NewBook(l.rules(), map[string]string{c.param: text})
				require.NoError(t, err)
			})
		}
		for _, text := range c.not {
			t.Run(fmt.Sprintf("%s does not take %.40q", c.param, text), func(t *testing.T) {
				t.Parallel()
				_, err := b.Param(c.param).Parse(text)
				require.ErrorContains(t, err, c.param+" takes a "+string(b.Param(c.param).Kind)+" ("+b.Param(c.param).Bounds+"): ")
				require.Less(t, len(err.Error()), 400, "an error does not repeat a long text")
			})
		}
	}
}

func TestNoTextMakesAParameterPanic(t *testing.T) {
	t.Parallel()
	b := newLibrary().book(t, nil)
	rapid.Check(t, func(t *rapid.T) {
		p := b.Param(rapid.SampledFrom(b.Params()).Draw(t, "param"))
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`\[?[-0-9a-zA-Z.,% \]\[]*\]?`)).Draw(t, "text")
		v, err := p.Parse(text)
		require.True(t, (v == nil) == (err != nil), "a value or an error")
	})
}

func TestCompareIsTheOrderOfTheBook(t *testing.T) {
	t.Parallel()
	ordered := []string{
		"TIM-1", "TIM-2", "TIM-10", "MON-1", "ACC-2", "ACC-9", "ACC-10", "ACC-22", "LIC-1", "FLX-16", "BIL-1", "BIL-2", "BIL-28", "REP-1", "REP-6", "ZZZ-1", "ZZZ-2",
	}
	shuffled := slices.Clone(ordered)
	slices.Reverse(shuffled)
	slices.SortFunc(shuffled, rule.Compare)
	require.Equal(t, ordered, shuffled)
	id := rapid.StringMatching(`(TIM|MON|ACC|LIC|FLX|BIL|REP|AAA|ZZZ|)(-[0-9]{0,4}|)`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := id.Draw(t, "a"), id.Draw(t, "b"), id.Draw(t, "c")
		require.Equal(t, a == b, rule.Compare(a, b) == 0, "only what is equal is equal")
		require.Equal(t, rule.Compare(a, b) < 0, rule.Compare(b, a) > 0)
		if rule.Compare(a, b) <= 0 && rule.Compare(b, c) <= 0 {
			require.LessOrEqual(t, rule.Compare(a, c), 0)
		}
	})
}

func TestNothingLastsBeyondTheCalendar(t *testing.T) {
	t.Parallel()
	last := time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
	require.NoError(t, rule.CheckInstant(last))
	require.NoError(t, rule.CheckInstant(time.Time{}))
	require.NoError(t, rule.CheckInstant(last.In(time.FixedZone("", 3600))), "there it is the year 10000 already, in UTC it is not")
	err := rule.CheckInstant(last.Add(1))
	require.ErrorIs(t, err, rule.Invalid)
	require.ErrorContains(t, err, "9999")
}

func TestTheFoundationsMakeABook(t *testing.T) {
	t.Parallel()
	b, err := rule.NewBook(rule.Foundations(), nil)
	require.NoError(t, err)
	require.Equal(t, "day", b.Value("proration"))
	for _, r := range b.Rules() {
		require.NotEmpty(t, r.Text, r.ID)
		require.NotEmpty(t, r.Source, r.ID)
	}
}
