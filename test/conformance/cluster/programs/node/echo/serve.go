package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// settings come from the environment: the image of a version sets them.
type settings struct {
	version, pod, port string
	// where it listens; everywhere where it is empty
	address string
	// files of a certificate and its key: it speaks TLS then
	certificate, key string
	// how long after its start the program is ready; requests that come before are answered 503 and counted
	readyAfter time.Duration
	// never ready
	unready bool
	// ends with 1 this long after its start
	crash   bool
	crashAt time.Duration
	// how long connections are still accepted after SIGTERM: not at all by default, because waiting is what a preStop hook is for
	drain time.Duration
}

// linger is how long connections that clients keep are still served after SIGTERM. Each is closed with its next answer, which tells the client; one that is closed
// while it is idle may lose the request that is just on its way.
const linger = time.Second

func settingsOf(env func(string) string) settings {
	pod, _ := os.Hostname()
	s := settings{version: env("VERSION"), pod: pod, port: env("PORT"), address: env("ADDRESS"), certificate: env("TLS_CERTIFICATE"), key: env("TLS_KEY"), unready: env("UNREADY") != "", crash: env("CRASH") != ""}
	if s.port == "" {
		s.port = "8080"
	}
	for name, into := range map[string]*time.Duration{"READY_AFTER": &s.readyAfter, "CRASH": &s.crashAt, "DRAIN": &s.drain} {
		if text := env(name); text != "" {
			value, err := time.ParseDuration(text)
			if err != nil {
				fail(fmt.Errorf("%s: %w", name, err))
			}
			*into = value
		}
	}
	return s
}

// counters of one pod since its start, without probes.
type counters struct {
	Version string `json:"version"`
	Pod     string `json:"pod"`
	// all requests, those of the other two included
	Requests int `json:"requests"`
	// came before the program was ready
	WhileUnready int `json:"whileUnready"`
	// came after SIGTERM
	AfterTerm int         `json:"afterTerm"`
	ByStatus  map[int]int `json:"byStatus"`
}

type answer struct {
	Version   string            `json:"version"`
	Pod       string            `json:"pod"`
	Method    string            `json:"method"`
	Path      string            `json:"path"`
	Host      string            `json:"host"`
	Protocol  string            `json:"protocol"`
	Headers   map[string]string `json:"headers"`
	BodyBytes int64             `json:"bodyBytes"`
	// the server name of a TLS handshake
	ServerName string `json:"serverName,omitempty"`
	// of a request that came before the program was ready
	Unready bool `json:"unready,omitempty"`
	// what the service behind ?call=URL answered
	Called *called `json:"called,omitempty"`
}

type called struct {
	Status int    `json:"status"`
	Error  string `json:"error,omitempty"`
	Body   string `json:"body,omitempty"`
}

type server struct {
	settings
	startedAt time.Time
	// closed at SIGTERM
	ending chan struct{}
	lock   sync.Mutex
	counts counters
}

func serve(s settings) {
	srv := &server{settings: s, startedAt: time.Now(), ending: make(chan struct{}), counts: counters{Version: s.version, Pod: s.pod, ByStatus: map[int]int{}}}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	web := &http.Server{Addr: s.address + ":" + s.port, Handler: srv, Protocols: protocols}

	if s.crash {
		time.AfterFunc(s.crashAt, func() {
			fmt.Fprintf(os.Stderr, "crash after %s, as CRASH says\n", s.crashAt)
			os.Exit(1)
		})
	}
	listener, err := net.Listen("tcp", web.Addr)
	if err != nil {
		fail(err)
	}
	ended := make(chan struct{})
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		defer close(ended)
		<-signals
		close(srv.ending)
		time.Sleep(s.drain)
		_ = listener.Close()
		time.Sleep(linger)
		// what is under way is finished; the grace period of the pod is the limit
		_ = web.Shutdown(context.Background())
	}()
	say(map[string]any{"event": "started", "version": s.version, "port": s.port})
	if err := serveOn(web, listener, s); !srv.isEnding() {
		fail(err)
	}
	<-ended
	say(map[string]any{"event": "ended", "counters": srv.counts})
}

func serveOn(web *http.Server, listener net.Listener, s settings) error {
	if s.certificate == "" {
		return web.Serve(listener)
	}
	return web.ServeTLS(listener, s.certificate, s.key)
}

