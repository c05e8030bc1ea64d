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
// A team can have defaults: products that everyone in it holds but its guests,
// and that an open invitation holds too. So whoever accepts finds a seat.
//
// What time brings to a trial is told in the person's own stream, and it says
// what follows: that depends on the teams that the person is in. So the work
// stands in the queues of those too, and moves when a membership begins or ends.
// What is to be told of an update is planned when a team gets seats, and stands
// in the team's queue from then on, whatever a later catalogue says.
//
// Seats under maintenance carry more, on request: an older release, or the same
// product at home. Such a [Use] takes no seat, since it is a part of the one that
// the person holds. What was granted is in force while that seat, the maintenance
// and the person's benefit are there, which is looked up and never stored.
//
// Whether someone may open a product now is decided in a fixed order: by a
// seat, by the thirty days of overlap after an upgrade, by a trial, by education
// access, and then by tokens, which package flex knows of.
package licensing
