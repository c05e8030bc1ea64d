package flex

import (
	"github.com/seatbook/seatbook/licensing"
	"github.com/seatbook/seatbook/rule"
	"github.com/seatbook/seatbook/store"
)

// spentChecks are the invariants of what is spent otherwise than by the day, and
// of limits.
func spentChecks() []rule.Check {
	return []rule.Check{
		rule.Checks(windows, checkDated), rule.Checks(jobs, checkJob), rule.Checks(credits, checkCredit), rule.Checks(creditUses, checkCreditUse),
	}
}

// checkDated says that a window that begins does not reach into the last one, is
// neither over nor still to come, and keeps within the limits.
func checkDated(v *rule.View, before, after *Window) error {
	if after == nil || before != nil && before.Start.Equal(after.Start) {
		return nil
	}
	name := "the window of " + string(after.Person)
	last, _, err := pastWindows.Get(v.Tx(), string(after.Team), windowKey(after.Person, after.Product))
	switch {
	case err != nil:
		return err
	case after.Start.Before(last.End):
		return rule.Breaks(name, "for %s begins %s, and the last one ran until %s", after.Product, rule.Show(after.Start), rule.Show(last.End))
	case after.Start.After(v.Now()) || !after.End.After(v.Now()):
		return rule.Breaks(name, "for %s is opened %s and runs from %s to %s", after.Product, rule.Show(v.Now()), rule.Show(after.Start), rule.Show(after.End))
	}
	return checkLimits(v, name, after.spending())
}

// checkLimits says that what counts with a charge is within every limit.
func checkLimits(v *rule.View, name string, sp spending) error {
	all, err := counted(v, sp)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.used > r.Tokens {
			return rule.Breaks(name, "brings the tokens of a %s in a %s to %d, and %d are allowed", r.Per, r.In, r.used, r.Tokens)
		}
	}
	return nil
}

// checkJob says that a job is paid in full at the catalogue's rate, is never
// changed but by its outcome, and has one outcome.
func checkJob(v *rule.View, before, after *Job) error {
	if after == nil {
		return rule.Breaks("the job "+before.ID, "vanishes")
	}
	j, name, sum := *after, "the job "+after.ID, int64(0)
	for _, d := range j.Debits {
		sum += d.Tokens
	}
	if sum != j.Tokens || j.Tokens != j.Rate*j.Units {
		return rule.Breaks(name, "of %d units at %d costs %d tokens and %d were taken", j.Units, j.Rate, j.Tokens, sum)
	}
	if (j.Status == JobRunning) != j.Finished.IsZero() {
		return rule.Breaks(name, "is %s and has finished at %s", j.Status, rule.Show(j.Finished))
	}
	if before == nil {
		product, err := licensing.ProductOf(v, j.Product)
		if err != nil {
			return err
		}
		if rate, _ := product.ResultRate(j.Result); rate != j.Rate {
			return rule.Breaks(name, "takes %d tokens for %s, and the rate is %d", j.Rate, j.Result, rate)
		}
		return checkLimits(v, name, spending{j.Team, j.Person, j.Product, j.Tokens, j.Submitted})
	}
	if j.Tokens != before.Tokens || j.Person != before.Person || !j.Submitted.Equal(before.Submitted) || j.Usage != before.Usage {
		return rule.Breaks(name, "of %d tokens becomes another of %d", before.Tokens, j.Tokens)
	}
	if before.Status != JobRunning && before.Status != j.Status {
		return rule.Breaks(name, "is %s and becomes %s", before.Status, j.Status)
	}
	return nil
}

// checkCredit says that credits are neither made nor lost, that what was granted
// and its end stay, and that nothing is taken at or after the end.
func checkCredit(v *rule.View, before, after *Credit) error {
	if after == nil {
		return rule.Breaks("the credits "+before.ID, "vanish")
	}
	c, name := *after, "the credits "+after.ID
	switch {
	case min(c.Left, c.Used, c.Lost) < 0 || c.Left+c.Used+c.Lost != c.Granted:
		return rule.Breaks(name, "of %d have %d left, %d used and %d lost", c.Granted, c.Left, c.Used, c.Lost)
	case before == nil:
		return nil
	case c.Granted != before.Granted || !c.Ends.Equal(before.Ends) || c.Person != before.Person:
		return rule.Breaks(name, "of %d until %s become %d until %s", before.Granted, rule.Show(before.Ends), c.Granted, rule.Show(c.Ends))
	case c.Used > before.Used && !c.Ends.IsZero() && !v.Now().Before(c.Ends):
		return rule.Breaks(name, "ended %s and %d are taken from them", rule.Show(c.Ends), c.Used-before.Used)
	}
	return nil
}

// checkCreditUse says that a charge is paid in full, by credits of its kind alone.
func checkCreditUse(v *rule.View, _, after *CreditUse) error {
	if after == nil {
		return nil
	}
	u, name, sum := *after, "the use of credits "+after.ID, int64(0)
	for _, d := range u.Debits {
		c, found, err := credits.Get(v.Tx(), string(u.Team), store.String(d.Pack))
		if err != nil {
			return err
		}
		if !found || c.Kind() != u.Kind || u.Kind == Personal && c.Person != u.Person {
			return rule.Breaks(name, "of the kind %s takes %d from the %s credits %s", u.Kind, d.Tokens, c.Kind(), c.ID)
		}
		sum += d.Tokens
	}
	if sum != u.Credits {
		return rule.Breaks(name, "costs %d credits and %d were taken", u.Credits, sum)
	}
	return nil
}
