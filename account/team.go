package account

import (
	"slices"
	"strings"
	"time"

	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Team is a team of people. Its handle is its identifier and its stream.
type Team struct {
	Handle   rule.Stream
	Name     string
	Country  string
	Zone     period.Zone
	Language Language
	Created  time.Time
	// Primary is the one primary admin.
	Primary rule.Person
}

var teams = store.NewTable("account.team", func(t *Team) (string, store.Key) { return string(t.Handle), "" })

// TeamByHandle returns the team, or the refusal that there is none.
func TeamByHandle(v *rule.View, handle rule.Stream) (Team, error) {
	if handle.IsPerson() || handle == "" {
		return Team{}, rule.Missing("team", string(handle))
	}
	t, found, err := teams.Get(v.Tx(), string(handle), "")
	if err != nil {
		return Team{}, err
	}
	if !found {
		return Team{}, rule.Missing("team", string(handle))
	}
	return t, nil
}

// MaxName is how many bytes a name can have.
const MaxName = rule.MaxName

// MaxHandle is how many letters a team's or a product's handle can have.
const MaxHandle = 64

// CheckHandle says what is wrong with a handle: it has 1 to 64 letters a–z,
// digits and hyphens.
func CheckHandle(what, handle string) error {
	ok := handle != "" && len(handle) <= MaxHandle
	for _, c := range []byte(handle) {
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')
	}
	if !ok {
		return rule.Refusef(rule.Invalid, RoleRule, "%q is no handle of a %s: it takes 1 to %d letters a-z, digits and hyphens",
			handle[:min(len(handle), MaxHandle+1)], what, MaxHandle)
	}
	return nil
}

// CheckCountry refuses what is no country: two capital letters, or nothing.
func CheckCountry(country string) error {
	if country == "" || len(country) == 2 && country == strings.ToUpper(country) && strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		return nil
	}
	return rule.Refusef(rule.Invalid, RoleRule, "%q is no country: it takes two capital letters, such as US", country[:min(len(country), 20)])
}

// CreateTeam makes a team, whose owner becomes its primary admin.
type CreateTeam struct {
	Team     string       `json:"team"`
	Owner    rule.Address `json:"owner"`
	Name     string       `json:"name,omitempty"`
	Country  string       `json:"country,omitempty"`
	Zone     period.Zone  `json:"zone,omitempty"`
	Language Language     `json:"language,omitempty"`
}

// TeamMade is the result of [CreateTeam].
type TeamMade struct {
	Team TeamShown `json:"team"`
}

// TeamShown is a team as results show it.
type TeamShown struct {
	Team     string   `json:"team"`
	Name     string   `json:"name"`
	Country  string   `json:"country"`
	Zone     string   `json:"zone"`
	Language Language `json:"language"`
	Primary  string   `json:"primary"`
}

// About names the new team and its owner.
func (c CreateTeam) About(v *rule.View) (rule.Subject, error) {
	if err := CheckHandle("team", c.Team); err != nil {
		return rule.Subject{}, err
	}
	streams, err := Concerns(v, c.Owner.Person())
	return rule.Subject{Touches: append(streams, rule.Stream(c.Team))}, err
}

// Do makes the team, the owner's login where there is none, and the first member.
func (c CreateTeam) Do(s *rule.Scope) (TeamMade, error) {
	if err := checkTexts(RoleRule, MaxName, c.Name); err != nil {
		return TeamMade{}, err
	}
	if err := CheckCountry(c.Country); err != nil {
		return TeamMade{}, err
	}
	if _, err := period.LoadZone(string(c.Zone)); c.Zone != "" && err != nil {
		return TeamMade{}, rule.Refuse(rule.Invalid, rule.CalendarSpans, err.Error())
	}
	zone, language := c.Zone, c.Language
	if zone == "" {
		zone = period.Zone(s.Zone().String())
	}
	if language == "" {
		language = English
	}
	owner, err := know(s, c.Owner, language)
	if err != nil {
		return TeamMade{}, err
	}
	if owner, err = EnsureLogin(s, c.Owner); err != nil {
		return TeamMade{}, err
	}
	return OpenTeam(s, Team{
		Handle: rule.Stream(c.Team), Name: c.Name, Country: c.Country, Zone: zone, Language: language, Primary: owner.ID,
	})
}

// OpenTeam keeps a new team and makes its primary admin its first member. A
// handle that is taken is refused.
func OpenTeam(s *rule.Scope, t Team) (TeamMade, error) {
	s.Cite(RoleRule, rule.Fig("primary", string(t.Primary)))
	if _, taken, err := teams.Get(s.Tx(), string(t.Handle), ""); err != nil {
		return TeamMade{}, err
	} else if taken {
		return TeamMade{}, rule.Refusef(rule.Conflict, RoleRule, "there is a team %q already", t.Handle)
	}
	t.Created = s.Now()
	if t.Name == "" {
		t.Name = string(t.Handle)
	}
	if err := teams.Put(s.Tx(), t); err != nil {
		return TeamMade{}, err
	}
	if err := enroll(s, t, t.Primary, Primary); err != nil {
		return TeamMade{}, err
	}
	shown, err := t.shown(&s.View)
	return TeamMade{Team: shown}, err
}

func (t Team) shown(v *rule.View) (TeamShown, error) {
	primary, err := EmailOf(v, t.Primary)
	return TeamShown{
		Team: string(t.Handle), Name: t.Name, Country: t.Country, Zone: string(t.Zone), Language: t.Language, Primary: primary,
	}, err
}

// Location returns the team's zone.
func (t Team) Location() *time.Location { return t.Zone.Location() }

// streamsOf joins streams, each once, leaving empty ones out.
func streamsOf(lists ...[]rule.Stream) []rule.Stream {
	const few = 32
	var all []rule.Stream
	var seen map[rule.Stream]bool
	for _, list := range lists {
		if seen == nil && len(list) > few {
			seen = map[rule.Stream]bool{}
			for _, s := range all {
				seen[s] = true
			}
		}
		for _, s := range list {
			if s == "" || seen[s] || seen == nil && slices.Contains(all, s) {
				continue
			}
			if seen != nil {
				seen[s] = true
			}
			all = append(all, s)
		}
	}
	return all
}

// AboutTeam is the subject of what concerns a team as a whole.
func AboutTeam(v *rule.View, team string, also ...rule.Stream) (rule.Subject, error) {
	t, err := TeamByHandle(v, rule.Stream(team))
	if err != nil {
		return rule.Subject{}, err
	}
	return rule.Subject{Team: t.Handle, What: "team", Name: team, Touches: streamsOf([]rule.Stream{t.Handle}, also)}, nil
}

// AboutMember is the subject of what concerns one person in a team.
func AboutMember(v *rule.View, team string, user rule.Address) (rule.Subject, error) {
	if _, _, _, err := user.Parts(); err != nil {
		return rule.Subject{}, err
	}
	concerns, err := Concerns(v, user.Person())
	if err != nil {
		return rule.Subject{}, err
	}
	subject, err := AboutTeam(v, team, concerns...)
	subject.Person = user.Person()
	return subject, err
}
