// Command pkgsearch is a full-text search service for npm-style package registries.
package main

import (
	"context"
	"os"

	"pkgsearch/cmd"
	"pkgsearch/testdata/sample"
)

func main() {
	os.Exit(cmd.Run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, sample.FS))
}
