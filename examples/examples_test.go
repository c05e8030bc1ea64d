package examples_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/simulator"
)

var update = flag.Bool("update", false, "write what the programs print to testdata")

// vocabulary is everything that scenarios can say, as their contract lists it.
var vocabulary = map[simulator.Verb][]string{
	simulator.DoStep: {
		"account.import", "account.update_profile", "account.confirm_language", "account.change_address", "account.announce_address",
		"account.cut_over", "account.check_off",
		"billing.appoint_payer", "billing.dismiss_payer", "billing.hand_over",
		"account.create_team", "account.invite", "account.resend_invitation", "account.revoke_invitation", "account.accept_invitation",
		"account.change_role", "account.remove_member", "account.create_group", "account.add_to_group", "account.remove_from_group",
		"account.set_two_step", "account.trust_device", "account.forget_device",
		"account.set_usage_notices", "account.hide_people", "account.withhold_benefit", "account.grant_benefit",
		"account.create_hub", "account.enter_hub", "account.add_to_hub", "account.remove_from_hub", "account.open_case", "account.reply_case",
		"account.close_case", "account.share_case", "account.unshare_case", "account.name_phone_user", "account.remove_phone_user",
		"account.delegate_cases", "account.undelegate_cases", "account.set_support_contacts", "account.contact_success_manager",
		"account.add_learning_plan", "account.book_coaching",
		"licensing.assign", "licensing.unassign", "licensing.start_trial",
		"licensing.download", "licensing.set_defaults", "licensing.withhold_service", "licensing.grant_service", "licensing.grant_update",
		"licensing.request_previous_use", "licensing.grant_previous_use", "licensing.decline_previous_use", "licensing.end_previous_use",
		"licensing.request_home_use", "licensing.grant_home_use", "licensing.decline_home_use", "licensing.end_home_use",
		"licensing.confirm_education", "licensing.start_education", "licensing.renew_education",
		"licensing.install", "licensing.uninstall", "flex.take_lease", "flex.return_lease",
		"licensing.set_update_policy", "licensing.announce_updates", "licensing.create_package", "licensing.create_deployment",
		"billing.edit_payment_method", "billing.remove_payment_method", "billing.set_default_method", "billing.set_subscription_method",
		"billing.renew_many", "billing.set_auto_renew_many", "billing.align_dates", "billing.move_subscription", "billing.undo",
		"billing.upgrade_plan", "account.set_up_single_sign_on",
		"billing.add_payment_method", "billing.purchase", "billing.add_seats", "billing.reduce_seats", "billing.renew", "billing.change_term",
		"billing.set_auto_renew", "billing.upgrade", "billing.buy_tokens", "billing.pay_invoice", "billing.apply_credit", "billing.set_exemption", "billing.free",
		"billing.allow_self_service", "billing.set_reseller", "billing.create_quote", "billing.accept_quote", "billing.decline_quote",
		"flex.assign", "flex.set_defaults", "flex.open", "flex.activity", "flex.close", "flex.transfer",
		"flex.submit", "flex.finish_job", "flex.set_limit", "flex.grant_tokens", "flex.grant_credits", "flex.use_credits",
		"simulator.set_payment_outcome",
	},
	simulator.AskStep: {
		"account.removal", "account.profile", "account.old_centre", "account.first_checks",
		"account.hubs", "account.hub", "account.support", "account.cases", "account.case", "account.success_centre",
		"account.permissions", "account.areas", "account.settings", "account.activity", "account.activity_export", "account.benefits",
		"licensing.people", "licensing.products", "licensing.groups", "licensing.home",
		"account.invitations", "account.notices", "licensing.downloads", "licensing.seats", "licensing.tiles", "licensing.available",
		"licensing.devices", "flex.lease",
		"licensing.previous_use", "licensing.home_use", "licensing.education",
		"licensing.defaults", "licensing.services", "licensing.trials", "licensing.trial_downloads", "licensing.updates",
		"licensing.upgrade_guidance", "licensing.packages", "licensing.deployments",
		"billing.payment_methods", "billing.queued", "billing.plans", "account.single_sign_on",
		"billing.actions", "billing.quote", "billing.quotes", "billing.orders", "billing.subscriptions", "billing.contracts", "billing.contract_export",
		"billing.licence_report", "billing.summary", "billing.subscription_report", "billing.subscription_export",
		"billing.subscription", "billing.invoices", "billing.upgrade_guidance", "flex.access", "flex.balance", "flex.usage",
		"flex.price", "flex.result_price", "flex.jobs", "flex.limits", "flex.credits", "flex.credit_usage", "flex.credit_usage_export",
		"flex.seat_usage", "flex.seat_usage_export", "flex.token_usage", "flex.token_usage_export",
		"licensing.trial_downloads_export", "licensing.people_products", "licensing.people_products_export",
	},
}

