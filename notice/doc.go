// Package notice words the mail that seatbook wants sent.
//
// The other packages write notices as facts: a kind, a recipient, a language
// and figures by name. [Text] makes a subject and a body of them, in plain
// words, in English or French. Who sends them, from where and with which links
// is the host's business.
//
// The words stand in the folder texts, one file a language. A text names facts,
// as in {{.product}}, and puts some of them into the language's own form with
// date, tokens and list.
package notice
