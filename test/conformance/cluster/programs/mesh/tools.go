//go:build tools

// Package tools names the programs of others that this module builds, so that go.mod keeps what they need. One module for all of them: they share the client of
// Kubernetes, the types of xDS and gRPC, and one build costs far less than three.
package tools

import (
	_ "github.com/envoyproxy/gateway/cmd/envoy-gateway"
	_ "istio.io/istio/pilot/cmd/pilot-agent"
	_ "istio.io/istio/pilot/cmd/pilot-discovery"
)
