package rule_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/rule"
)

func TestAQuotaIsANumberInAStretchOfTime(t *testing.T) {
	t.Parallel()
	param := rule.Declare("ZZZ-9", "test", "A quota.", rule.NewQuota("quota-under-test", "none")).Params[0]
	for _, c := range []struct {
		name, text string
		want       rule.Allowance
		says       string
	}{
		{"none allows any number", "none", rule.Allowance{}, ""},
		{"a number a day", "100/day", rule.Allowance{Count: 100, In: "day"}, ""},
		{"a number a week", " 1/week ", rule.Allowance{Count: 1, In: "week"}, ""},
		{"nothing a month", "0/month", rule.Allowance{Count: 0, In: "month"}, ""},
		{"the most there is", "1000000000/day", rule.Allowance{Count: rule.MaxQuota, In: "day"}, ""},
		{"one more than that", "1000000001/day", rule.Allowance{}, "out of bounds"},
		{"less than nothing", "-1/day", rule.Allowance{}, "out of bounds"},
		{"no number", "x/day", rule.Allowance{}, "not a whole number"},
		{"a number alone", "100", rule.Allowance{}, "no number in a day"},
		{"a year", "100/year", rule.Allowance{}, "no number in a day"},
		{"nothing at all", "", rule.Allowance{}, "no number in a day"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := param.Parse(c.text)
			if c.says != "" {
				require.ErrorContains(t, err, c.says)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			again, err := param.Parse(c.want.String())
			require.NoError(t, err)
			require.Equal(t, got, again)
		})
	}
}
