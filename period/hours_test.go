package period_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/period"
)

func TestHoursAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		ok         bool
		hours      period.Hours
	}{
		{"a working day", "09:00-17:00", true, period.Hours{Opens: 540, Closes: 1020}},
		{"half hours", "08:30-16:45", true, period.Hours{Opens: 510, Closes: 1005}},
		{"the whole day", "00:00-24:00", true, period.Hours{Closes: 1440}},
		{"one minute", "23:59-24:00", true, period.Hours{Opens: 1439, Closes: 1440}},
		{"not no time at all", "09:00-09:00", false, period.Hours{}},
		{"not backwards", "17:00-09:00", false, period.Hours{}},
		{"not beyond the day", "09:00-24:01", false, period.Hours{}},
		{"not sixty minutes", "09:60-17:00", false, period.Hours{}},
		{"not a sign", "+9:00-17:00", false, period.Hours{}},
		{"not with other marks", "09.00-17.00", false, period.Hours{}},
		{"not with another hyphen", "09:00–17:00", false, period.Hours{}},
		{"not one time", "09:00", false, period.Hours{}},
		{"not nothing", "", false, period.Hours{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			hours, err := period.ParseHours(c.text)
			if !c.ok {
				require.ErrorIs(t, err, period.ErrHours)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.hours, hours)
			require.Equal(t, c.text, hours.String())
		})
	}
}

func TestHoursOnADay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone string
		day        period.Date
		hours      period.Hours
		want       time.Duration
	}{
		{"are eight on a plain one", "Europe/Paris", period.Date{Year: 2026, Month: 1, Day: 5}, period.Hours{Opens: 540, Closes: 1020}, 8 * time.Hour},
		{"are 23 on the one that is short", "Europe/Paris", period.Date{Year: 2026, Month: 3, Day: 29}, period.Hours{Closes: 1440}, 23 * time.Hour},
		{"are 25 on the one that is long", "Europe/Paris", period.Date{Year: 2026, Month: 10, Day: 25}, period.Hours{Closes: 1440}, 25 * time.Hour},
		{"are none on the one that was skipped", "Pacific/Apia", period.Date{Year: 2011, Month: 12, Day: 30}, period.Hours{Opens: 540, Closes: 1020}, 0},
		{"are none where they lie in the gap", "Europe/Paris", period.Date{Year: 2026, Month: 3, Day: 29}, period.Hours{Opens: 150, Closes: 180}, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			zone, err := period.LoadZone(c.zone)
			require.NoError(t, err)
			opens, closes := c.hours.On(c.day, zone)
			if c.want < 0 {
				c.want = 0
			}
			require.Equal(t, c.want, closes.Sub(opens))
		})
	}
}
