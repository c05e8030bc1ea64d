// Package billing decides what things cost.
//
// A subscription admits a number of people to a product for a term: a month, a
// year or three years. Whoever buys it is its purchaser and owns its billing.
// Seats are added at any time, for the days that are left of the term, and
// reduced at the next renewal. A subscription renews itself at the end of its
// term unless that is switched off, or by hand from ninety days before.
//
// Every change that costs something is an order with an invoice. An invoice on
// account is fulfilled at once. A card is charged first: the command writes the
// order and the invoice and promises a [Charge]; the engine asks the provider
// after the commit, and the answer fulfils the order or undoes it. So a charge
// is never lost with a transaction, nor made twice.
//
// An upgrade replaces a subscription by one for a larger product with the same
// end. What was not used of the old one is a credit memo, which reduces what is
// open on the invoice for the new.
//
// What was bought can be returned for some days. A credit memo says what is given
// back: it reduces what is open, a [Refund] brings back what a charge paid, and
// the rest stays on it.
//
// Invoices are never edited. Every line says how its amount was made, so that a
// customer can check it by hand.
package billing
