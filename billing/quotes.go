package billing

import (
	"strings"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// QuoteShown is a quote as results show it.
type QuoteShown struct {
	ID     string      `json:"id"`
	Team   string      `json:"team"`
	User   string      `json:"user"`
	Status QuoteStatus `json:"status"`
	// Channel is how what it offers will be bought.
	Channel Channel           `json:"channel"`
	Made    time.Time         `json:"made"`
	Ends    time.Time         `json:"ends"`
	Lines   []QuotedLineShown `json:"lines"`
	// Total is with the tax of the day on which the quote was made.
	Total money.Amount `json:"total"`
}

// QuotedLineShown is one line of a quote as results show it.
type QuotedLineShown struct {
	Kind         OrderKind      `json:"kind"`
	Product      string         `json:"product"`
	Subscription string         `json:"subscription"`
	Seats        int            `json:"seats"`
	Term         licensing.Term `json:"term"`
	Tokens       int64          `json:"tokens"`
	Price        money.Amount   `json:"price"`
	// Lines say how the amounts are made, before tax; Total is with it.
	Lines []Line       `json:"lines"`
	Total money.Amount `json:"total"`
	// Order is the last one that accepting made, empty while there is none.
	Order string `json:"order"`
}

func (q Quote) shown(v *rule.View) (QuoteShown, error) {
	shown := QuoteShown{ID: q.ID, Team: string(q.Team), Channel: q.Channel, Made: q.Made, Ends: q.Ends, Lines: []QuotedLineShown{}, Total: q.Total}
	for _, l := range q.Lines {
		shown.Lines = append(shown.Lines, QuotedLineShown{
			Kind: l.Kind, Product: l.Product, Subscription: l.Subscription, Seats: l.Seats, Term: l.Term, Tokens: l.Tokens, Price: l.Unit,
			Lines: append([]Line{}, l.Lines...), Total: l.Total, Order: l.Order,
		})
	}
	var err error
	if shown.Status, err = q.StatusAt(v); err != nil {
		return shown, err
	}
	shown.User, err = account.EmailOf(v, q.Quoted)
	return shown, err
}

// says reports whether the quote has the letters, in lower case, in its number, in
// what it offers or in how that is described.
func (q Quote) says(letters string) bool {
	if strings.Contains(strings.ToLower(q.ID), letters) {
		return true
	}
	for _, l := range q.Lines {
		for _, line := range l.Lines {
			if strings.Contains(strings.ToLower(line.Description), letters) {
				return true
			}
		}
		if strings.Contains(l.Product, letters) || strings.Contains(strings.ToLower(l.Subscription), letters) {
			return true
		}
	}
	return false
}

// QuoteQuery asks for a quote by its number.
type QuoteQuery struct {
	Quote string `json:"quote"`
}

// About names the quote.
func (q QuoteQuery) About(v *rule.View) (rule.Subject, error) { return aboutQuote(v, q.Quote) }

// Answer shows it as it stands now.
func (q QuoteQuery) Answer(v *rule.View) (QuoteResult, error) {
	found, err := quoteOf(v, q.Quote)
	if err != nil {
		return QuoteResult{}, err
	}
	v.Cite(QuoteRule, rule.Fig("ends", found.Ends))
	shown, err := found.shown(v)
	return QuoteResult{shown}, err
}

// QuotesQuery lists the quotes made to the actor, the latest first, in one team or
// in all of theirs. The operator names the team, and sees all quotes there.
type QuotesQuery struct {
	Team   string      `json:"team,omitempty"`
	Status QuoteStatus `json:"status,omitempty"`
	// Search finds the letters in the number, the products and the descriptions.
	Search string `json:"search,omitempty"`
	// Limit is how many a page has: 50, or up to 200. After is the number that the
	// page before ended with.
	Limit int    `json:"limit,omitempty"`
	After string `json:"after,omitempty"`
}

// QuotesShown is a page of quotes.
type QuotesShown struct {
	Quotes []QuoteShown `json:"quotes"`
	// Next is what to give as after for the next page, empty on the last one.
	Next string `json:"next"`
}

// About names the team, or the actor.
func (q QuotesQuery) About(v *rule.View) (rule.Subject, error) { return aboutTeams(v, q.Team) }

// Answer lists them (BIL-15).
func (q QuotesQuery) Answer(v *rule.View) (QuotesShown, error) {
	page := QuotesShown{Quotes: []QuoteShown{}}
	letters, limit, err := paging(q.Search, q.Limit)
	if err != nil {
		return page, err
	}
	teams, err := seenIn(v, q.Team, account.Buy)
	if err != nil {
		return page, err
	}
	v.Cite(QuoteRule, rule.Fig("status", string(q.Status)))
	list, err := q.find(v, teams, letters)
	if err != nil {
		return page, err
	}
	var after *Quote
	if q.After != "" {
		found, err := quoteOf(v, q.After)
		if err != nil {
			return page, err
		}
		after = &found
	}
	list, more := pageOf(list, latestQuote, after, limit)
	for _, found := range list {
		shown, err := found.shown(v)
		if err != nil {
			return page, err
		}
		page.Quotes = append(page.Quotes, shown)
	}
	if more {
		page.Next = list[len(list)-1].ID
	}
	return page, nil
}

func latestQuote(a, b Quote) int { return latest(a.Made, b.Made, a.Team, b.Team, a.ID, b.ID) }

// find returns the quotes of some teams that the actor sees and that the filters keep.
func (q QuotesQuery) find(v *rule.View, teams []rule.Stream, letters string) ([]Quote, error) {
	var list []Quote
	for _, team := range teams {
		scan, part := quotesTo.Scan, store.Part{Prefix: store.String(v.Actor().Person())}
		if v.Actor().IsOperator() {
			scan, part = quotes.Scan, store.Part{}
		}
		for found, err := range scan(v.Tx(), string(team), part) {
			if err != nil {
				return nil, err
			}
			if !found.says(letters) {
				continue
			}
			status, err := found.StatusAt(v)
			if err != nil {
				return nil, err
			}
			if q.Status == "" || q.Status == status {
				list = append(list, found)
			}
		}
	}
	return list, nil
}
