package flex

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// Pack is a number of tokens bought together. Its tokens are always the sum of
// what is left, held, used, lost at its end, and returned.
type Pack struct {
	Team rule.Stream
	ID   string
	// Tokens is how many were bought, Left how many can be taken, Held how many
	// wait for the end of a short run.
	Tokens, Left, Held, Used, Lost int64
	// Returned is how many were given back for their price: all or none.
	Returned int64
	Bought   time.Time
	// Ends is the first instant at which nothing can be taken from it. Moving it
	// to another team does not change it.
	Ends time.Time
	// Ended is set once the end has come.
	Ended bool
	// Purchaser is who bought it, and may move it.
	Purchaser rule.Person
	// Complimentary packs were given and cannot be moved.
	Complimentary bool
}

var packs = store.NewTable("flex.pack", func(p *Pack) (string, store.Key) { return string(p.Team), store.String(p.ID) })

// inOrder finds the packs that have not ended, those with tokens first, in the
// order in which tokens are taken (FLX-2). An ended pack stands in no index, so
// it costs a launch nothing.
var inOrder = packs.Index("order", func(p *Pack) (store.Key, bool) {
	return used(p.Left == 0) + store.Time(p.Ends) + store.Int(p.Tokens) + store.Time(p.Bought) + rule.IDKey(p.ID), !p.Ended
})

func used(up bool) store.Key {
	if up {
		return store.Int(1)
	}
	return store.Int(0)
}

// moved tells where a pack went from the team whose stream its identifier names.
type moved struct {
	From rule.Stream
	ID   string
	To   rule.Stream
}

var movedPacks = store.NewTable("flex.moved", func(m *moved) (string, store.Key) { return string(m.From), store.String(m.ID) })

// Wallet sums up a team's packs. The packs are the truth, and audits add them up.
type Wallet struct {
	Team rule.Stream
	// Left and Held are the sums over the packs that have not ended, Size the sum
	// of what was bought in them.
	Left, Held, Size int64
	// Low is set while the admins have been told that the balance is low.
	Low bool
}

var wallets = store.NewTable("flex.wallet", func(w *Wallet) (string, store.Key) { return string(w.Team), "" })

func walletOf(v *rule.View, team rule.Stream) (Wallet, error) {
	w, found, err := wallets.Get(v.Tx(), string(team), "")
	if !found {
		w = Wallet{Team: team}
	}
	return w, err
}

// change adds to a team's wallet.
func change(s *rule.Scope, team rule.Stream, left, held, size int64) (Wallet, error) {
	w, err := walletOf(&s.View, team)
	if err != nil {
		return w, err
	}
	w.Left, w.Held, w.Size = w.Left+left, w.Held+held, w.Size+size
	if w.Left < 0 || w.Held < 0 || w.Size < 0 {
		return w, fmt.Errorf("flex: the team %s would have %d tokens left, %d held, of %d", team, w.Left, w.Held, w.Size)
	}
	return w, wallets.Put(s.Tx(), w)
}

// A pack ends before whatever else is due at that instant and may take tokens,
// such as the end of a seat.
var (
	packEnds   = rule.DueKind{Name: "flex.pack-end", Rank: 15}
	packEnding = rule.DueKind{Name: "flex.tokens-ending", Rank: 90}
)

// due returns the pack's end and the notices before it.
func (p Pack) due(notices []time.Time) []rule.Item {
	streams := []rule.Stream{p.Team}
	items := []rule.Item{{At: p.Ends, Kind: packEnds, Key: p.ID, Streams: streams}}
	for _, at := range notices {
		items = append(items, rule.Item{At: at, Kind: packEnding, Key: p.ID, Streams: streams})
	}
	return items
}

