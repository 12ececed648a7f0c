// Package asset holds what browsers load: styles and scripts, as the folder web
// of the repository builds them. It knows nothing of what they do.
package asset

import "embed"

// FS is every file by its plain name.
//
//go:embed *.css *.js *.svg
var FS embed.FS
