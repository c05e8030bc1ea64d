package licensing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Downloaded is one download that a person asked for. It is kept in the
// person's own stream and, where it was on trial, in each of their teams.
type Downloaded struct {
	Home    rule.Stream
	ID      string
	Person  rule.Person
	Product string
	// Version is the one that was asked for, empty for the current one.
	Version string
	// Source is the right by which it was allowed, Team whose right it is.
	Source AccessSource
	Team   rule.Stream
	At     time.Time
}

var downloaded = store.NewTable("licensing.downloaded", func(d *Downloaded) (string, store.Key) {
	return string(d.Home), store.Time(d.At) + rule.IDKey(d.ID)
})

// Download asks for a product: its current release, or the version named.
type Download struct {
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	Version string       `json:"version,omitempty"`
}

// DownloadedShown is a download as results show it.
type DownloadedShown struct {
	ID      string       `json:"id"`
	User    string       `json:"user"`
	Product string       `json:"product"`
	Version string       `json:"version"`
	Source  AccessSource `json:"source"`
	// Team is whose right it is; empty for a trial, education access and tokens.
	Team string    `json:"team"`
	At   time.Time `json:"at"`
	// Files are what is fetched: for a collection one of each member. It is empty
	// where the catalogue lists no releases.
	Files []DownloadFile `json:"files"`
}

// DownloadResult is the result of [Download].
type DownloadResult struct {
	Download DownloadedShown `json:"download"`
}

// About names the person.
func (c Download) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, c.User) }

// Do writes the download down, with the right it was allowed by. It refuses
// what [DownloadsQuery] refuses (LIC-2); on trial it counts in each team that
// the person is in (LIC-8, REP-4).
func (c Download) Do(s *rule.Scope) (DownloadResult, error) {
	_, email, person, err := c.User.Parts()
	if err != nil {
		return DownloadResult{}, err
	}
	right, list, err := DownloadsQuery(c).find(&s.View)
	if err != nil {
		return DownloadResult{}, err
	}
	files := slices.DeleteFunc(list, func(d DownloadFile) bool { return c.Version == "" && !d.Current })
	made := Downloaded{
		Home: person.Stream(), Person: person, Product: c.Product, Version: c.Version, Source: right.Source, Team: right.Team, At: s.Now(),
	}
	homes := []rule.Stream{person.Stream()}
	if right.Source == OnTrial {
		teams, err := account.TeamsOf(&s.View, person)
		if err != nil {
			return DownloadResult{}, err
		}
		homes = append(homes, teams...)
		s.Cite(TrialRule, rule.Fig("counted in", len(teams)))
	}
	shown := DownloadedShown{
		User: email, Product: c.Product, Version: c.Version, Source: right.Source, Team: string(right.Team), At: s.Now(), Files: files,
	}
	if c.Version == "" && len(files) == 1 {
		shown.Version, made.Version = files[0].Version, files[0].Version
	}
	for _, home := range homes {
		made.Home = home
		if made.ID, err = s.NewID("dwn", home); err != nil {
			return DownloadResult{}, err
		}
		if home.IsPerson() {
			shown.ID = made.ID
		}
		if err := downloaded.Put(s.Tx(), made); err != nil {
			return DownloadResult{}, err
		}
	}
	return DownloadResult{shown}, nil
}

// TrialDownloadsQuery counts what the people of a team downloaded on trial in a
// period.
type TrialDownloadsQuery struct {
	Team string    `json:"team"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// TrialDownload is what one person downloaded of one product on one day.
type TrialDownload struct {
	Day     period.Date `json:"day"`
	Product string      `json:"product"`
	// User is the address, or a sign where the team hides people.
	User      string `json:"user"`
	Downloads int    `json:"downloads"`
}

// About names the team.
func (q TrialDownloadsQuery) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, q.Team)
}

// Answer counts by the day in the team's zone, from From on and before To (REP-4).
func (q TrialDownloadsQuery) Answer(v *rule.View) ([]TrialDownload, error) {
	team, err := account.TeamByHandle(v, rule.Stream(q.Team))
	if err != nil {
		return nil, err
	}
	if err := account.CheckPeriod(TrialReportRule, team.Location(), q.From, q.To); err != nil {
		return nil, err
	}
	names, err := account.NamesIn(v, team.Handle)
	if err != nil {
		return nil, err
	}
	list, at := []TrialDownload{}, map[TrialDownload]int{}
	for d, err := range downloaded.Scan(v.Tx(), q.Team, store.Part{From: store.Time(q.From), To: store.Time(q.To)}) {
		if err != nil {
			return nil, err
		}
		user, err := names.Of(d.Person)
		if err != nil {
			return nil, err
		}
		row := TrialDownload{Day: period.DateOf(d.At, team.Location()), Product: d.Product, User: user}
		i, known := at[row]
		if !known {
			i = len(list)
			at[row] = i
			list = append(list, row)
		}
		list[i].Downloads++
	}
	v.Cite(TrialReportRule, rule.Fig("zone", string(team.Zone)), rule.Fig("rows", len(list)))
	return list, nil
}
