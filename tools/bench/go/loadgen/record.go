package main

import (
	"math"
	"slices"
	"time"

	"google.golang.org/grpc/status"
)

// record is what one worker, or all together, have seen.
type record struct {
	from, until time.Time // when the clock runs
	latencies   []int64   // of messages answered while it ran, in nanoseconds
	counted     outcomes  // in those
	all         outcomes  // warm-up and the tail included: what the server's CPU went to
	failed      int64     // messages that ended with a gRPC error, at any time
	firstError  string
}

func newRecord(o options, start time.Time) *record {
	from := start.Add(o.warmUp)
	return &record{from: from, until: from.Add(o.duration), latencies: make([]int64, 0, 1<<14)}
}

// note takes down a message that was sent, or due, at `since` and answered at `now`.
func (r *record) note(since, now time.Time, got outcomes, err error) {
	if err != nil {
		r.failed++
		if r.firstError == "" {
			r.firstError = status.Code(err).String() + ": " + err.Error()
		}
		return
	}
	r.all.add(got)
	if now.Before(r.from) || !now.Before(r.until) {
		return
	}
	r.counted.add(got)
	r.latencies = append(r.latencies, now.Sub(since).Nanoseconds())
}

func merge(records []*record) *record {
	whole := records[0]
	for _, r := range records[1:] {
		whole.latencies = append(whole.latencies, r.latencies...)
		whole.counted.add(r.counted)
		whole.all.add(r.all)
		whole.failed += r.failed
		if whole.firstError == "" {
			whole.firstError = r.firstError
		}
	}
	return whole
}

// summary is the printed line. Rates are of routes, rejections and errors together: of requests answered.
type summary struct {
	Messages        int     `json:"messages"`
	Requests        int64   `json:"requests"`
	Routes          int64   `json:"routes"`
	Rejections      int64   `json:"rejections"`
	RequestErrors   int64   `json:"request_errors"`
	AllRequests     int64   `json:"all_requests"`
	AllRoutes       int64   `json:"all_routes"`
	FailedMessages  int64   `json:"failed_messages"`
	FirstError      string  `json:"first_error,omitempty"`
	Seconds         float64 `json:"seconds"`
	RequestsASecond float64 `json:"requests_per_second"`
	P50             float64 `json:"p50_ms"`
	P90             float64 `json:"p90_ms"`
	P99             float64 `json:"p99_ms"`
	P999            float64 `json:"p999_ms"`
	Max             float64 `json:"max_ms"`
}

func (r *record) summary(o options) summary {
	slices.Sort(r.latencies)
	return summary{
		Messages:        len(r.latencies),
		Requests:        r.counted.total(),
		Routes:          r.counted.routes,
		Rejections:      r.counted.rejections,
		RequestErrors:   r.counted.errors,
		AllRequests:     r.all.total(),
		AllRoutes:       r.all.routes,
		FailedMessages:  r.failed,
		FirstError:      r.firstError,
		Seconds:         o.duration.Seconds(),
		RequestsASecond: float64(r.counted.total()) / o.duration.Seconds(),
		P50:             r.percentile(50),
		P90:             r.percentile(90),
		P99:             r.percentile(99),
		P999:            r.percentile(99.9),
		Max:             r.percentile(100),
	}
}

// percentile takes the nearest rank of the sorted latencies, in milliseconds; 0 when there are none.
func (r *record) percentile(p float64) float64 {
	if len(r.latencies) == 0 {
		return 0
	}
	rank := int(math.Ceil(p / 100 * float64(len(r.latencies))))
	return float64(r.latencies[max(rank, 1)-1]) / 1e6
}
