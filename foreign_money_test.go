package seatbook_test

import "maps"

// calls are all examples.
var calls = func() map[string][]string {
	all := maps.Clone(peopleCalls)
	maps.Copy(all, moneyCalls)
	return all
}()

// moneyCalls are the examples of what came with quotes, returns, plans, sets, cloud
// results, credits and limits.
var moneyCalls = map[string][]string{
	"account.set_up_single_sign_on":   {`{"team":"$team","domain":"$team.test"}`},
	"account.single_sign_on?":         {`{"team":"$team"}`},
	"flex.submit":                     {`{"user":"$member","team":"$team","product":"studio","jobs":[{"result":"image"}]}`},
	"flex.finish_job":                 {`{"job":"$job","outcome":"done"}`},
	"flex.set_limit":                  {`{"team":"$team","per":"person","user":"$member","in":"day","tokens":100}`},
	"flex.grant_tokens":               {`{"team":"$team","tokens":5}`},
	"flex.grant_credits":              {`{"team":"$team","user":"$member","credits":5}`},
	"flex.use_credits":                {`{"user":"$member","team":"$team","service":"studio","credits":1}`},
	"flex.price?":                     {`{"user":"$member","product":"patient","team":"$team"}`},
	"flex.result_price?":              {`{"user":"$member","product":"studio","team":"$team","jobs":[{"result":"image"}]}`},
	"flex.jobs?":                      {`{"team":"$team","user":"$member","from":"2026-01-01T00:00:00Z","to":"2026-12-31T00:00:00Z"}`},
	"flex.limits?":                    {`{"team":"$team"}`},
	"flex.credits?":                   {`{"team":"$team","user":"$member"}`},
	"flex.credit_usage?":              {`{"team":"$team","from":"2026-01-01T00:00:00Z","to":"2026-12-31T00:00:00Z"}`},
	"flex.credit_usage_export?":       {`{"team":"$team","from":"2026-01-01T00:00:00Z","to":"2026-12-31T00:00:00Z"}`},
	"billing.return":                  {`{"order":"$order"}`},
	"billing.correct_invoice":         {`{"invoice":"$invoice","reason":"a wrong price"}`},
	"billing.ask_refund":              {`{"refund":"$refund","payment_method":"$pm"}`},
	"billing.record_refund":           {`{"refund":"$refund","outcome":"ok"}`},
	"billing.allow_self_service":      {`{"subscription":"$sub","on":true}`},
	"billing.create_quote":            {`{"team":"$team","user":"$boss","lines":[{"tokens":100}]}`},
	"billing.accept_quote":            {`{"quote":"$quote","payment_method":"$pm"}`},
	"billing.decline_quote":           {`{"quote":"$quote"}`},
	"billing.set_reseller":            {`{"subscription":"$resold","reseller":{"name":"Dealer"}}`},
	"billing.edit_payment_method":     {`{"payment_method":"$pm","token":"tok_9"}`},
	"billing.remove_payment_method":   {`{"payment_method":"$terms"}`, `{"payment_method":"$pm","replacement":"$terms"}`},
	"billing.set_default_method":      {`{"payment_method":"$terms"}`},
	"billing.set_subscription_method": {`{"subscription":"$sub","payment_method":"$pm"}`},
	"billing.renew_many":              {`{"subscriptions":["$sub"]}`},
	"billing.set_auto_renew_many":     {`{"subscriptions":["$sub"],"on":false}`},
	"billing.align_dates":             {`{"subscriptions":["$sub","$later"]}`},
	"billing.move_subscription":       {`{"subscription":"$later","to":"$two"}`},
	"billing.undo":                    {`{"subscription":"$later","kind":"auto-renew"}`},
	"billing.upgrade_plan":            {`{"team":"$team","payment_method":"$pm"}`},
	"billing.actions?":                {`{"subscription":"$sub"}`},
	"billing.quote?":                  {`{"quote":"$quote"}`},
	"billing.quotes?":                 {`{"team":"$team"}`},
	"billing.orders?":                 {`{"team":"$team"}`},
	"billing.subscriptions?":          {`{"team":"$team","purchaser":"$boss"}`},
	"billing.contracts?":              {`{"team":"$team","purchaser":"$boss"}`},
	"billing.contract_export?":        {`{"team":"$team","contract":"$contract"}`},
	"billing.licence_report?":         {`{"team":"$team","contracts":["$contract"]}`},
	"billing.summary?":                {`{"team":"$team"}`},
	"billing.subscription_report?":    {`{"team":"$team"}`},
	"billing.subscription_export?":    {`{"team":"$team"}`},
	"billing.returnable?":             {`{"team":"$team"}`},
	"billing.credit_memos?":           {`{"team":"$team"}`},
	"billing.invoice_report?":         {`{"team":"$team"}`},
	"billing.invoice_export?":         {`{"team":"$team"}`},
	"billing.payment_methods?":        {`{"user":"$boss"}`},
	"billing.queued?":                 {`{"subscription":"$sub"}`},
	"billing.plans?":                  {`{"team":"$team"}`},
}
