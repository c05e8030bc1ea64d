package billing

import (
	"slices"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/flex"
	"github.com/seatbook/seatbook/money"
	"github.com/seatbook/seatbook/rule"
)

// Return gives back what an order brought: a whole purchase with everything that
// was added to it, a renewal, added seats, or a pack of tokens.
type Return struct {
	Order string `json:"order"`
}

// ReturnResult is the result of [Return].
type ReturnResult struct {
	Order OrderShown `json:"order"`
	// Subscription is the one that the order was for, null for tokens.
	Subscription *SubscriptionShown `json:"subscription"`
	// Pack is what the order brought, null for anything but tokens.
	Pack *flex.PackShown `json:"pack"`
	// CreditMemos say what is given back, one for each invoice.
	CreditMemos []MemoShown `json:"credit_memos"`
	// Refunds are what goes back by the way it was paid.
	Refunds []RefundShown `json:"refunds"`
	// Total is the sum of the memos: of it Refunded goes back by the way it was
	// paid, Cancelled was not paid yet and is no longer owed, and Credited stays
	// on the memos.
	Total     money.Amount `json:"total"`
	Refunded  money.Amount `json:"refunded"`
	Cancelled money.Amount `json:"cancelled"`
	Credited  money.Amount `json:"credited"`
}

// About names the order's team, whoever owns what it brought, and where that
// stands now.
func (c Return) About(v *rule.View) (rule.Subject, error) {
	o, err := orderByID(v, c.Order)
	if err != nil {
		return rule.Subject{}, err
	}
	subject := rule.Subject{Team: o.Team, Owner: o.Purchaser, What: "order", Name: o.ID}
	var streams []rule.Stream
	switch {
	case o.Subscription != "":
		sub, err := subscriptionByID(v, o.Subscription)
		if err != nil {
			return subject, err
		}
		subject.Owner = sub.Purchaser
		if streams, err = sub.streams(v); err != nil {
			return subject, err
		}
	default:
		if i, err := invoiceByID(v, o.Team, o.Invoice); err == nil {
			subject.Owner = i.Purchaser
		} else if rule.AsRefusal(err) == nil {
			return subject, err
		}
		if streams, err = account.Concerns(v, subject.Owner); err != nil {
			return subject, err
		}
		held, err := flex.StreamsOf(v, o.Pack)
		if err != nil {
			return subject, err
		}
		streams = append(streams, held...)
	}
	subject.Touches = slices.Concat(streams, []rule.Stream{o.Team})
	slices.Sort(subject.Touches)
	subject.Touches = slices.Compact(subject.Touches)
	return subject, nil
}

// Do takes back what the order brought, and then gives the money back (BIL-18).
func (c Return) Do(s *rule.Scope) (ReturnResult, error) {
	o, err := orderByID(&s.View, c.Order)
	if err != nil {
		return ReturnResult{}, err
	}
	r, err := o.reversal(&s.View)
	if err != nil {
		return ReturnResult{}, err
	}
	if err := r.takeBack(s); err != nil {
		return ReturnResult{}, err
	}
	result := ReturnResult{CreditMemos: []MemoShown{}}
	for _, claimed := range r.claims {
		m, found, err := claimed.giveBack(s, ForReturn, "")
		if err != nil {
			return result, err
		}
		if !found {
			continue
		}
		if m, err = m.payBack(s, claimed.invoice); err != nil {
			return result, err
		}
		if err := m.tell(s); err != nil {
			return result, err
		}
		result.CreditMemos = append(result.CreditMemos, MemoShown{ID: m.ID})
	}
	if err := r.close(s); err != nil {
		return result, err
	}
	if err := s.Emit(OrderTakenBack{Order: o.ID, Team: o.Team, Kind: o.Kind}); err != nil {
		return result, err
	}
	return result.filled(&s.View, o.ID)
}

// Finish returns the return as the answers of the provider left it. Money that it
// has not answered for, or refused, stays owed.
func (c Return) Finish(v *rule.View, r ReturnResult) (ReturnResult, error) {
	return r.filled(v, c.Order)
}

// filled shows everything as it stands now.
func (r ReturnResult) filled(v *rule.View, order string) (ReturnResult, error) {
	o, err := orderByID(v, order)
	if err != nil {
		return r, err
	}
	i, err := invoiceByID(v, o.Team, o.Invoice)
	if err != nil {
		return r, err
	}
	zero := money.Zero(i.Total.Currency())
	filled := ReturnResult{
		Order: o.shown(), CreditMemos: []MemoShown{}, Refunds: []RefundShown{}, Total: zero, Refunded: zero, Cancelled: zero, Credited: zero,
	}
	for _, shown := range r.CreditMemos {
		m, err := memoByID(v, shown.ID)
		if err != nil {
			return filled, err
		}
		if filled, err = filled.with(v, m); err != nil {
			return filled, amountRefusal(err)
		}
	}
	if o.Pack != "" {
		pack, err := flex.PackByID(v, o.Pack)
		shown := pack.Shown()
		filled.Pack = &shown
		return filled, err
	}
	sub, err := subscriptionByID(v, o.Subscription)
	if err != nil {
		return filled, err
	}
	shown, err := sub.shown(v)
	filled.Subscription = &shown
	return filled, err
}

// with adds a memo to the result.
func (r ReturnResult) with(v *rule.View, m Memo) (ReturnResult, error) {
	shown, err := m.shown()
	if err != nil {
		return r, err
	}
	r.CreditMemos = append(r.CreditMemos, shown)
	list, err := refundsFor(v, m)
	if err != nil {
		return r, err
	}
	r.Refunds = append(r.Refunds, list...)
	for _, sum := range []struct {
		of   *money.Amount
		part money.Amount
	}{{&r.Total, shown.Total}, {&r.Refunded, shown.Refunded}, {&r.Cancelled, shown.Applied}, {&r.Credited, shown.Left}} {
		if *sum.of, err = sum.of.Add(sum.part); err != nil {
			return r, err
		}
	}
	return r, nil
}

// OrderTakenBack happens when an order is returned.
type OrderTakenBack struct {
	Order string
	Team  rule.Stream
	Kind  OrderKind
}

// Tell says what happened, for timelines.
func (h OrderTakenBack) Tell() rule.Telling {
	return rule.Telling{Name: "returned", Stream: h.Team, Facts: map[string]string{"order": h.Order, "kind": string(h.Kind)}}
}
