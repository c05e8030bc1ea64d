// Package flex decides what is metered.
//
// A team buys tokens in packs. A pack is good for a year and goes into the
// team's one balance; tokens are taken from the pack that ends first. People
// who may use tokens open products at a daily rate: the first launch opens a
// window of 24 hours, inside which everything the same person does in the same
// product costs nothing more. Whoever is still at work when the window ends
// opens the next one at that instant.
//
// Tokens are held when a product is opened and taken after five minutes, dated
// at the launch; who closes earlier has paid nothing. There is never a debt: a
// launch without enough tokens is refused, and a session that would go on
// without them ends.
//
// A seat, an overlap or a trial of the product comes before tokens. When it
// ends during a session, tokens begin at that instant. A session keeps to the
// team whose right opened it.
package flex
