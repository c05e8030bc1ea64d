package pgstore_test

import (
	"encoding/binary"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy stands between a store and the server, and cuts connections.
type proxy struct {
	dir, to string
	// every is how many statements pass before a connection is cut; 0 cuts none.
	every atomic.Int64
	seen  atomic.Int64
	cuts  atomic.Int64
	// heard lets the statement through to the server when the connection to the client
	// is cut already, so that it is done and its answer lost for certain.
	heard atomic.Bool
}

// through starts a proxy to the server's socket and returns it.
func through(t *testing.T, dir string) *proxy {
	t.Helper()
	// The path of a socket is short, and a test's own folder has a long name.
	own, err := os.MkdirTemp("", "seatbook-proxy")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(own)) })
	p := &proxy{dir: own, to: filepath.Join(dir, ".s.PGSQL.5432")}
	l, err := net.Listen("unix", filepath.Join(p.dir, ".s.PGSQL.5432"))
	require.NoError(t, err)
	var open sync.WaitGroup
	open.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { p.serve(client) })
		}
	})
	t.Cleanup(func() {
		require.NoError(t, l.Close())
		open.Wait()
	})
	return p
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close() //nolint:errcheck // a connection that is cut
	server, err := net.Dial("unix", p.to)
	if err != nil {
		return
	}
	defer server.Close() //nolint:errcheck // a connection that is cut
	go func() {
		io.Copy(client, server) //nolint:errcheck // it ends when one side does
		client.Close()          //nolint:errcheck // it may be closed already
	}()
	p.pass(client, server)
}

// pass hands on what the client sends, message by message. Sync ends a statement or
// a batch of them.
func (p *proxy) pass(client io.ReadCloser, server io.Writer) {
	for first := true; ; first = false {
		head := make([]byte, 5)
		if first {
			head = head[:4] // The message that begins a connection has no kind.
		}
		if _, err := io.ReadFull(client, head); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[len(head)-4:])-4)
		if _, err := io.ReadFull(client, body); err != nil {
			return
		}
		cut := !first && (head[0] == 'S' || head[0] == 'Q') && p.counts()
		if cut {
			client.Close() //nolint:errcheck // it may be closed already
			if !p.heard.Load() {
				return
			}
		}
		if _, err := server.Write(append(head, body...)); err != nil || cut {
			return
		}
	}
}

// counts counts one statement, and reports whether it is the one to be cut.
func (p *proxy) counts() bool {
	n, every := p.seen.Add(1), p.every.Load()
	if every == 0 || n%every != 0 {
		return false
	}
	p.cuts.Add(1)
	return true
}
