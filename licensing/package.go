package licensing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Package is a choice of products that are installed together: a custom install
// package of one person, or a deployment of a team.
type Package struct {
	// Home is the person's stream, or the team's.
	Home     rule.Stream
	ID       string
	By       rule.Person
	Products []string
	Platform Platform
	// Language is a code such as en or pt-BR.
	Language string
	Made     time.Time
}

var packages = store.NewTable("licensing.package", func(p *Package) (string, store.Key) {
	return string(p.Home), store.Time(p.Made) + rule.IDKey(p.ID)
})

// Platform is what a package is installed on.
type Platform string

// The platforms.
const (
	Windows Platform = "windows"
	MacOS   Platform = "macos"
	Linux   Platform = "linux"
)

var platforms = []Platform{Windows, MacOS, Linux}

// Words returns the words a platform is written with.
func (Platform) Words() []string { return account.Words(platforms) }

// UnmarshalText takes one of the words.
func (p *Platform) UnmarshalText(text []byte) error {
	return account.OneOf(p, Platform(text), platforms)
}

// MaxPackages is how many packages one list shows, the newest first.
const MaxPackages = 200

// PackageShown is a package or a deployment as results show it.
type PackageShown struct {
	ID       string    `json:"id"`
	By       string    `json:"by"`
	Products []string  `json:"products"`
	Platform Platform  `json:"platform"`
	Language string    `json:"language"`
	Made     time.Time `json:"made"`
}

func (p Package) shown(v *rule.View) (PackageShown, error) {
	by, err := account.EmailOf(v, p.By)
	return PackageShown{
		ID: p.ID, By: by, Products: append([]string{}, p.Products...), Platform: p.Platform, Language: p.Language, Made: p.Made,
	}, err
}

// CreatePackage makes a custom install package of products that a person may
// download.
type CreatePackage struct {
	User     rule.Address `json:"user"`
	Products []string     `json:"products"`
	Platform Platform     `json:"platform,omitempty"`
	Language string       `json:"language,omitempty"`
}

// PackageResult is the result of [CreatePackage].
type PackageResult struct {
	Package PackageShown `json:"package"`
}

// About names the person.
func (c CreatePackage) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, c.User) }

// Do makes the package. A product that the person may not download refuses it
// (LIC-10).
func (c CreatePackage) Do(s *rule.Scope) (PackageResult, error) {
	p := Package{Home: c.User.Person().Stream(), By: c.User.Person(), Products: c.Products, Platform: c.Platform, Language: c.Language}
	p, err := p.check(&s.View)
	if err != nil {
		return PackageResult{}, err
	}
	for _, id := range p.Products {
		if _, _, err := (DownloadsQuery{User: c.User, Product: id}).mayUse(&s.View); err != nil {
			return PackageResult{}, err
		}
	}
	shown, err := p.make(s, "pkg")
	return PackageResult{shown}, err
}

// check puts the products in order and refuses what no package can be.
func (p Package) check(v *rule.View) (Package, error) {
	products, err := distinct(v, PackageRule, p.Products)
	if err != nil {
		return p, err
	}
	if len(products) == 0 {
		return p, rule.Refuse(rule.Invalid, PackageRule, "a package names one product or more")
	}
	p.Products = products
	if p.Platform == "" {
		p.Platform = Windows
	}
	if p.Language == "" {
		p.Language = string(account.English)
	}
	if !languageCode(p.Language) {
		return p, rule.Refuse(rule.Invalid, PackageRule, "a language is written with two small letters, and a country behind them where it matters, such as en or pt-BR")
	}
	return p, nil
}

func languageCode(code string) bool {
	shape := ""
	for _, r := range code {
		switch {
		case r >= 'a' && r <= 'z':
			shape += "a"
		case r >= 'A' && r <= 'Z':
			shape += "A"
		default:
			shape += string(r)
		}
	}
	return shape == "aa" || shape == "aa-AA"
}

