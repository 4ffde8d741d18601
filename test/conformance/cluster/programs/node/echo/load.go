package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

// loss is one request without the answer it should have had.
type loss struct {
	At      string `json:"at"`
	AfterMs int64  `json:"afterMs"`
	Kind    string `json:"kind"`
	Status  int    `json:"status,omitempty"`
	Reason  string `json:"reason"`
}

// streams is what became of the one long response that a load holds open; a new one follows each that ends.
type streams struct {
	Opened int `json:"opened"`
	// ended in good order: it was over, or the pod was told to go
	Ended int `json:"ended"`
	// cut in the middle, or refused: lost
	Broken int `json:"broken"`
	Lines  int `json:"lines"`
}

// report is the last line of a load.
type report struct {
	Event string  `json:"event"`
	Rate  float64 `json:"rate"`
	Total int     `json:"total"`
	// Lost counts requests without answer, with a wrong one or a late one, and streams that were cut
	Lost int `json:"lost"`
	Late int `json:"late"`
	// Unready counts answers of pods that were not ready; each is lost as well
	Unready int `json:"unready"`
	// Again counts requests that the client itself sent again, because a connection was closed under it
	Again        int            `json:"again"`
	MaxLatencyMs int64          `json:"maxLatencyMs"`
	Seen         map[string]int `json:"seen"`
	ByKind       map[string]int `json:"byKind"`
	Streams      *streams       `json:"streams,omitempty"`
	// LostAt holds the first losses
	LostAt []loss `json:"lostAt"`
}

const maxLosses = 100

type generator struct {
	url     string
	headers headers
	expect  int
	late    time.Duration
	lock    sync.Mutex
	report  report
}

// kinds of requests take turns.
var kinds = []struct {
	name, method string
	kept         bool
}{
	{"GET kept", http.MethodGet, true},
	{"POST kept", http.MethodPost, true},
	{"GET new", http.MethodGet, false},
	{"POST new", http.MethodPost, false},
}

// load sends at a fixed rate, whether answers come or not: the time of each counts from when it was due.
// It says {"event":"first"} after the first good answer and {"event":"end", ...} at its end.
func load(args []string) {
	flags := flag.NewFlagSet("load", flag.ExitOnError)
	h := headers{}
	flags.Var(h, "header", "header of each request, 'name: value'; may be repeated")
	rate := flags.Float64("rate", 200, "requests in a second")
	duration := flags.Duration("duration", 0, "how long; 0: until standard input or the process is ended")
	late := flags.Duration("late", 2*time.Second, "answers that take longer are lost")
	timeout := flags.Duration("timeout", 10*time.Second, "limit of each request")
	expect := flags.Int("expect", http.StatusOK, "status of a good answer")
	stream := flags.Duration("stream", 0, "hold a response of this length open besides, one after another")
	_ = flags.Parse(args)
	if flags.NArg() != 1 || *rate <= 0 {
		fail(fmt.Errorf("load needs a URL and a rate above 0"))
	}
	g := &generator{url: flags.Arg(0), headers: h, expect: *expect, late: *late, report: report{Event: "end", Rate: *rate, Seen: map[string]int{}, ByKind: map[string]int{}, LostAt: []loss{}}}
	ctx, stop := until(*duration)
	defer stop()
	var waiting sync.WaitGroup
	if *stream > 0 {
		g.report.Streams = &streams{}
		waiting.Go(func() { g.holdStream(ctx, *stream) })
	}
	g.requests(ctx, &waiting, time.Duration(float64(time.Second) / *rate), *timeout)
	waiting.Wait()
	if g.report.Streams != nil {
		g.report.Lost += g.report.Streams.Broken
	}
	say(g.report)
}

// until ends with the duration, with standard input where there is no duration, or with a signal.
func until(duration time.Duration) (context.Context, func()) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	if duration > 0 {
		return context.WithTimeout(ctx, duration)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	return ctx, stop
}

