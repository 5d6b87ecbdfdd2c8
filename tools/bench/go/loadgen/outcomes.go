package main

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// outcomes count answers: a bench of refusals must not pass for a bench of routes.
type outcomes struct{ routes, rejections, errors int64 }

func (o *outcomes) add(other outcomes) {
	o.routes += other.routes
	o.rejections += other.rejections
	o.errors += other.errors
}

func (o outcomes) total() int64 { return o.routes + o.rejections + o.errors }

// readOne looks at a RouteCallResponse: its only field, 1 or 2, is its first byte.
func readOne(message []byte) (outcomes, error) {
	number, _, n := protowire.ConsumeTag(message)
	switch {
	case n > 0 && number == 1:
		return outcomes{routes: 1}, nil
	case n > 0 && number == 2:
		return outcomes{rejections: 1}, nil
	}
	return outcomes{}, fmt.Errorf("a reply of %d bytes is neither a route nor a rejection", len(message))
}

// readMany looks at a RouteCallsResponse: results with an id (1) and a route (2), a rejection (3) or an error (4).
func readMany(message []byte) (outcomes, error) {
	var found outcomes
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 || number != 1 || kind != protowire.BytesType {
			return found, fmt.Errorf("a reply has field %d where results were expected", number)
		}
		result, m := protowire.ConsumeBytes(message[n:])
		if m < 0 {
			return found, fmt.Errorf("a reply ends within a result")
		}
		message = message[n+m:]
		for len(result) > 0 {
			number, kind, n := protowire.ConsumeTag(result)
			if n < 0 {
				return found, fmt.Errorf("a result ends within a tag")
			}
			m := protowire.ConsumeFieldValue(number, kind, result[n:])
			if m < 0 {
				return found, fmt.Errorf("a result ends within a field")
			}
			result = result[n+m:]
			switch number {
			case 2:
				found.routes++
			case 3:
				found.rejections++
			case 4:
				found.errors++
			}
		}
	}
	return found, nil
}
