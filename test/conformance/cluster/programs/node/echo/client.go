package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"time"
)

// headers of a command line: -header 'name: value', any number of times.
type headers map[string]string

func (h headers) String() string { return fmt.Sprint(map[string]string(h)) }

func (h headers) Set(text string) error {
	name, value, ok := strings.Cut(text, ":")
	if !ok {
		return fmt.Errorf("%q is not of the form 'name: value'", text)
	}
	h[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	return nil
}

// reply is what came back of one request, or the error that came in its place.
type reply struct {
	status int
	answer answer
	body   string
	err    error
	// connections that the client used: a second one stands for an attempt that net/http hides
	connections int
}

// key groups replies: status and version, or the kind of error.
func (r reply) key() string {
	if r.err != nil {
		return "error"
	}
	return strings.TrimSpace(fmt.Sprint(r.status, " ", r.answer.Version))
}

func newRequest(ctx context.Context, method, url, body string, h headers) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, value := range h {
		if name == "host" {
			request.Host = value
		} else {
			request.Header.Set(name, value)
		}
	}
	return request, nil
}

func send(ctx context.Context, client *http.Client, method, url, body string, h headers) reply {
	connections := 0
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connections++ }})
	request, err := newRequest(ctx, method, url, body, h)
	if err != nil {
		return reply{err: err}
	}
	response, err := client.Do(request)
	if err != nil {
		return reply{err: err, connections: connections}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	r := reply{status: response.StatusCode, body: strings.TrimSpace(string(text)), err: err, connections: connections}
	// an answer of a proxy is no JSON of ours: its version stays empty
	_ = json.Unmarshal(text, &r.answer)
	return r
}

// idle is how long a client keeps a connection that it does not use: less than proxies and load balancers do, as clients should. A request on a connection that the
// other side is just closing is lost, and no server can prevent it.
const idle = 20 * time.Second

// clientOf makes a client that follows no redirect and, if not kept, opens a connection for every request.
func clientOf(kept bool, timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout:       timeout,
		Transport:     &http.Transport{DisableKeepAlives: !kept, MaxIdleConnsPerHost: 64, IdleConnTimeout: idle},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// get prints {total, seen: {"200 v1": 95}, last: {status, body}}.
func get(args []string) {
	flags := flag.NewFlagSet("get", flag.ExitOnError)
	h := headers{}
	flags.Var(h, "header", "header of each request, 'name: value'; may be repeated")
	method := flags.String("method", http.MethodGet, "method")
	timeout := flags.Duration("timeout", 10*time.Second, "limit of each request")
	roots := flags.String("roots", "", "certificates of authorities that servers are checked against: PEM in base64")
	_ = flags.Parse(args)
	times := 1
	if flags.NArg() == 2 {
		n, err := strconv.Atoi(flags.Arg(1))
		if err != nil {
			fail(err)
		}
		times = n
	} else if flags.NArg() != 1 {
		fail(fmt.Errorf("get needs a URL, and may have a number of requests"))
	}
	client := clientOf(false, *timeout)
	if *roots != "" {
		client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: poolOf(*roots)}
	}
	seen, last := map[string]int{}, reply{}
	for range times {
		last = send(context.Background(), client, *method, flags.Arg(0), "", h)
		seen[last.key()]++
	}
	out := map[string]any{"status": last.status, "body": last.body}
	if last.err != nil {
		out["error"] = last.err.Error()
	}
	say(map[string]any{"total": times, "seen": seen, "last": out})
}

func poolOf(roots string) *x509.CertPool {
	pem, err := base64.StdEncoding.DecodeString(roots)
	if err != nil {
		fail(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		fail(fmt.Errorf("-roots holds no certificate"))
	}
	return pool
}
