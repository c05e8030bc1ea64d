package simulator

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/period"
)

func TestSignatures(t *testing.T) {
	t.Parallel()
	byName := map[string]Signature{}
	for _, s := range vocabulary(t).Signatures() {
		byName[s.Kind+" "+s.Name] = s
	}
	invite := byName["command account.invite"]
	assert.Equal(t, "manage-people", string(invite.Permission))
	assert.NotEmpty(t, invite.Text)
	assert.Equal(t, SignatureField{Name: "team", Type: "text", Required: true}, invite.Fields[0])
	assert.Equal(t, SignatureField{Name: "email", Type: "address", Required: true}, invite.Fields[1])
	assert.Equal(t, SignatureField{Name: "role", Type: "word", Words: []string{"primary", "secondary", "sso", "user", "guest"}}, invite.Fields[2])
	assert.Equal(t, SignatureField{Name: "products", Type: "list of text"}, invite.Fields[3])
	require.Equal(t, "invitation", invite.Result[0].Name)
	assert.Equal(t, "id", invite.Result[0].Fields[0].Name)

	list := byName["query account.invitations"]
	assert.True(t, list.List)
	assert.Equal(t, "id", list.Result[0].Name)

	outcome := byName["command simulator.set_payment_outcome"]
	assert.Equal(t, []string{"ok", "declined"}, outcome.Fields[1].Words)
	assert.Equal(t, "text or list of text", byName["command flex.assign"].Fields[2].Type)
}

// TestSchema checks that the schema knows what the decoder knows.
func TestSchema(t *testing.T) {
	t.Parallel()
	v := vocabulary(t)
	text, err := json.Marshal(v.Schema())
	require.NoError(t, err)
	var schema struct {
		Required   []string                   `json:"required"`
		Properties map[string]json.RawMessage `json:"properties"`
		Defs       map[string]json.RawMessage `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(text, &schema))
	assert.Equal(t, []string{"name", "start", "steps"}, schema.Required)
	for _, key := range headKeys {
		assert.Contains(t, schema.Properties, key)
	}
	for _, param := range v.Book().Params() {
		assert.Contains(t, string(schema.Properties["policy"]), `"`+param+`"`)
	}
	step := string(schema.Defs["step"])
	for _, key := range stepKeys {
		assert.Contains(t, step, `"`+key+`":`)
	}
	for _, s := range v.Signatures() {
		assert.Contains(t, step, `"const":"`+s.Name+`"`)
	}
	assert.Contains(t, schema.Defs, "account.Invite")
	assert.Contains(t, schema.Defs, "want.account.InvitationShown")
}

func TestCheckPolicy(t *testing.T) {
	t.Parallel()
	v := vocabulary(t)
	require.NoError(t, v.CheckPolicy("invitation-life", "3d"))
	assert.EqualError(t, v.CheckPolicy("invitation-lief", "3d"), `there is no parameter "invitation-lief"; the nearest is "invitation-life"`)
	assert.ErrorContains(t, v.CheckPolicy("invitation-life", "soon"), "invitation-life takes a span")
}

// TestZoneNames checks that every zone that is offered as the nearest exists.
func TestZoneNames(t *testing.T) {
	t.Parallel()
	names := zoneNames()
	assert.Greater(t, len(names), 400)
	for _, name := range names {
		_, err := period.LoadZone(name)
		assert.NoError(t, err)
	}
}
