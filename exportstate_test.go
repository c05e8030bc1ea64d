package seatbook_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

const exportStart = "2026-01-05T09:00:00Z"

// moody is a provider that answers nothing about one method.
var moody = stage.Provider(func(c billing.Charge) (billing.Answer, error) {
	if c.Token == "tok_silent" {
		return billing.Answer{}, errors.New("no answer")
	}
	return billing.Answer{Outcome: billing.Paid, Reference: "r " + c.ID}, nil
})

func movingConfig() seatbook.Config {
	return seatbook.Config{Payments: moody, Random: stage.Zeros{}, Zone: period.Zone("Europe/Paris").Location(), Policy: map[string]string{"invitation-life": "5d"}}
}

// moving is a team in the middle of everything: somebody is invited, a session is
// open, a charge is not answered, an answer is remembered, something was refused.
func moving(t testing.TB) *stage.Stage {
	t.Helper()
	s := stage.Begin(t, exportStart, movingConfig())
	stage.Do(s, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"}, seatbook.Idempotent("k0"))
	stage.Do(s, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "Bob Ray <bob@acme.test>", Role: account.Secondary})
	stage.Do(s, rule.Operator, account.AcceptInvitation{Team: "acme", Email: "bob@acme.test"})
	stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "autocad-lt", Seats: 3, Term: licensing.Annual}, seatbook.Idempotent("k1"))
	stage.Do(s, ada, licensing.Assign{Team: "acme", Product: "autocad-lt", User: "bob@acme.test"})
	stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 500})
	stage.Do(s, ada, flex.Assign{Team: "acme", User: "bob@acme.test", Products: flex.Products{All: true}})
	s.At("2026-02-01T10:00:00Z")
	stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	_, err := seatbook.Do(t.Context(), s.Engine, bob, account.ChangeRole{Team: "acme", User: "ada@acme.test", Role: account.User})
	require.Error(t, err)
	stage.Do(s, bob, flex.Open{User: "bob@acme.test", Product: "maya"})
	silent := stage.Do(s, bob, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_silent"})
	_, err = seatbook.Do(t.Context(), s.Engine, bob, billing.Purchase{
		Team: "acme", Product: "maya", Seats: 1, Term: licensing.Monthly, PaymentMethod: silent.PaymentMethod.ID,
	})
	require.ErrorIs(t, err, billing.ErrUnanswered)
	return s
}

func exportOf(t testing.TB, e *seatbook.Engine) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, e.Export(t.Context(), &b))
	return b.Bytes()
}

// imported is a stage over what an export holds, at the instant of another.
func imported(t testing.TB, s *stage.Stage, text []byte, config seatbook.Config) *stage.Stage {
	t.Helper()
	c := &stage.Stage{TB: t, Clock: stage.NewClock(s.Clock.Now()), Store: memstore.New()}
	config.Clock = c.Clock
	engine, err := seatbook.Import(t.Context(), bytes.NewReader(text), c.Store, config)
	require.NoError(t, err)
	c.Engine = engine
	return c
}

