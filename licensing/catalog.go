package licensing

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/period"
	"github.com/seatbook/seatbook/rule"
)

// Term is how long a subscription is paid for at a time.
type Term string

// The terms.
const (
	Monthly   Term = "monthly"
	Annual    Term = "annual"
	ThreeYear Term = "three-year"
)

var terms = []Term{Monthly, Annual, ThreeYear}

// Words returns the words a term is written with.
func (Term) Words() []string { return account.Words(terms) }

// UnmarshalText takes one of the words.
func (t *Term) UnmarshalText(text []byte) error { return account.OneOf(t, Term(text), terms) }

// Months returns the length of the term.
func (t Term) Months() int {
	switch t {
	case Monthly:
		return 1
	case Annual:
		return 12
	case ThreeYear:
		return 36
	default:
		return 0
	}
}

// Kind says what a product is.
type Kind string

// The kinds of products.
const (
	LT         Kind = "lt"
	Full       Kind = "full"
	Collection Kind = "collection"
	Cloud      Kind = "cloud"
)

var kinds = []Kind{LT, Full, Collection, Cloud}

// Words returns the words a kind is written with.
func (Kind) Words() []string { return account.Words(kinds) }

// UnmarshalText takes one of the words.
func (k *Kind) UnmarshalText(text []byte) error { return account.OneOf(k, Kind(text), kinds) }

// UpdateKind says what an update is.
type UpdateKind string

// The kinds of updates.
const (
	PlainUpdate UpdateKind = "update"
	AddOn       UpdateKind = "add-on"
	Extension   UpdateKind = "extension"
)

var updateKinds = []UpdateKind{PlainUpdate, AddOn, Extension}

// Words returns the words a kind of update is written with.
func (UpdateKind) Words() []string { return account.Words(updateKinds) }

// UnmarshalText takes one of the words.
func (k *UpdateKind) UnmarshalText(text []byte) error {
	return account.OneOf(k, UpdateKind(text), updateKinds)
}

// Catalog is what is sold (LIC-1). It is never changed once an engine has it.
type Catalog struct {
	Products []Product  `json:"products"`
	Tokens   TokenOffer `json:"tokens,omitempty"`
	// Premium is what the premium plan costs; left out, it is not sold.
	Premium PlanOffer `json:"premium,omitempty"`
	// Taxes are what countries take; one that is not listed takes nothing.
	Taxes []CountryTax `json:"taxes,omitempty"`

	byID map[string]*Product
	// within are the collections that a product is a member of.
	within map[string][]string
}

// Product is one thing that is sold.
type Product struct {
	// ID is the product's handle, Name what people call it.
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Kind Kind   `json:"kind,omitempty"`
	// UpgradesTo is the full product of an LT one.
	UpgradesTo string `json:"upgrades_to,omitempty"`
	// Members are the products that a collection's seat covers.
	Members []string `json:"members,omitempty"`
	// Since is when the product is first offered; zero is always.
	Since time.Time `json:"since,omitzero"`
	// Retired products are no longer sold or managed by self-service.
	Retired bool `json:"retired,omitempty"`
	// AutoRenewable says whether it can renew by itself; left out, it can.
	AutoRenewable   *bool `json:"auto_renewable,omitempty"`
	PremiumEligible bool  `json:"premium_eligible,omitempty"`
	// FlexRate is the tokens a day; a product without one is not on Flex.
	FlexRate Rates `json:"flex_rate,omitempty"`
	// ResultRates are the tokens for each result of a cloud service.
	ResultRates []ResultRate `json:"result_rates,omitempty"`
	// IdleAware products tell when nobody works in them.
	IdleAware bool     `json:"idle_aware,omitempty"`
	Services  []string `json:"services,omitempty"`
	Learning  []string `json:"learning,omitempty"`
	// Editions, Languages and Platforms are those in which there is each release
	// and update of it.
	Editions  []string `json:"editions,omitempty"`
	Languages []string `json:"languages,omitempty"`
	Platforms []string `json:"platforms,omitempty"`
	// Prices are per seat, one for each term that is sold.
	Prices   []Price   `json:"prices,omitempty"`
	Releases []Release `json:"releases,omitempty"`
	// PreviousUse are the versions of older releases that can be used on request
	// where the product is under maintenance (LIC-11).
	PreviousUse []string `json:"previous_use,omitempty"`
	Updates     []Update `json:"updates,omitempty"`
}

