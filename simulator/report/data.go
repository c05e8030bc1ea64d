package report

import (
	"io"

	"github.com/seatbook/seatbook/simulator"
)

// FormatVersion is that of the data that [JSON] writes. Fields may be added
// under the same version.
const FormatVersion = 1

// JSON writes runs as data: everything that the timeline shows, and the results
// in full.
func JSON(w io.Writer, runs []*simulator.Result) error {
	if runs == nil {
		runs = []*simulator.Result{}
	}
	return encode(w, runData{FormatVersion, runs})
}
