package licensing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Kinds of notices that tell of the end of a trial.
const (
	TrialEndingNotice account.NoticeKind = "trial-ending"
	TrialEndedNotice  account.NoticeKind = "trial-ended"
)

var (
	trialWarns = rule.DueKind{Name: "licensing.trial-ending", Rank: 91}
	trialEnds  = rule.DueKind{Name: "licensing.trial-end", Rank: 92}
)

// warnings returns the instants at which the person is told that the trial
// ends, in the zone that it lasts in. They are fixed when it begins.
func (t Trial) warnings(v *rule.View, zone *time.Location) []time.Time {
	return noticesBefore(TrialNotice.Of(v), t.Starts, t.Ends, zone)
}

// due returns what time will still bring to the trial. What follows on it is
// decided by the teams that the person is in, so it is due in those too.
func (t Trial) due(now time.Time, teams []rule.Stream) []rule.Item {
	streams := append([]rule.Stream{t.Person.Stream()}, teams...)
	item := func(at time.Time, kind rule.DueKind) rule.Item {
		return rule.Item{At: at, Kind: kind, Key: string(t.Person) + " " + t.Product, Streams: streams}
	}
	var items []rule.Item
	for _, at := range t.Warnings {
		items = append(items, item(at, trialWarns))
	}
	items = append(items, item(t.Ends, trialEnds))
	return slices.DeleteFunc(items, func(i rule.Item) bool { return !i.At.After(now) })
}

// trialsOf returns all trials of a person, in the order of their products.
func trialsOf(v *rule.View, person rule.Person) ([]Trial, error) {
	var list []Trial
	for t, err := range trials.Scan(v.Tx(), string(person), store.Part{}) {
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// queueTrial queues what time will bring to a trial.
func queueTrial(s *rule.Scope, t Trial, teams []rule.Stream) error {
	for _, item := range t.due(s.Now(), teams) {
		if err := s.Queue(item); err != nil {
			return err
		}
	}
	return nil
}

func unqueueTrial(s *rule.Scope, t Trial, teams []rule.Stream) error {
	for _, item := range t.due(s.Now(), teams) {
		if err := s.Unqueue(item); err != nil {
			return err
		}
	}
	return nil
}

// moveTrials queues what a person's trials will bring in other teams than before.
func moveTrials(s *rule.Scope, person rule.Person, before, after []rule.Stream) error {
	list, err := trialsOf(&s.View, person)
	if err != nil {
		return err
	}
	for _, t := range list {
		if err := unqueueTrial(s, t, before); err != nil {
			return err
		}
		if err := queueTrial(s, t, after); err != nil {
			return err
		}
	}
	return nil
}

// joinTrials lets a team that a person joins take part in what follows on their trials.
func joinTrials(s *rule.Scope, joined account.MemberJoined) error {
	after, err := account.TeamsOf(&s.View, joined.Member.Person)
	if err != nil {
		return err
	}
	return moveTrials(s, joined.Member.Person, otherTeams(after, joined.Member.Team), after)
}

// leaveTrials takes a team that a person leaves out of what follows on their trials.
func leaveTrials(s *rule.Scope, left account.MemberLeft) error {
	before, err := account.TeamsOf(&s.View, left.Member.Person)
	if err != nil {
		return err
	}
	return moveTrials(s, left.Member.Person, before, otherTeams(before, left.Member.Team))
}

func otherTeams(teams []rule.Stream, team rule.Stream) []rule.Stream {
	return slices.DeleteFunc(slices.Clone(teams), func(t rule.Stream) bool { return t == team })
}

// tellTrial tells the person that a trial will end, or that it has ended, and
// what follows on it.
func tellTrial(s *rule.Scope, item rule.Item) error {
	kind := TrialEndingNotice
	if item.Kind == trialEnds {
		kind = TrialEndedNotice
	}
	person, product, _ := cutKey(item.Key)
	t, found, err := trials.Get(s.Tx(), person, store.String(product))
	if err != nil || !found {
		return err
	}
	s.Cite(TrialRule, rule.Fig("ends", t.Ends))
	next, err := afterTrial(&s.View, t, item.Streams[1:])
	if err != nil {
		return err
	}
	p, _, err := account.PersonByID(&s.View, t.Person)
	if err != nil {
		return err
	}
	ends := rule.Show(t.Ends.In(p.Zone.Location()))
	return account.Tell(s, account.Letter{
		Kind: kind, About: t.Person.Stream(), Facts: map[string]string{"product": t.Product, "ends": ends, "next": string(next)},
	}, t.Person)
}

// afterTrial tells what a person may open the product with once the trial is
// over, as things stand now: a seat or an overlap, else education access that
// outlasts it, else tokens, else nothing.
func afterTrial(v *rule.View, t Trial, teams []rule.Stream) (AccessSource, error) {
	c, err := TeamCover(v, t.Person, t.Product, teams)
	if err != nil || c.Source != None {
		return c.Source, err
	}
	if e, running, err := EducationOf(v, t.Person, t.Product); err != nil || running && e.Ends.After(t.Ends) {
		return Educating, err
	}
	if _, err := ProductOf(v, t.Product); err != nil {
		return None, nil //nolint:nilerr // what is offered no longer has no rate either
	}
	granted, err := GrantsService.Of(v).Granted(v, t.Person, t.Product, teams)
	if err != nil || !granted {
		return None, err
	}
	return Tokens, nil
}

// TrialsQuery lists the trials of a person, and products to try.
type TrialsQuery struct {
	User rule.Address `json:"user"`
}

// Trials are a person's trials, those that end or ended first in front.
type Trials struct {
	Active  []TrialShown `json:"active"`
	Expired []TrialShown `json:"expired"`
	// Suggested are products that are sold, and that the person has neither tried nor
	// a seat of, in the order of the catalogue.
	Suggested []string `json:"suggested"`
}

// About names the person.
func (q TrialsQuery) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, q.User) }

// Answer lists them (LIC-8).
func (q TrialsQuery) Answer(v *rule.View) (Trials, error) {
	_, email, person, err := q.User.Parts()
	if err != nil {
		return Trials{}, err
	}
	list, err := trialsOf(v, person)
	if err != nil {
		return Trials{}, err
	}
	slices.SortStableFunc(list, func(a, b Trial) int { return a.Ends.Compare(b.Ends) })
	shown, tried := Trials{Active: []TrialShown{}, Expired: []TrialShown{}, Suggested: []string{}}, map[string]bool{}
	for _, t := range list {
		tried[t.Product] = true
		one := TrialShown{User: email, Product: t.Product, Starts: t.Starts, Ends: t.Ends}
		if t.Running(v.Now()) {
			shown.Active = append(shown.Active, one)
		} else {
			shown.Expired = append(shown.Expired, one)
		}
	}
	usable, err := usableBy(v, person)
	if err != nil {
		return Trials{}, err
	}
	for _, u := range usable { // nobody tries what they have a seat of
		tried[u.product.ID] = tried[u.product.ID] || u.cover.Source == Seat
	}
	catalog := CatalogOf(v)
	for i := range catalog.Products {
		p := &catalog.Products[i]
		if len(p.Prices) > 0 && !p.Retired && !p.Since.After(v.Now()) && !tried[p.ID] {
			shown.Suggested = append(shown.Suggested, p.ID)
		}
	}
	v.Cite(TrialRule, rule.Fig("active", len(shown.Active)), rule.Fig("expired", len(shown.Expired)))
	return shown, nil
}
