// Command translator asks Istio's own control plane what proxies get for a set of objects.
// In (standard input): {"meshConfig": YAML, "istio": YAML, "kubernetes": YAML, "proxies": [...]}.
// Out: {"invalid": [...], "proxies": {name: {"listeners", "routes", "clusters", "endpoints"}}}, resources in Envoy's JSON.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/schema/collections"
)

type proxy struct {
	Name      string            `json:"name"`
	Kind      string            `json:"kind"` // "gateway" or "sidecar"
	Namespace string            `json:"namespace"`
	IP        string            `json:"ip"`
	Labels    map[string]string `json:"labels"`
}

type input struct {
	MeshConfig string  `json:"meshConfig"`
	Istio      string  `json:"istio"`
	Kubernetes string  `json:"kubernetes"`
	Proxies    []proxy `json:"proxies"`
}

type resources struct {
	Listeners []json.RawMessage `json:"listeners"`
	Routes    []json.RawMessage `json:"routes"`
	Clusters  []json.RawMessage `json:"clusters"`
	Endpoints []json.RawMessage `json:"endpoints"`
}

type output struct {
	Invalid []string             `json:"invalid"`
	Proxies map[string]resources `json:"proxies"`
}

// tester ends the process where Istio's test server would fail a test.
type tester struct{ cleanups []func() }

func (t *tester) Fail()    { t.FailNow() }
func (t *tester) FailNow() { os.Exit(1) }
func (t *tester) Fatal(args ...any) {
	fmt.Fprintln(os.Stderr, args...)
	t.FailNow()
}
func (t *tester) Fatalf(format string, args ...any) { t.Fatal(fmt.Sprintf(format, args...)) }
func (t *tester) Log(args ...any)                   {}
func (t *tester) Logf(string, ...any)               {}
func (t *tester) Skip(args ...any)                  { t.Fatal(args...) }
func (t *tester) Helper()                           {}
func (t *tester) Cleanup(f func())                  { t.cleanups = append(t.cleanups, f) }
func (t *tester) TempDir() string {
	dir, err := os.MkdirTemp("", "translator")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func main() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(&tester{})
	}()
	<-done
	runtime.KeepAlive(done)
}

func run(t *tester) {
	data, err := io.ReadAll(os.Stdin)
	if err != nil {
		t.Fatal(err)
	}
	var in input
	if err := json.Unmarshal(data, &in); err != nil {
		t.Fatal(err)
	}
	meshConfig, err := mesh.ApplyMeshConfigDefaults(in.MeshConfig)
	if err != nil {
		t.Fatalf("mesh config: %v", err)
	}
	out := output{Invalid: invalid(in.Istio), Proxies: map[string]resources{}}
	server := xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
		ConfigString:               in.Istio,
		KubernetesObjectString:     in.Kubernetes,
		MeshConfig:                 meshConfig,
		DisableSecretAuthorization: true,
	})
	for _, p := range in.Proxies {
		kind := model.SidecarProxy
		if p.Kind == "gateway" {
			kind = model.Router
		}
		node := server.SetupProxy(&model.Proxy{
			Type:            kind,
			IPAddresses:     []string{p.IP},
			ID:              fmt.Sprintf("%s.%s", p.Name, p.Namespace),
			ConfigNamespace: p.Namespace,
			DNSDomain:       p.Namespace + ".svc.cluster.local",
			Labels:          p.Labels,
			Metadata:        &model.NodeMetadata{Namespace: p.Namespace, Labels: p.Labels, ClusterID: "Kubernetes", IstioVersion: "1.31.0"},
		})
		listeners := server.Listeners(node)
		found := resources{
			Listeners: raw(t, listeners),
			Routes:    raw(t, server.RoutesFromListeners(node, listeners)),
			Clusters:  raw(t, server.Clusters(node)),
			Endpoints: raw(t, server.Endpoints(node)),
		}
		out.Proxies[p.Name] = found
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		t.Fatal(err)
	}
}

// invalid says what Istio's own webhook would refuse, or only warn of.
func invalid(text string) []string {
	findings := []string{}
	configs, unknown, err := crd.ParseInputs(text)
	if err != nil {
		return []string{err.Error()}
	}
	for _, kind := range unknown {
		findings = append(findings, fmt.Sprintf("%s/%s is not Istio's", kind.APIVersion, kind.Kind))
	}
	for _, config := range configs {
		schema, ok := collections.Pilot.FindByGroupVersionKind(config.GroupVersionKind)
		name := fmt.Sprintf("%s %s/%s", config.GroupVersionKind.Kind, config.Namespace, config.Name)
		if !ok {
			findings = append(findings, name+": unknown kind")
			continue
		}
		warning, err := schema.ValidateConfig(config)
		if err != nil {
			findings = append(findings, fmt.Sprintf("%s: %v", name, err))
		}
		if warning != nil {
			findings = append(findings, fmt.Sprintf("%s: warning: %v", name, warning))
		}
	}
	return findings
}

func raw[M proto.Message](t *tester, messages []M) []json.RawMessage {
	result := make([]json.RawMessage, 0, len(messages))
	for _, message := range messages {
		text, err := protojson.MarshalOptions{UseProtoNames: false}.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		result = append(result, text)
	}
	return result
}

