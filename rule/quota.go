package rule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// KindQuota is the kind of a [Quota].
const KindQuota Kind = "quota"

// MaxQuota is the most that a quota or a limit can allow.
const MaxQuota = 1_000_000_000

// Stretches are the stretches of time in which a quota is counted.
var Stretches = []string{"day", "week", "month"}

// Allowance is how many are allowed in each day, week or month. The zero value
// allows any number.
type Allowance struct {
	Count int64
	// In is one of [Stretches]; empty where nothing is limited.
	In string
}

// String writes it as a policy does.
func (a Allowance) String() string {
	if a.In == "" {
		return "none"
	}
	return strconv.FormatInt(a.Count, 10) + "/" + a.In
}

// Quota is a parameter whose value is an [Allowance].
type Quota struct{ p *Param }

func (s Quota) param() *Param { return s.p }

// Name returns the parameter's name.
func (s Quota) Name() string { return s.p.Name }

// Of returns the value in force.
func (s Quota) Of(v *View) Allowance { return value[Allowance](v.book, s.p) }

// NewQuota declares a parameter that is a number in each day, week or month, or
// the word none.
func NewQuota(name, def string) Quota {
	return Quota{&Param{
		Name: name, Kind: KindQuota, Default: def, Bounds: "none, or such as 100/day, 500/week, 2000/month",
		parse: func(text string) (any, error) { return parseAllowance(text) },
	}}
}

func parseAllowance(text string) (Allowance, error) {
	if text == "none" {
		return Allowance{}, nil
	}
	number, in, _ := strings.Cut(text, "/")
	if !slices.Contains(Stretches, in) {
		return Allowance{}, fmt.Errorf("%q is no number in a day, week or month", clip(text))
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return Allowance{}, fmt.Errorf("%q is not a whole number", clip(number))
	}
	if n < 0 || n > MaxQuota {
		return Allowance{}, fmt.Errorf("%d is out of bounds: 0 to %d", n, MaxQuota)
	}
	return Allowance{Count: n, In: in}, nil
}
