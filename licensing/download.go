package licensing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// Grants is what licensing asks of the module that meters: which products a
// person may open with a team's tokens.
type Grants interface {
	// Granted reports whether tokens of any of the teams may be used for the product.
	Granted(v *rule.View, person rule.Person, product string, teams []rule.Stream) (bool, error)
}

// GrantsService answers [Grants].
var GrantsService = rule.NewService[Grants]("licensing.Grants")

// ReleasesAt returns the releases that have appeared by a date, the newest
// first. Releases of one date keep the order of the catalogue, the later being
// the newer.
func (p *Product) ReleasesAt(today period.Date) []Release {
	var list []Release
	for _, r := range p.Releases {
		if !r.On.After(today) {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(a, b Release) int { return a.On.Compare(b.On) })
	slices.Reverse(list)
	return list
}

// allowedReleases are the current release and the three before it (LIC-2).
func allowedReleases(v *rule.View, p *Product) []Release {
	list := p.ReleasesAt(period.DateOf(v.Now(), v.Zone()))
	return list[:min(len(list), 1+PreviousVersions.Of(v))]
}

// CheckRelease refuses a release that is not among those allowed: one that is
// too old as such, one that never was as missing. Products that list no
// releases take any.
func CheckRelease(v *rule.View, p *Product, version string) error {
	allowed := allowedReleases(v, p)
	if version == "" || len(p.Releases) == 0 || slices.ContainsFunc(allowed, func(r Release) bool { return r.Version == version }) {
		return nil
	}
	all := p.ReleasesAt(period.DateOf(v.Now(), v.Zone()))
	if len(allowed) == 0 || !slices.ContainsFunc(all, func(r Release) bool { return r.Version == version }) {
		return rule.Missing("release of "+p.ID, version)
	}
	oldest := allowed[len(allowed)-1].Version
	return rule.Refusef(rule.VersionTooOld, DownloadRule, "%s %s is too old: the oldest that can be downloaded is %s", p.ID, version, oldest).
		With(rule.Fig("oldest", oldest), rule.Fig("previous-versions", PreviousVersions.Of(v)))
}

// DownloadsQuery lists the releases of a product that a person may download,
// the newest first. With a version it lists that one, or says why not.
type DownloadsQuery struct {
	User    rule.Address `json:"user"`
	Product string       `json:"product"`
	Version string       `json:"version,omitempty"`
}

// DownloadFile is a release as results show it.
type DownloadFile struct {
	Product string      `json:"product"`
	Version string      `json:"version"`
	Current bool        `json:"current"`
	On      period.Date `json:"on"`
	Forms
}

// About names the person.
func (q DownloadsQuery) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, q.User) }

// Answer lists them.
func (q DownloadsQuery) Answer(v *rule.View) ([]DownloadFile, error) {
	_, list, err := q.find(v)
	return list, err
}

// find returns the right by which the person may download the product, and the
// releases.
func (q DownloadsQuery) find(v *rule.View) (Cover, []DownloadFile, error) {
	p, err := ProductOf(v, q.Product)
	if err != nil {
		return Cover{}, nil, err
	}
	right, granting, err := q.mayUse(v)
	if err != nil {
		return right, nil, err
	}
	sources := []*Product{p}
	if p.Kind == Collection {
		sources = nil
		for _, m := range p.Members {
			if member, err := ProductOf(v, m); err == nil {
				sources = append(sources, member)
			}
		}
	}
	list := []DownloadFile{}
	var refused *rule.Refusal
	for _, source := range sources {
		if r := rule.AsRefusal(CheckRelease(v, source, q.Version)); r != nil && (refused == nil || r.Code == rule.VersionTooOld) {
			refused = r
		}
		releases, err := releasesFor(v, q.User.Person(), source, granting)
		if err != nil {
			return right, nil, err
		}
		for i, r := range releases {
			if q.Version == "" || q.Version == r.Version {
				list = append(list, DownloadFile{Product: source.ID, Version: r.Version, Current: i == 0, On: r.On, Forms: source.forms()})
			}
		}
	}
	v.Cite(DownloadRule, rule.Fig("previous-versions", PreviousVersions.Of(v)), rule.Fig("shown", len(list)))
	if q.Version != "" && len(list) == 0 && refused != nil {
		return right, nil, refused
	}
	return right, list, nil
}

// mayUse returns the right to the product and the teams that withhold no
// downloads, and refuses who has no right at all.
func (q DownloadsQuery) mayUse(v *rule.View) (Cover, []rule.Stream, error) {
	person := q.User.Person()
	teams, err := account.Visible(v, person)
	if err != nil {
		return Cover{}, nil, err
	}
	granting, err := account.Granting(v, teams, person, account.Downloads)
	if err != nil {
		return Cover{}, nil, err
	}
	c, err := rightTo(v, person, q.Product, granting)
	if err != nil || c.Source != None {
		return c, granting, err
	}
	if c, err = rightTo(v, person, q.Product, teams); err != nil {
		return c, nil, err
	}
	if c.Source == None {
		return c, nil, rule.Refusef(rule.NotAssigned, DownloadRule, "the person has no right to %s", q.Product)
	}
	return c, nil, withheldDownloads(v, q.Product, c.Team)
}
