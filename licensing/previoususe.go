package licensing

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// previousUseFaults are what is wrong with the older releases that a product lists
// for use under maintenance.
func (p *Product) previousUseFaults() []string {
	var texts []string
	for i, version := range p.PreviousUse {
		if !slices.ContainsFunc(p.Releases, func(r Release) bool { return r.Version == version }) {
			texts = append(texts, fmt.Sprintf("%s lists %q for previous use, which is none of its releases", p.ID, version))
		}
		if slices.Contains(p.PreviousUse[:i], version) {
			texts = append(texts, fmt.Sprintf("%s lists %q twice for previous use", p.ID, version))
		}
	}
	return texts
}

// checkVersion refuses a release that cannot be granted: one that is none or has
// not appeared, one that can be downloaded anyway, and one that the catalogue
// does not list for it.
func (u Use) checkVersion(v *rule.View, p *Product) error {
	is := func(r Release) bool { return r.Version == u.Version }
	if !slices.ContainsFunc(p.ReleasesAt(period.DateOf(v.Now(), v.Zone())), is) {
		return rule.Missing("release of "+p.ID, u.Version)
	}
	allowed := allowedReleases(v, p)
	if slices.ContainsFunc(allowed, is) {
		return rule.Refusef(rule.Invalid, PreviousUseRule, "%s %s can be downloaded by everyone who may use %s", p.ID, u.Version, p.ID).
			With(rule.Fig("previous-versions", PreviousVersions.Of(v)))
	}
	if !slices.Contains(p.PreviousUse, u.Version) {
		return rule.Refusef(rule.VersionTooOld, PreviousUseRule, "%s %s is not among the older releases that can be used under maintenance", p.ID, u.Version).
			With(rule.Fig("eligible", p.PreviousUse))
	}
	return nil
}

// previousUseOf returns the use that a command names, of a member of the team and
// a product that is offered.
func previousUseOf(v *rule.View, team string, user rule.Address, product, version string) (Use, *Product, error) {
	u := Use{Team: rule.Stream(team), Kind: previousUse, Product: product, Person: user.Person(), Version: version}
	if err := checkMember(v, u.Team, user); err != nil {
		return u, nil, err
	}
	p, err := ProductOf(v, product)
	return u, p, err
}

// eligiblePreviousUse is previousUseOf where the release must be one that can be granted.
func eligiblePreviousUse(v *rule.View, team string, user rule.Address, product, version string) (Use, error) {
	u, p, err := previousUseOf(v, team, user, product, version)
	if err != nil {
		return u, err
	}
	return u, u.checkVersion(v, p)
}

// grantedReleases are the older releases that a person may run in some of their
// teams, none of which withholds them (LIC-11).
func grantedReleases(v *rule.View, person rule.Person, p *Product, teams []rule.Stream) ([]string, error) {
	if len(p.Releases) == 0 {
		return nil, nil
	}
	var versions []string
	for _, team := range teams {
		list, err := usesBy(v, team, person, previousUse)
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			if u.Product != p.ID || slices.Contains(versions, u.Version) {
				continue
			}
			runs, err := u.inForce(v)
			if err != nil {
				return nil, err
			}
			if runs {
				versions = append(versions, u.Version)
			}
		}
	}
	return versions, nil
}

// releasesFor are the releases of a product that a person may download: those
// that everyone may who uses it (LIC-2), and the older ones granted to them in
// the teams given (LIC-11), the newest first.
func releasesFor(v *rule.View, person rule.Person, p *Product, teams []rule.Stream) ([]Release, error) {
	all := p.ReleasesAt(period.DateOf(v.Now(), v.Zone()))
	allowed := len(allowedReleases(v, p))
	if allowed == len(all) {
		return all, nil
	}
	granted, err := grantedReleases(v, person, p, teams)
	list := slices.Clone(all[:allowed])
	for _, r := range all[allowed:] {
		if slices.Contains(granted, r.Version) {
			list = append(list, r)
		}
	}
	return list, err
}

// CheckReleaseFor refuses as [CheckRelease] does, but for an older release that
// was granted to the person in one of the teams (LIC-11).
func CheckReleaseFor(v *rule.View, person rule.Person, p *Product, version string, teams []rule.Stream) error {
	refused := CheckRelease(v, p, version)
	if r := rule.AsRefusal(refused); r == nil || r.Code != rule.VersionTooOld {
		return refused
	}
	granted, err := grantedReleases(v, person, p, teams)
	if err != nil || slices.Contains(granted, version) {
		return err
	}
	return refused
}

// PreviousUseShown is the use of an older release as results show it.
type PreviousUseShown struct {
	Team    string    `json:"team"`
	User    string    `json:"user"`
	Product string    `json:"product"`
	Version string    `json:"version"`
	Status  UseStatus `json:"status"`
	// InForce reports whether the release can be downloaded and opened now: what
	// is granted rests while the maintenance, the seat or the benefit is missing.
	InForce bool `json:"in_force"`
	// Asked is when the person asked; null where an admin granted it unasked.
	Asked *time.Time `json:"asked"`
	// Granted is null while it was not granted.
	Granted *time.Time `json:"granted"`
}

// PreviousUseResult is the result of commands on the use of an older release.
type PreviousUseResult struct {
	PreviousUse PreviousUseShown `json:"previous_use"`
}

func (u Use) shownPrevious(v *rule.View) (PreviousUseShown, error) {
	email, err := account.EmailOf(v, u.Person)
	if err != nil {
		return PreviousUseShown{}, err
	}
	runs, err := u.inForce(v)
	return PreviousUseShown{
		Team: string(u.Team), User: email, Product: u.Product, Version: u.Version, Status: u.Status(v.Now()), InForce: runs,
		Asked: instant(u.Asked), Granted: instant(u.Granted),
	}, err
}

// instant is how results show an instant that may not have come: as null.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// previousResult shows what a command made of a use.
func previousResult(s *rule.Scope, u Use, err error) (PreviousUseResult, error) {
	if err != nil {
		return PreviousUseResult{}, err
	}
	shown, err := u.shownPrevious(&s.View)
	return PreviousUseResult{shown}, err
}
