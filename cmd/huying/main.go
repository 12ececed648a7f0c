// Command huying runs a city's calls: the server and everything an operator
// does beside it.
package main

import (
	"os"

	"huying/internal/cli"
)

// version is set by the build.
var version = "dev"

func main() { os.Exit(cli.Main(version)) }
