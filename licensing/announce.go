package licensing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// UpdateNotice tells who holds a product of an update to it.
const UpdateNotice account.NoticeKind = "update-published"

// Announcement is an update that the holders of a product in a team are told of
// at its publication. It is planned when the team gets seats, for what the
// catalogue then says is to come, and by [AnnounceUpdates] for what a newer
// catalogue adds. So it depends on no catalogue but that of the command.
type Announcement struct {
	Team    rule.Stream
	Product string
	Update  string
	// At is the publication: the beginning of its date in the engine's zone.
	At time.Time
	// Told is when the holders were told, zero before.
	Told time.Time
}

var announcements = store.NewTable("licensing.announcement", func(a *Announcement) (string, store.Key) {
	return string(a.Team), store.String(a.Product) + store.String(a.Update)
})

var updatePublished = rule.DueKind{Name: "licensing.update-published", Rank: 94}

func (a Announcement) due() rule.Item {
	return rule.Item{At: a.At, Kind: updatePublished, Key: a.Product + " " + a.Update, Streams: []rule.Stream{a.Team}}
}

// publication returns the instant from which an update is shown.
func (u Update) publication(v *rule.View) time.Time { return u.On.In(v.Zone()).UTC() }

// kind returns what the update is; left out, it is a plain one.
func (u Update) kind() UpdateKind {
	if u.Kind == "" {
		return PlainUpdate
	}
	return u.Kind
}

// covered returns the product and, of a collection, what its seat covers.
func covered(v *rule.View, id string) []*Product {
	p := CatalogOf(v).byID[id]
	if p == nil {
		return nil
	}
	list := []*Product{p}
	for _, m := range p.Members {
		list = append(list, CatalogOf(v).byID[m])
	}
	return list
}

// planUpdates plans to announce what will be published for a product that the
// team has seats of.
func planUpdates(s *rule.Scope, team rule.Stream, product string) error {
	for _, p := range covered(&s.View, product) {
		for _, u := range p.Updates {
			a := Announcement{Team: team, Product: p.ID, Update: u.Name, At: u.publication(&s.View)}
			if !a.At.After(s.Now()) {
				continue
			}
			if err := a.plan(s); err != nil {
				return err
			}
		}
	}
	return nil
}

// plan queues the announcement, unless it was planned before.
func (a Announcement) plan(s *rule.Scope) error {
	_, planned, err := announcements.Get(s.Tx(), string(a.Team), store.String(a.Product)+store.String(a.Update))
	if err != nil || planned {
		return err
	}
	if err := announcements.Put(s.Tx(), a); err != nil {
		return err
	}
	return s.Queue(a.due())
}

// publish tells the holders in its time.
func publish(s *rule.Scope, item rule.Item) error {
	product, update, _ := cutKey(item.Key)
	a, found, err := announcements.Get(s.Tx(), string(item.Streams[0]), store.String(product)+store.String(update))
	if err != nil || !found {
		return err
	}
	_, err = a.tell(s)
	return err
}

// tell writes to everyone who holds the product, or a collection that covers
// it, where the team has seats of it now. It returns how many there are.
func (a Announcement) tell(s *rule.Scope) (int, error) {
	var to []rule.Person
	for _, id := range CatalogOf(&s.View).Covering(a.Product) {
		p, err := poolOf(&s.View, a.Team, id)
		if err != nil {
			return 0, err
		}
		if p.owned == 0 {
			continue
		}
		list, err := holders(&s.View, a.Team, id)
		if err != nil {
			return 0, err
		}
		for _, h := range list {
			to = append(to, h.Person)
		}
	}
	slices.Sort(to)
	to = slices.Compact(to)
	s.Cite(UpdateRule, rule.Fig("product", a.Product), rule.Fig("update", a.Update), rule.Fig("published", a.At), rule.Fig("holders", len(to)))
	a.Told = s.Now()
	if err := announcements.Put(s.Tx(), a); err != nil {
		return 0, err
	}
	return len(to), account.Tell(s, account.Letter{
		Kind: UpdateNotice, About: a.Team, Facts: map[string]string{"product": a.Product, "update": a.Update},
	}, to...)
}

// AnnounceUpdates tells a team's holders of what a newer catalogue has added:
// at once what is published already and was not announced, and later what is
// still to come. The embedding service runs it after it took in a catalogue.
type AnnounceUpdates struct {
	Team string `json:"team"`
}

// Announced is one update that [AnnounceUpdates] announced or planned.
type Announced struct {
	Product string      `json:"product"`
	Update  string      `json:"update"`
	On      period.Date `json:"on"`
	// Told is how many people were told now; 0 also for what is still to come.
	Told int `json:"told"`
}

// AnnouncedResult is the result of [AnnounceUpdates].
type AnnouncedResult struct {
	Updates []Announced `json:"updates"`
}

// About names the team.
func (c AnnounceUpdates) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, c.Team)
}

// Do announces what the team has not heard of (LIC-9). What was published
// before the team first had seats of the product is no news to it.
func (c AnnounceUpdates) Do(s *rule.Scope) (AnnouncedResult, error) {
	team := rule.Stream(c.Team)
	s.Cite(UpdateRule)
	since, err := entitledSince(&s.View, team)
	if err != nil {
		return AnnouncedResult{}, err
	}
	shown := AnnouncedResult{Updates: []Announced{}}
	catalog := CatalogOf(&s.View)
	for i := range catalog.Products {
		p := &catalog.Products[i]
		first, has := since[p.ID]
		for _, u := range p.Updates {
			a := Announcement{Team: team, Product: p.ID, Update: u.Name, At: u.publication(&s.View)}
			_, planned, err := announcements.Get(s.Tx(), c.Team, store.String(a.Product)+store.String(a.Update))
			if err != nil {
				return shown, err
			}
			if !has || planned || !a.At.After(first) {
				continue
			}
			told := 0
			if a.At.After(s.Now()) {
				err = a.plan(s)
			} else {
				told, err = a.tell(s)
			}
			if err != nil {
				return shown, err
			}
			shown.Updates = append(shown.Updates, Announced{Product: p.ID, Update: u.Name, On: u.On, Told: told})
		}
	}
	return shown, nil
}

// entitledSince returns since when the team has seats that cover each product.
func entitledSince(v *rule.View, team rule.Stream) (map[string]time.Time, error) {
	since := map[string]time.Time{}
	for e, err := range entitlements.Scan(v.Tx(), string(team), store.Part{}) {
		if err != nil {
			return nil, err
		}
		for _, p := range covered(v, e.Product) {
			if first, has := since[p.ID]; !has || e.From.Before(first) {
				since[p.ID] = e.From
			}
		}
	}
	return since, nil
}
