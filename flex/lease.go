package flex

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// LeaseLimit says what a lease ends with.
type LeaseLimit string

// What a lease can end with, the first to come.
const (
	// BySeatSpan is the span for which a device may work offline without tokens.
	BySeatSpan LeaseLimit = "offline-seat"
	// ByRight is the end of the seat, overlap or trial.
	ByRight LeaseLimit = "end-of-right"
	// ByTokenSpan is the span for which it may with tokens.
	ByTokenSpan LeaseLimit = "offline-tokens"
	// ByWindow is the end of the window that pays.
	ByWindow LeaseLimit = "end-of-window"
	// ByNothing is where there is no lease.
	ByNothing LeaseLimit = "none"
)

// Words returns the words a limit is written with.
func (LeaseLimit) Words() []string {
	return account.Words([]LeaseLimit{BySeatSpan, ByRight, ByTokenSpan, ByWindow, ByNothing})
}

// Lease lets one device of a person work with a product without asking again
// (LIC-13). There is one at a time for each person and product. Its end was
// fixed when it was taken and nothing moves it: the machine cannot be reached.
type Lease struct {
	Person  rule.Person
	Product string
	Device  string
	// Team is whose right or tokens it goes by, empty for a trial.
	Team   rule.Stream
	Source licensing.AccessSource
	// By is what the right is for, the product or a collection; empty on tokens.
	By    string
	Taken time.Time
	// Ends is the first instant at which it is over, and Limit why then.
	Ends  time.Time
	Limit LeaseLimit
}

var leases = store.NewTable("flex.lease", func(l *Lease) (string, store.Key) { return string(l.Person), store.String(l.Product) })

// Running reports whether the device may work offline at an instant.
func (l Lease) Running(now time.Time) bool { return now.Before(l.Ends) }

// leaseOf returns the lease of a product that runs now, and whether there is one.
func leaseOf(v *rule.View, person rule.Person, product string) (Lease, bool, error) {
	l, found, err := leases.Get(v.Tx(), string(person), store.String(product))
	return l, found && l.Running(v.Now()), err
}

// leasesOf returns all leases of a person that run now, in the order of the
// products.
func leasesOf(v *rule.View, person rule.Person) ([]Lease, error) {
	var list []Lease
	for l, err := range leases.Scan(v.Tx(), string(person), store.Part{}) {
		if err != nil {
			return nil, err
		}
		if l.Running(v.Now()) {
			list = append(list, l)
		}
	}
	return list, nil
}

// stands reports whether what the lease was taken by is still there: of tokens
// the window, which was paid for and ends no earlier than the lease.
func (l Lease) stands(v *rule.View) (bool, error) {
	if l.Source == licensing.Tokens {
		return true, nil
	}
	teams, err := account.TeamsOf(v, l.Person)
	if err != nil {
		return false, err
	}
	teams = slices.DeleteFunc(teams, func(t rule.Stream) bool { return t != l.Team })
	c, err := licensing.CoverOf(v, l.Person, l.Product, teams)
	return c.Source != licensing.None, err
}

// LeaseShown is a lease as results show it.
type LeaseShown struct {
	Product string `json:"product"`
	// Running is false where there is no lease; then the rest is empty.
	Running bool                   `json:"running"`
	Device  string                 `json:"device"`
	Team    string                 `json:"team"`
	Source  licensing.AccessSource `json:"source"`
	Taken   *time.Time             `json:"taken"`
	Ends    *time.Time             `json:"ends"`
	// Limit is what it ends with.
	Limit LeaseLimit `json:"limit"`
	// Standing is false where the right was lost meanwhile. The device goes on
	// until the end, and cannot take another lease by that right.
	Standing bool `json:"standing"`
}

func (l Lease) shown(v *rule.View) (LeaseShown, error) {
	standing, err := l.stands(v)
	v.Cite(licensing.DeviceRule, rule.Fig("device", l.Device), rule.Fig("ends", l.Ends), rule.Fig("limit", string(l.Limit)), rule.Fig("right stands", standing))
	return LeaseShown{
		Product: l.Product, Running: true, Device: l.Device, Team: string(l.Team), Source: l.Source,
		Taken: &l.Taken, Ends: &l.Ends, Limit: l.Limit, Standing: standing,
	}, err
}

func noLease(product string) LeaseShown {
	return LeaseShown{Product: product, Source: licensing.None, Limit: ByNothing}
}

// LeaseResult is the result of commands about a lease.
type LeaseResult struct {
	Lease LeaseShown `json:"lease"`
}

// LeaseQuery shows a person's lease of a product, when it ends and why then.
type LeaseQuery struct {
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
}

// About names the person.
func (q LeaseQuery) About(v *rule.View) (rule.Subject, error) {
	return licensing.AboutPerson(v, q.User)
}

// Answer shows it. An admin sees those by the rights of teams they administer,
// and on trial.
func (q LeaseQuery) Answer(v *rule.View) (LeaseShown, error) {
	p, err := licensing.ProductOf(v, q.Product)
	if err != nil {
		return LeaseShown{}, err
	}
	v.Cite(licensing.DeviceRule)
	l, running, err := leaseOf(v, q.User.Person(), p.ID)
	if err != nil || !running {
		return noLease(p.ID), err
	}
	if seen, err := visible(v, l); err != nil || !seen {
		return noLease(p.ID), err
	}
	return l.shown(v)
}

// visible reports whether the actor may see a lease. Who has left the team whose
// right it went by sees their own.
func visible(v *rule.View, l Lease) (bool, error) {
	if l.Team == "" || v.Actor().IsOperator() || v.Actor().Person() == l.Person {
		return true, nil
	}
	teams, err := account.Visible(v, l.Person)
	return slices.Contains(teams, l.Team), err
}

// teamsOf returns the team whose right the lease goes by, none on trial.
func teamsOf(l Lease) []rule.Stream {
	if l.Team == "" {
		return nil
	}
	return []rule.Stream{l.Team}
}

// checkLease says that a lease never ends after what it was taken by, and that
// nothing moves the end of one that was taken.
func checkLease(v *rule.View, before, after *Lease) error {
	if after == nil || before != nil && *before == *after {
		return nil
	}
	l, name := *after, "the lease of "+string(after.Person)
	if !l.Taken.Equal(v.Now()) {
		return rule.Breaks(name, "of %s was taken %s and is written again", l.Product, rule.Show(l.Taken))
	}
	if before != nil && before.Running(v.Now()) && before.Device != l.Device {
		return rule.Breaks(name, "of %s runs on %s and is taken on %s", l.Product, before.Device, l.Device)
	}
	var until time.Time
	if l.Source == licensing.Tokens {
		w, _, err := windowAt(v, l.Team, l.Person, l.Product)
		if err != nil {
			return err
		}
		until = w.End
	} else {
		c, err := licensing.CoverOf(v, l.Person, l.Product, teamsOf(l))
		if err != nil {
			return err
		}
		until = c.Until
	}
	if l.Ends.After(until) {
		return rule.Breaks(name, "of %s ends %s, and what it was taken by %s", l.Product, rule.Show(l.Ends), rule.Show(until))
	}
	return nil
}