// Price is what a seat costs for a term.
type Price struct {
	Term Term         `json:"term"`
	New  money.Amount `json:"new"`
	// Renewal is the price of who renews in time; left out, it is the new one.
	Renewal *money.Amount `json:"renewal,omitempty"`
}

// Rate is a product's tokens a day from an instant on.
type Rate struct {
	From time.Time `json:"from,omitzero"`
	Rate int64     `json:"rate"`
}

// Rates are a product's rates in the order of their instants. Written as a
// number it is one rate that has always been.
type Rates []Rate

// Alternatives are the shapes in which rates can be written.
func (Rates) Alternatives() []any { return []any{int64(0), []Rate{}} }

// UnmarshalJSON takes a number or a list.
func (r *Rates) UnmarshalJSON(data []byte) error {
	var one int64
	if json.Unmarshal(data, &one) == nil {
		*r = Rates{{Rate: one}}
		return nil
	}
	var list []Rate
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	*r = list
	return nil
}

// At returns the rate in force at an instant, and false where there is none yet.
func (r Rates) At(t time.Time) (int64, bool) {
	rate, found := int64(0), false
	for _, one := range r {
		if !one.From.After(t) {
			rate, found = one.Rate, true
		}
	}
	return rate, found
}

// ResultRate is what one result of a cloud service costs in tokens.
type ResultRate struct {
	Result string `json:"result"`
	Rate   int64  `json:"rate"`
}

// Release is a version of a product, which appears at its date.
type Release struct {
	Version string      `json:"version"`
	On      period.Date `json:"on"`
}

// Update is an update, add-on or extension of a product.
type Update struct {
	Name     string      `json:"name"`
	Kind     UpdateKind  `json:"kind,omitempty"`
	On       period.Date `json:"on"`
	Critical bool        `json:"critical,omitempty"`
}

// TokenOffer is what tokens cost.
type TokenOffer struct {
	Price money.Amount `json:"price,omitzero"`
	// Minimum is how many are sold at least; zero leaves it to the policy.
	Minimum int64 `json:"minimum,omitempty"`
	// Volume are the prices of larger purchases, for all tokens of the purchase.
	Volume []VolumePrice `json:"volume,omitempty"`
}

// PlanOffer is what a plan costs for each seat of an eligible product.
type PlanOffer struct {
	// Prices are for terms of a year or of years.
	Prices []Price `json:"prices,omitempty"`
}

// VolumePrice is the price of a token for purchases of at least From tokens.
type VolumePrice struct {
	From  int64        `json:"from"`
	Price money.Amount `json:"price"`
}

// Fault is something wrong in a catalogue, with the product it is in.
type Fault struct {
	// Product is the index of the product, or -1 for the catalogue as a whole.
	Product int
	Text    string
}

// Error says what is wrong.
func (f Fault) Error() string { return f.Text }

// Clone returns a copy that can be prepared without touching the original.
func (c *Catalog) Clone() *Catalog {
	return &Catalog{Products: slices.Clone(c.Products), Tokens: c.Tokens, Premium: c.Premium, Taxes: slices.Clone(c.Taxes)}
}

const maxRate = 1_000_000

// Check prepares the catalogue for use and returns everything that is wrong with it.
func (c *Catalog) Check() []Fault {
	var faults []Fault
	c.byID, c.within = map[string]*Product{}, map[string][]string{}
	for i := range c.Products {
		p := &c.Products[i]
		if p.Kind == "" {
			p.Kind = Full
		}
		if p.Name == "" {
			p.Name = p.ID
		}
		if c.byID[p.ID] != nil {
			faults = append(faults, Fault{i, fmt.Sprintf("the product %q is listed twice", p.ID)})
		}
		c.byID[p.ID] = p
	}
	for i := range c.Products {
		for _, text := range c.Products[i].faults(c) {
			faults = append(faults, Fault{i, text})
		}
		for _, m := range c.Products[i].Members {
			c.within[m] = append(c.within[m], c.Products[i].ID)
		}
	}
	faults = append(faults, c.taxFaults()...)
	for _, v := range c.Tokens.Volume {
		if v.From < 1 || v.Price.Currency() != c.Tokens.Price.Currency() {
			faults = append(faults, Fault{-1, "a volume price starts at 1 token or more and has the currency of the token price"})
		}
	}
	for _, text := range priceFaults("the premium plan", c.Premium.Prices) {
		faults = append(faults, Fault{-1, text})
	}
	for _, price := range c.Premium.Prices {
		if price.Term.Months()%Annual.Months() != 0 {
			faults = append(faults, Fault{-1, "the premium plan is sold by the year"})
		}
	}
	if c.Tokens.Minimum < 0 || c.Tokens.Price.Sign() < 0 {
		faults = append(faults, Fault{-1, "the token price and the minimum cannot be below zero"})
	}
	return faults
}

