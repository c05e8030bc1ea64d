package account

import (
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// moving is the part of the module that moves customers of the old subscription
// centre.
func moving() rule.Module {
	return rule.Module{
		Rules: []*rule.Rule{CutoverRule},
		Commands: []rule.Definition{
			rule.Does[CutOver]("account.cut_over", Operate, "moves customers of the old subscription centre by a CSV export"),
			rule.Does[CheckOff]("account.check_off", Own, "says that something was checked after the move"),
		},
		Queries: []rule.Definition{
			rule.Answers[OldCentreQuery]("account.old_centre", Own, "tells what answers at the address of the old subscription centre"),
			rule.Answers[FirstChecksQuery]("account.first_checks", Own, "lists what a person is asked to check after the move"),
		},
		Tables: []store.Described{movedContracts, movedPeople},
		Due:    []rule.DueWork{{Kind: movedMail, Do: tellMoved}},
	}
}
