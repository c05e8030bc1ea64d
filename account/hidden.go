package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Hiding is what a team has set of the people in its reports. A team that never
// hid them has no such row.
type Hiding struct {
	Team rule.Stream
	// On is whether reports show a sign in place of each address.
	On bool
	// Salt keys the signs. It is made of a secret when people are hidden for the
	// first time, and stays: a person has the same sign in every report since.
	Salt string
}

var hidings = store.NewTable("account.hiding", func(h *Hiding) (string, store.Key) { return string(h.Team), "" })

// HidePeople sets whether the reports of a team hide who is in them.
type HidePeople struct {
	Team string `json:"team"`
	On   bool   `json:"on"`
}

// About names the team.
func (c HidePeople) About(v *rule.View) (rule.Subject, error) { return AboutTeam(v, c.Team) }

// Do sets it for every report asked for from now on (ACC-19); what is in a file
// already stays there. Setting what is set changes nothing.
func (c HidePeople) Do(s *rule.Scope) (Settings, error) {
	t, err := TeamByHandle(&s.View, rule.Stream(c.Team))
	if err != nil {
		return Settings{}, err
	}
	h, _, err := hidings.Get(s.Tx(), c.Team, "")
	if err != nil {
		return Settings{}, err
	}
	s.Cite(SettingsRule, rule.Fig("people hidden", c.On))
	if h.On != c.On {
		h.Team, h.On = t.Handle, c.On
		if h.Salt == "" {
			// A journal keeps the hash of a secret, so that a replay finds the same
			// salt, and nobody finds it who has neither the store nor the journal.
			secret, err := s.Secret()
			if err != nil {
				return Settings{}, err
			}
			h.Salt = secret.Hash()
		}
		if err := hidings.Put(s.Tx(), h); err != nil {
			return Settings{}, err
		}
	}
	return settingsOf(&s.View, t)
}

// Names are the people of one report, as it shows them: by address, or by a sign
// where the team hides them.
type Names struct {
	view   *rule.View
	hiding Hiding
	// known spares looking up a person for each of their rows.
	known map[rule.Person]string
}

// NamesIn returns how the reports of a team show people.
func NamesIn(v *rule.View, team rule.Stream) (*Names, error) {
	h, _, err := hidings.Get(v.Tx(), string(team), "")
	return &Names{view: v, hiding: h, known: map[rule.Person]string{}}, err
}

// AddressesIn returns what shows everyone by their address.
func AddressesIn(v *rule.View) *Names { return &Names{view: v, known: map[rule.Person]string{}} }

// InFacts puts names where facts name people by their identifiers, as records hold
// no addresses.
func (n *Names) InFacts(facts map[string]string) (map[string]string, error) {
	named := make(map[string]string, len(facts))
	for name, fact := range facts {
		if strings.HasPrefix(fact, "~") {
			var err error
			if fact, err = n.Of(rule.Person(fact)); err != nil {
				return nil, err
			}
		}
		named[name] = fact
	}
	return named, nil
}

// Hidden reports whether the team hides its people.
func (n *Names) Hidden() bool { return n.hiding.On }

// Of returns the person's address or, where people are hidden, their sign. It is
// the same in all reports of the team and another one in every other team.
func (n *Names) Of(p rule.Person) (string, error) {
	if name, known := n.known[p]; known {
		return name, nil
	}
	var name string
	if n.hiding.On {
		name = n.hiding.sign(p)
	} else {
		var err error
		if name, err = EmailOf(n.view, p); err != nil {
			return "", err
		}
	}
	n.known[p] = name
	return name, nil
}

// Full returns the full name that the person has told, empty where there is none
// or people are hidden.
func (n *Names) Full(p rule.Person) (string, error) {
	if n.hiding.On {
		return "", nil
	}
	person, _, err := PersonByID(n.view, p)
	return person.Name, err
}

// Chosen returns the people whom a report is asked for, nil for everyone. Where
// people are hidden, it is refused to ask for some by their address: the answer
// would tell whose sign it is.
func (n *Names) Chosen(r *rule.Rule, users []rule.Address) (map[rule.Person]bool, error) {
	if len(users) == 0 {
		return nil, nil
	}
	if n.hiding.On {
		return nil, rule.Refuse(rule.Invalid, r, "the team hides people in its reports, so a report cannot be asked for by person").With(rule.Fig("users", len(users)))
	}
	if len(users) > MaxPage {
		return nil, rule.Refusef(rule.Invalid, r, "a report is asked for %d people at most, or for all", MaxPage)
	}
	chosen := map[rule.Person]bool{}
	for _, u := range users {
		_, _, person, err := u.Parts()
		if err != nil {
			return nil, err
		}
		chosen[person] = true
	}
	return chosen, nil
}

// signBytes is how much of a keyed hash a sign shows: two of a million people
// have the same one with a chance of one in 10^12.
const signBytes = 10

// sign is a keyed hash. Who has the addresses and not the salt cannot find out
// whose it is by hashing them. The team is hashed too, so that teams differ even
// where a host makes the same secret twice.
func (h Hiding) sign(p rule.Person) string {
	mac := hmac.New(sha256.New, []byte(h.Salt))
	mac.Write([]byte("seatbook report " + string(h.Team) + " " + string(p)))
	return "person-" + hex.EncodeToString(mac.Sum(nil)[:signBytes])
}
