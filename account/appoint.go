package account

import (
	"fmt"
	"slices"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// appointed says what a purchaser named a person for.
type appointed string

const (
	asPhoneUser appointed = "phone"
	asDelegate  appointed = "delegate"
)

// Appointment is a person whom a purchaser named: to telephone the support, or
// to see the cases of the purchase. It counts while the purchaser is one.
type Appointment struct {
	Team      rule.Stream
	As        appointed
	Purchaser rule.Person
	Person    rule.Person
}

var appointments = store.NewTable("account.appointment", func(a *Appointment) (string, store.Key) {
	return string(a.Team), appointmentKey(a.As, a.Purchaser, a.Person)
})

var appointmentsOf = appointments.Index("person", func(a *Appointment) (store.Key, bool) { return store.String(a.Person), true })

func appointmentKey(as appointed, purchaser, person rule.Person) store.Key {
	return store.String(as) + store.String(purchaser) + store.String(person)
}

// appointedBy returns the addresses of whom a purchaser named, in alphabetical order.
func appointedBy(v *rule.View, team rule.Stream, as appointed, purchaser rule.Person) ([]string, error) {
	list := []string{}
	for a, err := range appointments.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(as) + store.String(purchaser)}) {
		if err != nil {
			return nil, err
		}
		email, err := EmailOf(v, a.Person)
		if err != nil {
			return nil, err
		}
		list = append(list, email)
	}
	slices.Sort(list)
	return list, nil
}

// mayPhone reports whether the person may telephone for what a ground gives:
// its purchaser, and whom the purchaser named.
func mayPhone(v *rule.View, team rule.Stream, g ground, person rule.Person) (bool, error) {
	if !slices.Contains(g.Level.Channels(), Phone) {
		return false, nil
	}
	if g.Purchaser == person {
		return true, nil
	}
	_, named, err := appointments.Get(v.Tx(), string(team), appointmentKey(asPhoneUser, g.Purchaser, person))
	return named, err
}

// aboutPurchase is the subject of what a purchaser decides for their purchases
// in a team, about one of its members.
func aboutPurchase(v *rule.View, team string, user, purchaser rule.Address) (rule.Subject, error) {
	if _, _, _, err := user.Parts(); err != nil {
		return rule.Subject{}, err
	}
	subject, err := AboutTeam(v, team)
	if err != nil {
		return subject, err
	}
	owner, err := purchaserMeant(v, purchaser)
	if err != nil || owner == "" {
		return subject, err
	}
	buys, err := PurchaseService.Of(v).IsPurchaser(v, subject.Team, owner)
	if buys {
		subject.Owner = owner
	}
	return subject, err
}

// purchaserMeant is the purchaser named, or the actor.
func purchaserMeant(v *rule.View, purchaser rule.Address) (rule.Person, error) {
	if purchaser == "" {
		return v.Actor().Person(), nil
	}
	_, _, person, err := purchaser.Parts()
	return person, err
}

// AppointmentShown is the people whom a purchaser named, as results show them.
type AppointmentShown struct {
	Team      string `json:"team"`
	Purchaser string `json:"purchaser"`
	// Users are in alphabetical order.
	Users []string `json:"users"`
}

// appoint names a member, or no longer, and shows who is named then.
func appoint(s *rule.Scope, a Appointment, user, purchaser rule.Address, on bool) (AppointmentShown, error) {
	shown := AppointmentShown{Team: string(a.Team)}
	var err error
	if a.Purchaser, err = purchaserMeant(&s.View, purchaser); err != nil {
		return shown, err
	}
	if buys, err := PurchaseService.Of(&s.View).IsPurchaser(&s.View, a.Team, a.Purchaser); err != nil {
		return shown, err
	} else if !buys {
		return shown, rule.Refuse(rule.Invalid, SupportRule, "the operator names a purchaser of the team")
	}
	a.Person = user.Person()
	s.Cite(SupportRule, rule.Fig("as", string(a.As)), rule.Fig("person", string(a.Person)))
	key := appointmentKey(a.As, a.Purchaser, a.Person)
	if !on {
		err = appointments.Delete(s.Tx(), string(a.Team), key)
	} else {
		err = a.add(s, user, key)
	}
	if err != nil {
		return shown, err
	}
	if shown.Purchaser, err = EmailOf(&s.View, a.Purchaser); err != nil {
		return shown, err
	}
	shown.Users, err = appointedBy(&s.View, a.Team, a.As, a.Purchaser)
	return shown, err
}

// add keeps the appointment of a member; who is named already stays so.
func (a Appointment) add(s *rule.Scope, user rule.Address, key store.Key) error {
	if _, err := loadMember(&s.View, string(a.Team), user); err != nil {
		return err
	}
	if _, named, err := appointments.Get(s.Tx(), string(a.Team), key); err != nil || named {
		return err
	}
	list, err := appointedBy(&s.View, a.Team, a.As, a.Purchaser)
	if err != nil {
		return err
	}
	most := PhoneUsers.Of(&s.View)
	if a.As == asDelegate {
		most = CaseDelegates.Of(&s.View)
	}
	if len(list) >= most {
		return rule.Refusef(rule.Conflict, SupportRule, "a purchaser names %d people for this at most", most).With(rule.Fig("named", len(list)))
	}
	return appointments.Put(s.Tx(), a)
}

// dropAppointments ends what a person who leaves was named for, and what they
// named others for as purchaser (ACC-9).
func dropAppointments(s *rule.Scope, left MemberLeft) error {
	team, person := string(left.Member.Team), left.Member.Person
	var gone []Appointment
	for a, err := range appointmentsOf.Scan(s.Tx(), team, store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return err
		}
		gone = append(gone, a)
	}
	for _, as := range []appointed{asPhoneUser, asDelegate} {
		for a, err := range appointments.Scan(s.Tx(), team, store.Part{Prefix: store.String(as) + store.String(person)}) {
			if err != nil {
				return err
			}
			gone = append(gone, a)
		}
	}
	for _, a := range gone {
		if err := appointments.Delete(s.Tx(), team, appointmentKey(a.As, a.Purchaser, a.Person)); err != nil {
			return err
		}
	}
	return nil
}

// auditAppointments checks that everyone who is named, and who named them, is a
// member of the team.
func auditAppointments(v *rule.View, team rule.Stream) error {
	for a, err := range appointments.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return err
		}
		for _, p := range []rule.Person{a.Purchaser, a.Person} {
			if _, in, err := MemberOf(v, team, p); err != nil {
				return err
			} else if !in {
				return fmt.Errorf("account: %s is named for %s in %s without being a member", p, a.As, team)
			}
		}
	}
	return nil
}
