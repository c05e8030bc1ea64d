package portfolio

// Found is what [Portfolio.Resume] does before the first team lives.
func (p *Portfolio) Found(f File) (next int, err error) { return p.found(f) }

// Spread is the distribution of figures.
func Spread(list []int64, unit float64) Distribution { return spread(list, unit) }
