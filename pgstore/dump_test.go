package pgstore_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook"
	"github.com/seatbook/seatbook/billing"
	"github.com/seatbook/seatbook/pgstore/internal/worlds"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/simulator"
)

// secretsIn collects what stands under a name that speaks of a secret.
func secretsIn(value any, found map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if text, ok := inner.(string); ok && strings.Contains(name, "secret") && len(text) >= 20 {
				found[text] = true
			}
			secretsIn(inner, found)
		}
	case []any:
		for _, inner := range value {
			secretsIn(inner, found)
		}
	}
}

// A dump of a database in which every scenario that deals with secrets was lived
// through, and into which somebody tried to write card numbers, has none of either.
func TestADumpHoldsNoSecretAndNoCardNumber(t *testing.T) {
	t.Parallel()
	url := fresh(t, server)
	s := open(t, url)
	vocabulary, err := simulator.Everything()
	require.NoError(t, err)
	atlas := worlds.NewAtlas(s)
	files, err := filepath.Glob("../examples/scenarios/*.yaml")
	require.NoError(t, err)
	secrets := map[string]bool{}
	for i, file := range files {
		if i%12 != 0 {
			continue // The whole library stands elsewhere; here are some of all sorts.
		}
		scenario, err := simulator.Load(file, vocabulary)
		require.NoError(t, err)
		var run any
		require.NoError(t, json.Unmarshal([]byte(runJSON(t, scenario, atlas.Ground)), &run))
		secretsIn(run, secrets)
	}
	require.Greater(t, len(secrets), 2)
	cards := []string{"4242424242424242", "4242 4242 4242 4242", "5555-5555-5555-4444", "378282246310005"}
	engine, _ := engineOver(t, s)
	team(t, engine, "cardholder", "eve@card.test")
	for _, card := range cards {
		_, err := seatbook.Do(t.Context(), engine, rule.ByEmail("eve@card.test"), billing.AddPaymentMethod{Kind: billing.Card, Token: card})
		require.NotNil(t, rule.AsRefusal(err), card)
	}
	schema := strings.Split(url, "search_path=")[1]
	out, err := exec.CommandContext(t.Context(), filepath.Join(server.Bin, "pg_dump"), "-h", server.Dir, "-U", "postgres", "-n", schema, "seatbook").Output()
	require.NoError(t, err)
	dump := string(out)
	require.Contains(t, dump, "COPY "+schema+".seatbook_record")
	require.Contains(t, dump, "eve@card.test", "the dump has what was written")
	for secret := range secrets {
		require.NotContains(t, dump, secret)
	}
	digits := strings.NewReplacer(" ", "", "-", "")
	for _, card := range cards {
		require.NotContains(t, dump, card)
		require.NotContains(t, dump, digits.Replace(card))
	}
}
