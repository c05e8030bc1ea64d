package portfolio

import "github.com/seatbook/seatbook/simulator"

// OnMemory lets the teams live on the store that worlds otherwise stand on.
func (p *Portfolio) OnMemory() (err error) {
	p.empty, err = simulator.NewWorld(simulator.Config{Policy: p.header.Policy, Catalog: p.catalog, Seed: p.header.Seed})
	return err
}

// Found is what [Portfolio.Resume] does before the first team lives.
func (p *Portfolio) Found(f File) (next int, err error) { return p.found(f) }

// Spread is the distribution of figures.
func Spread(list []int64, unit float64) Distribution { return spread(list, unit) }