func TestAnEngineGoesOnFromItsExport(t *testing.T) {
	t.Parallel()
	s := moving(t)
	text := exportOf(t, s.Engine)
	require.Equal(t, text, exportOf(t, s.Engine), "the same state has the same bytes")
	config := movingConfig()
	config.Policy, config.Zone = nil, nil
	c := imported(t, s, text, config)
	require.Equal(t, s.Digest(), c.Digest())
	c.Audit()
	require.Equal(t, string(text), string(exportOf(t, c.Engine)))

	for _, run := range []struct {
		at, name, args string
		actor          rule.Actor
		key            string
	}{
		{"2026-02-01T10:20:00Z", "flex.open", `{"user":"bob@acme.test","product":"maya"}`, bob, ""},
		{"2026-02-01T10:20:00Z", "billing.purchase", `{"team":"acme","product":"autocad-lt","seats":3,"term":"annual"}`, ada, "k1"},
		{"2026-02-02T10:00:00Z", "billing.purchase", `{"team":"acme","product":"maya","seats":2,"term":"monthly"}`, ada, "k2"},
		{"2026-02-03T10:00:00Z", "account.invite", `{"team":"acme","email":"dan@acme.test"}`, bob, ""},
		{"2026-02-03T10:00:00Z", "account.invite", `{"team":"acme","email":"eve@acme.test"}`, bob, ""},
		{"2026-02-05T10:00:00Z", "account.accept_invitation", `{"team":"acme","email":"eve@acme.test"}`, rule.Operator, ""},
		{"2026-02-20T10:00:00Z", "account.accept_invitation", `{"team":"acme","email":"dan@acme.test"}`, rule.Operator, ""},
		{"2026-03-20T10:00:00Z", "account.remove_member", `{"team":"acme","user":"bob@acme.test"}`, ada, ""},
	} {
		answer := func(s *stage.Stage) string {
			s.At(run.at)
			var options []seatbook.Option
			if run.key != "" {
				options = append(options, seatbook.Idempotent(run.key))
			}
			result, err := s.Engine.Run(t.Context(), run.actor, run.name, []byte(run.args), options...)
			if err != nil {
				return err.Error()
			}
			return marshalled(t, result)
		}
		require.Equal(t, answer(s), answer(c), run.name)
		require.Equal(t, s.Digest(), c.Digest(), run.name)
	}
	for _, one := range []*stage.Stage{s, c} {
		one.At("2027-03-05T00:00:00Z")
		require.NoError(t, one.RunDue(t.Context()))
		one.Audit()
	}
	require.Equal(t, string(exportOf(t, s.Engine)), string(exportOf(t, c.Engine)), "the order of events and the count of refusals too")
	replayed, err := c.Replay(t.Context(), memstore.New())
	require.NoError(t, err)
	digest, err := replayed.Digest(t.Context())
	require.NoError(t, err)
	require.Equal(t, s.Digest(), digest)
}

func marshalled(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return string(data)
}

// What is in the file is what the store has, and of secrets that is their hash.
func TestAnExportHoldsNoSecret(t *testing.T) {
	t.Parallel()
	s := office(t)
	invited := stage.Do(s, ada, account.Invite{Team: "acme", Email: "eve@acme.test"})
	require.NotEmpty(t, invited.Secret)
	text := string(exportOf(t, s.Engine))
	require.NotContains(t, text, invited.Secret)
	require.Contains(t, text, rule.Secret(invited.Secret).Hash())
	require.Contains(t, text, "eve@acme.test", "people are found by their addresses")
}

func TestTheManifestSaysWhereAnExportIsFrom(t *testing.T) {
	t.Parallel()
	s := moving(t)
	x, err := seatbook.OpenExport(bytes.NewReader(exportOf(t, s.Engine)))
	require.NoError(t, err)
	m := x.Manifest()
	require.Equal(t, stage.At("2026-02-01T10:00:00Z"), m.At)
	require.Equal(t, "Europe/Paris", m.Zone)
	require.Equal(t, s.Book().Digest(), m.Book)
	require.Equal(t, map[string]string{"invitation-life": "5d"}, m.Policy)
	require.Len(t, m.Tables, len(s.Codecs()))
	require.Equal(t, marshalled(t, licensing.Sample()), marshalled(t, x.Catalog()))
	require.Empty(t, x.Sum())
	m.Policy["invitation-life"] = "1d"
	require.Equal(t, "5d", x.Manifest().Policy["invitation-life"], "what was handed out is the caller's")

	// A clock that was set back does not make the export older than what is in it.
	s.At("2026-01-20T00:00:00Z")
	x, err = seatbook.OpenExport(bytes.NewReader(exportOf(t, s.Engine)))
	require.NoError(t, err)
	require.Equal(t, stage.At("2026-02-01T10:00:00Z"), x.Manifest().At)
}

func TestAnEmptyStoreIsExportedToo(t *testing.T) {
	t.Parallel()
	s := stage.Begin(t, exportStart, seatbook.Config{})
	text := exportOf(t, s.Engine)
	require.Equal(t, 3, bytes.Count(text, []byte("\n")))
	c := imported(t, s, text, seatbook.Config{})
	require.Zero(t, c.Store.Len())
	require.Equal(t, string(text), string(exportOf(t, c.Engine)))
}

