package flex

import (
	"cmp"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Session is one run of a product by one person.
type Session struct {
	// Home is the stream that it is kept in: the team's, or the person's where no
	// team has a part in it.
	Home    rule.Stream
	ID      string
	Team    rule.Stream
	Person  rule.Person
	Product string
	Release string
	Opened  time.Time
	// Closed is when it was closed or ended; zero while it is open.
	Closed time.Time
	// Active is the last sign of work in it.
	Active time.Time
	// Source is what pays for it now, and Until the end of a right that costs
	// no tokens.
	Source licensing.AccessSource
	Until  time.Time
	// By is what that right is for, the product or a collection; empty on tokens.
	By string
	// Device is where it runs, empty where that is not known (LIC-13).
	Device string
	// Tokens is what was held or taken for it.
	Tokens int64
	// Charged is set once tokens were taken while it ran: what follows has no
	// free five minutes.
	Charged bool
	// Waiting is set while the next charge waits for activity.
	Waiting bool
	// Covers are the stretches in which a right that costs no tokens paid for it,
	// the first one first. Only the last can still be going on.
	Covers []Covered
}

var sessions = store.NewTable("flex.session", func(s *Session) (string, store.Key) { return string(s.Home), store.String(s.ID) })

var running = sessions.Index("open", func(s *Session) (store.Key, bool) {
	return store.String(s.Person) + store.String(s.Product), s.Closed.IsZero()
})

var coverEnds = rule.DueKind{Name: "flex.cover-end", Rank: 54}

func (s Session) covered() bool {
	return s.Source == licensing.Seat || s.Source == licensing.Overlay || s.Source == licensing.OnTrial || s.Source == licensing.Educating
}

func (s Session) due() rule.Item {
	return rule.Item{At: s.Until, Kind: coverEnds, Key: s.ID, Streams: []rule.Stream{s.Home}}
}

// openSessions returns the open sessions of a person in a product that tokens
// of a team pay for, in the order of their identifiers.
func openSessions(v *rule.View, team rule.Stream, person rule.Person, product string) ([]Session, error) {
	list, err := openOf(v, team, store.String(person)+store.String(product))
	return slices.DeleteFunc(list, func(s Session) bool { return s.Source != licensing.Tokens }), err
}

func openOf(v *rule.View, home rule.Stream, prefix store.Key) ([]Session, error) {
	var list []Session
	for s, err := range running.Scan(v.Tx(), string(home), store.Part{Prefix: prefix}) {
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	slices.SortStableFunc(list, func(a, b Session) int { return cmp.Or(a.Opened.Compare(b.Opened), rule.CompareIDs(a.ID, b.ID)) })
	return list, nil
}

// coverBy lets the session go on by a right that costs no tokens.
func (s Session) coverBy(sc *rule.Scope, cover licensing.Cover) error {
	s.Source, s.Until, s.By, s.Waiting = cover.Source, cover.Until, cover.Product, false
	s = s.metered(sc.Now())
	if err := sessions.Put(sc.Tx(), s); err != nil {
		return err
	}
	return sc.Queue(s.due())
}

// end closes the session, now or when it is said to have been closed.
func (s Session) end(sc *rule.Scope, at time.Time) error {
	if s.covered() {
		if err := sc.Unqueue(s.due()); err != nil {
			return err
		}
	}
	s.Closed, s.Waiting = at, false
	s = s.metered(s.Closed)
	if err := seen(sc, s); err != nil {
		return err
	}
	return sessions.Put(sc.Tx(), s)
}

// recheck looks again what pays for the sessions of one person in one product
// whose right may have changed: the right goes on, or tokens begin at this
// instant, or the sessions end (FLX-7).
func recheck(sc *rule.Scope, open []Session) error {
	for i, s := range open {
		if err := sc.Unqueue(s.due()); err != nil {
			return err
		}
		sc.Cite(PrecedenceRule, rule.Fig("was", string(s.Source)), rule.Fig("until", s.Until))
		open[i].Source, open[i].Until, open[i].By = licensing.Tokens, time.Time{}, ""
	}
	if covered, err := coverAll(sc, open); covered || err != nil {
		return err
	}
	if open[0].Team == "" {
		return endAll(sc, open)
	}
	product, err := licensing.ProductOf(&sc.View, open[0].Product)
	if err != nil {
		return err
	}
	for i, s := range open {
		open[i] = s.metered(sc.Now())
		if err := sessions.Put(sc.Tx(), open[i]); err != nil {
			return err
		}
	}
	return goOn(sc, product, open, sc.Now())
}

// endCover ends the right of a session by time, and with it that of the
// person's other sessions in the product.
func endCover(sc *rule.Scope, item rule.Item) error {
	s, found, err := sessions.Get(sc.Tx(), string(item.Streams[0]), store.String(item.Key))
	if err != nil || !found || !s.covered() || !s.Closed.IsZero() {
		return err
	}
	return recheckAll(sc, s.Home, store.String(s.Person)+store.String(s.Product), s.Product)
}

// loseCover looks again at the sessions of a person who lost a product.
func loseCover(sc *rule.Scope, lost licensing.CoverLost) error {
	return recheckAll(sc, lost.Team, store.String(lost.Person), lost.Product)
}

// turnSeats looks again at the sessions of a product whose seats changed.
func turnSeats(sc *rule.Scope, changed licensing.SeatsChanged) error {
	return recheckAll(sc, changed.Team, "", changed.Product)
}

// recheckAll looks again at the open sessions that a right to the product may
// cover, person by person and product by product.
func recheckAll(sc *rule.Scope, home rule.Stream, prefix store.Key, product string) error {
	list, err := openOf(&sc.View, home, prefix)
	if err != nil {
		return err
	}
	type key struct {
		person  rule.Person
		product string
	}
	var order []key
	groups := map[key][]Session{}
	for _, s := range list {
		if !s.covered() || !slices.Contains(licensing.CatalogOf(&sc.View).Covering(s.Product), product) {
			continue
		}
		k := key{s.Person, s.Product}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], s)
	}
	for _, k := range order {
		if err := recheck(sc, groups[k]); err != nil {
			return err
		}
	}
	return nil
}

