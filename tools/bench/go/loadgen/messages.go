package main

import (
	"encoding/binary"
	"fmt"
	"os"

	"google.golang.org/protobuf/encoding/protowire"
)

// messages are encoded requests, one after the other in one piece of memory, to be asked in turn.
type messages struct {
	bytes  []byte
	starts []uint32 // one more than there are messages
	offset int
}

func readMessages(file string, offset int) (*messages, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	m := &messages{bytes: make([]byte, 0, len(content)), starts: []uint32{0}, offset: offset}
	for rest := content; len(rest) > 0; {
		if len(rest) < 4 || uint64(len(rest)-4) < uint64(binary.LittleEndian.Uint32(rest)) {
			return nil, fmt.Errorf("%s ends within a message", file)
		}
		length := binary.LittleEndian.Uint32(rest)
		m.add(rest[4 : 4+length])
		rest = rest[4+length:]
	}
	if m.count() == 0 {
		return nil, fmt.Errorf("%s has no messages", file)
	}
	return m, nil
}

func (m *messages) add(message []byte) {
	m.bytes = append(m.bytes, message...)
	m.starts = append(m.starts, uint32(len(m.bytes)))
}

func (m *messages) count() int { return len(m.starts) - 1 }

// at gives the nth message to ask; after the last comes the first again.
func (m *messages) at(n int64) []byte {
	i := (int64(m.offset) + n) % int64(m.count())
	return m.bytes[m.starts[i]:m.starts[i+1]]
}

// Fields of RouteCallsRequest and RouteCallsItem.
const (
	requestsField = 1
	itemIDField   = 1
	itemRequest   = 2
)

// batches makes messages of `size` requests each, every request with an id.
func (m *messages) batches(size int) *messages {
	out := &messages{starts: []uint32{0}}
	var batch, item []byte
	for n := 0; n+size <= m.count(); n += size {
		batch = batch[:0]
		for i := range size {
			item = protowire.AppendTag(item[:0], itemIDField, protowire.BytesType)
			item = protowire.AppendString(item, fmt.Sprintf("%08d", n+i))
			item = protowire.AppendTag(item, itemRequest, protowire.BytesType)
			item = protowire.AppendBytes(item, m.at(int64(n+i)))
			batch = protowire.AppendTag(batch, requestsField, protowire.BytesType)
			batch = protowire.AppendBytes(batch, item)
		}
		out.add(batch)
	}
	return out
}
