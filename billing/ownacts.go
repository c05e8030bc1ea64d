package billing

import (
	"github.com/seatbook/seatbook/account"
	"github.com/seatbook/seatbook/rule"
)

// More actions.
const (
	SettingMethod Action = "set_subscription_method"
	Aligning      Action = "align_dates"
	Moving        Action = "move_subscription"
)

// What else a purchaser does with a subscription, by self-service as far as it is
// offered (BIL-1).
var (
	settingMethod = act{name: SettingMethod, countries: SelfServiceCountries, stands: unlessOver}
	aligning      = act{name: Aligning, countries: SelfServiceCountries, stands: whileActive(AlignRule)}
	moving        = act{name: Moving, countries: SelfServiceCountries, stands: whileActive(account.PurchaserRule)}
)

// unlessOver refuses what came to its end for good, as nothing is paid for it any
// more (BIL-11).
func unlessOver(s Subscription, v *rule.View, team account.Team) error {
	switch status := s.StatusAt(v, team.Location()); status {
	case Cancelled, Upgraded, Returned:
		return rule.Refusef(rule.TooLate, PaymentRule, "the subscription is %s and nothing is paid for it any more", status)
	case Active, Expired, Suspended, Ended:
	}
	return nil
}