// load reads every scenario there is.
func load(t *testing.T) map[string]*simulator.Scenario {
	t.Helper()
	words, err := simulator.Everything()
	require.NoError(t, err)
	files, err := filepath.Glob("scenarios/*")
	require.NoError(t, err)
	scenarios := map[string]*simulator.Scenario{}
	for _, file := range files {
		require.Equal(t, ".yaml", filepath.Ext(file), "only scenarios stand there")
		scenario, err := simulator.Load(file, words)
		require.NoError(t, err)
		scenarios[filepath.Base(file)] = scenario
	}
	return scenarios
}

// walk hands out every step, those of branches too.
func walk(steps []simulator.Step, visit func(simulator.Step)) {
	for _, s := range steps {
		visit(s)
		walk(s.Steps, visit)
	}
}

func TestEveryScenarioComesOutAsWritten(t *testing.T) {
	t.Parallel()
	for file, scenario := range load(t) {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			result, err := scenario.Run(t.Context(), simulator.RunOptions{})
			require.NoError(t, err)
			for _, record := range result.Records {
				for _, line := range record.FailureLines(scenario.File) {
					t.Error(line)
				}
				if record.Verb == simulator.DoStep || record.Verb == simulator.AskStep {
					assert.NotEmpty(t, record.Rules(), "step %s cites no rule", record.Step)
				}
			}
			assert.Equal(t, result.Steps, result.Passed)
		})
	}
}

// Every rule of the book decides something in some scenario.
func TestEveryRuleIsAppliedByAScenario(t *testing.T) {
	t.Parallel()
	applied := map[string]bool{}
	for _, scenario := range load(t) {
		result, err := scenario.Run(t.Context(), simulator.RunOptions{})
		require.NoError(t, err)
		for _, record := range result.Records {
			for _, id := range record.Rules() {
				applied[id] = true
			}
		}
	}
	everything, err := simulator.Everything()
	require.NoError(t, err)
	for _, r := range everything.Book().Rules() {
		assert.True(t, applied[r.ID], "no scenario applies %s: %s", r.ID, r.Text)
	}
}

func TestTheScenariosSayAllThatCanBeSaid(t *testing.T) {
	t.Parallel()
	scenarios := load(t)
	assert.GreaterOrEqual(t, len(scenarios), 20)
	used, names := map[simulator.Verb]map[string]bool{}, map[string]string{}
	for file, scenario := range scenarios {
		assert.Empty(t, names[scenario.Name], "%s is called like another", file)
		names[scenario.Name] = file
		walk(scenario.Steps, func(s simulator.Step) {
			if used[s.Verb] == nil {
				used[s.Verb] = map[string]bool{}
			}
			used[s.Verb][s.Name] = true
		})
	}
	for verb, list := range vocabulary {
		for _, name := range list {
			assert.True(t, used[verb][name], "no scenario has %s: %s", verb, name)
		}
	}
	for _, verb := range []simulator.Verb{simulator.PreviewStep, simulator.MarkStep, simulator.ForkStep, simulator.RewindStep} {
		assert.NotEmpty(t, used[verb], "no scenario has %s", verb)
	}
}

