package billing

import (
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// Kinds of notices that this package writes.
const (
	OrderNotice            account.NoticeKind = "order"
	InvoiceNotice          account.NoticeKind = "invoice"
	CreditMemoNotice       account.NoticeKind = "credit-memo"
	RenewedNotice          account.NoticeKind = "renewed"
	SeatsChangedNotice     account.NoticeKind = "seats-changed"
	TermChangedNotice      account.NoticeKind = "term-changed"
	AutoRenewChangedNotice account.NoticeKind = "auto-renew-changed"
	PaymentFailedNotice    account.NoticeKind = "payment-failed"
	StageChangedNotice     account.NoticeKind = "stage-changed"
	RenewalOpenNotice      account.NoticeKind = "renewal-open"
	RenewalComingNotice    account.NoticeKind = "renewal-coming"
)

// letter begins a letter about the subscription.
func (s Subscription) letter(kind account.NoticeKind) account.Letter {
	return account.Letter{Kind: kind, About: s.Team, Facts: map[string]string{"subscription": s.ID, "product": s.Product}}
}

// payers are the purchaser and those whom they appointed to pay.
func (s Subscription) payers(sc *rule.Scope) ([]rule.Person, error) {
	return payingFor(&sc.View, s.Team, s.Purchaser)
}

func payingFor(v *rule.View, team rule.Stream, purchaser rule.Person) ([]rule.Person, error) {
	people := []rule.Person{purchaser}
	list, err := payersOf(v, team, purchaser)
	for _, p := range list {
		people = append(people, p.Person)
	}
	return people, err
}

// local shows an instant as people in the team read it.
func local(v *rule.View, team rule.Stream, at time.Time) (string, error) {
	t, err := account.TeamByHandle(v, team)
	return rule.Show(at.In(t.Location())), err
}

// tellRenewed tells the purchaser that the next term is paid.
func (s Subscription) tellRenewed(sc *rule.Scope, o Order) error {
	ends, err := local(&sc.View, s.Team, s.Ends())
	if err != nil {
		return err
	}
	l := s.letter(RenewedNotice)
	l.Facts["ends"], l.Facts["seats"], l.Facts["term"] = ends, rule.Show(o.Seats), string(o.Term)
	return account.Tell(sc, l, s.Purchaser)
}

// tellSeats tells the purchaser how many seats there are, and from when.
func (s Subscription) tellSeats(sc *rule.Scope, seats int, from time.Time) error {
	at, err := local(&sc.View, s.Team, from)
	if err != nil {
		return err
	}
	l := s.letter(SeatsChangedNotice)
	l.Facts["seats"], l.Facts["from"] = rule.Show(seats), at
	return account.Tell(sc, l, s.Purchaser)
}

// tellTerm tells the purchaser which term the subscription renews for.
func (s Subscription) tellTerm(sc *rule.Scope) error {
	at, err := local(&sc.View, s.Team, s.Ends())
	if err != nil {
		return err
	}
	l := s.letter(TermChangedNotice)
	l.Facts["term"], l.Facts["from"] = string(s.RenewalTerm), at
	return account.Tell(sc, l, s.Purchaser)
}

// tellAutoRenew tells the purchaser whether the subscription renews itself.
func (s Subscription) tellAutoRenew(sc *rule.Scope) error {
	at, err := local(&sc.View, s.Team, s.Ends())
	if err != nil {
		return err
	}
	l := s.letter(AutoRenewChangedNotice)
	l.Facts["on"], l.Facts["ends"] = rule.Show(s.AutoRenew), at
	return account.Tell(sc, l, s.Purchaser)
}

// tellFailed tells who pays that a renewal was not paid, and when it is tried again.
func (s Subscription) tellFailed(sc *rule.Scope, amount money.Amount) error {
	people, err := s.payers(sc)
	if err != nil {
		return err
	}
	l := s.letter(PaymentFailedNotice)
	l.Facts["amount"], l.Facts["retry"] = rule.Show(amount), ""
	if !s.Retry.IsZero() {
		if l.Facts["retry"], err = local(&sc.View, s.Team, s.Retry); err != nil {
			return err
		}
	}
	return account.Tell(sc, l, people...)
}

// tellOpen tells the purchaser that the next term can be paid (BIL-6).
func tellOpen(s *rule.Scope, item rule.Item) error {
	sub, ends, err := reminded(s, item)
	if err != nil {
		return err
	}
	l := sub.letter(RenewalOpenNotice)
	l.Facts["ends"] = ends
	return account.Tell(s, l, sub.Purchaser)
}

// tellComing tells the purchaser that the end of the term is near.
func tellComing(s *rule.Scope, item rule.Item) error {
	sub, ends, err := reminded(s, item)
	if err != nil {
		return err
	}
	l := sub.letter(RenewalComingNotice)
	l.Facts["ends"], l.Facts["auto_renew"] = ends, rule.Show(sub.AutoRenew)
	return account.Tell(s, l, sub.Purchaser)
}

// reminded returns the subscription that a reminder is about, and when its term ends.
func reminded(s *rule.Scope, item rule.Item) (Subscription, string, error) {
	sub, err := subscriptionByID(&s.View, item.Key)
	if err != nil {
		return sub, "", err
	}
	s.Cite(RenewalRule, rule.Fig("ends", sub.Ends()))
	ends, err := local(&s.View, sub.Team, sub.Ends())
	return sub, ends, err
}

// tell tells the purchaser that the order is made.
func (o Order) tell(s *rule.Scope) error {
	l := account.Letter{Kind: OrderNotice, About: o.Team, Facts: map[string]string{"order": o.ID, "kind": string(o.Kind), "product": o.Product}}
	return account.Tell(s, l, o.Purchaser)
}

// tell tells who pays that an invoice is issued.
func (i Invoice) tell(s *rule.Scope) error {
	people, err := payingFor(&s.View, i.Team, i.Purchaser)
	if err != nil {
		return err
	}
	l := account.Letter{Kind: InvoiceNotice, About: i.Team, Facts: map[string]string{"invoice": i.ID, "total": rule.Show(i.Total), "due": ""}}
	if !i.Due.IsZero() {
		if l.Facts["due"], err = local(&s.View, i.Team, i.Due); err != nil {
			return err
		}
	}
	return account.Tell(s, l, people...)
}

// tell tells the purchaser that they have a credit.
func (m Memo) tell(s *rule.Scope) error {
	return account.Tell(s, account.Letter{
		Kind: CreditMemoNotice, About: m.Team, Facts: map[string]string{"memo": m.ID, "total": rule.Show(m.Total), "left": rule.Show(m.Left)},
	}, m.Purchaser)
}
