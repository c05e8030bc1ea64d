package billing

import (
	"fmt"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// MaxTokens is how many tokens one purchase can have.
const MaxTokens = 100_000_000

// BuyTokens buys a pack of tokens for a team.
type BuyTokens struct {
	Team          string `json:"team"`
	Tokens        int64  `json:"tokens"`
	PaymentMethod string `json:"payment_method,omitempty"`
}

// TokensBought is the result of [BuyTokens].
type TokensBought struct {
	Pack    flex.PackShown `json:"pack"`
	Invoice InvoiceShown   `json:"invoice"`
	Order   OrderShown     `json:"order"`
}

// About names the team and the buyer.
func (c BuyTokens) About(v *rule.View) (rule.Subject, error) { return Purchase{Team: c.Team}.About(v) }

// Do orders the tokens (BIL-23).
func (c BuyTokens) Do(s *rule.Scope) (TokensBought, error) {
	team, err := account.TeamByHandle(&s.View, rule.Stream(c.Team))
	if err != nil {
		return TokensBought{}, err
	}
	offer := licensing.CatalogOf(&s.View).Tokens
	if offer.Price.Currency() == "" {
		return TokensBought{}, rule.Refuse(rule.Invalid, TokenPurchaseRule, "the catalogue sells no tokens")
	}
	least := int64(TokenMinimum.Or(&s.View, int(offer.Minimum)))
	price := tokenPrice(offer, c.Tokens)
	s.Cite(TokenPurchaseRule, rule.Fig("tokens", c.Tokens), rule.Fig("minimum", least), rule.Fig("price", price))
	if c.Tokens < least || c.Tokens > MaxTokens {
		return TokensBought{}, rule.Refusef(rule.Invalid, TokenPurchaseRule, "%d to %d tokens are bought at a time, not %d", least, MaxTokens, c.Tokens).
			With(rule.Fig("token-minimum", least))
	}
	amount, err := price.Mul(c.Tokens)
	if err != nil {
		return TokensBought{}, amountRefusal(err)
	}
	o := Order{Team: team.Handle, Kind: MoreTokens, Tokens: c.Tokens, Unit: price, Method: c.PaymentMethod}
	if o.Purchaser, err = buyer(s, team.Handle); err != nil {
		return TokensBought{}, err
	}
	line := Line{Description: fmt.Sprintf("Flex tokens: %d × %s", c.Tokens, price), Amount: amount}
	if o, err = o.place(s, []Line{line}); err != nil {
		return TokensBought{}, err
	}
	return o.tokensBought(&s.View)
}

// tokenPrice is the price of a token for a purchase of so many.
func tokenPrice(offer licensing.TokenOffer, tokens int64) money.Amount {
	price, from := offer.Price, int64(0)
	for _, v := range offer.Volume {
		if tokens >= v.From && v.From > from {
			price, from = v.Price, v.From
		}
	}
	return price
}

// fulfilTokens makes the pack, good from now on.
func (o Order) fulfilTokens(s *rule.Scope) (Order, error) {
	p, err := flex.AddPack(s, flex.Pack{Team: o.Team, Tokens: o.Tokens, Purchaser: o.Purchaser})
	o.Pack = p.ID
	return o, err
}

func (o Order) tokensBought(v *rule.View) (TokensBought, error) {
	p, err := o.purchased(v)
	r := TokensBought{Invoice: p.Invoice, Order: p.Order}
	if err != nil || o.Pack == "" {
		return r, err
	}
	pack, err := flex.PackByID(v, o.Pack)
	r.Pack = pack.Shown()
	return r, err
}

// Finish returns the purchase as it came out.
func (c BuyTokens) Finish(v *rule.View, r TokensBought) (TokensBought, error) {
	o, err := final(v, r.Order.ID)
	if err != nil {
		return r, err
	}
	return o.tokensBought(v)
}
