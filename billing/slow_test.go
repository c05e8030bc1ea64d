package billing_test

import (
	"flag"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// How many cases the model is asked for, and the seed they are drawn by:
//
//	go test ./billing -run TestASlowModelAgrees -timeout 60m -args -cases 1000000
var (
	cases = flag.Int("cases", 20_000, "how many random cases the slow model is asked for")
	seed  = flag.Uint64("seed", 1, "the seed of the random cases")
)

// billCases bills cases inside a command, as the rules are run.
type billCases struct {
	Cases  []billing.Case   `json:"-"`
	Billed []billing.Billed `json:"-"`
}

func (c billCases) About(v *rule.View) (rule.Subject, error) { return account.AboutTeam(v, "acme") }

func (c billCases) Do(s *rule.Scope) (struct{}, error) {
	for i, one := range c.Cases {
		var err error
		if c.Billed[i], err = one.Bill(s); err != nil {
			return struct{}{}, err
		}
	}
	return struct{}{}, nil
}

// biller is a scene whose engine bills cases.
func biller(t *testing.T, unit string) scene {
	t.Helper()
	s := begin(t, "2026-01-01T00:00:00Z", "proration="+unit)
	s.config.Clock = s.Clock
	s.config.Modules = []rule.Module{{Name: "host", Commands: []rule.Definition{rule.Does[billCases]("host.bill", account.Operate, "bills cases")}}}
	var err error
	s.Engine, err = seatbook.New(s.Store, s.config)
	require.NoError(t, err)
	return s
}

var slowZones = []string{
	"UTC", "Europe/Paris", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Apia",
	"America/St_Johns", "Africa/Cairo", "America/Santiago", "Asia/Kathmandu",
}

// edge is an instant of a term: often near its start, its end or a midnight.
func edge(r *rand.Rand) func(starts, ends time.Time) time.Time {
	kind, part, near := r.IntN(5), r.Float64(), time.Duration(r.Int64N(int64(50*time.Hour)))
	return func(starts, ends time.Time) time.Time {
		at := starts
		switch kind {
		case 0:
			at = starts.Add(near)
		case 1:
			at = ends.Add(-near - 1)
		case 2:
			at = starts.Add(time.Duration(part * float64(ends.Sub(starts)))).Truncate(30 * time.Minute)
		default:
			at = starts.Add(time.Duration(part * float64(ends.Sub(starts))))
		}
		if at.Before(starts) {
			at = starts
		}
		if !at.Before(ends) {
			at = ends.Add(-1)
		}
		return at
	}
}

func anyCase(t *testing.T, r *rand.Rand) billing.Case {
	t.Helper()
	zone := slowZones[r.IntN(len(slowZones))]
	from, until := stage.At("1975-01-01T00:00:00Z").Unix(), stage.At("2060-01-01T00:00:00Z").Unix()
	c := billing.Case{Zone: zone, Anchor: time.Unix(from+r.Int64N(until-from), 0).UTC(), At: edge(r)}
	if r.IntN(3) == 0 { // the ends of months
		month := time.Date(1975+r.IntN(85), time.Month(1+r.IntN(12)), 1, 0, 0, 0, 0, time.UTC)
		c.Anchor = month.Add(-time.Duration(r.Int64N(int64(80 * time.Hour))))
	}
	for range 1 + r.IntN(5) {
		c.Terms = append(c.Terms, []licensing.Term{licensing.Monthly, licensing.Annual, licensing.ThreeYear}[r.IntN(3)])
	}
	c.Seats = 1 + r.IntN(12)
	if r.IntN(10) == 0 {
		c.Seats = 1 + r.IntN(1_000_000)
	}
	minor := r.Int64N(1_000_000)
	if r.IntN(4) == 0 {
		minor = r.Int64N(20)
	}
	var err error
	c.Unit, err = money.New(minor, []money.Currency{"USD", "JPY", "KWD"}[r.IntN(3)])
	require.NoError(t, err)
	c.Tax = money.Percent(r.IntN(10001))
	if r.IntN(4) == 0 {
		c.Tax = money.Percent(100 * r.IntN(101))
	}
	return c
}

var lengths = map[licensing.Term]int{licensing.Monthly: 1, licensing.Annual: 12, licensing.ThreeYear: 36}

// Proration, rounding, the ends of terms and tax are what a model says that counts
// days one by one and money in fractions.
func TestASlowModelAgrees(t *testing.T) {
	t.Parallel()
	days := countDays()
	zones := map[string]*time.Location{}
	for _, name := range slowZones {
		zone, err := time.LoadLocation(name)
		require.NoError(t, err)
		zones[name] = zone
	}
	for i, unit := range []string{"day", "second"} {
		t.Run(unit, func(t *testing.T) {
			t.Parallel()
			s := biller(t, unit)
			r := rand.New(rand.NewPCG(*seed, uint64(i))) //nolint:gosec // the same cases for a seed
			const batch = 2000
			for done := 0; done < *cases/2; done += batch {
				c := billCases{Billed: make([]billing.Billed, batch)}
				for range batch {
					c.Cases = append(c.Cases, anyCase(t, r))
				}
				stage.Do(s.Stage, operator, c, seatbook.Preview())
				for n, one := range c.Cases {
					agree(t, days, zones[one.Zone], one, c.Billed[n], unit == "second")
				}
			}
		})
	}
}

func agree(t *testing.T, days calendar, zone *time.Location, c billing.Case, got billing.Billed, seconds bool) {
	t.Helper()
	months, starts, ends := 0, c.Anchor, c.Anchor
	for i, term := range c.Terms {
		months += lengths[term]
		starts, ends = ends, days.termEnd(c.Anchor, months, zone)
		if !ends.Equal(got.Ends[i]) {
			t.Fatalf("%+v: the term %d ends %s, and not %s", c, i, ends, got.Ends[i])
		}
	}
	net := rounded(product(c.Unit.Minor(), int64(c.Seats), days.leftOf(starts, ends, got.At, zone, seconds)))
	if got.Net.Minor() != net || got.Net.Currency() != c.Unit.Currency() {
		t.Fatalf("%+v at %s: the line is %d, and not %s", c, got.At, net, got.Net)
	}
	tax := rounded(product(net, 1, big.NewRat(int64(c.Tax), 10_000)))
	if got.Tax.Minor() != tax {
		t.Fatalf("%+v at %s: the tax on %s is %d, and not %s", c, got.At, got.Net, tax, got.Tax)
	}
}
