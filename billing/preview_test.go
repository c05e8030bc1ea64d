package billing_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// charged are the commands that cost something, with their fields as JSON.
var charged = map[string]string{
	"billing.purchase":   `{"team": "acme", "product": "sketch", "seats": 2, "term": "annual"}`,
	"billing.add_seats":  `{"subscription": %q, "seats": 2}`,
	"billing.renew":      `{"subscription": %q, "term": "monthly"}`,
	"billing.upgrade":    `{"subscription": %q, "to": "sketch"}`,
	"billing.buy_tokens": `{"team": "acme", "tokens": 1000}`,
}

// fields fills a template with the subscription, where it has a place for one.
func fields(template, subscription string) []byte {
	return []byte(strings.Replace(template, "%q", `"`+subscription+`"`, 1))
}

// numbers are those at the end of identifiers. What is made once a charge is
// answered has another number in the outcome.
var numbers = regexp.MustCompile(`_[0-9]+"`)

// figures is a result as JSON, without the numbers of its identifiers.
func figures(t *testing.T, result any) string {
	t.Helper()
	data, err := json.MarshalIndent(result, "", " ")
	require.NoError(t, err)
	return numbers.ReplaceAllString(string(data), `"`)
}

func TestAPreviewIsTheOutcomeAndKeepsNothing(t *testing.T) {
	t.Parallel()
	for name, template := range charged {
		for _, onAccount := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := begin(t, "2026-01-05T09:00:00Z")
				buy := billing.Purchase{Team: "acme", Product: "sketch-lt", Seats: 3, Term: licensing.Annual}
				if onAccount {
					buy.PaymentMethod = s.byInvoice()
				}
				p, err := seatbook.Do(t.Context(), s.Engine, ada, buy)
				require.NoError(t, err)
				s.At("2026-12-06T09:00:00Z")
				require.NoError(t, s.RunDue(t.Context()))
				args := fields(template, p.Subscription.ID)
				before, asked := s.Digest(), len(s.bank.amounts())
				preview, err := s.Engine.Run(t.Context(), ada, name, args, seatbook.Preview())
				require.NoError(t, err)
				require.Equal(t, before, s.Digest(), "a preview keeps nothing")
				require.Len(t, s.bank.amounts(), asked, "and asks the provider for nothing")
				s.Audit()
				outcome, err := s.Engine.Run(t.Context(), ada, name, args)
				require.NoError(t, err)
				require.Equal(t, figures(t, outcome), figures(t, preview))
				s.Audit()
			})
		}
	}
}

func TestAPreviewIsRefusedLikeTheCommand(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	renew := billing.Renew{Subscription: p.Subscription.ID}
	_, previewed := seatbook.Do(t.Context(), s.Engine, ada, renew, seatbook.Preview())
	_, done := seatbook.Do(t.Context(), s.Engine, ada, renew)
	require.ErrorIs(t, previewed, rule.TooEarly)
	require.Equal(t, done, previewed)
	s.Audit()
}

func TestARetryWithTheSameKeyChargesOnce(t *testing.T) {
	t.Parallel()
	for name, template := range charged {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-01-05T09:00:00Z")
			p := s.buy("sketch-lt", 3, licensing.Annual, true)
			s.At("2026-12-06T09:00:00Z")
			args := fields(template, p.Subscription.ID)
			first, err := s.Engine.Run(t.Context(), ada, name, args, seatbook.Idempotent("key"))
			require.NoError(t, err)
			before, asked := s.Digest(), len(s.bank.amounts())
			require.Equal(t, 2, asked)
			s.At("2026-12-06T10:00:00Z")
			again, err := s.Engine.Run(t.Context(), ada, name, args, seatbook.Idempotent("key"))
			require.NoError(t, err)
			require.Equal(t, first, again)
			require.Equal(t, before, s.Digest())
			require.Len(t, s.bank.amounts(), asked)
			_, err = s.Engine.Run(t.Context(), ada, "billing.buy_tokens", []byte(`{"team": "acme", "tokens": 777}`), seatbook.Idempotent("key"))
			require.ErrorIs(t, err, rule.Conflict)
			s.Audit()
		})
	}
}

func TestARetryAfterADeclineTriesAgain(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	buy := billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual}
	s.bank.set(true, false)
	_, err := seatbook.Do(t.Context(), s.Engine, ada, buy, seatbook.Idempotent("key"))
	require.ErrorIs(t, err, rule.PaymentDeclined)
	s.bank.set(false, false)
	p, err := seatbook.Do(t.Context(), s.Engine, ada, buy, seatbook.Idempotent("key"))
	require.NoError(t, err, "a refusal is not remembered")
	require.Equal(t, billing.InvoicePaid, p.Invoice.Status)
	require.Len(t, s.bank.amounts(), 2)
	s.Audit()
}

func TestARetryOfWhatWaitsForItsAnswerChargesOnce(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	buy := billing.Purchase{Team: "acme", Product: "sketch", Seats: 1, Term: licensing.Annual}
	s.bank.set(false, true)
	for range 2 {
		_, err := seatbook.Do(t.Context(), s.Engine, ada, buy, seatbook.Idempotent("key"))
		require.ErrorIs(t, err, billing.ErrUnanswered)
	}
	s.bank.set(false, false)
	require.NoError(t, s.RunDue(t.Context()))
	p, err := seatbook.Do(t.Context(), s.Engine, ada, buy, seatbook.Idempotent("key"))
	require.NoError(t, err)
	require.Equal(t, billing.OrderCompleted, p.Order.Status)
	require.Equal(t, []string{"1000.00 USD"}, s.bank.amounts())
	require.Len(t, s.invoices(), 1)
	s.Audit()
}

func TestNumbersThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-01-05T09:00:00Z")
	p := s.buy("sketch", 1, licensing.Annual, true)
	for _, number := range []string{"9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e30", "1.5", "0", `"1"`, "null"} {
		for name, template := range map[string]string{
			"billing.purchase":     `{"team": "acme", "product": "sketch", "term": "annual", "seats": ` + number + `}`,
			"billing.add_seats":    `{"subscription": "` + p.Subscription.ID + `", "seats": ` + number + `}`,
			"billing.reduce_seats": `{"subscription": "` + p.Subscription.ID + `", "to": ` + number + `}`,
			"billing.buy_tokens":   `{"team": "acme", "tokens": ` + number + `}`,
		} {
			before := s.Digest()
			_, err := s.Run(ada, name, template)
			require.ErrorIs(t, err, rule.Invalid, "%s %s", name, number)
			require.Equal(t, before, s.Digest())
		}
	}
	s.Audit()
}
