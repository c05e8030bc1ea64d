package flex

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// TakeLease lets a device work with a product offline. What pays is decided as
// by [AccessQuery]. Taken again on the same device it is renewed: the device is
// online then, so all is decided anew.
type TakeLease struct {
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	Device  string       `json:"device"`
	Team    string       `json:"team,omitempty"`
	Release string       `json:"release,omitempty"`
}

// About names the person, and the team where one is named.
func (c TakeLease) About(v *rule.View) (rule.Subject, error) {
	return AccessQuery{User: c.User, Team: c.Team}.About(v)
}

// Do takes the lease (LIC-13). On tokens it is charged like a launch, without
// the free five minutes: nobody sees how long an offline run is (FLX-4, FLX-6).
func (c TakeLease) Do(s *rule.Scope) (LeaseResult, error) {
	product, err := licensing.ProductOf(&s.View, c.Product)
	if err != nil {
		return LeaseResult{}, err
	}
	if product.Kind == licensing.Cloud {
		return LeaseResult{}, rule.Refusef(rule.Invalid, licensing.DeviceRule, "%s is a cloud service, which nobody uses offline", product.ID)
	}
	if err := checkRelease(&s.View, c.User.Person(), product, c.Release, c.Team); err != nil {
		return LeaseResult{}, err
	}
	if err := licensing.CheckDeviceName(c.Device); err != nil {
		return LeaseResult{}, err
	}
	person := c.User.Person()
	m, err := find(&s.View, person, product, c.Team)
	if err != nil {
		return LeaseResult{}, err
	}
	if err := m.check(&s.View, person, product, c.Team, c.Device); err != nil {
		return LeaseResult{}, err
	}
	l := Lease{
		Person: person, Product: product.ID, Device: c.Device, Team: m.team, Source: m.cover.Source, By: m.cover.Product, Taken: s.Now(),
	}
	if l.Source == licensing.None {
		l.Source = licensing.Tokens
		err = l.onTokens(s, m, product, c.Release)
	} else {
		l.Team = m.cover.Team
		err = l.onRight(&s.View, m.cover.Until)
	}
	if err != nil {
		return LeaseResult{}, err
	}
	if err := rule.CheckInstant(l.Ends); err != nil {
		return LeaseResult{}, err
	}
	if err := seen(s, Session{Home: l.Team, Team: l.Team, Person: person, Product: l.Product}); err != nil {
		return LeaseResult{}, err
	}
	if err := leases.Put(s.Tx(), l); err != nil {
		return LeaseResult{}, err
	}
	shown, err := l.shown(&s.View)
	return LeaseResult{shown}, err
}

// onRight fixes the end of a lease by a right that costs no tokens: so many
// days in the zone of the team, on trial in the person's own (TIM-2), and never
// beyond the right.
func (l *Lease) onRight(v *rule.View, until time.Time) error {
	zone, err := l.zone(v)
	if err != nil {
		return err
	}
	span := licensing.OfflineSeat.Of(v)
	l.Ends, l.Limit = span.After(v.Now(), zone).UTC(), BySeatSpan
	if until.Before(l.Ends) {
		l.Ends, l.Limit = until, ByRight
	}
	v.Cite(licensing.DeviceRule, rule.Fig(licensing.OfflineSeat.Name(), span), rule.Fig("right ends", until), rule.Fig("ends", l.Ends))
	v.Cite(rule.CalendarSpans, rule.Fig(licensing.OfflineSeat.Name(), span))
	return nil
}

func (l *Lease) zone(v *rule.View) (*time.Location, error) {
	if l.Team == "" {
		p, _, err := account.PersonByID(v, l.Person)
		return p.Zone.Location(), err
	}
	team, err := account.TeamByHandle(v, l.Team)
	return team.Location(), err
}

// onTokens pays for the lease, unless a window is open already, and fixes its
// end: so much elapsed time (TIM-3), and never beyond the window. Tokens that
// are only held for a short run are taken now.
func (l *Lease) onTokens(s *rule.Scope, m means, product *licensing.Product, release string) error {
	if m.window == nil {
		launch := Session{Team: l.Team, Person: l.Person, Product: l.Product, Release: release, Opened: s.Now(), Charged: true}
		cost, err := next(&s.View, product, launch, s.Now())
		if err != nil {
			return err
		}
		if err := withinLimits(s, cost); err != nil {
			return err
		}
		if err := begin(s, &launch, cost); err != nil {
			return err
		}
	} else if !m.window.Taking.IsZero() {
		if err := s.Unqueue(m.window.due()); err != nil {
			return err
		}
		if err := keep(s, *m.window); err != nil {
			return err
		}
	}
	w, _, err := windowAt(&s.View, l.Team, l.Person, l.Product)
	if err != nil {
		return err
	}
	span := licensing.OfflineTokens.Of(&s.View)
	l.Ends, l.Limit = span.After(s.Now(), time.UTC).UTC(), ByTokenSpan
	if w.End.Before(l.Ends) {
		l.Ends, l.Limit = w.End, ByWindow
	}
	s.Cite(licensing.DeviceRule, rule.Fig(licensing.OfflineTokens.Name(), span), rule.Fig("window ends", w.End), rule.Fig("ends", l.Ends))
	s.Cite(rule.ElapsedSpans, rule.Fig(licensing.OfflineTokens.Name(), span))
	return nil
}

// ReturnLease gives a lease back before its end: the device is online again and
// works offline no longer. Tokens that were charged stay charged.
type ReturnLease struct {
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
}

// About names the person.
func (c ReturnLease) About(v *rule.View) (rule.Subject, error) {
	return licensing.AboutPerson(v, c.User)
}

// Do gives it back; where none runs there is nothing to give (LIC-13).
func (c ReturnLease) Do(s *rule.Scope) (LeaseResult, error) {
	product, err := licensing.ProductOf(&s.View, c.Product)
	if err != nil {
		return LeaseResult{}, err
	}
	l, running, err := leaseOf(&s.View, c.User.Person(), product.ID)
	if err != nil {
		return LeaseResult{}, err
	}
	if !running {
		return LeaseResult{}, rule.Refusef(rule.NotFound, licensing.DeviceRule, "no lease of %s runs", product.ID)
	}
	s.Cite(licensing.DeviceRule, rule.Fig("device", l.Device), rule.Fig("would have ended", l.Ends))
	return LeaseResult{noLease(product.ID)}, leases.Delete(s.Tx(), string(l.Person), store.String(l.Product))
}