// leave ends what a person has open in a team they leave, and their grant.
func leave(sc *rule.Scope, left account.MemberLeft) error {
	m := left.Member
	list, err := openOf(&sc.View, m.Team, store.String(m.Person))
	if err != nil {
		return err
	}
	for _, s := range list {
		if _, err := closeSession(sc, s, sc.Now()); err != nil {
			return err
		}
	}
	if err := forgetPresence(sc, m); err != nil {
		return err
	}
	return grants.Delete(sc.Tx(), string(m.Team), store.String(m.Person))
}

// closeSession closes a session. A short run that nobody else of the
// same window is in gives its tokens back (FLX-4).
func closeSession(sc *rule.Scope, s Session, at time.Time) (Session, error) {
	if !s.Closed.IsZero() {
		return s, nil
	}
	onTokens := s.Source == licensing.Tokens
	if err := s.end(sc, at); err != nil {
		return s, err
	}
	if onTokens {
		if err := releaseShort(sc, s); err != nil {
			return s, err
		}
	}
	s, _, err := sessions.Get(sc.Tx(), string(s.Home), store.String(s.ID))
	return s, err
}

func releaseShort(sc *rule.Scope, s Session) error {
	w, open, err := windowAt(&sc.View, s.Team, s.Person, s.Product)
	if err != nil || !open || w.Taking.IsZero() {
		return err
	}
	others, err := openSessions(&sc.View, s.Team, s.Person, s.Product)
	if err != nil || len(others) > 0 {
		return err
	}
	return release(sc, w)
}

// SessionShown is a session as results show it.
type SessionShown struct {
	ID      string `json:"id"`
	Team    string `json:"team"`
	Product string `json:"product"`
	// Device is where it runs, empty where that is not known.
	Device string                 `json:"device"`
	Source licensing.AccessSource `json:"source"`
	Tokens int64                  `json:"tokens"`
	Opened time.Time              `json:"opened"`
	// Closed is null while the session is open.
	Closed *time.Time `json:"closed"`
}

func (s Session) shown() SessionShown {
	shown := SessionShown{
		ID: s.ID, Team: string(s.Team), Product: s.Product, Device: s.Device, Source: s.Source, Tokens: s.Tokens, Opened: s.Opened,
	}
	if !s.Closed.IsZero() {
		shown.Closed = &s.Closed
	}
	return shown
}

// SessionResult is the result of commands on a session.
type SessionResult struct {
	Session SessionShown `json:"session"`
}

