package billing

import (
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
)

// UpgradeGuidanceQuery asks what must be installed again, or which serial number
// updated, when a subscription is upgraded. What the subscription tells, its
// channel, whether it is one of a suite, and whether it has lapsed, is not asked.
type UpgradeGuidanceQuery struct {
	Subscription string `json:"subscription"`
	// Release is the year of the release that is installed, of a product that was
	// bought standalone.
	Release int `json:"release,omitempty"`
}

// About names the subscription.
func (q UpgradeGuidanceQuery) About(v *rule.View) (rule.Subject, error) {
	return aboutSubscription(v, q.Subscription)
}

// Answer guides as [licensing.UpgradeGuidanceQuery] does (LIC-7). A collection
// is a suite; anything else was bought standalone where its release is told.
// Lapsed is what gives access no more, other than by an upgrade.
func (q UpgradeGuidanceQuery) Answer(v *rule.View) (licensing.Guidance, error) {
	sub, err := subscriptionByID(v, q.Subscription)
	if err != nil {
		return licensing.Guidance{}, err
	}
	p, err := offered(v, sub.Product)
	if err != nil {
		return licensing.Guidance{}, err
	}
	shown, err := sub.shown(v)
	if err != nil {
		return licensing.Guidance{}, err
	}
	suite := p.Kind == licensing.Collection
	lapsed := shown.Status != Active && shown.Status != Expired && shown.Status != Upgraded
	return licensing.UpgradeGuidanceQuery{
		Channel: licensing.SoldBy(sub.Channel), FromSuite: suite, Lapsed: suite && lapsed,
		Standalone: !suite && q.Release != 0, Release: q.Release,
	}.Answer(v)
}
