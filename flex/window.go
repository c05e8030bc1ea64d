package flex

import (
	"errors"
	"strings"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Window is the 24 hours that one charge covers, for one team, person and product.
type Window struct {
	Team    rule.Stream
	Person  rule.Person
	Product string
	// Start is the first instant covered and End the first after it.
	Start, End time.Time
	// Rate is the tokens of the charge: the rate in force at the start.
	Rate   int64
	Debits []Debit
	// Taking is when held tokens are taken; zero once they are.
	Taking time.Time
	// Session is the one that the charge was made for.
	Session string
	Release string
}

var windows = store.NewTable("flex.window", func(w *Window) (string, store.Key) { return string(w.Team), windowKey(w.Person, w.Product) })

func windowKey(person rule.Person, product string) store.Key {
	return store.String(person) + store.String(product)
}

// Usage is one run as reports show it.
type Usage struct {
	Team    rule.Stream
	ID      string
	Start   time.Time
	Person  rule.Person
	Product string
	Release string
	// Result is what the tokens were spent for; empty for a day's use.
	Result string
	Tokens int64
}

var usages = store.NewTable("flex.usage", func(u *Usage) (string, store.Key) {
	return string(u.Team), store.Time(u.Start) + rule.IDKey(u.ID)
})

var (
	windowTakes = rule.DueKind{Name: "flex.take", Rank: 50}
	windowEnds  = rule.DueKind{Name: "flex.window-end", Rank: 55}
)

func (w Window) item(kind rule.DueKind, at time.Time) rule.Item {
	return rule.Item{At: at, Kind: kind, Key: string(w.Person) + " " + w.Product, Streams: []rule.Stream{w.Team}}
}

// due returns what time will bring to the window.
func (w Window) due() rule.Item {
	if !w.Taking.IsZero() {
		return w.item(windowTakes, w.Taking)
	}
	return w.item(windowEnds, w.End)
}

// windowAt returns the window that covers now, and whether there is one.
func windowAt(v *rule.View, team rule.Stream, person rule.Person, product string) (Window, bool, error) {
	w, found, err := windows.Get(v.Tx(), string(team), windowKey(person, product))
	return w, found && v.Now().Before(w.End), err
}

// begin opens a window for a session and charges it: the tokens are held until
// the run is no longer short, or taken at once where it is not any more. What
// pays is decided now; the window starts when the use began, which is earlier
// where that was reported late (FLX-16).
func begin(s *rule.Scope, on *Session, cost spending) error {
	rate, start := cost.tokens, cost.at
	team, err := account.TeamByHandle(&s.View, on.Team)
	if err != nil {
		return err
	}
	w := Window{
		Team: on.Team, Person: on.Person, Product: on.Product, Start: start,
		End: DayLength.Of(&s.View).After(start, team.Location()).UTC(), Rate: rate, Session: on.ID, Release: on.Release,
	}
	if taking := ShortRun.Of(&s.View).After(on.Opened, team.Location()).UTC(); taking.After(s.Now()) && !on.Charged {
		w.Taking = taking
	}
	s.Cite(WindowRule, rule.Fig("rate", rate), rule.Fig("starts", w.Start), rule.Fig("ends", w.End))
	s.Cite(rule.ElapsedSpans, rule.Fig(DayLength.Name(), DayLength.Of(&s.View)))
	if w.Debits, err = debit(s, w.Team, rate, !w.Taking.IsZero()); err != nil {
		return err
	}
	on.Tokens += rate
	if w.Taking.IsZero() {
		on.Charged = true
		if err := taken(s, w); err != nil {
			return err
		}
	} else {
		s.Cite(ShortRunRule, rule.Fig("held", rate), rule.Fig("taken at", w.Taking))
	}
	if err := windows.Put(s.Tx(), w); err != nil {
		return err
	}
	return s.Queue(w.due())
}

// taken reports the charge of a window, dated at its start, and looks whether
// the balance is low now.
func taken(s *rule.Scope, w Window) error {
	if err := report(s, w, w.Rate); err != nil {
		return err
	}
	if err := tellLimits(s, w.spending()); err != nil {
		return err
	}
	wallet, err := walletOf(&s.View, w.Team)
	if err != nil {
		return err
	}
	return watchBalance(s, wallet)
}

func report(s *rule.Scope, w Window, tokens int64) error {
	id, err := s.NewID("use", w.Team)
	if err != nil {
		return err
	}
	s.Cite(UsageRule, rule.Fig("tokens", tokens))
	return usages.Put(s.Tx(), Usage{
		Team: w.Team, ID: id, Start: w.Start, Person: w.Person, Product: w.Product, Release: w.Release, Tokens: tokens,
	})
}

func loadWindow(s *rule.Scope, item rule.Item) (Window, bool, error) {
	person, product, _ := strings.Cut(item.Key, " ")
	return windows.Get(s.Tx(), string(item.Streams[0]), windowKey(rule.Person(person), product))
}

// takeHeld takes the tokens of a run that has become long enough (FLX-4).
func takeHeld(s *rule.Scope, item rule.Item) error {
	w, found, err := loadWindow(s, item)
	if err != nil || !found {
		return err
	}
	return keep(s, w)
}

// keep takes the tokens that a window holds.
func keep(s *rule.Scope, w Window) error {
	s.Cite(ShortRunRule, rule.Fig("launched", w.Start), rule.Fig("tokens", w.Rate))
	if err := settleDebits(s, w.Team, w.Debits, true); err != nil {
		return err
	}
	w.Taking = time.Time{}
	if err := windows.Put(s.Tx(), w); err != nil {
		return err
	}
	open, err := openSessions(&s.View, w.Team, w.Person, w.Product)
	if err != nil {
		return err
	}
	for _, session := range open {
		if !session.Charged {
			session.Charged = true
			if err := sessions.Put(s.Tx(), session); err != nil {
				return err
			}
		}
	}
	if err := taken(s, w); err != nil {
		return err
	}
	return s.Queue(w.due())
}

// release gives back what a short run held; the run shows in usage with 0.
func release(s *rule.Scope, w Window) error {
	s.Cite(ShortRunRule, rule.Fig("launched", w.Start), rule.Fig("given back", w.Rate))
	if err := s.Unqueue(w.due()); err != nil {
		return err
	}
	if err := settleDebits(s, w.Team, w.Debits, false); err != nil {
		return err
	}
	first, found, err := sessions.Get(s.Tx(), string(w.Team), store.String(w.Session))
	if err != nil {
		return err
	}
	if found {
		first.Tokens -= w.Rate
		if err := sessions.Put(s.Tx(), first); err != nil {
			return err
		}
	}
	if err := report(s, w, 0); err != nil {
		return err
	}
	return windows.Delete(s.Tx(), string(w.Team), windowKey(w.Person, w.Product))
}

// endWindow ends a window. What is still in use goes on by a right that costs
// no tokens, waits while idle, or opens the next window at this instant.
func endWindow(s *rule.Scope, item rule.Item) error {
	w, found, err := loadWindow(s, item)
	if err != nil || !found {
		return err
	}
	s.Cite(WindowRule, rule.Fig("ended", w.End))
	if err := pastWindows.Put(s.Tx(), past{w.Team, w.Person, w.Product, w.End}); err != nil {
		return err
	}
	if err := windows.Delete(s.Tx(), string(w.Team), windowKey(w.Person, w.Product)); err != nil {
		return err
	}
	open, err := openSessions(&s.View, w.Team, w.Person, w.Product)
	if err != nil || len(open) == 0 {
		return err
	}
	if covered, err := coverAll(s, open); covered || err != nil {
		return err
	}
	product, err := licensing.ProductOf(&s.View, w.Product)
	if err != nil {
		return err
	}
	if product.IdleAware && allIdle(&s.View, open) {
		s.Cite(IdleRule, rule.Fig("last activity", open[0].Active))
		for _, session := range open {
			session.Waiting = true
			if err := sessions.Put(s.Tx(), session); err != nil {
				return err
			}
		}
		return nil
	}
	return goOn(s, product, open, s.Now())
}

// coverAll lets the sessions of one person in one product go on by a right that
// costs no tokens, and reports whether there is one (FLX-7).
func coverAll(s *rule.Scope, open []Session) (bool, error) {
	first, teams := open[0], []rule.Stream{}
	if first.Team != "" {
		teams = append(teams, first.Team)
	}
	cover, err := licensing.CoverOf(&s.View, first.Person, first.Product, teams)
	if err != nil || cover.Source == licensing.None {
		return false, err
	}
	s.Cite(PrecedenceRule, rule.Fig("source", string(cover.Source)), rule.Fig("until", cover.Until))
	for _, session := range open {
		if err := session.coverBy(s, cover); err != nil {
			return false, err
		}
	}
	return true, nil
}

// goOn charges the next window for sessions that are in use since an instant, or
// ends them.
func goOn(s *rule.Scope, product *licensing.Product, open []Session, since time.Time) error {
	first := open[0]
	w, running, err := windowAt(&s.View, first.Team, first.Person, first.Product)
	if err != nil {
		return err
	}
	if running {
		return joinWindow(s, open, w.Taking.IsZero())
	}
	may, err := mayUse(&s.View, first.Team, first.Person, product)
	if err != nil {
		return err
	}
	if !may {
		return endAll(s, open)
	}
	cost, err := next(&s.View, product, first, since)
	if err != nil {
		return err
	}
	limit, err := exceeded(&s.View, cost)
	if err != nil {
		return err
	}
	if limit != nil {
		return limit.endAll(s, open, cost)
	}
	err = begin(s, &first, cost)
	if errors.Is(err, rule.InsufficientTokens) {
		s.Cite(BalanceRule, rule.Fig("product", product.ID))
		if err := endAll(s, open); err != nil {
			return err
		}
		return account.TellAdmins(s, letter(TokensShortNotice, first.Team, "product", product.ID), first.Person)
	}
	if err != nil {
		return err
	}
	open[0] = first
	return joinWindow(s, open, first.Charged)
}

// joinWindow writes sessions that an open window covers.
func joinWindow(s *rule.Scope, open []Session, charged bool) error {
	for _, session := range open {
		session.Waiting, session.Charged = false, charged
		if err := sessions.Put(s.Tx(), session); err != nil {
			return err
		}
	}
	return nil
}

func endAll(s *rule.Scope, open []Session) error {
	for _, session := range open {
		if err := session.end(s, s.Now()); err != nil {
			return err
		}
	}
	return nil
}

// allIdle reports whether nobody has worked in any of the sessions for the
// fifteen minutes that count as idle.
func allIdle(v *rule.View, open []Session) bool {
	for _, session := range open {
		if IdleAfter.Of(v).After(session.Active, time.UTC).After(v.Now()) {
			return false
		}
	}
	return true
}
