package main

import (
	"fmt"

	"google.golang.org/grpc/mem"
)

// rawCodec sends bytes as they are and looks at a reply without decoding it: the client must not be the limit.
type rawCodec struct{}

// reply is what is wanted of a reply: how many answers of each kind it has.
type reply struct {
	read func(message []byte) (outcomes, error)
	got  outcomes
}

func (rawCodec) Marshal(v any) (mem.BufferSlice, error) {
	message, ok := v.([]byte)
	if !ok {
		return nil, fmt.Errorf("cannot send a %T", v)
	}
	return mem.BufferSlice{mem.SliceBuffer(message)}, nil
}

func (rawCodec) Unmarshal(data mem.BufferSlice, v any) error {
	into, ok := v.(*reply)
	if !ok {
		return fmt.Errorf("cannot receive a %T", v)
	}
	whole := data.MaterializeToBuffer(mem.DefaultBufferPool())
	defer whole.Free()
	got, err := into.read(whole.ReadOnlyData())
	into.got = got
	return err
}

// Name is the content subtype that servers of protobuf expect.
func (rawCodec) Name() string { return "proto" }