// make keeps the package under a new identifier.
func (p Package) make(s *rule.Scope, kind string) (PackageShown, error) {
	var err error
	if p.ID, err = s.NewID(kind, p.Home); err != nil {
		return PackageShown{}, err
	}
	p.Made = s.Now()
	s.Cite(PackageRule, rule.Fig("products", p.Products), rule.Fig("platform", string(p.Platform)), rule.Fig("language", p.Language))
	if err := packages.Put(s.Tx(), p); err != nil {
		return PackageShown{}, err
	}
	return p.shown(&s.View)
}

// packagesOf returns what stands in a stream, the newest first.
func packagesOf(v *rule.View, home rule.Stream) ([]PackageShown, error) {
	list := []PackageShown{}
	for p, err := range packages.Scan(v.Tx(), string(home), store.Part{Reverse: true, Limit: MaxPackages}) {
		if err != nil {
			return nil, err
		}
		shown, err := p.shown(v)
		if err != nil {
			return nil, err
		}
		list = append(list, shown)
	}
	v.Cite(PackageRule, rule.Fig("shown", len(list)))
	return list, nil
}

// PackagesQuery lists the install packages of a person, the newest first.
type PackagesQuery struct {
	User rule.Address `json:"user"`
}

// About names the person.
func (q PackagesQuery) About(v *rule.View) (rule.Subject, error) { return AboutPerson(v, q.User) }

// Answer lists them.
func (q PackagesQuery) Answer(v *rule.View) ([]PackageShown, error) {
	return packagesOf(v, q.User.Person().Stream())
}

// CreateDeployment makes a deployment for the people of a team.
type CreateDeployment struct {
	Team     string   `json:"team"`
	Products []string `json:"products"`
	Platform Platform `json:"platform,omitempty"`
	Language string   `json:"language,omitempty"`
}

// DeploymentResult is the result of [CreateDeployment].
type DeploymentResult struct {
	Deployment PackageShown `json:"deployment"`
}

// About names the team.
func (c CreateDeployment) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, c.Team)
}

// Do makes the deployment. It takes what the team has seats of, and what the
// admin who makes it may download by the team's tokens or an overlap there;
// everything else refuses it (LIC-10).
func (c CreateDeployment) Do(s *rule.Scope) (DeploymentResult, error) {
	p := Package{Home: rule.Stream(c.Team), By: s.Actor().Person(), Products: c.Products, Platform: c.Platform, Language: c.Language}
	p, err := p.check(&s.View)
	if err != nil {
		return DeploymentResult{}, err
	}
	for _, id := range p.Products {
		may, err := p.deployable(&s.View, id)
		if err != nil {
			return DeploymentResult{}, err
		}
		if !may {
			return DeploymentResult{}, rule.Refusef(rule.NotAssigned, PackageRule, "the team has no right to %s", id)
		}
	}
	shown, err := p.make(s, "dep")
	return DeploymentResult{shown}, err
}

// deployable reports whether the team has the product for a deployment.
func (p Package) deployable(v *rule.View, product string) (bool, error) {
	for _, id := range CatalogOf(v).Covering(product) {
		pool, err := poolOf(v, p.Home, id)
		if err != nil || pool.owned > 0 {
			return err == nil, err
		}
	}
	if p.By == "" {
		return false, nil
	}
	teams := []rule.Stream{p.Home}
	c, err := TeamCover(v, p.By, product, teams)
	if err != nil || c.Source != None {
		return err == nil, err
	}
	return GrantsService.Of(v).Granted(v, p.By, product, teams)
}

// DeploymentsQuery lists the deployments of a team, the newest first.
type DeploymentsQuery struct {
	Team string `json:"team"`
}

// About names the team.
func (q DeploymentsQuery) About(v *rule.View) (rule.Subject, error) {
	return account.AboutTeam(v, q.Team)
}

// Answer lists them.
func (q DeploymentsQuery) Answer(v *rule.View) ([]PackageShown, error) {
	return packagesOf(v, rule.Stream(q.Team))
}
