package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
)

// askByStream opens one bidirectional stream a connection and keeps its share of `inFlight` messages under way
// on each. Every message is answered by one message, in order.
func askByStream(ctx context.Context, conns []*grpc.ClientConn, questions *messages, o options) (*record, error) {
	if questions.count() == 0 {
		return nil, fmt.Errorf("there are not enough messages for one batch of %d", o.batch)
	}
	window := max(1, o.inFlight/len(conns))
	var next atomic.Int64
	start := time.Now()
	records := make([]*record, len(conns))
	failures := make([]error, len(conns))
	var group sync.WaitGroup
	for i, conn := range conns {
		records[i] = newRecord(o, start)
		group.Go(func() { failures[i] = askOneStream(ctx, conn, questions, &next, window, records[i], o) })
	}
	group.Wait()
	return merge(records), errors.Join(failures...)
}

func askOneStream(
	ctx context.Context, conn *grpc.ClientConn, questions *messages, next *atomic.Int64, window int, r *record, o options,
) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, o.method)
	if err != nil {
		return err
	}
	// Holds the times of what is under way; its room is what limits the sender.
	underWay := make(chan time.Time, window)
	ended := make(chan struct{})
	var sendError error
	go func() {
		defer close(ended)
		for time.Now().Before(r.until) && sendError == nil {
			select {
			case underWay <- time.Now():
				sendError = stream.SendMsg(questions.at(next.Add(1) - 1))
			case <-ctx.Done():
				return
			}
		}
		if err := stream.CloseSend(); err != nil && sendError == nil {
			sendError = err
		}
	}()
	for {
		answer := reply{read: readMany}
		err := stream.RecvMsg(&answer)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			cancel()
			<-ended
			return fmt.Errorf("the stream broke: %w", err)
		}
		r.note(<-underWay, time.Now(), answer.got, nil)
	}
	<-ended
	if errors.Is(sendError, io.EOF) {
		return fmt.Errorf("the server ended the stream early")
	}
	return sendError
}