// What the config says is in force from then on, and stands in the journal.
func TestAnImportUnderAnotherPolicyIsNoted(t *testing.T) {
	t.Parallel()
	s := moving(t)
	text := exportOf(t, s.Engine)
	config := movingConfig()
	config.Policy = map[string]string{"invitation-life": "2d", "early-renewal": "30d"}
	c := imported(t, s, text, config)
	c.Audit()
	before, err := c.Journal(t.Context(), "!book", 0, 10)
	require.NoError(t, err)
	require.Len(t, before, 1)
	invited := stage.Do(c, ada, account.Invite{Team: "acme", Email: "dan@acme.test"})
	require.Equal(t, stage.At("2026-02-03T10:00:00Z"), invited.Invitation.Expires)
	after, err := c.Journal(t.Context(), "!book", 0, 10)
	require.NoError(t, err)
	require.Len(t, after, 2)
	require.JSONEq(t, `{"invitation-life":"2d","early-renewal":"30d"}`, string(after[1].Args))
	c.At("2027-03-05T00:00:00Z")
	require.NoError(t, c.RunDue(t.Context()))
	c.Audit()

	// An empty policy is one too: the default of every rule.
	config.Policy = map[string]string{}
	require.Empty(t, imported(t, s, text, config).Book().Policy())
	config.Policy = nil
	require.Equal(t, map[string]string{"invitation-life": "5d"}, imported(t, s, text, config).Book().Policy())
}

// A host that changes its policy brings what is due to it.
func TestRequeueFollowsAChangeOfPolicy(t *testing.T) {
	t.Parallel()
	s := moving(t)
	config := movingConfig()
	config.Clock, config.Policy = s.Clock, map[string]string{"early-renewal": "30d"}
	other, err := seatbook.New(s.Store, config)
	require.NoError(t, err)
	require.Error(t, other.Audit(t.Context()), "what is queued goes by the rules before")
	require.NoError(t, other.Requeue(t.Context()))
	require.NoError(t, other.Audit(t.Context()))
	digest, err := other.Digest(t.Context())
	require.NoError(t, err)
	require.NoError(t, other.Requeue(t.Context()))
	again, err := other.Digest(t.Context())
	require.NoError(t, err)
	require.Equal(t, digest, again, "twice is once")
}

// stingy is a writer that takes so many bytes and no more.
type stingy struct{ left int }

var errFull = errors.New("the disk is full")

func (w *stingy) Write(p []byte) (int, error) {
	if len(p) > w.left {
		return 0, errFull
	}
	w.left -= len(p)
	return len(p), nil
}

func TestAnExportFailsWhereItsWriterDoes(t *testing.T) {
	t.Parallel()
	s := moving(t)
	size := len(exportOf(t, s.Engine))
	for left := 0; left < size; left += size / 7 {
		require.ErrorIs(t, s.Export(t.Context(), &stingy{left}), errFull)
	}
	require.NoError(t, s.Export(t.Context(), &stingy{size}))
	require.NoError(t, s.Export(t.Context(), io.Discard))
}

// What a store whose transactions run side by side has not numbered yet is numbered
// by the import, before anything is told there; claims of workers stay behind.
func TestAStoreWithoutOneOrderIsExportedToo(t *testing.T) {
	t.Parallel()
	e, clock, _ := opened(t, 9, backwards)
	clock.Set(stage.At("2026-01-20T00:00:00Z"))
	_, err := e.Claim(t.Context(), "worker", "t999")
	require.NoError(t, err)
	text := exportOf(t, e)
	require.Contains(t, string(text), `{"table":"seatbook.told"`)
	require.NotContains(t, string(text), `{"table":"seatbook.claim"`)
	config := seatbook.Config{Random: stage.Zeros{}}
	c := imported(t, &stage.Stage{Clock: clock}, text, config)
	digest, err := e.Digest(t.Context())
	require.NoError(t, err)
	require.Equal(t, digest, c.Digest())
	stage.Do(c, rule.Operator, account.CreateTeam{Team: "last", Owner: "ada@last.test"})
	events := allEvents(t, c.Engine)
	before := allEvents(t, e)
	require.Equal(t, before, events[:len(before)])
	require.NotContains(t, string(exportOf(t, c.Engine)), `{"table":"seatbook.told"`)
}