// warnings are the instants at which the admins are told that the pack ends.
func (p Pack) warnings(v *rule.View, zone *time.Location) []time.Time {
	var list []time.Time
	for _, span := range TokenEndNotice.Of(v) {
		if at := span.Before(p.Ends, zone).UTC(); at.After(p.Bought) && at.Before(p.Ends) && !slices.Contains(list, at) {
			list = append(list, at)
		}
	}
	return list
}

// AddPack puts a new pack into a team's balance. Billing calls it when tokens
// are paid.
func AddPack(s *rule.Scope, p Pack) (Pack, error) {
	team, err := account.TeamByHandle(&s.View, p.Team)
	if err != nil {
		return p, err
	}
	p.Left, p.Bought = p.Tokens, s.Now()
	p.Ends = TokenLife.Of(&s.View).After(s.Now(), team.Location()).UTC()
	s.Cite(PackRule, rule.Fig("bought", p.Bought), rule.Fig("ends", p.Ends))
	if p.ID, err = s.NewID("pack", p.Team); err != nil {
		return p, err
	}
	return p, receive(s, team, p)
}

// receive keeps a pack in a team and queues its end.
func receive(s *rule.Scope, team account.Team, p Pack) error {
	if err := packs.Put(s.Tx(), p); err != nil {
		return err
	}
	if err := queuePack(s, team, p, s.Queue); err != nil {
		return err
	}
	w, err := change(s, p.Team, p.Left, 0, p.Tokens)
	if err != nil {
		return err
	}
	return watchBalance(s, w)
}

func queuePack(s *rule.Scope, team account.Team, p Pack, do func(rule.Item) error) error {
	for _, item := range p.due(p.warnings(&s.View, team.Location())) {
		if !item.At.After(s.Now()) && item.Kind != packEnds {
			continue
		}
		if err := do(item); err != nil {
			return err
		}
	}
	return nil
}

// endPack ends a pack: what is left of it is lost (FLX-1).
func endPack(s *rule.Scope, item rule.Item) error {
	p, found, err := packs.Get(s.Tx(), string(item.Streams[0]), store.String(item.Key))
	if err != nil || !found {
		return err
	}
	lost := p.Left
	p.Lost, p.Left, p.Ended = p.Lost+lost, 0, true
	s.Cite(PackRule, rule.Fig("ended", p.Ends), rule.Fig("lost", lost))
	if err := packs.Put(s.Tx(), p); err != nil {
		return err
	}
	w, err := change(s, p.Team, -lost, 0, -p.Tokens)
	if err != nil {
		return err
	}
	if lost > 0 {
		if err := account.TellAdmins(s, letter(TokensEndedNotice, p.Team, "tokens", lost)); err != nil {
			return err
		}
	}
	return watchBalance(s, w)
}

// warnPack tells the admins that tokens will end, where any are left.
func warnPack(s *rule.Scope, item rule.Item) error {
	p, found, err := packs.Get(s.Tx(), string(item.Streams[0]), store.String(item.Key))
	if err != nil || !found || p.Left == 0 {
		return err
	}
	s.Cite(AlertRule, rule.Fig("ends", p.Ends), rule.Fig("left", p.Left))
	team, err := account.TeamByHandle(&s.View, p.Team)
	if err != nil {
		return err
	}
	l := letter(TokensEndingNotice, p.Team, "tokens", p.Left)
	l.Facts["ends"] = rule.Show(p.Ends.In(team.Location()))
	return account.TellAdmins(s, l)
}

// Kinds of notices that this package writes.
const (
	TokensGrantedNotice account.NoticeKind = "tokens-granted"
	LowBalanceNotice    account.NoticeKind = "low-balance"
	TokensEndingNotice  account.NoticeKind = "tokens-ending"
	TokensEndedNotice   account.NoticeKind = "tokens-ended"
	TokensShortNotice   account.NoticeKind = "tokens-short"
)

func letter(kind account.NoticeKind, team rule.Stream, fact string, value any) account.Letter {
	return account.Letter{Kind: kind, About: team, Facts: map[string]string{fact: rule.Show(value)}}
}

