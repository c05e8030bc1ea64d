package account

import (
	"strconv"
	"time"

	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// InactiveNotice tells the primary admin how many people were inactive.
const InactiveNotice NoticeKind = "inactive-people"

// UsageNotices are what a team has set of its usage notices. A team that wants
// none has no such row.
type UsageNotices struct {
	Team     rule.Stream
	Every    Rhythm
	Inactive Inactivity
	// Anchor is the instant that all notices are counted from.
	Anchor time.Time
	// Told is how many periods have ended since.
	Told int
	// Next is when the present period ends.
	Next time.Time
}

var usageNotices = store.NewTable("account.usage_notices", func(n *UsageNotices) (string, store.Key) { return string(n.Team), "" })

var usageNoticeDue = rule.DueKind{Name: "account.usage-notice", Rank: 94}

func (n UsageNotices) due() rule.Item {
	return rule.Item{At: n.Next, Kind: usageNoticeDue, Key: string(n.Team), Streams: []rule.Stream{n.Team}}
}

// Activities are what account asks of the module that meters: when people worked
// with a team's products.
type Activities interface {
	// LastActive returns when the person last worked with a product of the team,
	// now where they do at this instant, and zero where they never have.
	LastActive(v *rule.View, team rule.Stream, person rule.Person) (time.Time, error)
	// LastUsed returns the same of one product.
	LastUsed(v *rule.View, team rule.Stream, person rule.Person, product string) (time.Time, error)
	// ActiveSince counts, by product, who has worked with it after an instant.
	ActiveSince(v *rule.View, team rule.Stream, since time.Time) (map[string]int, error)
}

// ActivityService answers [Activities].
var ActivityService = rule.NewService[Activities]("account.Activities")

// SetUsageNotices sets how often the primary admin is told of inactive people,
// and from which length of inactivity on.
type SetUsageNotices struct {
	Team  string `json:"team"`
	Every Rhythm `json:"every"`
	// Inactive is 30d where none is named.
	Inactive Inactivity `json:"inactive,omitempty"`
}

// UsageNoticesShown are the usage notices of a team as results show them.
type UsageNoticesShown struct {
	Every    Rhythm     `json:"every"`
	Inactive Inactivity `json:"inactive"`
	// Next is when the next one is due; null where none is.
	Next *time.Time `json:"next"`
}

// Settings are a team, its usage notices, and what it has set of its reports.
type Settings struct {
	Team         TeamShown         `json:"team"`
	UsageNotices UsageNoticesShown `json:"usage_notices"`
	// HidePeople is whether reports show a sign in place of each address.
	HidePeople bool `json:"hide_people"`
}

// About names the team.
func (c SetUsageNotices) About(v *rule.View) (rule.Subject, error) { return AboutTeam(v, c.Team) }

// Do sets them. The first is due one period from now; setting what is set changes
// nothing, and another length of inactivity moves no notice.
func (c SetUsageNotices) Do(s *rule.Scope) (Settings, error) {
	t, err := TeamByHandle(&s.View, rule.Stream(c.Team))
	if err != nil {
		return Settings{}, err
	}
	s.Cite(SettingsRule, rule.Fig("every", string(c.Every)), rule.Fig("inactive", string(c.Inactive)))
	if err := setUsageNotices(s, t, c.Every, c.Inactive); err != nil {
		return Settings{}, err
	}
	return settingsOf(&s.View, t)
}

func setUsageNotices(s *rule.Scope, t Team, every Rhythm, inactive Inactivity) error {
	old, set, err := usageNotices.Get(s.Tx(), string(t.Handle), "")
	if err != nil {
		return err
	}
	if inactive == "" {
		inactive = ThirtyDays
	}
	switch {
	case every == Never && !set:
		return nil
	case every == Never:
		if err := s.Unqueue(old.due()); err != nil {
			return err
		}
		return usageNotices.Delete(s.Tx(), string(t.Handle), "")
	case set && old.Every == every && old.Inactive == inactive:
		return nil
	case set && old.Every == every:
		old.Inactive = inactive
		return usageNotices.Put(s.Tx(), old)
	case set:
		if err := s.Unqueue(old.due()); err != nil {
			return err
		}
	}
	n := UsageNotices{Team: t.Handle, Every: every, Inactive: inactive, Anchor: s.Now()}
	return n.await(s, t)
}

// await keeps the notices and queues the next one.
func (n UsageNotices) await(s *rule.Scope, t Team) error {
	n.Next = n.Every.At(n.Anchor, n.Told+1, t.Location()).UTC()
	s.Cite(rule.CalendarSpans, rule.Fig("next", n.Next))
	if err := usageNotices.Put(s.Tx(), n); err != nil {
		return err
	}
	return s.Queue(n.due())
}

// beginUsageNotices sets for a new team what the policy says of teams that set
// nothing.
func beginUsageNotices(s *rule.Scope, joined MemberJoined) error {
	every := Rhythm(UsageNotice.Of(&s.View))
	if joined.Member.Role != Primary || every == Never {
		return nil
	}
	t, err := TeamByHandle(&s.View, joined.Member.Team)
	if err != nil {
		return err
	}
	s.Cite(SettingsRule, rule.Fig("usage-notice", string(every)))
	return setUsageNotices(s, t, every, "")
}

// tellUsage tells the primary admin how many people were inactive, where anybody
// was, and waits for the next period.
func tellUsage(s *rule.Scope, item rule.Item) error {
	n, set, err := usageNotices.Get(s.Tx(), string(item.Streams[0]), "")
	if err != nil || !set {
		return err
	}
	t, err := TeamByHandle(&s.View, n.Team)
	if err != nil {
		return err
	}
	inactive, of, err := inactivePeople(&s.View, t, n.Inactive.Since(s.Now(), t.Location()))
	if err != nil {
		return err
	}
	s.Cite(SettingsRule, rule.Fig("inactive", inactive), rule.Fig("of", of), rule.Fig("for", string(n.Inactive)))
	if inactive > 0 {
		letter := Letter{Kind: InactiveNotice, About: n.Team, Facts: map[string]string{
			"people": strconv.Itoa(inactive), "members": strconv.Itoa(of), "inactive": string(n.Inactive),
		}}
		if err := Tell(s, letter, t.Primary); err != nil {
			return err
		}
	}
	n.Told++
	return n.await(s, t)
}

// inactivePeople counts the members who have not worked with a product of the
// team after an instant, and all members. Who never did counts from their joining.
func inactivePeople(v *rule.View, t Team, since time.Time) (inactive, of int, err error) {
	activity := ActivityService.Of(v)
	for m, err := range members.Scan(v.Tx(), string(t.Handle), store.Part{}) {
		if err != nil {
			return 0, 0, err
		}
		of++
		if m.Since.After(since) {
			continue
		}
		last, err := activity.LastActive(v, t.Handle, m.Person)
		if err != nil {
			return 0, 0, err
		}
		if !last.After(since) {
			inactive++
		}
	}
	return inactive, of, nil
}

// expectUsageNotices lists what must be queued for the team's usage notices.
func expectUsageNotices(v *rule.View, team rule.Stream) ([]rule.Item, error) {
	n, set, err := usageNotices.Get(v.Tx(), string(team), "")
	if err != nil || !set {
		return nil, err
	}
	return []rule.Item{n.due()}, nil
}

// SettingsQuery asks for a team and its usage notices.
type SettingsQuery struct {
	Team string `json:"team"`
}

// About names the team.
func (q SettingsQuery) About(v *rule.View) (rule.Subject, error) { return AboutTeam(v, q.Team) }

// Answer shows them (ACC-19).
func (q SettingsQuery) Answer(v *rule.View) (Settings, error) {
	t, err := TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return Settings{}, err
	}
	v.Cite(SettingsRule)
	return settingsOf(v, t)
}

func settingsOf(v *rule.View, t Team) (Settings, error) {
	shown, err := t.shown(v)
	if err != nil {
		return Settings{}, err
	}
	h, _, err := hidings.Get(v.Tx(), string(t.Handle), "")
	if err != nil {
		return Settings{}, err
	}
	n, set, err := usageNotices.Get(v.Tx(), string(t.Handle), "")
	if err != nil || !set {
		return Settings{Team: shown, UsageNotices: UsageNoticesShown{Every: Never, Inactive: ThirtyDays}, HidePeople: h.On}, err
	}
	return Settings{Team: shown, UsageNotices: UsageNoticesShown{Every: n.Every, Inactive: n.Inactive, Next: &n.Next}, HidePeople: h.On}, nil
}
