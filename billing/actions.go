package billing

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// ActionsQuery asks what the actor can do with a subscription now.
type ActionsQuery struct {
	Subscription string `json:"subscription"`
}

// ActionShown is one action. Where it is not available, it is shown grey with the
// reason.
type ActionShown struct {
	Action    Action `json:"action"`
	Available bool   `json:"available"`
	// Code, Rule and Reason say why it is not available; they are empty where it is.
	Code   string `json:"code"`
	Rule   string `json:"rule"`
	Reason string `json:"reason"`
	// Figures are those that decided, such as when renewal opens.
	Figures map[string]string `json:"figures"`
	// Contact says who can help.
	Contact string `json:"contact"`
}

// ActionsShown is the result of [ActionsQuery].
type ActionsShown struct {
	Subscription string          `json:"subscription"`
	Channel      Channel         `json:"channel"`
	Reseller     ResellerDetails `json:"reseller"`
	Actions      []ActionShown   `json:"actions"`
}

// About names the subscription.
func (q ActionsQuery) About(v *rule.View) (rule.Subject, error) {
	return aboutSubscription(v, q.Subscription)
}

// Answer lists every action, by the same answer that its command gives (BIL-1).
func (q ActionsQuery) Answer(v *rule.View) (ActionsShown, error) {
	sub, err := subscriptionByID(v, q.Subscription)
	if err != nil {
		return ActionsShown{}, err
	}
	team, err := account.TeamByHandle(v, sub.Team)
	if err != nil {
		return ActionsShown{}, err
	}
	v.Cite(SelfServiceRule, rule.Fig("channel", string(sub.Channel)))
	list := ActionsShown{Subscription: sub.ID, Channel: sub.Channel, Actions: []ActionShown{}}
	if list.Reseller, err = sub.reseller(v); err != nil {
		return list, err
	}
	for _, a := range acts() {
		shown, err := a.shown(v, sub, team)
		if err != nil {
			return list, err
		}
		list.Actions = append(list.Actions, shown)
	}
	return list, nil
}

func (a act) shown(v *rule.View, s Subscription, team account.Team) (ActionShown, error) {
	shown := ActionShown{Action: a.name, Figures: map[string]string{}}
	err := a.allows(v, s, team)
	if err == nil {
		shown.Available = true
		return shown, nil
	}
	refusal := rule.AsRefusal(err)
	if refusal == nil {
		return shown, err
	}
	shown.Code, shown.Rule, shown.Reason, shown.Contact = string(refusal.Code), refusal.Rule.ID, refusal.Text, refusal.Contact
	for _, f := range refusal.Figures {
		shown.Figures[f.Name] = rule.Show(f.Value)
	}
	return shown, nil
}

// AllowSelfService lets the purchaser manage a subscription that was bought from
// sales, or not any more (BIL-1).
type AllowSelfService struct {
	Subscription string `json:"subscription"`
	On           bool   `json:"on"`
}

// About names the subscription.
func (c AllowSelfService) About(v *rule.View) (rule.Subject, error) {
	return aboutSubscription(v, c.Subscription)
}

// Do switches it, for a subscription of that channel alone: no other is decided
// by a switch.
func (c AllowSelfService) Do(s *rule.Scope) (SubscriptionResult, error) {
	sub, err := subscriptionByID(&s.View, c.Subscription)
	if err != nil {
		return SubscriptionResult{}, err
	}
	s.Cite(SelfServiceRule, rule.Fig("channel", string(sub.Channel)), rule.Fig("on", c.On))
	if sub.Channel != Sales {
		return SubscriptionResult{}, rule.Refusef(rule.Invalid, SelfServiceRule, "self-service is switched on for what was bought from sales, and the subscription was bought by %s", sub.Channel).
			With(rule.Fig("channel", string(sub.Channel)))
	}
	sub.SelfService = c.On
	if err := sub.put(s); err != nil {
		return SubscriptionResult{}, err
	}
	shown, err := sub.shown(&s.View)
	return SubscriptionResult{shown}, err
}
