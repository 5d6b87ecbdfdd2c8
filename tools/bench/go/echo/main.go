// Echo answers every RouteCall with the next of some recorded replies: what grpc-go takes for decoding such a
// request and encoding such a reply, and nothing else. It reads the replies from the file that is its only
// argument, each after its length in 4 bytes, little-endian, and prints its address.
package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	// Generated from the protos when it is built.
	"dialplane/bench/gen/dialplanev1"
)

type router struct {
	dialplanev1.UnimplementedRouterServer
	replies []*dialplanev1.RouteCallResponse
	next    atomic.Uint64
}

func (r *router) RouteCall(
	_ context.Context, request *dialplanev1.RouteCallRequest,
) (*dialplanev1.RouteCallResponse, error) {
	return r.replies[r.next.Add(1)%uint64(len(r.replies))], nil
}

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, "echo:", err)
		os.Exit(1)
	}
}

func serve() error {
	replies, err := readReplies(os.Args[1])
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer(grpc.MaxConcurrentStreams(1_000))
	dialplanev1.RegisterRouterServer(server, &router{replies: replies})
	fmt.Printf("{\"address\":%q}\n", listener.Addr())
	return server.Serve(listener)
}

func readReplies(file string) ([]*dialplanev1.RouteCallResponse, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var replies []*dialplanev1.RouteCallResponse
	for len(content) >= 4 {
		length := binary.LittleEndian.Uint32(content)
		reply := &dialplanev1.RouteCallResponse{}
		if err := proto.Unmarshal(content[4:4+length], reply); err != nil {
			return nil, err
		}
		replies = append(replies, reply)
		content = content[4+length:]
	}
	if len(replies) == 0 {
		return nil, fmt.Errorf("%s has no replies", file)
	}
	return replies, nil
}
