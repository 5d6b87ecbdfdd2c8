package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
)

// askClosed keeps `inFlight` calls under way: each worker asks again once it is answered.
func askClosed(ctx context.Context, conns []*grpc.ClientConn, questions *messages, o options) (*record, error) {
	var next atomic.Int64
	start := time.Now()
	return work(o, start, o.inFlight, func(worker int, r *record) {
		conn := conns[worker%len(conns)]
		for {
			sent := time.Now()
			if !sent.Before(r.until) {
				return
			}
			answer := reply{read: readOne}
			err := conn.Invoke(ctx, o.method, questions.at(next.Add(1)-1), &answer)
			r.note(sent, time.Now(), answer.got, err)
		}
	}), nil
}

// How many calls may be under way when the server falls behind a fixed rate; more wait their turn, which counts.
const maxWorkers = 1_000

// askAtRate asks on a schedule that does not wait for the server. Latency counts from the moment at which a
// call was due, so that a pause of the server is seen by every call that it delayed.
func askAtRate(ctx context.Context, conns []*grpc.ClientConn, questions *messages, o options) (*record, error) {
	start := time.Now()
	total := int64((o.warmUp + o.duration).Seconds() * o.rate)
	interval := float64(time.Second) / o.rate
	due := make(chan int64, total)
	go func() {
		defer close(due)
		for n := int64(0); n < total; {
			reached := min(int64(float64(time.Since(start))/interval)+1, total)
			for ; n < reached; n++ {
				due <- n
			}
			time.Sleep(time.Until(start.Add(time.Duration(float64(n) * interval))))
		}
	}()
	return work(o, start, maxWorkers, func(worker int, r *record) {
		conn := conns[worker%len(conns)]
		for n := range due {
			answer := reply{read: readOne}
			err := conn.Invoke(ctx, o.method, questions.at(n), &answer)
			r.note(start.Add(time.Duration(float64(n)*interval)), time.Now(), answer.got, err)
		}
	}), nil
}

func work(o options, start time.Time, workers int, ask func(worker int, r *record)) *record {
	records := make([]*record, workers)
	var group sync.WaitGroup
	for i := range records {
		records[i] = newRecord(o, start)
		group.Go(func() { ask(i, records[i]) })
	}
	group.Wait()
	return merge(records)
}
