package licensing

import (
	"fmt"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// kept returns the use as it stands in the records, and whether anything does.
func (u Use) kept(v *rule.View) (Use, bool, error) {
	old, found, err := uses.Get(v.Tx(), string(u.Team), u.key())
	if !found {
		return u, false, err
	}
	return old, true, err
}

// request asks for the use. Whoever asks for what they have, or have asked for,
// changes nothing; what was declined or is over can be asked for again.
func (u Use) request(s *rule.Scope) (Use, error) {
	old, found, err := u.kept(&s.View)
	if err != nil {
		return u, err
	}
	if status := old.Status(s.Now()); found && (status == UseRequested || status == UseGranted) {
		s.Cite(u.Kind.rule(), rule.Fig("status", string(status)))
		return old, nil
	}
	if err := u.check(&s.View); err != nil {
		return u, err
	}
	if u.Kind == homeUse {
		if _, err := u.endOfHome(s); err != nil {
			return u, err
		}
	}
	u.Asked = s.Now()
	s.Cite(u.Kind.rule(), rule.Fig("product", u.Product), rule.Fig("asked", u.Asked))
	return u, uses.Put(s.Tx(), u)
}

// grant grants the use, asked for or not; granting it twice changes nothing. No
// more people can be granted it than there are seats under maintenance.
func (u Use) grant(s *rule.Scope) (Use, error) {
	old, found, err := u.kept(&s.View)
	if err != nil {
		return u, err
	}
	status := old.Status(s.Now())
	if found && status == UseGranted {
		s.Cite(u.Kind.rule(), rule.Fig("status", string(status)))
		return old, nil
	}
	if err := u.check(&s.View); err != nil {
		return u, err
	}
	if err := u.room(s); err != nil {
		return u, err
	}
	if found && status == UseRequested {
		u.Asked = old.Asked
	}
	u.Granted = s.Now()
	if u.Kind == homeUse {
		if u.Ends, err = u.endOfHome(s); err != nil {
			return u, err
		}
	}
	s.Cite(u.Kind.rule(), rule.Fig("product", u.Product), rule.Fig("granted", u.Granted))
	return u, uses.Put(s.Tx(), u)
}

// room refuses one person more than there are seats under maintenance.
func (u Use) room(s *rule.Scope) error {
	m, err := u.maintained(&s.View)
	if err != nil {
		return err
	}
	people, err := u.people(&s.View)
	if err != nil {
		return err
	}
	taken := 0
	for _, p := range people {
		if p != u.Person {
			taken++
		}
	}
	s.Cite(u.Kind.rule(), rule.Fig("seats under maintenance", m.seats), rule.Fig("granted to", taken))
	if taken < m.seats {
		return nil
	}
	return rule.Refusef(rule.NoSeats, u.Kind.rule(), "the %d seats of %s under maintenance are all used so by others", m.seats, u.Product).
		With(rule.Fig("seats under maintenance", m.seats), rule.Fig("granted to", taken), rule.Fig("missing", taken+1-m.seats))
}

// decline says no to what somebody asks for; saying it twice changes nothing.
func (u Use) decline(s *rule.Scope) (Use, error) {
	old, found, err := u.kept(&s.View)
	if err != nil {
		return u, err
	}
	status := old.Status(s.Now())
	s.Cite(u.Kind.rule(), rule.Fig("status", string(status)))
	switch {
	case !found || status == UseEnded:
		return u, rule.Missing("request for "+u.Product, string(u.Kind))
	case status == UseDeclined:
		return old, nil
	case status == UseGranted:
		return old, rule.Refusef(rule.Conflict, u.Kind.rule(), "%s was granted already, and is ended instead of declined", u.Product)
	}
	old.Declined = s.Now()
	return old, uses.Put(s.Tx(), old)
}

// end gives back or takes away what was granted, or takes a request back; ending
// it twice changes nothing.
func (u Use) end(s *rule.Scope) (Use, error) {
	old, found, err := u.kept(&s.View)
	if err != nil {
		return u, err
	}
	if !found {
		return u, rule.Missing("use of "+u.Product, string(u.Kind))
	}
	status := old.Status(s.Now())
	s.Cite(u.Kind.rule(), rule.Fig("status", string(status)))
	if status == UseEnded || status == UseDeclined {
		return old, nil
	}
	old.Ended = s.Now()
	return old, uses.Put(s.Tx(), old)
}

// loseUses ends what rested on a seat, once the person holds none that carries it.
func loseUses(s *rule.Scope, lost CoverLost) error {
	for _, kind := range []useKind{previousUse, homeUse} {
		list, err := usesBy(&s.View, lost.Team, lost.Person, kind)
		if err != nil {
			return err
		}
		for _, u := range list {
			if status := u.Status(s.Now()); status != UseRequested && status != UseGranted {
				continue
			}
			carried, err := u.carried(&s.View)
			if err != nil {
				return err
			}
			if carried {
				continue
			}
			if _, err := u.end(s); err != nil {
				return err
			}
		}
	}
	return nil
}

// carried reports whether the person holds a seat that carries the use, be there
// enough of them or not.
func (u Use) carried(v *rule.View) (bool, error) {
	for _, id := range u.seats(v) {
		_, holds, err := holdings.Get(v.Tx(), string(u.Team), holdingKey(id, u.Person))
		if err != nil || holds {
			return holds, err
		}
	}
	return false, nil
}

// leaveUses forgets what a person who leaves the team had or asked for there.
func leaveUses(s *rule.Scope, left account.MemberLeft) error {
	m := left.Member
	var all []Use
	for u, err := range usesOf.Scan(s.Tx(), string(m.Team), store.Part{Prefix: store.String(m.Person)}) {
		if err != nil {
			return err
		}
		all = append(all, u)
	}
	for _, u := range all {
		if err := uses.Delete(s.Tx(), string(m.Team), u.key()); err != nil {
			return err
		}
	}
	return nil
}

// removedUses are the uses that end when a person is taken out of a team.
func removedUses(v *rule.View, team rule.Stream, person rule.Person) ([]account.Ending, error) {
	var ends []account.Ending
	for u, err := range usesOf.Scan(v.Tx(), string(team), store.Part{Prefix: store.String(person)}) {
		if err != nil {
			return nil, err
		}
		if u.Status(v.Now()) != UseGranted {
			continue
		}
		one := account.Ending{What: string(u.Kind), Name: u.Product, Source: u.Version}
		if !u.Ends.IsZero() {
			one.Until = &u.Ends
		}
		ends = append(ends, one)
	}
	return ends, nil
}

// auditUses checks that only members have uses or ask for them, that each is
// granted or declined and not both, and that home use alone has a fixed end.
func auditUses(v *rule.View, stream rule.Stream) error {
	for u, err := range uses.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return err
		}
		_, in, err := account.MemberOf(v, stream, u.Person)
		if err != nil {
			return err
		}
		if fixed := u.Kind == homeUse && !u.Granted.IsZero(); !in || fixed == u.Ends.IsZero() || !u.Granted.IsZero() && !u.Declined.IsZero() {
			return fmt.Errorf("licensing: the %s of %s by %s in %s cannot be: member %t, granted %s, declined %s, ends %s",
				u.Kind, u.Product, u.Person, stream, in, rule.Show(u.Granted), rule.Show(u.Declined), rule.Show(u.Ends))
		}
	}
	return nil
}
