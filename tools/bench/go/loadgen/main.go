// Loadgen asks a gRPC server on this machine the same recorded questions as fast as it answers, or at a fixed
// rate, and prints one line of JSON: how many were answered, how, and how fast.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"runtime/debug"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
)

type options struct {
	target      string
	method      string
	requests    string
	offset      int
	connections int
	inFlight    int
	rate        float64
	batch       int
	warmUp      time.Duration
	duration    time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.target, "target", "", "host:port of the server; loopback only")
	flag.StringVar(&o.method, "method", "", "/package.Service/Method")
	flag.StringVar(&o.requests, "requests", "", "file of encoded messages, each after its length in 4 bytes, little-endian")
	flag.IntVar(&o.offset, "offset", 0, "which message to begin with")
	flag.IntVar(&o.connections, "connections", 4, "how many connections")
	flag.IntVar(&o.inFlight, "in-flight", 64, "how many messages are under way at a time, over all connections")
	flag.Float64Var(&o.rate, "rate", 0, "messages a second, on a fixed schedule, from which latency counts; 0: as fast as they are answered")
	flag.IntVar(&o.batch, "batch", 0, "ask by a bidirectional stream, so many requests in a message; 0: one unary call each")
	flag.DurationVar(&o.warmUp, "warm-up", 500*time.Millisecond, "what comes before the clock starts")
	flag.DurationVar(&o.duration, "duration", 2*time.Second, "how long the clock runs")
	flag.Parse()
	// The messages hold no pointers and live to the end: collecting often would only take time from sending.
	debug.SetGCPercent(400)
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "loadgen:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if err := mustBeLoopback(o.target); err != nil {
		return err
	}
	if o.connections < 1 || o.inFlight < 1 || o.duration <= 0 {
		return fmt.Errorf("-connections, -in-flight and -duration must be positive")
	}
	questions, err := readMessages(o.requests, o.offset)
	if err != nil {
		return err
	}
	conns := make([]*grpc.ClientConn, o.connections)
	for i := range conns {
		// Each client has a transport of its own, as clients in different processes have.
		conns[i], err = grpc.NewClient("passthrough:///"+o.target,
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithDefaultCallOptions(grpc.ForceCodecV2(rawCodec{}), grpc.MaxCallRecvMsgSize(16<<20)),
			grpc.WithNoProxy())
		if err != nil {
			return err
		}
		defer conns[i].Close()
	}
	if err := connect(conns); err != nil {
		return err
	}
	var result *record
	switch ctx := context.Background(); {
	case o.batch > 0:
		result, err = askByStream(ctx, conns, questions.batches(o.batch), o)
	case o.rate > 0:
		result, err = askAtRate(ctx, conns, questions, o)
	default:
		result, err = askClosed(ctx, conns, questions, o)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result.summary(o))
}

const connectWithin = 10 * time.Second

// connect waits until every connection is there: the clock is not to run meanwhile.
func connect(conns []*grpc.ClientConn) error {
	ctx, cancel := context.WithTimeout(context.Background(), connectWithin)
	defer cancel()
	for _, conn := range conns {
		conn.Connect()
		for state := conn.GetState(); state != connectivity.Ready; state = conn.GetState() {
			if !conn.WaitForStateChange(ctx, state) {
				return fmt.Errorf("%s cannot be connected to within %s", conn.Target(), connectWithin)
			}
		}
	}
	return nil
}

// A load is never sent to another machine.
func mustBeLoopback(target string) error {
	host, _, err := net.SplitHostPort(target)
	if err != nil {
		return fmt.Errorf("-target: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("-target %s is not a loopback address: a load is for this machine only", target)
	}
	return nil
}
