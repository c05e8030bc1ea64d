package flex

import (
	"fmt"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// CreditUse is one charge of cloud credits.
type CreditUse struct {
	Team    rule.Stream
	ID      string
	At      time.Time
	Person  rule.Person
	Service string
	Kind    CreditKind
	Credits int64
	// Debits say which grants paid, by their identifiers.
	Debits []Debit
}

var creditUses = store.NewTable("flex.credit-use", func(u *CreditUse) (string, store.Key) {
	return string(u.Team), store.Time(u.At) + rule.IDKey(u.ID)
})

// UseCredits pays a cloud service with a person's credits, or with those that the
// team shares.
type UseCredits struct {
	User    rule.Address `json:"user"`
	Team    string       `json:"team"`
	Service string       `json:"service"`
	Credits int64        `json:"credits"`
}

// CreditsUsed is the result of [UseCredits].
type CreditsUsed struct {
	ID      string     `json:"id"`
	Service string     `json:"service"`
	Kind    CreditKind `json:"kind"`
	Credits int64      `json:"credits"`
	// Personal and Shared are what the person can still use of each kind.
	Personal int64 `json:"personal"`
	Shared   int64 `json:"shared"`
}

// About names the team and the person.
func (c UseCredits) About(v *rule.View) (rule.Subject, error) {
	return account.AboutMember(v, c.Team, c.User)
}

// Do takes the credits from one kind: the personal ones where they suffice alone,
// else the shared ones where those do (FLX-14).
func (c UseCredits) Do(s *rule.Scope) (CreditsUsed, error) {
	team, person := rule.Stream(c.Team), c.User.Person()
	if err := c.check(&s.View, team, person); err != nil {
		return CreditsUsed{}, err
	}
	personal, err := creditsLeft(&s.View, team, person)
	if err != nil {
		return CreditsUsed{}, err
	}
	shared, err := creditsLeft(&s.View, team, "")
	if err != nil {
		return CreditsUsed{}, err
	}
	s.Cite(CreditRule, rule.Fig("credits", c.Credits), rule.Fig("personal", personal), rule.Fig("shared", shared))
	use := CreditUse{Team: team, At: s.Now(), Person: person, Service: c.Service, Credits: c.Credits}
	from := person
	switch {
	case personal >= c.Credits:
		use.Kind, personal = Personal, personal-c.Credits
	case shared >= c.Credits:
		use.Kind, from, shared = Shared, "", shared-c.Credits
	default:
		return CreditsUsed{}, rule.Refusef(rule.InsufficientCredit, CreditRule, "%d credits are needed from one kind, and there are %d personal and %d shared ones", c.Credits, personal, shared).
			With(rule.Fig("credits", c.Credits), rule.Fig("personal", personal), rule.Fig("shared", shared))
	}
	if use.ID, err = s.NewID("cru", team); err != nil {
		return CreditsUsed{}, err
	}
	if use.Debits, err = takeCredits(s, team, from, c.Credits); err != nil {
		return CreditsUsed{}, err
	}
	shown := CreditsUsed{ID: use.ID, Service: c.Service, Kind: use.Kind, Credits: c.Credits, Personal: personal, Shared: shared}
	return shown, creditUses.Put(s.Tx(), use)
}

// check refuses what is no use of credits: by somebody who is not in the team or
// is kept from cloud services, or for what is no cloud service.
func (c UseCredits) check(v *rule.View, team rule.Stream, person rule.Person) error {
	if c.Credits < 1 || c.Credits > MaxCredits {
		return rule.Refusef(rule.Invalid, CreditRule, "1 to %d credits are used at once, not %d", MaxCredits, c.Credits)
	}
	product, err := licensing.ProductOf(v, c.Service)
	if err != nil {
		return err
	}
	if product.Kind != licensing.Cloud {
		return rule.Refusef(rule.Invalid, CreditRule, "%s is no cloud service", product.ID)
	}
	has, err := account.HasBenefit(v, team, person, account.CloudServices)
	if err == nil && !has {
		err = rule.Refuse(rule.NotAssigned, account.BenefitRule, "the person has no cloud services in the team")
	}
	return err
}

// takeCredits takes credits of one kind, from the grant that ends first. There are
// enough of them.
func takeCredits(s *rule.Scope, team rule.Stream, person rule.Person, wanted int64) ([]Debit, error) {
	var touched []Credit
	var debits []Debit
	missing := wanted
	for c, err := range liveCredits.Scan(s.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return nil, err
		}
		n := min(missing, c.Left)
		c.Left, c.Used = c.Left-n, c.Used+n
		touched, debits = append(touched, c), append(debits, Debit{Pack: c.ID, Tokens: n})
		if missing -= n; missing == 0 {
			break
		}
	}
	if missing > 0 {
		return nil, fmt.Errorf("flex: the credits of %s are %d fewer than they were", team, missing)
	}
	for _, c := range touched {
		if err := credits.Put(s.Tx(), c); err != nil {
			return nil, err
		}
	}
	return debits, nil
}

// CreditsQuery asks for the cloud credits of a team, or for what one person in it
// can use.
type CreditsQuery struct {
	Team string       `json:"team"`
	User rule.Address `json:"user,omitempty"`
}

// Credits is what there is of cloud credits.
type Credits struct {
	// Personal is what the person has, or everybody together where none is named.
	Personal int64 `json:"personal"`
	Shared   int64 `json:"shared"`
	// Grants are those that can still be used, in the order in which they are.
	Grants []CreditShown `json:"grants"`
}

// About names the team, and the person where one is named.
func (q CreditsQuery) About(v *rule.View) (rule.Subject, error) {
	return JobsQuery{Team: q.Team, User: q.User}.About(v)
}

// Answer adds up what can be used (FLX-14).
func (q CreditsQuery) Answer(v *rule.View) (Credits, error) {
	all := Credits{Grants: []CreditShown{}}
	for c, err := range liveCredits.Scan(v.Tx(), q.Team, store.Part{}) {
		switch {
		case err != nil:
			return all, err
		case c.Kind() == Shared:
			all.Shared += c.Left
		case q.User != "" && q.User.Person() != c.Person:
			continue
		default:
			all.Personal += c.Left
		}
		shown, err := c.shown(v)
		if err != nil {
			return all, err
		}
		all.Grants = append(all.Grants, shown)
	}
	v.Cite(CreditRule, rule.Fig("personal", all.Personal), rule.Fig("shared", all.Shared))
	return all, nil
}
