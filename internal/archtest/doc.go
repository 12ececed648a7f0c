// Package archtest is the house plan as a test: who may import whom, what the
// pure packages may not touch, and what may not stand in any file. It parses
// the files itself, builds nothing, and knows nothing of what the code does.
//
// Each rule is a function from a tree of files to the breaches in it, so that
// the tests can also feed it a made-up tree and see that it bites.
package archtest
