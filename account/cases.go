package account

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// CasesQuery lists support cases, the newest first: one's own, and in a team
// also those of the purchases that one made or that were delegated to one.
// Without a team it lists one's own in every team, and those in none. The
// operator sees all cases of a team.
type CasesQuery struct {
	Team string `json:"team,omitempty"`
	// User is whose cases are listed; left out, those of the actor.
	User rule.Address `json:"user,omitempty"`
	// Search finds the letters in the subject, the text or the identifier,
	// whether they are large or small.
	Search   string     `json:"search,omitempty"`
	Status   CaseStatus `json:"status,omitempty"`
	Severity int        `json:"severity,omitempty"`
	// Limit is how many a page has: 50, or up to 200. After is the identifier
	// that the page before ended with.
	Limit int    `json:"limit,omitempty"`
	After string `json:"after,omitempty"`
}

// CasesShown is a page of cases.
type CasesShown struct {
	Cases []CaseShown `json:"cases"`
	// Next is what to give as after for the next page, empty on the last one.
	Next string `json:"next"`
}

// About names the team or the person.
func (q CasesQuery) About(v *rule.View) (rule.Subject, error) {
	if q.Team != "" && q.User == "" && v.Actor().IsOperator() {
		return AboutTeam(v, q.Team)
	}
	user, err := supported(v, q.User)
	if err != nil {
		return rule.Subject{}, err
	}
	if user == "" {
		return rule.Subject{}, rule.Missing("person", "")
	}
	concerns, err := Concerns(v, user.Person())
	if err != nil {
		return rule.Subject{}, err
	}
	if q.Team == "" {
		return rule.Subject{Person: user.Person(), What: "person", Name: string(user), Touches: concerns}, nil
	}
	subject, err := AboutTeam(v, q.Team, concerns...)
	subject.Person = user.Person()
	return subject, err
}

// Answer lists the cases (ACC-16).
func (q CasesQuery) Answer(v *rule.View) (CasesShown, error) {
	v.Cite(SupportRule, rule.Fig("search", q.Search))
	page := CasesShown{Cases: []CaseShown{}}
	limit, err := PageSize(q.Limit)
	if err != nil {
		return page, err
	}
	needle, err := Sought(q.Search)
	if err != nil {
		return page, err
	}
	if q.Severity < 0 || q.Severity > severities {
		return page, rule.Refusef(rule.Invalid, ResponseRule, "a severity is from 1 to %d, not %d", severities, q.Severity)
	}
	streams, person, err := q.streams(v)
	if err != nil {
		return page, err
	}
	after, err := q.after(v, streams)
	if err != nil {
		return page, err
	}
	q.Search = needle
	var all []Case
	for _, stream := range streams {
		found, err := q.find(v, stream, person, after, limit+1)
		if err != nil {
			return page, err
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, newest)
	if len(all) > limit {
		all = all[:limit]
		page.Next = all[limit-1].ID
	}
	for _, c := range all {
		shown, err := c.shown(v)
		if err != nil {
			return page, err
		}
		page.Cases = append(page.Cases, shown)
	}
	return page, nil
}

// newest orders cases: the latest first, of one instant by their stream and
// then the one made last first.
func newest(a, b Case) int {
	return cmp.Or(b.Opened.Compare(a.Opened), strings.Compare(string(a.Stream), string(b.Stream)), rule.CompareIDs(b.ID, a.ID))
}

// streams are where the cases stand, and whose they are; no person is the
// operator, who sees all of a team.
func (q CasesQuery) streams(v *rule.View) ([]rule.Stream, rule.Person, error) {
	if q.Team != "" && q.User == "" && v.Actor().IsOperator() {
		return []rule.Stream{rule.Stream(q.Team)}, "", nil
	}
	user, err := supported(v, q.User)
	if err != nil {
		return nil, "", err
	}
	if q.Team != "" {
		return []rule.Stream{rule.Stream(q.Team)}, user.Person(), nil
	}
	streams, err := Concerns(v, user.Person())
	return streams, user.Person(), err
}

// after returns the case that the page before ended with, the zero one on the
// first page. One that is not listed here is as good as none.
func (q CasesQuery) after(v *rule.View, streams []rule.Stream) (Case, error) {
	if q.After == "" {
		return Case{}, nil
	}
	stream, ok := rule.StreamOfID("cas", q.After)
	if !ok || !slices.Contains(streams, stream) {
		return Case{}, rule.Missing("case", q.After)
	}
	return caseByID(v, q.After)
}

// find returns the first cases of a stream behind another one.
func (q CasesQuery) find(v *rule.View, stream rule.Stream, person rule.Person, after Case, most int) ([]Case, error) {
	sees, err := q.sight(v, stream, person)
	if err != nil {
		return nil, err
	}
	part := store.Part{Reverse: true}
	if !after.Opened.IsZero() {
		part.To = store.Time(after.Opened.Add(time.Nanosecond))
	}
	scan := casesAt.Scan
	if !sees.everything && len(sees.purchases) == 0 {
		scan, part.Prefix = casesBy.Scan, store.String(person)
	}
	var list []Case
	// Of one instant the index has the one made last first too.
	for c, err := range scan(v.Tx(), string(stream), part) {
		if err != nil {
			return nil, err
		}
		if !after.Opened.IsZero() && newest(after, c) >= 0 || !sees.sees(c) || !q.fits(c) {
			continue
		}
		if list = append(list, c); len(list) == most {
			break
		}
	}
	return list, nil
}

// sight is what the query shows of a stream: without a team only one's own.
func (q CasesQuery) sight(v *rule.View, stream rule.Stream, person rule.Person) (sight, error) {
	if person == "" {
		return sight{everything: true}, nil
	}
	sees, err := sightOf(v, stream, person)
	if q.Team == "" {
		sees.purchases = nil
	}
	return sees, err
}

func (q CasesQuery) fits(c Case) bool {
	return (q.Status == "" || q.Status == c.status()) && (q.Severity == 0 || q.Severity == c.Severity) &&
		(q.Search == "" || strings.Contains(strings.ToLower(c.Subject+"\n"+c.Text+"\n"+c.ID), q.Search))
}

// CaseQuery shows one case with its replies.
type CaseQuery struct {
	Case string `json:"case"`
}

// ReplyShown is a reply as results show it.
type ReplyShown struct {
	// By is the address of who replied, and "agent" for an agent.
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// CaseWhole is the answer of [CaseQuery].
type CaseWhole struct {
	Case CaseShown `json:"case"`
	// Replies are in the order they were made, at most 1,000.
	Replies []ReplyShown `json:"replies"`
}

// About names the case.
func (q CaseQuery) About(v *rule.View) (rule.Subject, error) { return aboutCase(v, q.Case) }

// Answer shows it.
func (q CaseQuery) Answer(v *rule.View) (CaseWhole, error) {
	whole := CaseWhole{Replies: []ReplyShown{}}
	c, err := caseByID(v, q.Case)
	if err != nil {
		return whole, err
	}
	v.Cite(ResponseRule, rule.Fig("target", c.Target))
	if whole.Case, err = c.shown(v); err != nil {
		return whole, err
	}
	for r, err := range caseReplies.Scan(v.Tx(), string(c.Stream), store.Part{Prefix: rule.IDKey(c.ID), Limit: MaxReplies}) {
		if err != nil {
			return whole, err
		}
		by := "agent"
		if r.By != "" {
			if by, err = EmailOf(v, r.By); err != nil {
				return whole, err
			}
		}
		whole.Replies = append(whole.Replies, ReplyShown{By: by, At: r.At, Text: r.Text})
	}
	return whole, nil
}
