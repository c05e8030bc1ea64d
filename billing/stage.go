package billing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// Status is what has become of a subscription.
type Status string

// What can become of a subscription.
const (
	Active    Status = "active"
	Expired   Status = "expired"
	Suspended Status = "suspended"
	Ended     Status = "ended"
	Cancelled Status = "cancelled"
	Upgraded  Status = "upgraded"
	Returned  Status = "returned"
)

var statuses = []Status{Active, Expired, Suspended, Ended, Cancelled, Upgraded, Returned}

// Words returns the words a status is written with.
func (Status) Words() []string { return account.Words(statuses) }

// UnmarshalText takes one of the words.
func (s *Status) UnmarshalText(text []byte) error { return account.OneOf(s, Status(text), statuses) }

// Owed is an invoice on account that a subscription stands on and that is not
// paid yet.
type Owed struct {
	Invoice string
	// Due is when it is past due.
	Due time.Time
}

// stages are the ends of the days in which an unpaid subscription keeps access,
// and in which it keeps assignments (BIL-10).
type stages struct{ access, assignments time.Time }

// stagesFrom counts the stages of a subscription that is unpaid from an instant.
func stagesFrom(v *rule.View, zone *time.Location, from time.Time, term licensing.Term) stages {
	suspended := SuspendedLong.Of(v)
	if term == licensing.Monthly {
		suspended = SuspendedMonthly.Of(v)
	}
	access := ExpiredAccess.Of(v).After(from, zone).UTC()
	return stages{access: access, assignments: suspended.After(access, zone).UTC()}
}

// unpaidFrom returns from when the subscription counts as unpaid: from the
// earlier of the end of a term that was to be renewed and is not, and the due
// date of an unpaid invoice. It is zero where neither is known yet, and where the
// invoice is due only when the subscription has ended without being renewed.
func (s Subscription) unpaidFrom(now time.Time) time.Time {
	var from time.Time
	if s.AutoRenew && !now.Before(s.Ends()) {
		from = s.Ends()
	}
	if len(s.Owing) == 0 {
		return from
	}
	due := s.Owing[0].Due
	if ends := !s.AutoRenew && !due.Before(s.Ends()); !ends && (from.IsZero() || due.Before(from)) {
		from = due
	}
	return from
}

// lapsed reports whether an invoice has been past due for so long that the
// subscription would be cancelled for it, if it had not ended before (BIL-10).
func (s Subscription) lapsed(v *rule.View, zone *time.Location) bool {
	return len(s.Owing) > 0 && !v.Now().Before(stagesFrom(v, zone, s.Owing[0].Due, s.last().Term).assignments)
}

// over returns the end that the subscription came to for good, or nothing.
func (s Subscription) over() Status {
	switch {
	case !s.Upgraded.IsZero():
		return Upgraded
	case !s.Returned.IsZero():
		return Returned
	case !s.Cancelled.IsZero():
		return Cancelled
	default:
		return ""
	}
}

// StatusAt tells what has become of the subscription. Nothing of it is stored
// that time alone changes.
func (s Subscription) StatusAt(v *rule.View, zone *time.Location) Status {
	if over := s.over(); over != "" {
		return over
	}
	now := v.Now()
	if from := s.unpaidFrom(now); !from.IsZero() && !now.Before(from) {
		switch st := stagesFrom(v, zone, from, s.last().Term); {
		case now.Before(st.access):
			return Expired
		case now.Before(st.assignments):
			return Suspended
		default:
			return Cancelled
		}
	}
	if now.Before(s.Ends()) {
		return Active
	}
	return Ended
}

// enterStage tells of a stage that time has brought.
func enterStage(s *rule.Scope, item rule.Item) error {
	sub, err := subscriptionIn(&s.View, item.Streams[0], item.Key)
	if err != nil {
		return err
	}
	if sub, err = sub.tellStage(s); err != nil {
		return err
	}
	return sub.put(s)
}

// tellStage tells the purchaser, their payers and the admins of a stage that they
// have not been told of, or that everything is restored (BIL-10).
func (s Subscription) tellStage(sc *rule.Scope) (Subscription, error) {
	team, err := account.TeamByHandle(&sc.View, s.Team)
	if err != nil {
		return s, err
	}
	told, now := s.Stage, s.StatusAt(&sc.View, team.Location())
	if told == "" {
		told = Active
	}
	staged := []Status{Active, Expired, Suspended, Cancelled}
	if now == told || !slices.Contains(staged, now) {
		return s, nil
	}
	s.Stage = now
	if now == Active {
		s.Stage = ""
	}
	sc.Cite(ShutOffRule, rule.Fig("stage", string(now)), rule.Fig("unpaid from", s.unpaidFrom(sc.Now())))
	people, err := s.payers(sc)
	if err != nil {
		return s, err
	}
	l := s.letter(StageChangedNotice)
	l.Facts["stage"] = string(now)
	return s, account.TellAdmins(sc, l, people...)
}

// owe notes an invoice on account that the subscription stands on.
func (s Subscription) owe(i Invoice) Subscription {
	s.Owing = append(slices.Clone(s.Owing), Owed{Invoice: i.ID, Due: i.Due})
	slices.SortStableFunc(s.Owing, func(a, b Owed) int { return a.Due.Compare(b.Due) })
	return s
}

// settled restores what hung on an invoice, once nothing is open on it: a renewal
// that was declined is made, and a subscription that was unpaid has everything
// back (BIL-10).
func (i Invoice) settled(s *rule.Scope) error {
	open, err := i.Open()
	if err != nil || !open.IsZero() || i.Subscription == "" {
		return err
	}
	of, err := orderByID(&s.View, i.Order)
	if err != nil {
		return err
	}
	sub, err := subscriptionIn(&s.View, i.Team, i.Subscription)
	if err != nil {
		return err
	}
	if of.Status == OrderPending && sub.Renewing == of.ID && i.Paying == "" {
		_, err := of.fulfil(s)
		return err
	}
	if !slices.ContainsFunc(sub.Owing, func(o Owed) bool { return o.Invoice == i.ID }) {
		return nil
	}
	sub.Owing = slices.DeleteFunc(slices.Clone(sub.Owing), func(o Owed) bool { return o.Invoice == i.ID })
	if sub.over() != "" {
		return sub.put(s)
	}
	s.Cite(ShutOffRule, rule.Fig("paid", i.ID), rule.Fig("owing", len(sub.Owing)))
	return sub.keepUp(s)
}
