package seatbook_test

import (
	"testing"
	"time"

	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// laterFaults are what the commands of quotes, returns, plans, sets, moves, cloud
// results, credits and limits are tried with.
var laterFaults = map[string]struct{ args, early, late string }{
	"billing.return":                  {`{"order":"ORDER"}`, nextDay, ""},
	"billing.correct_invoice":         {`{"invoice":"INVOICE","reason":"a wrong price"}`, nextDay, ""},
	"billing.ask_refund":              {`{"refund":"OWED","payment_method":"CARD"}`, "2026-01-05T10:00:01Z", ""},
	"billing.record_refund":           {`{"refund":"REFUND","outcome":"ok"}`, "2026-01-05T10:00:01Z", ""},
	"billing.allow_self_service":      {`{"subscription":"SOLD","on":true}`, nextDay, ""},
	"billing.set_reseller":            {`{"subscription":"RESOLD","reseller":{"name":"Dealer"}}`, nextDay, ""},
	"billing.create_quote":            {`{"team":"acme","user":"ada@acme.test","lines":[{"tokens":100}]}`, nextDay, ""},
	"billing.accept_quote":            {`{"quote":"QUOTE","payment_method":"CARD"}`, nextDay, ""},
	"billing.decline_quote":           {`{"quote":"QUOTE"}`, nextDay, ""},
	"billing.edit_payment_method":     {`{"payment_method":"CARD","token":"tok_8"}`, nextDay, ""},
	"billing.remove_payment_method":   {`{"payment_method":"CARD","replacement":"TERMS"}`, nextDay, ""},
	"billing.set_default_method":      {`{"payment_method":"TERMS"}`, nextDay, ""},
	"billing.set_subscription_method": {`{"subscription":"SMALL","payment_method":"TERMS"}`, nextDay, ""},
	"billing.renew_many":              {`{"subscriptions":["LATER"]}`, nextDay, ""},
	"billing.set_auto_renew_many":     {`{"subscriptions":["SMALL","LATER"],"on":false}`, nextDay, ""},
	"billing.align_dates":             {`{"subscriptions":["SMALL","LATER"]}`, nextDay, ""},
	"billing.move_subscription":       {`{"subscription":"LATER","to":"branch"}`, nextDay, ""},
	"billing.undo":                    {`{"subscription":"ACCOUNT","kind":"seats"}`, nextDay, ""},
	"billing.upgrade_plan":            {`{"team":"acme","payment_method":"CARD"}`, nextDay, ""},
	"flex.submit":                     {`{"user":"bob@acme.test","team":"acme","product":"studio","jobs":[{"result":"image"},{"result":"image"}]}`, nextDay, ""},
	"flex.finish_job":                 {`{"job":"JOB","outcome":"failed"}`, nextDay, ""},
	"flex.set_limit":                  {`{"team":"acme","per":"team","in":"day","tokens":20}`, nextDay, ""},
	"flex.grant_tokens":               {`{"team":"acme","tokens":5}`, nextDay, ""},
	"flex.grant_credits":              {`{"team":"acme","user":"bob@acme.test","credits":5}`, nextDay, ""},
	"flex.use_credits":                {`{"user":"bob@acme.test","team":"acme","service":"studio","credits":2}`, nextDay, ""},
}

// dealt adds to the till what these commands are about.
func dealt(t *testing.T, s *stage.Stage, ids map[string]string) {
	t.Helper()
	wrong := stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 20, PaymentMethod: ids["CARD"]})
	ids["REFUND"] = stage.Do(s, ada, billing.Return{Order: wrong.Order.ID}).Refunds[0].ID
	wrong = stage.Do(s, ada, billing.BuyTokens{Team: "acme", Tokens: 20, PaymentMethod: ids["CARD"]})
	ids["OWED"] = stage.Do(s, ada, billing.Return{Order: wrong.Order.ID}).Refunds[0].ID
	stage.Do(s, rule.Operator, billing.RecordRefund{Refund: ids["OWED"], Outcome: billing.Declined})
	ids["QUOTE"] = stage.Do(s, ada, billing.CreateQuote{Team: "acme", Lines: []billing.QuoteAsked{{Tokens: 100}}}).Quote.ID
	ids["SOLD"] = stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "sky", Seats: 1, Term: licensing.Monthly, PaymentMethod: ids["CARD"], Channel: billing.Sales}).Subscription.ID
	ids["RESOLD"] = stage.Do(s, rule.Operator, billing.Purchase{Team: "acme", Product: "sky", Seats: 1, Term: licensing.Monthly, PaymentMethod: ids["CARD"], Channel: billing.Reseller}).Subscription.ID
	stage.Do(s, rule.Operator, flex.GrantCredits{Team: "acme", Credits: 5})
	ids["JOB"] = stage.Do(s, rule.Operator, flex.Submit{User: "bob@acme.test", Team: "acme", Product: "studio", Jobs: []flex.ResultWanted{{Result: "image"}}}).Jobs[0].ID
	stage.Do(s, ada, billing.ReduceSeats{Subscription: ids["ACCOUNT"], To: 1})
	s.Clock.Set(s.Clock.Now().Add(time.Minute))
	later := stage.Do(s, ada, billing.Purchase{Team: "acme", Product: "small", Seats: 1, Term: licensing.Monthly, PaymentMethod: ids["CARD"]})
	ids["LATER"], ids["ORDER"] = later.Subscription.ID, later.Order.ID
}
