package flex

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// CreditKind says whose cloud credits are.
type CreditKind string

// The kinds of cloud credits.
const (
	// Personal credits are one person's.
	Personal CreditKind = "personal"
	// Shared credits are for everyone in the team.
	Shared CreditKind = "shared"
)

// Words returns the words a kind is written with.
func (CreditKind) Words() []string { return account.Words([]CreditKind{Personal, Shared}) }

// MaxCredits is how many credits are granted or used at once.
const MaxCredits = 1_000_000_000

// Credit is a number of cloud credits granted together by an older contract. They
// are always the sum of what is left, used and lost at their end.
type Credit struct {
	Team rule.Stream
	ID   string
	// Person is whose they are; empty for shared ones.
	Person rule.Person
	// Granted is how many there were, Left how many can be used.
	Granted, Left, Used, Lost int64
	At                        time.Time
	// Ends is the first instant at which none can be used; zero for personal ones,
	// which do not end.
	Ends time.Time
	// Ended is set once the end has come.
	Ended bool
}

var credits = store.NewTable("flex.credit", func(c *Credit) (string, store.Key) { return string(c.Team), store.String(c.ID) })

// liveCredits finds the credits of a person, or those of nobody in particular, in
// the order in which they are used: those that end first, then the older ones.
var liveCredits = credits.Index("live", func(c *Credit) (store.Key, bool) {
	return store.String(c.Person) + store.Time(c.Ends) + store.Time(c.At) + rule.IDKey(c.ID), !c.Ended && c.Left > 0
})

// Kind says whether they are personal or shared.
func (c Credit) Kind() CreditKind {
	if c.Person == "" {
		return Shared
	}
	return Personal
}

// Credits end before whatever else is due at that instant, as packs do.
var creditEnds = rule.DueKind{Name: "flex.credit-end", Rank: 16}

func (c Credit) due() rule.Item {
	return rule.Item{At: c.Ends, Kind: creditEnds, Key: c.ID, Streams: []rule.Stream{c.Team}}
}

// CreditShown is a grant of cloud credits as results show it.
type CreditShown struct {
	ID   string     `json:"id"`
	Team string     `json:"team"`
	Kind CreditKind `json:"kind"`
	// User is whose they are; empty for shared ones.
	User    string `json:"user"`
	Granted int64  `json:"granted"`
	Left    int64  `json:"left"`
	Used    int64  `json:"used"`
	// Ended is how many were lost at the end.
	Ended int64 `json:"ended"`
	// Ends is null where they do not end.
	Ends *time.Time `json:"ends"`
}

func (c Credit) shown(v *rule.View) (CreditShown, error) {
	email, err := account.EmailOf(v, c.Person)
	shown := CreditShown{ID: c.ID, Team: string(c.Team), Kind: c.Kind(), User: email, Granted: c.Granted, Left: c.Left, Used: c.Used, Ended: c.Lost}
	if !c.Ends.IsZero() {
		shown.Ends = &c.Ends
	}
	return shown, err
}

// GrantCredits gives cloud credits of an older contract to a team, or to one
// person in it.
type GrantCredits struct {
	Team string `json:"team"`
	// User is whose they are; left out, the team shares them.
	User    rule.Address `json:"user,omitempty"`
	Credits int64        `json:"credits"`
	// ContractEnds is when the contract of shared credits ends.
	ContractEnds time.Time `json:"contract_ends,omitzero"`
}

// CreditResult is the result of [GrantCredits].
type CreditResult struct {
	Credit CreditShown `json:"credit"`
}

// About names the team, and the person where they are personal.
func (c GrantCredits) About(v *rule.View) (rule.Subject, error) {
	if c.User != "" {
		return account.AboutMember(v, c.Team, c.User)
	}
	return account.AboutTeam(v, c.Team)
}

// Do grants them. The end of shared ones is fixed now: twelve months later or with
// the contract, whichever is first (FLX-14).
func (c GrantCredits) Do(s *rule.Scope) (CreditResult, error) {
	granted, err := c.credit(s)
	if err != nil {
		return CreditResult{}, err
	}
	if granted.ID, err = s.NewID("credit", granted.Team); err != nil {
		return CreditResult{}, err
	}
	s.Cite(CreditRule, rule.Fig("kind", string(granted.Kind())), rule.Fig("credits", granted.Granted), rule.Fig("ends", granted.Ends))
	if err := credits.Put(s.Tx(), granted); err != nil {
		return CreditResult{}, err
	}
	if !granted.Ends.IsZero() {
		if err := s.Queue(granted.due()); err != nil {
			return CreditResult{}, err
		}
	}
	shown, err := granted.shown(&s.View)
	return CreditResult{shown}, err
}

// credit checks what is to be granted.
func (c GrantCredits) credit(s *rule.Scope) (Credit, error) {
	team, err := account.TeamByHandle(&s.View, rule.Stream(c.Team))
	if err != nil {
		return Credit{}, err
	}
	granted := Credit{Team: team.Handle, Granted: c.Credits, Left: c.Credits, At: s.Now()}
	if c.Credits < 1 || c.Credits > MaxCredits {
		return granted, rule.Refusef(rule.Invalid, CreditRule, "1 to %d credits are granted at once, not %d", MaxCredits, c.Credits)
	}
	if c.User != "" {
		granted.Person = c.User.Person()
		_, in, err := account.MemberOf(&s.View, team.Handle, granted.Person)
		switch {
		case err != nil:
			return granted, err
		case !in:
			return granted, rule.Missing("person", string(c.User))
		case !c.ContractEnds.IsZero():
			return granted, rule.Refuse(rule.Invalid, CreditRule, "personal credits do not end with a contract")
		}
		return granted, nil
	}
	granted.Ends = CreditLife.Of(&s.View).After(s.Now(), team.Location()).UTC()
	if contract := c.ContractEnds.UTC(); !c.ContractEnds.IsZero() && contract.Before(granted.Ends) {
		granted.Ends = contract
	}
	if !granted.Ends.After(s.Now()) {
		return granted, rule.Refuse(rule.Invalid, CreditRule, "the contract has ended", rule.Fig("contract ends", granted.Ends))
	}
	return granted, nil
}

// endCredits ends shared credits: what is left of them is lost.
func endCredits(s *rule.Scope, item rule.Item) error {
	c, found, err := credits.Get(s.Tx(), string(item.Streams[0]), store.String(item.Key))
	if err != nil || !found {
		return err
	}
	s.Cite(CreditRule, rule.Fig("ended", c.Ends), rule.Fig("lost", c.Left))
	c.Lost, c.Left, c.Ended = c.Left, 0, true
	return credits.Put(s.Tx(), c)
}

// expectCredits lists the ends that must be queued for the stream's credits.
func expectCredits(v *rule.View, stream rule.Stream) ([]rule.Item, error) {
	var items []rule.Item
	for c, err := range credits.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return nil, err
		}
		if !c.Ended && !c.Ends.IsZero() {
			items = append(items, c.due())
		}
	}
	return items, nil
}

// creditsLeft adds up what can be used of a person's credits, or of the shared ones.
func creditsLeft(v *rule.View, team rule.Stream, person rule.Person) (int64, error) {
	var sum int64
	for c, err := range liveCredits.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return 0, err
		}
		sum += c.Left
	}
	return sum, nil
}
