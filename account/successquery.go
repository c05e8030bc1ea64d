package account

import (
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// SuccessQuery shows the success centre of a team: the success manager, and
// page by page what was done there, the newest first. Messages are seen by who
// wrote them and by admins, everything else by everyone in the team.
type SuccessQuery struct {
	Team string      `json:"team"`
	Kind SuccessKind `json:"kind,omitempty"`
	// Limit is how many entries a page has: 50, or up to 200. After is the
	// identifier that the page before ended with.
	Limit int    `json:"limit,omitempty"`
	After string `json:"after,omitempty"`
}

// SuccessCentre is the answer of [SuccessQuery].
type SuccessCentre struct {
	Team    string         `json:"team"`
	Manager string         `json:"manager"`
	Entries []SuccessShown `json:"entries"`
	// Next is what to give as after for the next page, empty on the last one.
	Next string `json:"next"`
}

// About names the team.
func (q SuccessQuery) About(v *rule.View) (rule.Subject, error) { return aboutSuccess(v, q.Team) }

// Answer shows it (ACC-18).
func (q SuccessQuery) Answer(v *rule.View) (SuccessCentre, error) {
	centre := SuccessCentre{Team: q.Team, Entries: []SuccessShown{}}
	if err := needSuccess(v, q.Team); err != nil {
		return centre, err
	}
	limit, err := PageSize(q.Limit)
	if err != nil {
		return centre, err
	}
	contacts, _, err := supportContacts.Get(v.Tx(), q.Team, "")
	if err != nil {
		return centre, err
	}
	centre.Manager = contacts.SuccessManager
	part := store.Part{Reverse: true}
	if q.After != "" {
		if stream, ok := rule.StreamOfID("suc", q.After); !ok || string(stream) != q.Team {
			return centre, rule.Missing("entry", q.After)
		}
		part.To = rule.IDKey(q.After)
	}
	admin, err := q.admin(v)
	if err != nil {
		return centre, err
	}
	for e, err := range successEntries.Scan(v.Tx(), q.Team, part) {
		if err != nil {
			return centre, err
		}
		if q.Kind != "" && e.Kind != q.Kind || e.Kind == SuccessMessage && !admin && e.By != v.Actor().Person() {
			continue
		}
		if len(centre.Entries) == limit {
			centre.Next = centre.Entries[limit-1].ID
			break
		}
		shown, err := e.shown(v)
		if err != nil {
			return centre, err
		}
		centre.Entries = append(centre.Entries, shown)
	}
	return centre, nil
}

// admin reports whether the actor sees everybody's messages.
func (q SuccessQuery) admin(v *rule.View) (bool, error) {
	if v.Actor().IsOperator() {
		return true, nil
	}
	m, _, err := MemberOf(v, rule.Stream(q.Team), v.Actor().Person())
	return m.Role.Admin(), err
}
