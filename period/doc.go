// Package period counts calendar time and elapsed time, and never confuses them.
//
// A Span says how long: "90d" and "3mo" are calendar spans, which keep the time on the
// wall clock of a zone whatever the clock does in between (TIM-2); "24h" and "5m" are
// elapsed time, which a change of clock does not stretch (TIM-3). Step walks months
// from an anchor without drifting (TIM-4), Days counts the civil days between two
// instants (TIM-5), and an Interval is half-open: at its end it is already over (TIM-1).
//
// Every wall-clock time becomes an instant in one place, Resolve, which fixes what a
// change of clock leaves open: a time that is skipped moves forward by the gap, of a
// time that comes twice the first counts.
//
// Wherever a *time.Location is asked for, nil means UTC. Results that are times are in
// that location and carry no monotonic reading. Everything here may be called from any
// number of goroutines, except UnmarshalText, which writes.
//
// The package embeds the time zone database, so that a zone means the same on a host without one.
package period
