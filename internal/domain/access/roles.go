package access

import (
	"slices"

	"huying/internal/domain/org"
)

// Roles returns every role of a post that has a right at all, sorted, for tests
// and documents.
func Roles() []org.Role {
	var out []org.Role
	for _, r := range table {
		for role := range r {
			if role != callerRole && role != systemRole && !slices.Contains(out, role) {
				out = append(out, role)
			}
		}
	}
	slices.Sort(out)
	return out
}