// low reports whether the balance is at or under the share of the live packs'
// size that counts as low (FLX-12). What is only held may come back and counts.
func (w Wallet) low(v *rule.View) bool {
	return w.Size > 0 && w.Left+w.Held <= LowBalance.Of(v).OfCount(w.Size)
}

// watchBalance tells the admins when the balance falls to the share of the
// packs' size that counts as low, once per crossing (FLX-13). What is only held
// may come back and counts as there.
func watchBalance(s *rule.Scope, w Wallet) error {
	limit, low := LowBalance.Of(&s.View).OfCount(w.Size), w.low(&s.View)
	if low == w.Low {
		return nil
	}
	w.Low = low
	if err := wallets.Put(s.Tx(), w); err != nil {
		return err
	}
	if !low {
		return nil
	}
	s.Cite(AlertRule, rule.Fig("left", w.Left), rule.Fig("limit", limit))
	l := letter(LowBalanceNotice, w.Team, "left", w.Left)
	l.Facts["limit"] = rule.Show(limit)
	return account.TellAdmins(s, l)
}

// Debit is what one charge took from one pack.
type Debit struct {
	Pack   string
	Tokens int64
}

// debit takes tokens from the team's packs in their order (FLX-2), all of them
// or none: with too few it is refused with both figures (FLX-6). Held tokens are
// not left, but not used up yet either.
func debit(s *rule.Scope, team rule.Stream, tokens int64, held bool) ([]Debit, error) {
	w, err := walletOf(&s.View, team)
	if err != nil {
		return nil, err
	}
	s.Cite(BalanceRule, rule.Fig("rate", tokens), rule.Fig("balance", w.Left))
	if w.Left < tokens {
		return nil, rule.Refusef(rule.InsufficientTokens, BalanceRule, "%d tokens are needed and %d are left", tokens, w.Left).
			With(rule.Fig("rate", tokens), rule.Fig("balance", w.Left))
	}
	var debits []Debit
	var touched []Pack
	missing := tokens
	for p, err := range inOrder.Scan(s.Tx(), string(team), store.Part{Prefix: used(false)}) {
		if err != nil {
			return nil, err
		}
		n := min(missing, p.Left)
		p.Left -= n
		if held {
			p.Held += n
		} else {
			p.Used += n
		}
		touched, debits = append(touched, p), append(debits, Debit{Pack: p.ID, Tokens: n})
		s.Cite(OrderRule, rule.Fig("pack", p.ID), rule.Fig("taken", n), rule.Fig("ends", p.Ends))
		if missing -= n; missing == 0 {
			break
		}
	}
	if missing > 0 {
		return nil, fmt.Errorf("flex: the packs of %s hold %d tokens fewer than its wallet", team, missing)
	}
	for _, p := range touched {
		if err := packs.Put(s.Tx(), p); err != nil {
			return nil, err
		}
	}
	heldMore := int64(0)
	if held {
		heldMore = tokens
	}
	_, err = change(s, team, -tokens, heldMore, 0)
	return debits, err
}

// settleDebits turns held tokens into used ones, or gives them back to the
// packs they came from. What would go back to a pack that has ended is lost.
func settleDebits(s *rule.Scope, team rule.Stream, debits []Debit, taken bool) error {
	var total, back int64
	for _, d := range debits {
		p, found, err := packs.Get(s.Tx(), string(team), store.String(d.Pack))
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("flex: the pack %s left the team %s while tokens of it were held", d.Pack, team)
		}
		p.Held -= d.Tokens
		total += d.Tokens
		switch {
		case taken:
			p.Used += d.Tokens
		case p.Ended:
			p.Lost += d.Tokens
		default:
			p.Left += d.Tokens
			back += d.Tokens
		}
		if err := packs.Put(s.Tx(), p); err != nil {
			return err
		}
	}
	_, err := change(s, team, back, -total, 0)
	return err
}
