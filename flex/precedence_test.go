package flex_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// One login goes through every right inside its open windows. Each line is an
// instant, what happens then, and what the session is paid by and has cost since.
func TestOneSessionGoesThroughEveryRightInsideItsWindows(t *testing.T) {
	t.Parallel()
	assign := licensing.Assign{Team: "acme", Product: "draft", User: "bob@acme.test"}
	unassign := licensing.Unassign{Team: "acme", Product: "draft", User: "bob@acme.test"}
	acts := map[string]func(*stage.Stage){
		"nothing":  func(*stage.Stage) {},
		"trial":    func(s *stage.Stage) { stage.Do(s, bob, licensing.StartTrial{User: "bob@acme.test", Product: "draft"}) },
		"seat":     func(s *stage.Stage) { stage.Do(s, ada, assign) },
		"no seat":  func(s *stage.Stage) { stage.Do(s, ada, unassign) },
		"no grant": func(s *stage.Stage) { grant(s, "acme", "bob@acme.test") },
		"grant":    func(s *stage.Stage) { grant(s, "acme", "bob@acme.test", "draft") },
	}
	for _, c := range []struct {
		name  string
		lines []string
	}{
		{"a seat inside a paid window gives nothing back, and its loss costs nothing", []string{
			"2026-03-02T08:00:00Z nothing tokens 7", "2026-03-02T12:00:00Z seat tokens 7", "2026-03-02T18:00:00Z no-seat tokens 7", "2026-03-03T07:59:59Z nothing tokens 7",
			"2026-03-03T08:00:00Z nothing tokens 14",
		}},
		{"a seat at the window's end goes before the next charge", []string{
			"2026-03-02T08:00:00Z nothing tokens 7", "2026-03-02T20:00:00Z seat tokens 7", "2026-03-03T08:00:00Z nothing seat 7",
			"2026-03-04T09:00:00Z no-seat tokens 14", "2026-03-05T08:59:59Z nothing tokens 14", "2026-03-05T09:00:00Z nothing tokens 21",
		}},
		{"a trial inside a window takes over at its end, and tokens at the trial's", []string{
			"2026-03-02T08:00:00Z nothing tokens 7", "2026-03-02T09:00:00Z trial tokens 7", "2026-03-03T08:00:00Z nothing trial 7",
			"2026-04-01T08:59:59Z nothing trial 7", "2026-04-01T09:00:00Z nothing tokens 14",
		}},
		{"a seat, then the trial below it, then tokens", []string{
			"2026-03-02T08:00:00Z nothing tokens 7", "2026-03-02T09:00:00Z trial tokens 7", "2026-03-02T10:00:00Z seat tokens 7", "2026-03-03T08:00:00Z nothing seat 7",
			"2026-03-10T08:00:00Z no-seat trial 7", "2026-04-01T09:00:00Z nothing tokens 14",
		}},
		{"a grant that goes inside a window ends the session with it", []string{
			"2026-03-02T08:00:00Z nothing tokens 7", "2026-03-02T09:00:00Z no-grant tokens 7", "2026-03-03T07:59:59Z nothing tokens 7", "2026-03-03T08:00:00Z nothing closed 7",
		}},
		{"a grant that goes and comes back changes nothing", []string{
			"2026-03-02T08:00:00Z nothing tokens 7", "2026-03-02T09:00:00Z no-grant tokens 7", "2026-03-02T10:00:00Z grant tokens 7", "2026-03-03T08:00:00Z nothing tokens 14",
		}},
		{"a seat holds where the grant has gone, and nothing after it", []string{
			"2026-03-02T08:00:00Z nothing tokens 7", "2026-03-02T09:00:00Z seat tokens 7", "2026-03-03T08:00:00Z no-grant seat 7", "2026-03-03T12:00:00Z no-seat closed 7",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-03-02T07:00:00Z", "UTC")
			buy(s, 100)
			stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "draft", Seats: 1, Term: licensing.Annual})
			var o flex.Opened
			cost := map[string]int64{"7": 93, "14": 86, "21": 79}
			for i, line := range c.lines {
				w := strings.Fields(line)
				s.At(w[0])
				if i == 0 {
					o = launch(s, bob, "draft")
				}
				acts[strings.ReplaceAll(w[1], "-", " ")](s)
				if w[2] == "closed" {
					stage.Refused(s, bob, rule.Conflict, flex.Activity{Session: o.Session.ID})
				} else {
					now := touch(s, bob, o)
					require.Nil(t, now.Closed, line)
					require.Equal(t, w[2], string(now.Source), line)
				}
				if i > 0 {
					require.Equal(t, cost[w[3]], balance(s).Left, line)
				}
				s.Audit()
			}
		})
	}
}

// Two logins are two persons: the seat of one saves the other no tokens.
func TestASeatOfAnotherLoginSavesNoTokens(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-03-02T08:00:00Z", "UTC")
	buy(s, 100)
	join(s, "acme", "bob@home.test", account.User)
	grant(s, "acme", "bob@home.test", "draft")
	seat(s, "draft", licensing.Annual, "bob@acme.test")
	other := rule.ByEmail("bob@home.test")
	require.Equal(t, licensing.Seat, launch(s, bob, "draft").Source)
	require.Equal(t, licensing.Tokens, launch(s, other, "draft").Source)
	require.Equal(t, int64(7), stage.Ask(s, other, flex.PriceQuery{User: "bob@home.test", Product: "draft"}).Rate)
	s.At("2026-03-02T08:05:00Z")
	require.Equal(t, []string{"2026-03-02 bob draft 7"}, usage(s))
	s.Audit()
}
