// Embed is a service that uses the engine to answer one question over HTTP:
// may this person open this product now, and what pays for it?
//
// The host brings what the engine has none of: a store, a clock, a payment
// provider, and the knowledge of who is asking. The requests below are made
// without a network, so that the program always prints the same.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/memstore"
	"github.com/seatbook/seatbook/rule"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	// A real service leaves the clock out and gets the wall clock. This one
	// stands still at an instant of our choice.
	now := clock.NewMock()
	now.Set(time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC))
	engine, err := seatbook.New(memstore.New(), seatbook.Config{Clock: now, Payments: bank{}})
	if err != nil {
		return err
	}
	if err := furnish(ctx, engine); err != nil {
		return err
	}
	service := http.NewServeMux()
	service.Handle("GET /access/{product}", mayOpen{engine})
	for _, question := range []struct{ asking, path string }{
		{"ada@acme.test", "/access/autocad?user=ada@acme.test"},
		{"ada@acme.test", "/access/revit?user=ada@acme.test"},
		{"ada@acme.test", "/access/sketchpad?user=ada@acme.test"},
		{"eve@other.test", "/access/autocad?user=ada@acme.test"},
	} {
		request := httptest.NewRequestWithContext(ctx, http.MethodGet, question.path, http.NoBody)
		request.Header.Set("X-Signed-In", question.asking)
		answer := httptest.NewRecorder()
		service.ServeHTTP(answer, request)
		fmt.Printf("%s asks GET %s\n%d %s\n", question.asking, question.path, answer.Code, answer.Body)
	}
	return nil
}

// furnish gives a team of one person a seat to ask about.
func furnish(ctx context.Context, engine *seatbook.Engine) error {
	ada := rule.ByEmail("ada@acme.test")
	if _, err := seatbook.Do(ctx, engine, rule.Operator, account.CreateTeam{Team: "acme", Owner: "ada@acme.test", Country: "US"}); err != nil {
		return err
	}
	if _, err := seatbook.Do(ctx, engine, ada, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"}); err != nil {
		return err
	}
	if _, err := seatbook.Do(ctx, engine, ada, billing.Purchase{Team: "acme", Product: "autocad", Seats: 1, Term: licensing.Annual}); err != nil {
		return err
	}
	_, err := seatbook.Do(ctx, engine, ada, licensing.Assign{Team: "acme", Product: "autocad", User: "ada@acme.test"})
	return err
}

// bank is the payment provider of this program. It pays everything.
type bank struct{}

// Charge implements [billing.Payments].
func (bank) Charge(_ context.Context, c billing.Charge) (billing.Answer, error) {
	return billing.Answer{Outcome: billing.Paid, Reference: "bank " + c.ID}, nil
}

// Refund implements [billing.Payments].
func (bank) Refund(_ context.Context, r billing.Refund) (billing.Answer, error) {
	return billing.Answer{Outcome: billing.Paid, Reference: "bank " + r.ID}, nil
}

// mayOpen answers who may open a product.
type mayOpen struct{ engine *seatbook.Engine }

// ServeHTTP asks the engine as the person who is signed in. A proxy in front
// has made sure who that is; what they may see is decided by the engine.
func (h mayOpen) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	actor := rule.ByEmail(r.Header.Get("X-Signed-In"))
	question := flex.AccessQuery{User: rule.Address(r.FormValue("user")), Product: r.PathValue("product")}
	access, err := seatbook.Ask(r.Context(), h.engine, actor, question)
	status, body := http.StatusOK, any(access)
	if refusal := rule.AsRefusal(err); refusal != nil {
		status, body = http.StatusForbidden, map[string]any{"code": refusal.Code, "why": refusal.Text, "rule": refusal.Rule.ID}
		if refusal.Code == rule.NotFound {
			status = http.StatusNotFound
		}
	} else if err != nil {
		status, body = http.StatusInternalServerError, map[string]any{"why": "something went wrong"}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		return // the asker has gone
	}
}
