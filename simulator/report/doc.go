// Package report shows what a run of a scenario came to: as a timeline to read,
// and as data.
//
// Everything it writes is determined by the result alone, so the same scenario
// with the same seed is the same bytes. Where a terminal is written to, its
// width and colours are the only difference.
package report