func (g *generator) requests(ctx context.Context, waiting *sync.WaitGroup, interval, timeout time.Duration) {
	clients := map[bool]*http.Client{true: clientOf(true, timeout), false: clientOf(false, timeout)}
	start := time.Now()
	for n := 0; ; n++ {
		due := start.Add(time.Duration(n) * interval)
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			return
		}
		kind := kinds[n%len(kinds)]
		body := ""
		if kind.method == http.MethodPost {
			body = strings.Repeat("x", 1+n%1000)
		}
		waiting.Go(func() {
			r := send(context.Background(), clients[kind.kept], kind.method, g.url, body, g.headers)
			g.count(kind.name, len(body), due, r)
		})
	}
}

func (g *generator) count(kind string, bytes int, due time.Time, r reply) {
	took := time.Since(due)
	reason := ""
	switch {
	case r.err != nil:
		reason = r.err.Error()
	case r.status != g.expect:
		reason = r.body
	case r.answer.Pod == "":
		reason = "not an answer of echo: " + r.body
	case int(r.answer.BodyBytes) != bytes:
		reason = fmt.Sprintf("%d of %d bytes arrived", r.answer.BodyBytes, bytes)
	case took > g.late:
		reason = "late"
	}
	g.lock.Lock()
	defer g.lock.Unlock()
	g.report.Total++
	g.report.ByKind[kind]++
	g.report.Seen[r.key()]++
	g.report.MaxLatencyMs = max(g.report.MaxLatencyMs, took.Milliseconds())
	if r.answer.Unready {
		g.report.Unready++
	}
	if r.connections > 1 {
		g.report.Again++
	}
	if reason == "" {
		if g.report.Total == g.report.Lost+1 {
			say(map[string]any{"event": "first", "afterMs": took.Milliseconds()})
		}
		return
	}
	if reason == "late" {
		g.report.Late++
	}
	g.report.Lost++
	g.lost(loss{At: due.UTC().Format("15:04:05.000"), AfterMs: took.Milliseconds(), Kind: kind, Status: r.status, Reason: cut(reason)})
}

func (g *generator) lost(l loss) {
	if len(g.report.LostAt) < maxLosses {
		g.report.LostAt = append(g.report.LostAt, l)
	}
}

func cut(text string) string {
	if len(text) > 300 {
		return text[:300]
	}
	return text
}

// holdStream reads one long response after another.
func (g *generator) holdStream(ctx context.Context, length time.Duration) {
	address, err := url.Parse(g.url)
	if err != nil {
		fail(err)
	}
	query := address.Query()
	query.Set("stream", length.String())
	address.RawQuery = query.Encode()
	client := clientOf(false, 0)
	for ctx.Err() == nil {
		began := time.Now()
		lines, err := g.readStream(ctx, client, address.String())
		g.lock.Lock()
		g.report.Streams.Opened++
		g.report.Streams.Lines += lines
		switch {
		case ctx.Err() != nil: // ended by us
		case err == nil:
			g.report.Streams.Ended++
		default:
			g.report.Streams.Broken++
			g.lost(loss{At: began.UTC().Format("15:04:05.000"), AfterMs: time.Since(began).Milliseconds(), Kind: "stream", Reason: cut(err.Error())})
		}
		g.lock.Unlock()
		if err != nil {
			time.Sleep(100 * time.Millisecond)
		}
	}
}

// readStream reads until the end. A stream without a line for as long as an answer may take is cut: a pod that was killed closes no connection.
func (g *generator) readStream(ctx context.Context, client *http.Client, address string) (int, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silent := time.AfterFunc(g.late, func() { cancel(fmt.Errorf("no line for %s", g.late)) })
	defer silent.Stop()
	request, err := newRequest(ctx, http.MethodGet, address, "", g.headers)
	if err != nil {
		return 0, err
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, errors.Join(err, context.Cause(ctx))
	}
	defer response.Body.Close()
	lines, last := 0, ""
	scanner := bufio.NewScanner(response.Body)
	for ; scanner.Scan(); lines++ {
		last = scanner.Text()
		silent.Reset(g.late)
	}
	if response.StatusCode != http.StatusOK || last != endOfStream {
		return lines, errors.Join(fmt.Errorf("status %d, cut after %d lines: %s", response.StatusCode, lines, last), scanner.Err(), context.Cause(ctx))
	}
	return lines, nil
}
