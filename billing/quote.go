package billing

import (
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// MaxQuoteLines is how many lines a quote can have.
const MaxQuoteLines = 20

// QuoteStatus is what has become of a quote.
type QuoteStatus string

// What can become of a quote.
const (
	QuoteOpen     QuoteStatus = "open"
	QuoteAccepted QuoteStatus = "accepted"
	QuoteDeclined QuoteStatus = "declined"
	QuoteExpired  QuoteStatus = "expired"
)

var quoteStatuses = []QuoteStatus{QuoteOpen, QuoteAccepted, QuoteDeclined, QuoteExpired}

// Words returns the words a status is written with.
func (QuoteStatus) Words() []string { return account.Words(quoteStatuses) }

// UnmarshalText takes one of the words.
func (s *QuoteStatus) UnmarshalText(text []byte) error {
	return account.OneOf(s, QuoteStatus(text), quoteStatuses)
}

// Quote offers something to one person of a team at prices that hold until its
// end. Its identifier is its number.
type Quote struct {
	Team rule.Stream
	ID   string
	// Quoted is to whom it is made, and who alone can accept it.
	Quoted  rule.Person
	Channel Channel
	Made    time.Time
	// Ends is the first instant at which it can be accepted no more, and Warns when
	// the quoted is told so before; zero where it was made too late for that.
	Ends, Warns time.Time
	Lines       []QuotedLine
	// Total is the sum of the lines with their tax, as it was when the quote was made.
	Total    money.Amount
	Declined time.Time
}

// QuotedLine is what one order of a quote will be.
type QuotedLine struct {
	// Kind is a new subscription, more seats or tokens.
	Kind         OrderKind
	Product      string
	Subscription string
	Seats        int
	Term         licensing.Term
	Tokens       int64
	// Unit is the price quoted, and NextUnit that of added seats in the next term
	// where that was paid.
	Unit, NextUnit money.Amount
	// Covers is the end of the last paid term of the subscription that seats were
	// quoted for; zero for everything else.
	Covers time.Time
	// Lines are those of the invoice that the order will have, without tax.
	Lines []Line
	// Total is their sum with tax.
	Total money.Amount
	// Order is the last one that accepting made; empty while there is none.
	Order string
}

var quotes = store.NewTable("billing.quote", func(q *Quote) (string, store.Key) { return string(q.Team), rule.IDKey(q.ID) })

var quotesTo = quotes.Index("quoted", func(q *Quote) (store.Key, bool) { return store.String(q.Quoted), true })

var quoteEndings = rule.DueKind{Name: "billing.quote-ending", Rank: 97}

func quoteByID(v *rule.View, id string) (Quote, error) {
	team, ok := rule.StreamOfID("quo", id)
	if !ok {
		return Quote{}, rule.Missing("quote", id)
	}
	q, found, err := quotes.Get(v.Tx(), string(team), rule.IDKey(id))
	if err == nil && !found {
		err = rule.Missing("quote", id)
	}
	return q, err
}

// became tells what the order of a line has come to: nothing while it was not
// accepted, and also where it was declined or parked, as it can be accepted again.
func (l QuotedLine) became(v *rule.View) (OrderStatus, error) {
	if l.Order == "" {
		return "", nil
	}
	o, err := orderByID(v, l.Order)
	if err != nil || o.Status == OrderDeclined || o.Status == OrderParked {
		return "", err
	}
	return o.Status, nil
}

// left returns the places of the lines that can still be accepted, and the order
// that waits for its charge, if one does.
func (q Quote) left(v *rule.View) (lines []int, waits string, err error) {
	for n, l := range q.Lines {
		switch status, err := l.became(v); {
		case err != nil:
			return nil, "", err
		case status == "":
			lines = append(lines, n)
		case status == OrderPending:
			waits = l.Order
		}
	}
	return lines, waits, nil
}

// StatusAt tells what has become of the quote. An order that waits for its charge
// was made in time, so the quote is open until the answer comes.
func (q Quote) StatusAt(v *rule.View) (QuoteStatus, error) {
	lines, waits, err := q.left(v)
	switch {
	case err != nil:
		return "", err
	case !q.Declined.IsZero():
		return QuoteDeclined, nil
	case len(lines) == 0 && waits == "":
		return QuoteAccepted, nil
	case waits == "" && !v.Now().Before(q.Ends):
		return QuoteExpired, nil
	default:
		return QuoteOpen, nil
	}
}

// agenda is when the quoted is told of the end. The item stays also where the
// quote is accepted before, and then says nothing.
func (q Quote) agenda(now time.Time) []rule.Item {
	if !q.Warns.After(now) {
		return nil
	}
	return []rule.Item{{At: q.Warns, Kind: quoteEndings, Key: q.ID, Streams: []rule.Stream{q.Team}}}
}

// expectQuotes lists what must be queued for the quotes of a stream.
func expectQuotes(v *rule.View, stream rule.Stream) ([]rule.Item, error) {
	var items []rule.Item
	for q, err := range quotes.Scan(v.Tx(), string(stream), store.Part{}) {
		if err != nil {
			return nil, err
		}
		items = append(items, q.agenda(v.Now())...)
	}
	return items, nil
}

// tellQuoteEnding tells the quoted that an open quote ends soon (BIL-15). Who has
// left the team meanwhile is not told.
func tellQuoteEnding(s *rule.Scope, item rule.Item) error {
	q, err := quoteByID(&s.View, item.Key)
	if err != nil {
		return err
	}
	lines, _, err := q.left(&s.View)
	if err != nil {
		return err
	}
	_, in, err := account.MemberOf(&s.View, q.Team, q.Quoted)
	if err != nil || !in || len(lines) == 0 || !q.Declined.IsZero() {
		return err
	}
	s.Cite(QuoteRule, rule.Fig("ends", q.Ends))
	ends, err := local(&s.View, q.Team, q.Ends)
	if err != nil {
		return err
	}
	l := account.Letter{Kind: QuoteEndingNotice, About: q.Team, Facts: map[string]string{"quote": q.ID, "ends": ends, "total": rule.Show(q.Total)}}
	return account.Tell(s, l, q.Quoted)
}

// checkQuote says that a quote is the sum of its lines and that nothing it offers
// is changed once it is made.
func checkQuote(_ *rule.View, before, after *Quote) error {
	if after == nil {
		return rule.Breaks("the quote "+before.ID, "is deleted")
	}
	name := "the quote " + after.ID
	totals := make([]money.Amount, len(after.Lines))
	for i, l := range after.Lines {
		totals[i] = l.Total
	}
	if sum, err := money.Sum(totals...); err != nil || !sum.Equal(after.Total) {
		return orBreaks(err, name, "offers %s and its lines %s", after.Total, sum)
	}
	if !after.Made.Before(after.Ends) {
		return rule.Breaks(name, "ends %s, before it was made", rule.Show(after.Ends))
	}
	if before == nil {
		return nil
	}
	same := slices.EqualFunc(before.Lines, after.Lines, func(a, b QuotedLine) bool {
		return a.Total.Equal(b.Total) && a.Unit.Equal(b.Unit) && slices.Equal(a.Lines, b.Lines)
	})
	if !same || !before.Ends.Equal(after.Ends) || before.Quoted != after.Quoted {
		return rule.Breaks(name, "of %s is edited after it was made", before.Total)
	}
	if !before.Declined.IsZero() && !before.Declined.Equal(after.Declined) {
		return rule.Breaks(name, "was declined %s and is not any more", rule.Show(before.Declined))
	}
	return nil
}