// aboutSession is the subject of an open or closed session: its person's own.
func aboutSession(v *rule.View, id string) (rule.Subject, Session, error) {
	home, ok := rule.StreamOfID("ses", id)
	if !ok {
		return rule.Subject{}, Session{}, rule.Missing("session", id)
	}
	s, found, err := sessions.Get(v.Tx(), string(home), store.String(id))
	if err != nil {
		return rule.Subject{}, s, err
	}
	if !found {
		return rule.Subject{}, s, rule.Missing("session", id)
	}
	streams, err := account.Concerns(v, s.Person)
	if !slices.Contains(streams, s.Home) {
		streams = append(streams, s.Home)
	}
	return rule.Subject{Person: s.Person, What: "session", Name: id, Touches: streams}, s, err
}

// Activity tells that somebody works in a session.
type Activity struct {
	Session string `json:"session"`
	// At is when it was, where that is reported late; left out, it is now.
	At time.Time `json:"at,omitzero"`
}

// About names the session's person.
func (c Activity) About(v *rule.View) (rule.Subject, error) {
	subject, _, err := aboutSession(v, c.Session)
	return subject, err
}

// Do notes the activity; a charge that waited for it is made now (FLX-5).
func (c Activity) Do(sc *rule.Scope) (SessionResult, error) {
	_, s, err := aboutSession(&sc.View, c.Session)
	if err != nil {
		return SessionResult{}, err
	}
	sc.Cite(IdleRule, rule.Fig("waiting", s.Waiting))
	if !s.Closed.IsZero() {
		return SessionResult{}, rule.Refuse(rule.Conflict, IdleRule, "the session is closed", rule.Fig("closed", s.Closed))
	}
	at, err := s.happened(&sc.View, c.At)
	if err != nil {
		return SessionResult{}, err
	}
	if at.After(s.Active) {
		s.Active = at
	}
	if err := seen(sc, s); err != nil {
		return SessionResult{}, err
	}
	if err := sessions.Put(sc.Tx(), s); err != nil {
		return SessionResult{}, err
	}
	awake, err := s.awake(&sc.View)
	if err != nil {
		return SessionResult{}, err
	}
	if awake {
		if err := wakeUp(sc, s, at); err != nil {
			return SessionResult{}, err
		}
	}
	s, _, err = sessions.Get(sc.Tx(), string(s.Home), store.String(s.ID))
	return SessionResult{s.shown()}, err
}

// wakeUp makes the charge that waited for activity. Another session of the
// window may have made it already.
func wakeUp(sc *rule.Scope, s Session, at time.Time) error {
	open, err := openSessions(&sc.View, s.Team, s.Person, s.Product)
	if err != nil {
		return err
	}
	if covered, err := coverAll(sc, open); covered || err != nil {
		return err
	}
	product, err := licensing.ProductOf(&sc.View, s.Product)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(open, func(o Session) bool { return o.ID == s.ID })
	if i > 0 {
		open[0], open[i] = open[i], open[0]
	}
	return goOn(sc, product, open, at)
}

// Close closes a session. Closing it again changes nothing.
type Close struct {
	Session string `json:"session"`
	// At is when it was closed, where that is reported late; left out, it is now.
	At time.Time `json:"at,omitzero"`
}

// About names the session's person.
func (c Close) About(v *rule.View) (rule.Subject, error) {
	subject, _, err := aboutSession(v, c.Session)
	return subject, err
}

// Do closes it.
func (c Close) Do(sc *rule.Scope) (SessionResult, error) {
	_, s, err := aboutSession(&sc.View, c.Session)
	if err != nil {
		return SessionResult{}, err
	}
	at, err := s.happened(&sc.View, c.At)
	if err != nil {
		return SessionResult{}, err
	}
	sc.Cite(ShortRunRule, rule.Fig("opened", s.Opened), rule.Fig("closed", at))
	s, err = closeSession(sc, s, at)
	return SessionResult{s.shown()}, err
}

// errSeveral is the refusal to guess which team pays.
func errSeveral(teams []rule.Stream) error {
	names := make([]string, len(teams))
	for i, t := range teams {
		names[i] = string(t)
	}
	return rule.Refusef(rule.Invalid, WindowRule, "several teams grant tokens for the product, so one must be named: %s", rule.Show(names)).
		With(rule.Fig("teams", names))
}
