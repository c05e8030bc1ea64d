package licensing

import (
	"encoding/json"
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

// Clone returns a copy that can be prepared without touching the original.
func (c *Catalog) Clone() *Catalog {
	return &Catalog{Products: slices.Clone(c.Products), Tokens: c.Tokens, Premium: c.Premium, Taxes: slices.Clone(c.Taxes)}
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
