package people

// CheapHashes lowers the cost of passwords for tests that are about other
// things.
func CheapHashes() { usual.memory, usual.passes = 64, 1 }

// WithUsualCost runs fn at the cost that is shipped.
func WithUsualCost(fn func()) {
	was := usual
	usual = cost{memory: 19 * 1024, passes: 2, lanes: 1}
	defer func() { usual = was }()
	fn()
}
