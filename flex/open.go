package flex

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// means is what lets a person open a product: a right that costs no tokens, or
// one team's tokens.
type means struct {
	cover licensing.Cover
	// team is whose tokens pay, or would when the cover ends; empty for none.
	team rule.Stream
	// window is the open one, where there is one.
	window *Window
	rate   int64
	left   int64
	// over is the limit that the rate would exceed, nil where there is none.
	over *reached
}

// find decides what lets a person open a product, in the order seat, overlap,
// trial, education, tokens (LIC-6, LIC-14). A named team narrows it to what that
// team gives, and the person's own trial and education access.
func find(v *rule.View, person rule.Person, product *licensing.Product, named string) (means, error) {
	m := means{cover: licensing.Cover{Source: licensing.None}}
	teams, err := account.Visible(v, person)
	if err != nil {
		return m, err
	}
	if named != "" {
		teams = slices.DeleteFunc(teams, func(t rule.Stream) bool { return string(t) != named })
	}
	if own := v.Actor().IsOperator() || v.Actor().Person() == person; !own && len(teams) == 0 {
		return m, nil
	}
	if m.cover, err = licensing.CoverOf(v, person, product.ID, teams); err != nil {
		return m, err
	}
	if m.team = m.cover.Team; m.team != "" {
		v.Cite(PrecedenceRule, rule.Fig("source", string(m.cover.Source)))
		return m, nil
	}
	granting, err := granting(v, person, product, teams)
	if err != nil {
		return m, err
	}
	if m.cover.Source != licensing.None {
		v.Cite(PrecedenceRule, rule.Fig("source", string(m.cover.Source)))
		switch {
		case len(granting) == 1:
			m.team = granting[0]
		case len(teams) == 1:
			m.team = teams[0]
		}
		return m, nil
	}
	switch len(granting) {
	case 0:
		return m, nil
	case 1:
		return m, m.byTokens(v, person, product, granting[0])
	default:
		return m, errSeveral(granting)
	}
}

func (m *means) byTokens(v *rule.View, person rule.Person, product *licensing.Product, team rule.Stream) error {
	m.team = team
	m.rate, _ = product.FlexRate.At(v.Now())
	w, open, err := windowAt(v, team, person, product.ID)
	if err != nil {
		return err
	}
	if open {
		m.window = &w
		v.Cite(WindowRule, rule.Fig("window ends", w.End))
		return nil
	}
	wallet, err := walletOf(v, team)
	if err != nil {
		return err
	}
	m.left = wallet.Left
	v.Cite(BalanceRule, rule.Fig("rate", m.rate), rule.Fig("balance", m.left))
	m.over, err = exceeded(v, spending{team: team, person: person, product: product.ID, tokens: m.rate, at: v.Now()})
	return err
}

// Access is whether a person may open a product now, and what pays.
type Access struct {
	Allowed bool                   `json:"allowed"`
	Source  licensing.AccessSource `json:"source"`
	// Team is whose right or tokens they are; empty for a trial, for education access
	// and for none.
	Team string `json:"team"`
	// Until is the end of the right, for tokens that of the open window; null
	// where there is neither.
	Until *time.Time `json:"until"`
	// Rules are the identifiers of the rules that decided.
	Rules []string `json:"rules"`
}

// AccessQuery asks whether a person may open a product now, and what pays.
type AccessQuery struct {
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	Team    string       `json:"team,omitempty"`
}

// About names the person, and the team where one is named.
func (q AccessQuery) About(v *rule.View) (rule.Subject, error) {
	if q.Team != "" {
		return account.AboutMember(v, q.Team, q.User)
	}
	return licensing.AboutPerson(v, q.User)
}

// Answer decides (LIC-6).
func (q AccessQuery) Answer(v *rule.View) (Access, error) {
	product, err := licensing.ProductOf(v, q.Product)
	if err != nil {
		return Access{}, err
	}
	m, err := find(v, q.User.Person(), product, q.Team)
	if err != nil {
		return Access{}, err
	}
	a := Access{Source: licensing.None}
	switch {
	case m.cover.Source != licensing.None:
		a = Access{Allowed: true, Source: m.cover.Source, Team: string(m.cover.Team), Until: &m.cover.Until}
	case m.window != nil:
		a = Access{Allowed: true, Source: licensing.Tokens, Team: string(m.team), Until: &m.window.End}
	case m.team != "" && m.left >= m.rate && m.over == nil:
		a = Access{Allowed: true, Source: licensing.Tokens, Team: string(m.team)}
	}
	a.Rules = v.Cited()
	return a, nil
}

// Open opens a product. What pays is decided as by [AccessQuery].
type Open struct {
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	Team    string       `json:"team,omitempty"`
	Release string       `json:"release,omitempty"`
	// At is when it was opened, where that is reported late; left out, it is now.
	At time.Time `json:"at,omitzero"`
	// Device is the person's handle for the one that it runs on; left out, none is
	// known and none is checked.
	Device string `json:"device,omitempty"`
}

// Opened is the result of [Open].
type Opened struct {
	Session SessionShown           `json:"session"`
	Source  licensing.AccessSource `json:"source"`
}

// About names the person, and the team where one is named.
func (c Open) About(v *rule.View) (rule.Subject, error) {
	return AccessQuery{User: c.User, Team: c.Team}.About(v)
}

// Do opens a session. Tokens are held where no window is open (FLX-3, FLX-4).
func (c Open) Do(s *rule.Scope) (Opened, error) {
	product, err := licensing.ProductOf(&s.View, c.Product)
	if err != nil {
		return Opened{}, err
	}
	person := c.User.Person()
	if err := checkRelease(&s.View, person, product, c.Release, c.Team); err != nil {
		return Opened{}, err
	}
	at, err := happened(&s.View, c.At)
	if err != nil {
		return Opened{}, err
	}
	m, err := find(&s.View, person, product, c.Team)
	if err != nil {
		return Opened{}, err
	}
	if err := m.check(&s.View, person, product, c.Team, c.Device); err != nil {
		return Opened{}, err
	}
	session := Session{
		Home: m.team, Team: m.team, Person: person, Product: product.ID, Release: c.Release, Opened: at, Active: at,
		Source: m.cover.Source, Until: m.cover.Until, By: m.cover.Product,
	}
	if product.Kind != licensing.Cloud {
		session.Device = c.Device
	}
	if session.Home == "" {
		session.Home = person.Stream()
	}
	if session.ID, err = s.NewID("ses", session.Home); err != nil {
		return Opened{}, err
	}
	if err := m.start(s, product, &session); err != nil {
		return Opened{}, err
	}
	if err := seen(s, session); err != nil {
		return Opened{}, err
	}
	session = session.metered(session.Opened)
	shown := session.shown()
	return Opened{Session: shown, Source: shown.Source}, sessions.Put(s.Tx(), session)
}

// start lets the session begin by what was found.
func (m means) start(s *rule.Scope, product *licensing.Product, session *Session) error {
	switch {
	case m.cover.Source != licensing.None:
		return s.Queue(session.due())
	case m.window != nil:
		session.Source, session.Charged = licensing.Tokens, m.window.Taking.IsZero()
		return nil
	default:
		session.Source = licensing.Tokens
		cost, err := next(&s.View, product, *session, session.Opened)
		if err != nil {
			return err
		}
		if err := withinLimits(s, cost); err != nil {
			return err
		}
		return begin(s, session, cost)
	}
}
