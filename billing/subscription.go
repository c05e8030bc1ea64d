package billing

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// MaxSeats is how many seats one subscription can have.
const MaxSeats = 1_000_000

// Channel is how something was bought.
type Channel string

// The channels.
const (
	Direct          Channel = "direct"
	Sales           Channel = "sales"
	Reseller        Channel = "reseller"
	LegacyProcessor Channel = "legacy-processor"
)

var channels = []Channel{Direct, Sales, Reseller, LegacyProcessor}

// Words returns the words a channel is written with.
func (Channel) Words() []string { return account.Words(channels) }

// UnmarshalText takes one of the words.
func (c *Channel) UnmarshalText(text []byte) error { return account.OneOf(c, Channel(text), channels) }

// Lot is a number of seats that were bought at one price.
type Lot struct {
	Seats int
	Unit  money.Amount
}

// PaidTerm is one term that has been paid or invoiced.
type PaidTerm struct {
	Term licensing.Term
	// Starts is the first instant of the term and Ends the first after it.
	Starts, Ends time.Time
	// Full is where a whole term that starts then would end, of a part of a term by
	// which the end was aligned (BIL-24); zero where the term is whole.
	Full time.Time
	Lots []Lot
	// Paid is what was charged for it, added seats included, and Taxed the tax on
	// that, by the rate of Tax.
	Paid, Taxed money.Amount
	Tax         Tax
}

// Seats is how many people the term admits.
func (t PaidTerm) Seats() int {
	n := 0
	for _, l := range t.Lots {
		n += l.Seats
	}
	return n
}

// Subscription admits a number of people to a product, term after term.
type Subscription struct {
	Team      rule.Stream
	ID        string
	Product   string
	Purchaser rule.Person
	Channel   Channel
	Plan      string
	// Contract is the number of the contract it belongs to, empty where it has none.
	Contract string
	// Reseller is who sold it, empty where nobody stood between.
	Reseller string
	// SelfService is set where the operator lets its purchaser manage what was
	// bought from sales (BIL-1).
	SelfService bool
	// Method is the payment method that renewals are charged to.
	Method string
	// Starts is when it began. Anchor is the instant that all its terms are
	// counted from, by the total of months paid so far (TIM-4).
	Starts time.Time
	Anchor time.Time
	Months int
	// Terms are the last paid ones, at most two: one term ahead can be paid.
	Terms []PaidTerm
	// AutoRenew says whether a new term is charged at the end of the last, and
	// Renewed whether it was to be when the last term was paid.
	AutoRenew, Renewed bool
	// Aligned is when the end was last moved to that of another subscription, and
	// the anchor with it (BIL-24); zero where that never happened.
	Aligned time.Time
	// RenewalSeats and RenewalTerm are those of the next term. AlsoRenews are the
	// orders of added seats that it has beside those that were asked for last.
	RenewalSeats int
	RenewalTerm  licensing.Term
	AlsoRenews   []string
	// Pending is the order that waits for its charge, if one does.
	Pending string
	// Renewing is the automatic renewal that was declined and is tried again, and
	// Retry when that next happens; zero when it does not.
	Renewing string
	Retry    time.Time
	// Overdue is when a term was paid that was over by then, and the next is to be
	// ordered, on its own; zero where none is.
	Overdue time.Time
	// Owing are the invoices on account that are not paid, the one due first first.
	Owing []Owed
	// Stage is the last stage of BIL-10 that people were told of; empty for none.
	Stage Status
	// Day and Lines count the invoice lines of one civil day, and Parked is when
	// there were more of them than a day can have (BIL-28); zero while it is not.
	Day    string
	Lines  int
	Parked time.Time
	// Upgraded, Cancelled and Returned are when that happened, zero while not.
	Upgraded, Cancelled, Returned time.Time
}

var subscriptions = store.NewTable("billing.subscription", func(s *Subscription) (string, store.Key) {
	return string(s.Team), store.String(s.ID)
})

var subscriptionsOf = subscriptions.Index("purchaser", func(s *Subscription) (store.Key, bool) {
	return store.String(s.Purchaser), true
})

func subscriptionByID(v *rule.View, id string) (Subscription, error) {
	team, _, err := whereabouts(v, id)
	if err != nil {
		return Subscription{}, err
	}
	return subscriptionIn(v, team, id)
}

// subscriptionIn returns a subscription of a team, or the refusal that there is none.
func subscriptionIn(v *rule.View, team rule.Stream, id string) (Subscription, error) {
	s, found, err := subscriptions.Get(v.Tx(), string(team), store.String(id))
	if err == nil && !found {
		err = rule.Missing("subscription", id)
	}
	return s, err
}

