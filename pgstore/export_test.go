package pgstore

// Unsent sets how many rows a transaction writes before they are sent, so that tests
// of savepoints need not write thousands.
func Unsent(n int) Option { return func(o *options) { o.unsent = n } }