func (s *server) ready() bool { return !s.unready && time.Since(s.startedAt) >= s.readyAfter }

// isProbe tells probes of the kubelet and of proxies from requests of clients.
func isProbe(r *http.Request) bool {
	agent := r.UserAgent()
	return r.URL.Path == "/ping" || strings.HasPrefix(agent, "kube-probe/") || strings.HasPrefix(agent, "Envoy/HC")
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.isEnding() {
		w.Header().Set("Connection", "close")
	}
	switch {
	case r.URL.Path == "/counters":
		s.lock.Lock()
		defer s.lock.Unlock()
		writeJson(w, http.StatusOK, s.counts)
	case isProbe(r):
		s.probe(w, r)
	default:
		s.echo(w, r)
	}
}

// probe answers by readiness, or with ?status: a wrong probe.
func (s *server) probe(w http.ResponseWriter, r *http.Request) {
	status, err := strconv.Atoi(r.URL.Query().Get("status"))
	switch {
	case err == nil:
		http.Error(w, "as the probe asks", status)
	case s.ready():
		fmt.Fprintln(w, "ok")
	default:
		http.Error(w, "not ready", http.StatusServiceUnavailable)
	}
}

func (s *server) echo(w http.ResponseWriter, r *http.Request) {
	unready := !s.ready()
	body, _ := io.Copy(io.Discard, r.Body)
	query := r.URL.Query()
	a := answer{Version: s.version, Pod: s.pod, Method: r.Method, Path: r.URL.RequestURI(), Host: r.Host, Protocol: r.Proto, Headers: map[string]string{}, BodyBytes: body, Unready: unready}
	if r.TLS != nil {
		a.ServerName = r.TLS.ServerName
	}
	for name, values := range r.Header {
		a.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	status := http.StatusOK
	if wanted, err := strconv.Atoi(query.Get("status")); err == nil && wanted >= 200 && wanted < 600 {
		status = wanted
	}
	if unready {
		status = http.StatusServiceUnavailable
	}
	s.count(status, unready, a.Path)
	if delay, err := time.ParseDuration(query.Get("delay")); err == nil {
		select {
		case <-time.After(delay):
		case <-r.Context().Done():
			return
		}
	}
	w.Header().Set("X-Version", s.version)
	w.Header().Set("X-Pod", s.pod)
	if length, err := time.ParseDuration(query.Get("stream")); err == nil && !unready {
		s.stream(w, r, length)
		return
	}
	if url := query.Get("call"); url != "" {
		a.Called = call(r.Context(), url, r.Header.Get("X-Request-Id"))
	}
	writeJson(w, status, a)
}

func (s *server) count(status int, unready bool, path string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.counts.Requests++
	s.counts.ByStatus[status]++
	if unready {
		s.counts.WhileUnready++
		say(map[string]any{"event": "unready", "path": path, "afterMs": time.Since(s.startedAt).Milliseconds()})
	}
	if s.isEnding() {
		s.counts.AfterTerm++
	}
}

func (s *server) isEnding() bool {
	select {
	case <-s.ending:
		return true
	default:
		return false
	}
}

// endOfStream is the last line of a stream that was not cut.
const endOfStream = "end"

// stream writes ten lines a second. It ends in good order after its time or at SIGTERM.
func (s *server) stream(w http.ResponseWriter, r *http.Request, length time.Duration) {
	w.Header().Set("Content-Type", "text/plain")
	flusher := http.NewResponseController(w)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	over := time.After(length)
	for n := 0; ; n++ {
		fmt.Fprintln(w, n)
		if flusher.Flush() != nil {
			return
		}
		select {
		case <-tick.C:
		case <-over:
			fmt.Fprintln(w, endOfStream)
			return
		case <-s.ending:
			fmt.Fprintln(w, endOfStream)
			return
		case <-r.Context().Done():
			return
		}
	}
}

func call(ctx context.Context, url, id string) *called {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return &called{Error: err.Error()}
	}
	if id != "" {
		request.Header.Set("X-Request-Id", id)
	}
	response, err := (&http.Client{Timeout: 10 * time.Second}).Do(request)
	if err != nil {
		return &called{Error: err.Error()}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return &called{Status: response.StatusCode, Error: err.Error()}
	}
	return &called{Status: response.StatusCode, Body: strings.TrimSpace(string(body))}
}

func writeJson(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}
