// Looks its argument up with Go's own resolver, for addresses of both kinds.
package main

import (
	"context"
	"net"
	"os"
)

func main() {
	resolver := net.Resolver{PreferGo: true}
	if _, err := resolver.LookupIPAddr(context.Background(), os.Args[1]); err != nil {
		os.Exit(1)
	}
}