func (p *Product) faults(c *Catalog) []string {
	var texts []string
	add := func(bad bool, format string, args ...any) {
		if bad {
			texts = append(texts, fmt.Sprintf(format, args...))
		}
	}
	add(account.CheckHandle("product", p.ID) != nil, "%q is no handle of a product: it takes 1 to %d letters a-z, digits and hyphens", p.ID, account.MaxHandle)
	add(p.UpgradesTo != "" && c.byID[p.UpgradesTo] == nil, "%s upgrades to %q, which is not in the catalogue", p.ID, p.UpgradesTo)
	add(!slices.Contains(kinds, p.Kind), "%s is a %q, which is no kind of product", p.ID, p.Kind)
	add(p.UpgradesTo != "" && p.Kind != LT, "%s upgrades to %q but is no LT product", p.ID, p.UpgradesTo)
	add(len(p.Members) > 0 && p.Kind != Collection, "%s has members but is no collection", p.ID)
	for i, m := range p.Members {
		add(slices.Contains(p.Members[:i], m), "%s lists the member %q twice", p.ID, m)
		add(c.byID[m] == nil || m == p.ID, "%s has the member %q, which is not another product of the catalogue", p.ID, m)
		add(c.byID[m] != nil && c.byID[m].Kind == Collection, "%s has the member %q, which is a collection itself", p.ID, m)
	}
	texts = append(texts, priceFaults(p.ID, p.Prices)...)
	for i, r := range p.FlexRate {
		add(r.Rate < 1 || r.Rate > maxRate, "%s has a rate of %d tokens a day, and 1 to %d can be", p.ID, r.Rate, maxRate)
		add(i > 0 && !p.FlexRate[i-1].From.Before(r.From), "%s has rates that are not in the order of their instants", p.ID)
	}
	versions := map[string]bool{}
	for _, r := range p.Releases {
		add(r.Version == "" || versions[r.Version], "%s lists the release %q twice or without a version", p.ID, r.Version)
		versions[r.Version] = true
	}
	return slices.Concat(texts, p.serviceFaults(), p.formFaults(), p.previousUseFaults(), p.resultFaults())
}

// priceFaults says what is wrong with the prices of something.
func priceFaults(what string, prices []Price) []string {
	var texts []string
	add := func(bad bool, format string, args ...any) {
		if bad {
			texts = append(texts, fmt.Sprintf(format, args...))
		}
	}
	seen := map[Term]bool{}
	for _, price := range prices {
		add(seen[price.Term], "%s has two prices for the term %s", what, price.Term)
		seen[price.Term] = true
		add(price.New.Currency() == "" || price.New.Sign() < 0, "%s has a price below zero or without currency", what)
		add(price.New.Currency() != prices[0].New.Currency(), "%s has prices in two currencies", what)
		add(price.Renewal != nil && (price.Renewal.Sign() < 0 || price.Renewal.Currency() != price.New.Currency()),
			"%s has a renewal price below zero or in another currency", what)
	}
	return texts
}

// catalogService hands the catalogue to whoever decides by it.
var catalogService = rule.NewService[*Catalog]("licensing.Catalog")

// CatalogOf returns the catalogue in force.
func CatalogOf(v *rule.View) *Catalog { return catalogService.Of(v) }

// ProductOf returns a product that is offered by now, or the refusal that there
// is none.
func ProductOf(v *rule.View, id string) (*Product, error) {
	p := CatalogOf(v).byID[id]
	if p == nil || p.Since.After(v.Now()) {
		return nil, rule.Missing("product", id)
	}
	return p, nil
}

// Covering returns the product itself and the collections whose seat covers it.
func (c *Catalog) Covering(id string) []string { return append([]string{id}, c.within[id]...) }

// Price returns the price for a term, and whether the product is sold for it.
func (p *Product) Price(t Term) (Price, bool) {
	i := slices.IndexFunc(p.Prices, func(price Price) bool { return price.Term == t })
	if i < 0 {
		return Price{}, false
	}
	return p.Prices[i], true
}

// RenewsItself reports whether the product can renew automatically.
func (p *Product) RenewsItself() bool { return p.AutoRenewable == nil || *p.AutoRenewable }
