// Looks its argument up with Go's own resolver, for addresses of both kinds, and prints them.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
)

func main() {
	resolver := net.Resolver{PreferGo: true}
	found, err := resolver.LookupIPAddr(context.Background(), os.Args[1])
	if err != nil {
		os.Exit(1)
	}
	for _, address := range found {
		fmt.Println(address.String())
	}
}
