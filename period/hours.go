package period

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrHours means that a text is no part of a day such as 09:00-17:00.
var ErrHours = errors.New("period: not hours of a day")

// Hours is a part of every day on the clocks of some zone: from Opens up to, and
// not including, Closes. The zero Hours is no part at all.
type Hours struct {
	// Opens and Closes are minutes after midnight: 0 ≤ Opens < Closes ≤ 1440.
	Opens, Closes int
}

const minutesOfDay = 24 * 60

// ParseHours reads hours such as "09:00-17:00"; 24:00 is the end of the day. What
// is written otherwise, or does not end after it begins, is an ErrHours.
func ParseHours(text string) (Hours, error) {
	wrong := fmt.Errorf("%w: %q: want two times of a day as in 09:00-17:00", ErrHours, text[:min(len(text), 20)])
	if len(text) != len("09:00-17:00") || text[5] != '-' {
		return Hours{}, wrong
	}
	opens, first := minuteOfDay(text[:5])
	closes, second := minuteOfDay(text[6:])
	if !first || !second || opens >= closes {
		return Hours{}, wrong
	}
	return Hours{Opens: opens, Closes: closes}, nil
}

// minuteOfDay reads a time of the day such as "09:30".
func minuteOfDay(text string) (int, bool) {
	hour, errHour := strconv.ParseUint(text[:2], 10, 8)
	minute, errMinute := strconv.ParseUint(text[3:], 10, 8)
	n := int(hour)*60 + int(minute) //nolint:gosec // both are below 256
	return n, errHour == nil && errMinute == nil && text[2] == ':' && minute < 60 && n <= minutesOfDay
}

// String writes the hours as ParseHours reads them.
func (h Hours) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.Opens/60, h.Opens%60, h.Closes/60, h.Closes%60)
}

// On returns the instants at which the hours of a date begin and end on the
// clocks of a zone. What a change of clock does to them, Resolve decides. A day
// that the zone skipped has no hours: both instants are then the same.
func (h Hours) On(day Date, zone *time.Location) (opens, closes time.Time) {
	opens = Resolve(day, h.Opens/60, h.Opens%60, 0, 0, zone)
	closes = Resolve(day, h.Closes/60, h.Closes%60, 0, 0, zone)
	if DateOf(opens, zone) != day || closes.Before(opens) {
		return opens, opens
	}
	return opens, closes
}
