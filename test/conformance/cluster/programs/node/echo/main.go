// echo is the one program behind every image of the examples, and the client that counts what it answers.
//
//	echo [serve]                   answers each request with JSON: version, pod, and what was asked
//	echo get [flags] URL [N]       sends N requests, one after another; prints counts by status and version, and the last answer
//	echo load [flags] URL          sends requests at a fixed rate; prints what came back, what was lost and when
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	command, args := "serve", os.Args[1:]
	if len(args) > 0 {
		command, args = args[0], args[1:]
	}
	switch command {
	case "serve":
		serve(settingsOf(os.Getenv))
	case "get":
		get(args)
	case "load":
		load(args)
	default:
		fail(fmt.Errorf("unknown command %q; known are serve, get and load", command))
	}
}

// say prints one line of JSON.
func say(value any) {
	line, err := json.Marshal(value)
	if err != nil {
		fail(err)
	}
	fmt.Println(string(line))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}