// last returns the last paid term.
func (s Subscription) last() PaidTerm { return s.Terms[len(s.Terms)-1] }

// Ends is the first instant after the last paid term.
func (s Subscription) Ends() time.Time { return s.last().Ends }

// at returns the paid term that holds an instant; after the end, the last one.
func (s Subscription) at(now time.Time) PaidTerm {
	for _, t := range s.Terms {
		if now.Before(t.Ends) {
			return t
		}
	}
	return s.last()
}

// SubscriptionShown is a subscription as results show it.
type SubscriptionShown struct {
	ID           string         `json:"id"`
	Team         string         `json:"team"`
	Product      string         `json:"product"`
	Seats        int            `json:"seats"`
	Term         licensing.Term `json:"term"`
	Starts       time.Time      `json:"starts"`
	Ends         time.Time      `json:"ends"`
	Status       Status         `json:"status"`
	AutoRenew    bool           `json:"auto_renew"`
	RenewalSeats int            `json:"renewal_seats"`
	RenewalTerm  licensing.Term `json:"renewal_term"`
	Purchaser    string         `json:"purchaser"`
	Channel      Channel        `json:"channel"`
	Plan         string         `json:"plan"`
	// Contract is the number of the contract it belongs to, and Reseller who sold it;
	// both are empty where there is none.
	Contract string `json:"contract"`
	Reseller string `json:"reseller"`
}

func (s Subscription) shown(v *rule.View) (SubscriptionShown, error) {
	team, err := account.TeamByHandle(v, s.Team)
	if err != nil {
		return SubscriptionShown{}, err
	}
	email, err := account.EmailOf(v, s.Purchaser)
	now := s.at(v.Now())
	return SubscriptionShown{
		ID: s.ID, Team: string(s.Team), Product: s.Product, Seats: now.Seats(), Term: now.Term, Starts: s.Starts, Ends: s.Ends(),
		Status: s.StatusAt(v, team.Location()), AutoRenew: s.AutoRenew, RenewalSeats: s.RenewalSeats, RenewalTerm: s.RenewalTerm,
		Purchaser: email, Channel: s.Channel, Plan: s.Plan, Contract: s.Contract, Reseller: s.Reseller,
	}, err
}

// fraction is a part of a term, in days or in seconds (MON-3).
type fraction struct {
	num, den int64
	unit     string
}

var whole = fraction{num: 1, den: 1}

// streams are those that a change of the subscription reads or writes: its
// purchaser and their teams, its own team, and the one that its identifier names.
func (s Subscription) streams(v *rule.View) ([]rule.Stream, error) {
	streams, err := account.Concerns(v, s.Purchaser)
	origin, _ := rule.StreamOfID("sub", s.ID)
	for _, stream := range []rule.Stream{s.Team, origin} {
		if !slices.Contains(streams, stream) {
			streams = append(streams, stream)
		}
	}
	return streams, err
}

// leftOf returns the part of a term that is left at an instant, all of it before
// it starts.
func leftOf(v *rule.View, t PaidTerm, now time.Time, zone *time.Location) fraction {
	full := t.Full
	if full.IsZero() {
		full = t.Ends
	}
	if now.Before(t.Starts) {
		if t.Full.IsZero() {
			return whole
		}
		now = t.Starts
	}
	v.Cite(rule.CivilDays, rule.Fig("zone", zone.String()))
	f := fraction{
		num: int64(period.Days(now, t.Ends, zone)), den: int64(period.Days(t.Starts, full, zone)), unit: "days",
	}
	if rule.ProrationUnit.Of(v) == "second" {
		f = fraction{num: int64(t.Ends.Sub(now) / time.Second), den: int64(full.Sub(t.Starts) / time.Second), unit: "seconds"}
	}
	f.num = min(max(f.num, 0), f.den)
	v.Cite(rule.Proration, rule.Fig("left", f.num), rule.Fig("of", f.den))
	return f
}

// aboutSubscription is the subject of a subscription, for its purchaser.
func aboutSubscription(v *rule.View, id string) (rule.Subject, error) {
	s, err := subscriptionByID(v, id)
	if err != nil {
		return rule.Subject{}, err
	}
	streams, err := s.streams(v)
	return rule.Subject{Team: s.Team, Owner: s.Purchaser, What: "subscription", Name: id, Touches: streams}, err
}

// days reads a number of days from a list parameter.
func days(word string) (int, error) {
	n, err := strconv.Atoi(word)
	if err != nil || n < 1 || n > 365 {
		return 0, fmt.Errorf("%q is no number of days from 1 to 365", word)
	}
	return n, nil
}
