package org

// Centre returns the command centre of exactly the given territory: the desk
// that coordinates its matters.
func (g *Graph) Centre(territory string) (string, bool) {
	code, ok := g.centres[territory]
	return code, ok
}
