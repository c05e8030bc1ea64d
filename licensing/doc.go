// Package licensing decides who may use what, and until when.
//
// A catalogue says what is sold: LT and full products, collections whose seat
// covers their members, and cloud services. A team owns seats of a product for
// as long as they are paid for. Billing writes that into this package as an
// [Entitlement]; access reads only those.
//
// A seat is given to one person at a time, as often as wanted: to the person,
// to a group the person is in, or pinned to one subscription. However many
// reasons a person has to hold a product, they take one seat of it, which is
// free again when the last reason goes. Open invitations hold the seats of the
// products that they name.
//
// Whether someone may open a product now is decided in a fixed order: by a
// seat, by the thirty days of overlap after an upgrade, by a trial, and then by
// tokens, which package flex knows of.
package licensing
