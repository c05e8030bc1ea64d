package period_test

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/seatbook/seatbook/period"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// zone is the location of a name that the test relies on.
func zone(t require.TestingT, name string) *time.Location {
	loc, err := period.LoadZone(name)
	require.NoError(t, err)
	return loc
}

// instant reads an RFC 3339 time, as the tests write them.
func instant(t require.TestingT, text string) time.Time {
	parsed, err := time.Parse(time.RFC3339Nano, text)
	require.NoError(t, err)
	return parsed
}

func TestLoadZone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		zone string
		says string // in the refusal; empty when the zone is loaded
	}{
		{name: "loads a zone", zone: "Europe/Paris"},
		{name: "loads UTC", zone: "UTC"},
		{name: "refuses the empty name", zone: "", says: "the name is empty"},
		{name: "refuses the host's own zone", zone: "Local", says: `"Local" depends on the host`},
		{name: "refuses the host's own zone by its file", zone: "localtime", says: `"localtime" depends on the host`},
		{name: "refuses clocks that count leap seconds", zone: "right/Europe/Paris", says: `"right/Europe/Paris" counts leap seconds`},
		{name: "refuses a city that is none", zone: "Europe/Atlantis", says: `"Europe/Atlantis"`},
		{name: "refuses a path", zone: "../etc/passwd", says: `"../etc/passwd"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			loc, err := period.LoadZone(test.zone)
			parsed, errParse := period.ParseZone(test.zone)
			if test.says == "" {
				require.NoError(t, err)
				require.NoError(t, errParse)
				assert.Equal(t, test.zone, loc.String())
				assert.Equal(t, period.Zone(test.zone), parsed)
				return
			}
			require.ErrorIs(t, err, period.ErrZone)
			require.ErrorIs(t, errParse, period.ErrZone)
			require.ErrorContains(t, err, test.says)
			assert.Nil(t, loc)
			assert.Empty(t, parsed)
		})
	}
}

func TestLoadZoneFromManyGoroutines(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for _, name := range []string{"Asia/Tokyo", "America/Lima", "Europe/Atlantis"} {
				loc, err := period.LoadZone(name)
				assert.Equal(t, err == nil, loc != nil)
			}
		})
	}
	all.Wait()
	assert.Same(t, zone(t, "Asia/Tokyo"), zone(t, "Asia/Tokyo"), "a zone is loaded once")
}

func TestZone(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "Europe/Paris", period.Zone("Europe/Paris").Location().String())
	assert.Equal(t, time.UTC, period.Zone("").Location())
	assert.Equal(t, time.UTC, period.Zone("Europe/Atlantis").Location())

	var z period.Zone
	require.NoError(t, json.Unmarshal([]byte(`"Asia/Tokyo"`), &z))
	assert.Equal(t, period.Zone("Asia/Tokyo"), z)
	require.ErrorIs(t, json.Unmarshal([]byte(`"Local"`), &z), period.ErrZone)
	assert.Equal(t, period.Zone("Asia/Tokyo"), z, "a refused text changes nothing")
	require.NoError(t, json.Unmarshal([]byte(`""`), &z))
	assert.Empty(t, z)
}
