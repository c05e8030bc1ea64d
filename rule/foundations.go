package rule

import "time"

// The rules of time and money stand here, as the packages period and money,
// which compute them, know nothing of rules.
var (
	HalfOpen = Declare("TIM-1", "seatbook",
		"Every validity is a half-open interval: at its end it is already over. What is due at an instant is done before anything asked at that instant.")
	CalendarSpans = Declare("TIM-2", "seatbook",
		"Days, months and years are calendar spans in the team's zone at the same wall-clock time; for what belongs to a person without a team, in the person's zone, else UTC. Changing a zone moves no end already given.")
	ElapsedSpans = Declare("TIM-3", "seatbook",
		"Hours, minutes and seconds are elapsed time, never wall-clock time.")
	Anchored = Declare("TIM-4", "seatbook",
		"Month and year steps count from the anchor, the first start, by the total of months so far, clipped to the month's last day and never drifting. A change of term keeps the anchor.")
	CivilDays = Declare("TIM-5", "seatbook",
		"Days between two instants, for proration, are civil dates in the team's zone, the end's own date not counted.")

	ExactMoney = Declare("MON-1", "seatbook",
		"Money is exact: an amount in a currency with its ISO 4217 minor units. Amounts in two currencies never add.")
	RoundOnce = Declare("MON-2", "seatbook",
		"An invoice line is unit price times seats times fraction, kept exact and rounded once, half away from zero, to the minor unit. A total is the sum of its rounded lines; credit memos reduce what is open, not the total.")
	Proration = Declare("MON-3", "seatbook",
		"The fraction of a term is the days left divided by the days in the term.", ProrationUnit)
	NothingLost = Declare("MON-4", "seatbook",
		"A split, such as a credit over several invoices or a charge over several packs, loses and invents nothing: the parts sum to the whole.")

	// ProrationUnit is what fractions of a term are counted in.
	ProrationUnit = NewWord("proration", "day", "second")

	// Permissions is the rule that who lacks a permission is refused and that
	// what is foreign answers like what does not exist.
	Permissions = Declare("ACC-4", "000, 001, [pub]",
		"Who may do what is one table, deny by default. Who lacks a permission gets not-permitted naming it, and nothing changes. "+
			"What belongs to a team one is not in answers exactly like what does not exist. A refusal to a plain user names whom to contact: their admin, else the reseller, else support.")
)

// Foundations returns the rules that no domain package declares.
func Foundations() []*Rule {
	return []*Rule{
		HalfOpen, CalendarSpans, ElapsedSpans, Anchored, CivilDays,
		ExactMoney, RoundOnce, Proration, NothingLost, AddressRule, Permissions,
	}
}

// Missing is the refusal for what does not exist, and for what does but is
// foreign to the actor: the two are the same to the letter.
func Missing(what, name string) *Refusal {
	return Refusef(NotFound, Permissions, "there is no %s %q", what, clip(name))
}

const lastYear = 9999

// CheckInstant refuses an instant that no calendar here reaches: what would end
// after the year 9999 cannot be begun.
func CheckInstant(t time.Time) error {
	if t.UTC().Year() > lastYear {
		return Refusef(Invalid, HalfOpen, "it would last beyond the year %d", lastYear)
	}
	return nil
}
