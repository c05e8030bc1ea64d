package simulator

import (
	_ "embed"
	"strings"
)

// zoneList holds the names of places with a time zone. The time package can
// load a zone by its name but cannot say which names there are.
//
//go:embed zones.txt
var zoneList string

func zoneNames() []string { return strings.Fields(zoneList) }
