package account_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/internal/stage"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

var update = flag.Bool("update", false, "write testdata/permissions.golden anew")

const golden = "testdata/permissions.golden"

// cells say for each command and query what it is tried with. TEAM is acme, of
// which the actors are, then beta, of which they are not, then ghost, which
// nobody has made; SUB, PACK, CHARGE, SESSION and CASE belong to that team and its
// user tim. ME is the actor, and MINE a session of the actor's own.
var cells = map[string][]string{
	"account.import":                  {`{"team":"TEAM","csv":",,new@home.test\n"}`, `{"team":"TEAM","csv":"a;b;c"}`},
	"account.removal?":                {`{"team":"TEAM","user":"tim@TEAM.test"}`, `{"team":"TEAM","user":"sec@TEAM.test"}`},
	"account.profile?":                {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"account.update_profile":          {`{"user":"ME","name":"Me"}`, `{"user":"tim@TEAM.test","name":"Tim"}`},
	"account.confirm_language":        {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"account.set_two_step":            {`{"user":"ME","on":true}`, `{"user":"tim@TEAM.test","on":true}`},
	"account.trust_device":            {`{"user":"ME","device":"desk"}`, `{"user":"tim@TEAM.test","device":"desk"}`},
	"account.forget_device":           {`{"user":"ME","device":"desk"}`, `{"user":"tim@TEAM.test","device":"desk"}`},
	"account.remove_from_group":       {`{"team":"TEAM","group":"ops","user":"pay@TEAM.test"}`, `{"team":"TEAM","group":"ops","user":"tim@TEAM.test"}`},
	"account.change_address":          {`{"user":"ME","address":"1 Road"}`, `{"user":"tim@TEAM.test","address":"1 Road"}`},
	"account.announce_address":        {`{"team":"TEAM"}`},
	"account.cut_over":                {`{"export":"Fresh,fresh,C-1,new@home.test,,,maya,1,annual,2025-06-01,2026-06-01\n"}`, `{"export":"a;b;c"}`},
	"account.check_off":               {`{"user":"ME","check":"roles"}`, `{"user":"tim@TEAM.test","check":"roles"}`},
	"account.old_centre?":             {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"account.first_checks?":           {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"billing.appoint_payer":           {`{"team":"TEAM","user":"tim@TEAM.test"}`, `{"team":"TEAM","user":"tim@TEAM.test","purchaser":"buy@TEAM.test"}`},
	"billing.dismiss_payer":           {`{"team":"TEAM","user":"pay@TEAM.test"}`},
	"billing.hand_over":               {`{"team":"TEAM","to":"sec@TEAM.test"}`, `{"team":"TEAM","to":"sec@TEAM.test","from":"buy@TEAM.test"}`},
	"account.create_team":             {`{"team":"fresh","owner":"new@home.test"}`},
	"account.invite":                  {`{"team":"TEAM","email":"new@home.test"}`},
	"account.resend_invitation":       {`{"team":"TEAM","email":"inv@TEAM.test"}`},
	"account.revoke_invitation":       {`{"team":"TEAM","email":"inv@TEAM.test"}`},
	"account.accept_invitation":       {`{"team":"TEAM","email":"inv@TEAM.test"}`, `{"team":"TEAM","email":"ME"}`, `{"team":"TEAM","secret":"guessed"}`},
	"account.change_role":             {`{"team":"TEAM","user":"tim@TEAM.test","role":"guest"}`, `{"team":"TEAM","user":"tim@TEAM.test","role":"secondary"}`, `{"team":"TEAM","user":"sec@TEAM.test","role":"primary"}`},
	"account.remove_member":           {`{"team":"TEAM","user":"tim@TEAM.test"}`, `{"team":"TEAM","user":"sec@TEAM.test"}`},
	"account.create_group":            {`{"team":"TEAM","group":"new"}`},
	"account.add_to_group":            {`{"team":"TEAM","group":"ops","user":"tim@TEAM.test"}`},
	"account.invitations?":            {`{"team":"TEAM"}`},
	"account.notices?":                {`{"team":"TEAM"}`, `{"user":"ME"}`, `{"user":"tim@TEAM.test"}`, `{"team":"TEAM","user":"ME"}`},
	"licensing.assign":                {`{"team":"TEAM","product":"maya","user":"tim@TEAM.test"}`, `{"team":"TEAM","product":"maya","group":"ops"}`},
	"licensing.unassign":              {`{"team":"TEAM","product":"revit","user":"tim@TEAM.test"}`},
	"licensing.start_trial":           {`{"user":"ME","product":"vred"}`, `{"user":"tim@TEAM.test","product":"vred"}`},
	"licensing.download":              {`{"user":"ME","product":"alias"}`, `{"user":"tim@TEAM.test","product":"alias"}`},
	"licensing.set_defaults":          {`{"team":"TEAM","products":[]}`},
	"licensing.withhold_service":      {`{"team":"TEAM","user":"tim@TEAM.test","product":"serviced","service":"render"}`},
	"licensing.grant_service":         {`{"team":"TEAM","user":"tim@TEAM.test","product":"serviced","service":"render"}`},
	"licensing.grant_update":          {`{"team":"TEAM","product":"revit","update":"Revit 2025.1","group":"ops"}`},
	"licensing.set_update_policy":     {`{"team":"TEAM","every":"weekly"}`},
	"licensing.announce_updates":      {`{"team":"TEAM"}`},
	"licensing.install":               {`{"user":"ME","product":"alias","device":"desk"}`, `{"user":"tim@TEAM.test","product":"alias","device":"desk"}`},
	"licensing.uninstall":             {`{"user":"ME","product":"alias","device":"tower"}`, `{"user":"tim@TEAM.test","product":"revit","device":"tower"}`},
	"licensing.devices?":              {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"licensing.create_package":        {`{"user":"ME","products":["alias"]}`, `{"user":"tim@TEAM.test","products":["alias"]}`},
	"licensing.create_deployment":     {`{"team":"TEAM","products":["revit"]}`},
	"licensing.request_previous_use":  {`{"team":"TEAM","user":"ME","product":"aged","version":"1"}`, `{"team":"TEAM","user":"tim@TEAM.test","product":"aged","version":"1"}`},
	"licensing.grant_previous_use":    {`{"team":"TEAM","user":"tim@TEAM.test","product":"aged","version":"1"}`},
	"licensing.decline_previous_use":  {`{"team":"TEAM","user":"tim@TEAM.test","product":"aged","version":"2"}`},
	"licensing.end_previous_use":      {`{"team":"TEAM","user":"ME","product":"aged","version":"2"}`, `{"team":"TEAM","user":"tim@TEAM.test","product":"aged","version":"2"}`},
	"licensing.request_home_use":      {`{"team":"TEAM","user":"ME","product":"aged"}`, `{"team":"TEAM","user":"tim@TEAM.test","product":"aged"}`},
	"licensing.grant_home_use":        {`{"team":"TEAM","user":"tim@TEAM.test","product":"aged"}`},
	"licensing.decline_home_use":      {`{"team":"TEAM","user":"tim@TEAM.test","product":"aged"}`},
	"licensing.end_home_use":          {`{"team":"TEAM","user":"ME","product":"aged"}`, `{"team":"TEAM","user":"tim@TEAM.test","product":"aged"}`},
	"licensing.confirm_education":     {`{"user":"ME","until":"2027-01-01T00:00:00Z"}`, `{"user":"tim@TEAM.test","until":"2027-01-01T00:00:00Z"}`},
	"licensing.start_education":       {`{"user":"ME","product":"maya"}`, `{"user":"tim@TEAM.test","product":"maya"}`},
	"licensing.renew_education":       {`{"user":"ME","product":"alias"}`, `{"user":"tim@TEAM.test","product":"alias"}`},
	"licensing.previous_use?":         {`{"team":"TEAM"}`, `{"team":"TEAM","user":"ME"}`, `{"team":"TEAM","user":"tim@TEAM.test"}`},
	"licensing.home_use?":             {`{"team":"TEAM"}`, `{"team":"TEAM","user":"ME"}`, `{"team":"TEAM","user":"tim@TEAM.test"}`},
	"licensing.education?":            {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"licensing.defaults?":             {`{"team":"TEAM"}`},
	"licensing.services?":             {`{"team":"TEAM","user":"ME","product":"serviced"}`, `{"team":"TEAM","user":"tim@TEAM.test","product":"serviced"}`},
	"licensing.trials?":               {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"licensing.trial_downloads?":      {`{"team":"TEAM","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
	"licensing.updates?":              {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"licensing.upgrade_guidance?":     {`{}`},
	"licensing.packages?":             {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"licensing.deployments?":          {`{"team":"TEAM"}`},
	"licensing.downloads?":            {`{"user":"ME","product":"alias"}`, `{"user":"tim@TEAM.test","product":"revit"}`},
	"licensing.tiles?":                {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"licensing.available?":            {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"licensing.people?":               {`{"team":"TEAM"}`},
	"licensing.products?":             {`{"team":"TEAM"}`},
	"licensing.groups?":               {`{"team":"TEAM"}`},
	"licensing.home?":                 {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"account.set_usage_notices":       {`{"team":"TEAM","every":"weekly"}`},
	"account.hide_people":             {`{"team":"TEAM","on":true}`},
	"account.grant_benefit":           {`{"team":"TEAM","user":"tim@TEAM.test","benefit":"downloads"}`},
	"account.withhold_benefit":        {`{"team":"TEAM","user":"tim@TEAM.test","benefit":"downloads"}`, `{"team":"TEAM","user":"pri@TEAM.test","benefit":"downloads"}`},
	"account.permissions?":            {`{"team":"TEAM"}`},
	"account.areas?":                  {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"account.settings?":               {`{"team":"TEAM"}`},
	"account.activity?":               {`{"team":"TEAM"}`},
	"account.activity_export?":        {`{"team":"TEAM"}`},
	"account.benefits?":               {`{"user":"ME"}`, `{"user":"tim@TEAM.test"}`, `{"team":"TEAM","user":"tim@TEAM.test"}`},
	"licensing.seats?":                {`{"team":"TEAM","product":"maya"}`},
	"flex.assign":                     {`{"team":"TEAM","user":"tim@TEAM.test","products":["inventor"]}`},
	"flex.set_defaults":               {`{"team":"TEAM","products":["inventor"]}`},
	"flex.open":                       {`{"user":"ME","product":"alias"}`, `{"user":"tim@TEAM.test","product":"alias"}`},
	"flex.activity":                   {`{"session":"MINE"}`, `{"session":"SESSION"}`},
	"flex.close":                      {`{"session":"MINE"}`, `{"session":"SESSION"}`},
	"flex.take_lease":                 {`{"user":"ME","product":"alias","device":"desk"}`, `{"user":"tim@TEAM.test","product":"revit","device":"desk"}`},
	"flex.return_lease":               {`{"user":"ME","product":"alias"}`, `{"user":"tim@TEAM.test","product":"revit"}`},
	"flex.lease?":                     {`{"user":"ME","product":"alias"}`, `{"user":"tim@TEAM.test","product":"revit"}`},
	"flex.transfer":                   {`{"pack":"PACK","to":"delta"}`},
	"flex.access?":                    {`{"user":"ME","product":"alias"}`, `{"user":"tim@TEAM.test","product":"revit"}`, `{"user":"tim@TEAM.test","product":"revit","team":"TEAM"}`},
	"flex.balance?":                   {`{"team":"TEAM"}`},
	"flex.usage?":                     {`{"team":"TEAM","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
	"flex.submit":                     {`{"user":"ME","product":"studio","team":"TEAM","jobs":[{"result":"image"}]}`, `{"user":"tim@TEAM.test","product":"studio","jobs":[{"result":"image"}]}`},
	"flex.finish_job":                 {`{"job":"JOB","outcome":"failed"}`},
	"flex.set_limit":                  {`{"team":"TEAM","per":"team","in":"day","tokens":5}`, `{"team":"TEAM","per":"person","user":"tim@TEAM.test","in":"day","tokens":5}`},
	"flex.grant_tokens":               {`{"team":"TEAM","tokens":5}`},
	"flex.grant_credits":              {`{"team":"TEAM","credits":5}`, `{"team":"TEAM","user":"tim@TEAM.test","credits":5}`},
	"flex.use_credits":                {`{"user":"ME","team":"TEAM","service":"flow","credits":1}`, `{"user":"tim@TEAM.test","team":"TEAM","service":"flow","credits":1}`},
	"flex.price?":                     {`{"user":"ME","product":"alias"}`, `{"user":"tim@TEAM.test","product":"revit","team":"TEAM"}`},
	"flex.result_price?":              {`{"user":"ME","product":"studio","jobs":[{"result":"image"}]}`, `{"user":"tim@TEAM.test","product":"studio","team":"TEAM","jobs":[{"result":"image"}]}`},
	"flex.jobs?":                      {`{"team":"TEAM","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`, `{"team":"TEAM","user":"tim@TEAM.test","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
	"flex.limits?":                    {`{"team":"TEAM"}`},
	"flex.credits?":                   {`{"team":"TEAM"}`, `{"team":"TEAM","user":"ME"}`, `{"team":"TEAM","user":"tim@TEAM.test"}`},
	"flex.credit_usage?":              {`{"team":"TEAM","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
	"flex.credit_usage_export?":       {`{"team":"TEAM","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
	"billing.add_payment_method":      {`{"kind":"card","token":"tok_2","last4":"4242"}`, `{"team":"TEAM","kind":"card","token":"tok_2","last4":"4242"}`},
	"billing.edit_payment_method":     {`{"payment_method":"PAY","token":"tok_3"}`},
	"billing.remove_payment_method":   {`{"payment_method":"PAY"}`},
	"billing.set_default_method":      {`{"payment_method":"PAY"}`},
	"billing.payment_methods?":        {`{}`, `{"user":"tim@TEAM.test"}`},
	"billing.set_subscription_method": {`{"subscription":"SUB"}`},
	"billing.renew_many":              {`{"subscriptions":["SUB"]}`},
	"billing.set_auto_renew_many":     {`{"subscriptions":["SUB"],"on":true}`},
	"billing.align_dates":             {`{"subscriptions":["SUB","TWIN"]}`},
	"billing.move_subscription":       {`{"subscription":"SUB","to":"delta"}`},
	"billing.undo":                    {`{"subscription":"SUB","kind":"seats"}`},
	"billing.upgrade_plan":            {`{"team":"TEAM","payment_method":"PAY"}`},
	"billing.queued?":                 {`{"subscription":"SUB"}`},
	"billing.plans?":                  {`{"team":"TEAM"}`},
	"account.set_up_single_sign_on":   {`{"team":"TEAM","domain":"home.test"}`},
	"account.single_sign_on?":         {`{"team":"TEAM"}`},
	"billing.purchase":                {`{"team":"TEAM","product":"maya","seats":1,"term":"annual","payment_method":"PAY"}`},
	"billing.add_seats":               {`{"subscription":"SUB","seats":1}`},
	"billing.reduce_seats":            {`{"subscription":"SUB","to":1}`},
	"billing.renew":                   {`{"subscription":"SUB"}`},
	"billing.change_term":             {`{"subscription":"SUB","term":"monthly"}`},
	"billing.set_auto_renew":          {`{"subscription":"SUB","on":false}`},
	"billing.upgrade":                 {`{"subscription":"SUB","to":"autocad"}`},
	"billing.buy_tokens":              {`{"team":"TEAM","tokens":100,"payment_method":"PAY"}`},
	"billing.pay_invoice":             {`{"invoice":"INVOICE","payment_method":"PAY"}`},
	"billing.apply_credit":            {`{"credit_memo":"MEMO"}`},
	"billing.return":                  {`{"order":"ORDER"}`},
	"billing.returnable?":             {`{"team":"TEAM"}`},
	"billing.credit_memos?":           {`{"team":"TEAM"}`},
	"billing.invoice_report?":         {`{"team":"TEAM"}`},
	"billing.invoice_export?":         {`{"team":"TEAM"}`},
	"billing.correct_invoice":         {`{"invoice":"INVOICE","reason":"a mistake"}`},
	"billing.ask_refund":              {`{"refund":"REFUND"}`},
	"billing.record_refund":           {`{"refund":"REFUND","outcome":"ok"}`},
	"billing.actions?":                {`{"subscription":"SUB"}`},
	"billing.allow_self_service":      {`{"subscription":"SOLD","on":true}`},
	"billing.set_reseller":            {`{"subscription":"RESOLD","reseller":{"name":"Nord"}}`},
	"billing.create_quote":            {`{"team":"TEAM","lines":[{"tokens":100}]}`},
	"billing.accept_quote":            {`{"quote":"QUOTE"}`},
	"billing.decline_quote":           {`{"quote":"QUOTE"}`},
	"billing.quote?":                  {`{"quote":"QUOTE"}`},
	"billing.quotes?":                 {`{"team":"TEAM"}`},
	"billing.orders?":                 {`{"team":"TEAM"}`},
	"billing.subscriptions?":          {`{"team":"TEAM"}`},
	"billing.contracts?":              {`{"team":"TEAM"}`},
	"billing.contract_export?":        {`{"team":"TEAM","contract":"K-1"}`},
	"billing.licence_report?":         {`{"team":"TEAM","contracts":["K-1"]}`},
	"billing.summary?":                {`{"team":"TEAM"}`},
	"billing.subscription_report?":    {`{"team":"TEAM"}`},
	"billing.subscription_export?":    {`{"team":"TEAM"}`},
	"billing.set_exemption":           {`{"team":"TEAM","number":"X-1"}`},
	"billing.free":                    {`{"subscription":"SUB"}`},
	"billing.record_charge":           {`{"charge":"CHARGE","outcome":"ok"}`},
	"billing.subscription?":           {`{"subscription":"SUB"}`},
	"billing.upgrade_guidance?":       {`{"subscription":"SUB"}`},
	"billing.invoices?":               {`{"team":"TEAM"}`},
	"account.create_hub":              {`{"team":"TEAM","hub":"new"}`},
	"account.enter_hub":               {`{"team":"TEAM","hub":"dock"}`, `{"team":"TEAM","hub":"dock","user":"ME"}`},
	"account.add_to_hub":              {`{"team":"TEAM","hub":"dock","user":"new@home.test"}`, `{"team":"TEAM","hub":"dock","user":"sec@TEAM.test"}`},
	"account.remove_from_hub":         {`{"team":"TEAM","hub":"dock","user":"tim@TEAM.test"}`},
	"account.open_case":               {`{"team":"TEAM","subject":"help","channel":"web","despite_offer":true,"user":"ME"}`, `{"team":"TEAM","subject":"help","channel":"web","user":"tim@TEAM.test"}`},
	"account.reply_case":              {`{"case":"CASE","text":"again"}`},
	"account.close_case":              {`{"case":"CASE"}`},
	"account.share_case":              {`{"case":"CASE"}`},
	"account.unshare_case":            {`{"case":"CASE"}`},
	"account.name_phone_user":         {`{"team":"TEAM","user":"tim@TEAM.test"}`},
	"account.remove_phone_user":       {`{"team":"TEAM","user":"tim@TEAM.test"}`, `{"team":"TEAM","user":"tim@TEAM.test","purchaser":"buy@TEAM.test"}`},
	"account.delegate_cases":          {`{"team":"TEAM","user":"tim@TEAM.test"}`},
	"account.undelegate_cases":        {`{"team":"TEAM","user":"tim@TEAM.test"}`},
	"account.set_support_contacts":    {`{"team":"TEAM","specialist":"Ines"}`},
	"account.contact_success_manager": {`{"team":"TEAM","text":"hello"}`},
	"account.add_learning_plan":       {`{"team":"TEAM","title":"first steps"}`},
	"account.book_coaching":           {`{"team":"TEAM","at":"2026-02-02T10:00:00Z"}`},
	"account.hubs?":                   {`{"team":"TEAM"}`},
	"account.hub?":                    {`{"team":"TEAM","hub":"dock"}`},
	"account.support?":                {`{"team":"TEAM","user":"ME"}`, `{"team":"TEAM","user":"tim@TEAM.test"}`},
	"account.cases?":                  {`{"team":"TEAM"}`, `{"user":"ME"}`, `{"user":"tim@TEAM.test"}`},
	"account.case?":                   {`{"case":"CASE"}`},
	"account.success_centre?":         {`{"team":"TEAM"}`},

	"licensing.trial_downloads_export?": {`{"team":"TEAM","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
	"licensing.people_products?":        {`{"team":"TEAM"}`},
	"licensing.people_products_export?": {`{"team":"TEAM"}`},
	"flex.seat_usage?":                  {`{"team":"TEAM","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
	"flex.seat_usage_export?":           {`{"team":"TEAM","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
	"flex.token_usage?":                 {`{"team":"TEAM","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
	"flex.token_usage_export?":          {`{"team":"TEAM","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`},
}

// acting is everyone who is tried, by what they are to the team acme.
var acting = []struct {
	name  string
	actor rule.Actor
}{
	{"primary", rule.ByEmail("pri@acme.test")},
	{"secondary", rule.ByEmail("two@acme.test")},
	{"sso", rule.ByEmail("sso@acme.test")},
	{"user", rule.ByEmail("use@acme.test")},
	{"guest", rule.ByEmail("gue@acme.test")},
	{"purchaser", rule.ByEmail("buy@acme.test")},
	{"payer", rule.ByEmail("pay@acme.test")},
	{"outsider", rule.ByEmail("out@gamma.test")},
	{"nobody", rule.Actor{}},
	{"operator", rule.Operator},
}

// court is two teams that are alike, and what has identifiers in them.
type court struct {
	*stage.Stage
	// ids are what stands for SUB, PACK, CHARGE, SESSION and CASE, by team.
	ids map[string][]string
	// sessions and methods are the actors' own, by address.
	sessions, methods map[string]string
}

// serviced is the sample with a product that has a service inside.
func serviced() *licensing.Catalog {
	catalog := licensing.Sample()
	catalog.Products = append(catalog.Products, licensing.Product{ID: "serviced", Services: []string{"render"}}, aged(),
		licensing.Product{ID: "studio", Kind: licensing.Cloud, ResultRates: []licensing.ResultRate{{Result: "image", Rate: 1}}})
	return catalog
}

// aged is a product of which two releases are old enough to be run under maintenance.
func aged() licensing.Product {
	p := licensing.Product{
		ID: "aged", PreviousUse: []string{"1", "2"}, Prices: []licensing.Price{{Term: licensing.Annual, New: money.Must("100.00 USD")}},
	}
	for version := range 6 {
		p.Releases = append(p.Releases, licensing.Release{Version: fmt.Sprint(version + 1), On: period.Date{Year: 2018 + version, Month: 3, Day: 1}})
	}
	return p
}

// maintain gives tim a seat of aged under maintenance, with a request for an older
// release and one for home use that wait, and confirms an education access.
func (c *court) maintain(team string, buyer rule.Actor) {
	tim := "tim@" + rule.Address(team) + ".test"
	stage.Do(c.Stage, buyer, billing.Purchase{Team: team, Product: "aged", Seats: 1, Term: licensing.Annual, Plan: "maintenance"})
	stage.Do(c.Stage, rule.Operator, licensing.Assign{Team: team, Product: "aged", User: tim})
	stage.Do(c.Stage, rule.Operator, licensing.RequestPreviousUse{Team: team, User: tim, Product: "aged", Version: "2"})
	stage.Do(c.Stage, rule.Operator, licensing.RequestHomeUse{Team: team, User: tim, Product: "aged"})
	stage.Do(c.Stage, rule.Operator, licensing.ConfirmEducation{User: tim, Until: stage.At("2027-01-01T00:00:00Z")})
}

func newCourt(t *testing.T) *court {
	c := &court{Stage: stage.Begin(t, monday, seatbook.Config{Catalog: serviced()}), ids: map[string][]string{}, sessions: map[string]string{}, methods: map[string]string{}}
	for _, team := range []string{"acme", "beta"} {
		c.furnish(team)
	}
	stage.Do(c.Stage, rule.Operator, account.CreateTeam{Team: "gamma", Owner: "out@gamma.test"})
	stage.Do(c.Stage, rule.Operator, account.CreateTeam{Team: "delta", Owner: "buy@acme.test"})
	join(c.Stage, "acme", "two@acme.test", account.Secondary)
	join(c.Stage, "acme", "sso@acme.test", account.SSO)
	join(c.Stage, "acme", "use@acme.test", account.User)
	join(c.Stage, "acme", "gue@acme.test", account.Guest)
	for _, a := range acting {
		email := rule.Address(a.actor.Email())
		if email == "" {
			continue
		}
		stage.Do(c.Stage, a.actor, licensing.StartTrial{User: email, Product: "alias"})
		c.sessions[a.name] = stage.Do(c.Stage, a.actor, flex.Open{User: email, Product: "alias"}).Session.ID
		c.takeAway(email, "alias")
		c.methods[a.name] = stage.Do(c.Stage, rule.Operator, billing.AddPaymentMethod{User: email, Kind: billing.Card, Token: "tok_1", Last4: "4242"}).PaymentMethod.ID
	}
	return c
}

// takeAway installs a product on two devices and takes one of them offline.
func (c *court) takeAway(email rule.Address, product string) {
	for _, device := range []string{"desk", "tower"} {
		stage.Do(c.Stage, rule.Operator, licensing.Install{User: email, Product: product, Device: device})
	}
	stage.Do(c.Stage, rule.Operator, flex.TakeLease{User: email, Product: product, Device: "desk"})
}

// furnish makes a team with something of everything that can be asked for.
func (c *court) furnish(team string) {
	s, at := c.Stage, "@"+rule.Address(team)+".test"
	stage.Do(s, rule.Operator, account.CreateTeam{Team: team, Owner: "pri" + at, Country: "US"})
	for _, m := range []struct {
		email rule.Address
		role  account.Role
	}{{"sec" + at, account.Secondary}, {"tim" + at, account.User}, {"pay" + at, account.User}, {"buy" + at, account.Secondary}} {
		join(s, team, m.email, m.role)
	}
	buyer := rule.ByEmail(string("buy" + at))
	stage.Do(s, buyer, billing.AddPaymentMethod{Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	sub := stage.Do(s, buyer, billing.Purchase{Team: team, Product: "autocad-lt", Seats: 2, Term: licensing.Annual})
	var twin string
	for _, product := range []string{"maya", "revit"} {
		twin = stage.Do(s, buyer, billing.Purchase{Team: team, Product: product, Seats: 3, Term: licensing.Annual}).Subscription.ID
	}
	stage.Do(s, buyer, billing.Purchase{Team: team, Product: "flow", Seats: 1, Term: licensing.Annual, Plan: "success"})
	pack := stage.Do(s, buyer, billing.BuyTokens{Team: team, Tokens: 100})
	onAccount := stage.Do(s, buyer, billing.AddPaymentMethod{Kind: billing.OnInvoice, Token: "terms"}).PaymentMethod.ID
	open := stage.Do(s, buyer, billing.Purchase{Team: team, Product: "autocad-lt", Seats: 1, Term: licensing.Annual, PaymentMethod: onAccount})
	credited := stage.Do(s, buyer, billing.Upgrade{Subscription: open.Subscription.ID, To: "autocad"})
	wrong := stage.Do(s, buyer, billing.BuyTokens{Team: team, Tokens: 100})
	returned := stage.Do(s, buyer, billing.Return{Order: wrong.Order.ID})
	sold := stage.Do(s, buyer, billing.Purchase{Team: team, Product: "flow", Seats: 1, Term: licensing.Annual, Channel: billing.Sales, Contract: "K-1"})
	resold := stage.Do(s, buyer, billing.Purchase{Team: team, Product: "flow", Seats: 1, Term: licensing.Annual, Channel: billing.Reseller})
	quote := stage.Do(s, buyer, billing.CreateQuote{Team: team, Lines: []billing.QuoteAsked{{Tokens: 100}}})
	c.maintain(team, buyer)
	stage.Do(s, rule.Operator, account.ChangeRole{Team: team, User: "buy" + at, Role: account.User})
	stage.Do(s, buyer, billing.AppointPayer{Team: team, User: "pay" + at})
	stage.Do(s, rule.Operator, billing.AddPaymentMethod{User: "sec" + at, Kind: billing.Card, Token: "tok_1", Last4: "4242"})
	stage.Do(s, rule.Operator, account.CreateGroup{Team: team, Group: "ops", Users: []rule.Address{"pay" + at}})
	stage.Do(s, rule.Operator, account.Invite{Team: team, Email: "inv" + at})
	stage.Do(s, rule.Operator, licensing.Assign{Team: team, Product: "revit", User: "tim" + at})
	opened := stage.Do(s, rule.Operator, flex.Open{User: "tim" + at, Product: "revit"})
	c.takeAway("tim"+at, "revit")
	charge := "chg_" + strings.TrimPrefix(sub.Order.ID, "ord_")
	stage.Do(s, rule.Operator, licensing.StartTrial{User: "tim" + at, Product: "alias"})
	stage.Do(s, rule.Operator, account.CreateHub{Team: team, Hub: "dock"})
	stage.Do(s, rule.Operator, account.AddToHub{Team: team, Hub: "dock", User: "tim" + at})
	asked := stage.Do(s, rule.Operator, account.OpenCase{Team: team, User: "tim" + at, Subject: "help", Channel: account.Web, DespiteOffer: true})
	stage.Do(s, rule.Operator, flex.GrantCredits{Team: team, Credits: 5})
	stage.Do(s, rule.Operator, flex.Assign{Team: team, User: "tim" + at, Products: flex.Products{List: []string{"studio"}}})
	job := stage.Do(s, rule.Operator, flex.Submit{User: "tim" + at, Product: "studio", Jobs: []flex.ResultWanted{{Result: "image"}}}).Jobs[0]
	c.ids[team] = []string{
		"JOB", job.ID, "SUB", sub.Subscription.ID, "PACK", pack.Pack.ID, "CHARGE", charge, "SESSION", opened.Session.ID, "CASE", asked.Case.ID,
		"TWIN", twin, "INVOICE", open.Invoice.ID, "MEMO", credited.CreditMemo.ID, "ORDER", sub.Order.ID, "RESOLD", resold.Subscription.ID, "SOLD", sold.Subscription.ID, "QUOTE", quote.Quote.ID, "REFUND", returned.Refunds[0].ID,
	}
}

// args fills in what a cell is tried with.
func (c *court) args(cell, who, email, team string) string {
	ids := slices.Clone(c.ids[team])
	if team == "ghost" {
		for _, id := range c.ids["beta"] {
			ids = append(ids, strings.ReplaceAll(id, "beta", "ghost"))
		}
	}
	if email == "" {
		email = "me@home.test"
	}
	session := c.sessions[who]
	if session == "" {
		session = "ses_home_1"
	}
	ids = append(ids, "MINE", session, "PAY", c.methods[who], "ME", email, "TEAM", team)
	return strings.NewReplacer(ids...).Replace(cell)
}

// try runs a command without keeping anything of it, or asks a query.
func (c *court) try(actor rule.Actor, name, args string) error {
	if query, ok := strings.CutSuffix(name, "?"); ok {
		_, err := c.Query(c.Context(), actor, query, []byte(args))
		return err
	}
	_, err := c.Engine.Run(c.Context(), actor, name, []byte(args), seatbook.Preview())
	return err
}

func came(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return "yes"
	}
	refusal := rule.AsRefusal(err)
	require.NotNil(t, refusal, "no refusal: %v", err)
	return string(refusal.Code)
}

// names are all commands and queries, the latter with a question mark.
func names(s *stage.Stage) []string {
	var list []string
	for _, d := range s.Definitions() {
		if d.Query {
			d.Name += "?"
		}
		list = append(list, d.Name)
	}
	return list
}

func TestThePermissionTableIsTheGolden(t *testing.T) {
	t.Parallel()
	c := newCourt(t)
	before := c.Digest()
	var b strings.Builder
	defined := names(c.Stage)
	for _, name := range defined {
		require.Contains(t, cells, name, "every command and query needs a row in cells")
		for _, cell := range cells[name] {
			fmt.Fprintf(&b, "%s %s\n", name, cell)
			for _, team := range []string{"acme", "beta", "ghost"} {
				fmt.Fprintf(&b, "  %-5s", team)
				for _, a := range acting {
					fmt.Fprintf(&b, " %s=%s", a.name, came(t, c.try(a.actor, name, c.args(cell, a.name, a.actor.Email(), team))))
				}
				b.WriteByte('\n')
				if !strings.ContainsAny(cell, "TSPCJ") || !dependsOnTeam(cell) {
					break
				}
			}
		}
	}
	for name := range cells {
		require.Contains(t, defined, name, "a row in cells is of no command")
	}
	require.Equal(t, before, c.Digest(), "a preview or a query changed something")
	c.Audit()
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, strings.Split(string(want), "\n"), strings.Split(b.String(), "\n"))
}

func dependsOnTeam(cell string) bool {
	return slices.ContainsFunc([]string{"TEAM", "SUB", "PACK", "CHARGE", "SESSION", "CASE", "JOB"}, func(word string) bool { return strings.Contains(cell, word) })
}

// strangers are who is foreign to a team: to beta everyone, to acme who is in no
// part of it.
func strangers(team string) []string {
	if team == "beta" {
		return []string{"primary", "secondary", "sso", "user", "guest", "purchaser", "payer", "outsider"}
	}
	return []string{"outsider"}
}

// betrayals are the answers that tell somebody that a team, or what is in it, exists.
func (c *court) betrayals(name string, who []string, team string) []string {
	list := []string{}
	for _, cell := range cells[name] {
		for _, a := range acting {
			if !dependsOnTeam(cell) || !slices.Contains(who, a.name) {
				continue
			}
			args := c.args(cell, a.name, a.actor.Email(), team)
			there, nowhere := fmt.Sprint(c.try(a.actor, name, args)), fmt.Sprint(c.try(a.actor, name, strings.ReplaceAll(args, team, "ghost")))
			if nowhere == fmt.Sprint(nil) || strings.ReplaceAll(there, team, "ghost") != nowhere {
				list = append(list, fmt.Sprintf("%s: %s: %s, and not: %s", a.name, args, there, nowhere))
			}
		}
	}
	return list
}

// sets are the commands that answer for each of what they name, and are not
// refused as a whole. That each answers so is tested where they are.
var sets = []string{"billing.renew_many", "billing.set_auto_renew_many"}

// What belongs to a team one is not in answers to the letter like what was
// never made.
func TestWhatIsForeignAnswersLikeWhatDoesNotExist(t *testing.T) {
	t.Parallel()
	c := newCourt(t)
	for _, name := range names(c.Stage) {
		if slices.Contains(sets, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for _, team := range []string{"acme", "beta"} {
				require.Empty(t, c.betrayals(name, strangers(team), team))
			}
		})
	}
}

func TestNobodyLearnsOfNothing(t *testing.T) {
	t.Parallel()
	c := newCourt(t)
	for _, name := range names(c.Stage) {
		t.Run(name, func(t *testing.T) { require.Empty(t, c.betrayals(name, []string{"nobody"}, "acme")) })
	}
}

func TestWhoeverLacksAPermissionIsToldItsNameAndWhomToAsk(t *testing.T) {
	t.Parallel()
	c := newCourt(t)
	var wrong []string
	for _, name := range names(c.Stage) {
		query := strings.HasSuffix(name, "?")
		def, ok := c.Definition(strings.TrimSuffix(name, "?"), query)
		require.True(t, ok)
		permissions := []string{string(def.Needs), string(account.AppointAdmins), string(account.HandOverPrimary)}
		for _, cell := range cells[name] {
			for _, a := range acting[:7] {
				refusal := rule.AsRefusal(c.try(a.actor, name, c.args(cell, a.name, a.actor.Email(), "acme")))
				if refusal == nil || refusal.Code != rule.NotPermitted {
					continue
				}
				named := slices.ContainsFunc(permissions, func(p string) bool { return strings.HasSuffix(refusal.Text, " "+p) })
				contact := "support"
				if slices.Contains([]string{"user", "guest", "purchaser", "payer"}, a.name) {
					contact = "the team's admin pri@acme.test"
				}
				if !named || refusal.Contact != contact {
					wrong = append(wrong, fmt.Sprintf("%s: %s %s: %v", a.name, name, cell, refusal))
				}
			}
		}
	}
	require.Empty(t, wrong)
}