// told counts the steps of a scenario, and those that say what they are about.
func told(t *testing.T, scenario *simulator.Scenario) (steps, notes int) {
	t.Helper()
	require.NotNil(t, scenario)
	walk(scenario.Steps, func(s simulator.Step) {
		steps++
		if s.Note != "" {
			notes++
		}
	})
	return steps, notes
}

func TestTheLongScenariosAreStories(t *testing.T) {
	t.Parallel()
	for file, days := range map[string]int{"three-year-contract.yaml": 3 * 365, "flex-studio.yaml": 365} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			scenario := load(t)[file]
			steps, notes := told(t, scenario)
			assert.GreaterOrEqual(t, steps, 60)
			assert.GreaterOrEqual(t, notes, 40, "it is told as it goes along")
			last := scenario.Steps[len(scenario.Steps)-1]
			assert.False(t, last.At.Before(scenario.Start.AddDate(0, 0, days)), "it lasts as long as it says")
		})
	}
}

func TestTheFirstYearIsAStory(t *testing.T) {
	t.Parallel()
	scenario := load(t)["first-year.yaml"]
	steps, notes := told(t, scenario)
	assert.GreaterOrEqual(t, steps, 60)
	assert.Greater(t, 2*notes, steps, "most steps say what they are about")
	assert.Nil(t, scenario.Catalog, "it uses the sample")
	last := scenario.Steps[len(scenario.Steps)-1]
	assert.False(t, last.At.Before(scenario.Start.AddDate(1, 0, 0)), "it lasts a year")
}

func TestCatalogueFileIsTheSample(t *testing.T) {
	t.Parallel()
	words, err := simulator.Everything()
	require.NoError(t, err)
	scenario, err := simulator.Parse("scenario.yaml", []byte("name: sample\nstart: 2026-01-01\ncatalog: catalog.yaml\nsteps: []\n"), words)
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff(indented(t, licensing.Sample()), indented(t, scenario.Catalog)), "- is the sample, + is the file")
}

func indented(t *testing.T, catalog *licensing.Catalog) string {
	t.Helper()
	text, err := json.MarshalIndent(catalog, "", "  ")
	require.NoError(t, err)
	return string(text)
}

// counts are figures that a better engine changes, and that no golden fixes.
var counts = regexp.MustCompile(` +[1-9][0-9]* (reads|writes)`)

func TestProgramsPrintWhatTheyDid(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	mains, err := filepath.Glob("*/main.go")
	require.NoError(t, err)
	require.NotEmpty(t, mains)
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", bin+string(filepath.Separator), "./...")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	for _, file := range mains {
		name := filepath.Dir(file)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			lines := bytes.Count(source, []byte("\n"))
			if name == "readme" {
				assert.Equal(t, 25, lines, "the README shows it whole")
			}
			assert.LessOrEqual(t, lines, 120, "it teaches one thing")

			var stderr strings.Builder
			program := exec.CommandContext(t.Context(), filepath.Join(bin, name))
			program.Stderr = &stderr
			printed, err := program.Output()
			require.NoError(t, err, stderr.String())
			got := counts.ReplaceAllString(string(printed), " N $1")
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
		})
	}
}

// The state that scenarios begin on is the one that its own scenario ends in.
func TestTheStatesAreThoseOfTheirScenarios(t *testing.T) {
	t.Parallel()
	words, err := simulator.Everything()
	require.NoError(t, err)
	files, err := filepath.Glob("states/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		scenario, err := simulator.Load(file, words)
		require.NoError(t, err)
		result, line, err := scenario.Live(t.Context(), simulator.RunOptions{})
		require.NoError(t, err)
		require.True(t, result.OK())
		var got bytes.Buffer
		require.NoError(t, line.World().Engine().Export(t.Context(), &got))
		kept := strings.TrimSuffix(file, ".yaml") + ".jsonl"
		if *update {
			require.NoError(t, os.WriteFile(kept, got.Bytes(), 0o600))
		}
		want, err := os.ReadFile(kept) //nolint:gosec // a file of the examples
		require.NoError(t, err)
		require.Equal(t, string(want), got.String(), "go test ./examples -update writes %s anew", kept)
	}
}
