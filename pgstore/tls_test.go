package pgstore_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/seatbook/seatbook/pgstore"
	"github.com/seatbook/seatbook/pgstore/internal/cluster"
	"github.com/seatbook/seatbook/store"
)

// address is one of the machine's own, on which no other server listens.
const address = "127.83.84.66"

// certificate writes one that speaks for the address, with its key, and returns the
// folder and what it says.
func certificate(t *testing.T, dir, name string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IPAddresses: []net.IP{net.ParseIP(address)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	secret, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	write := func(file, kind string, data []byte) string {
		path := filepath.Join(dir, file)
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}), 0o600))
		return path
	}
	write(name+".key", "EC PRIVATE KEY", secret)
	return write(name+".crt", "CERTIFICATE", der)
}

// What the URL says of TLS holds: the right certificate is talked to in cipher, and
// another one is not talked to.
func TestTLSPassesThrough(t *testing.T) {
	t.Parallel()
	c, err := cluster.Start(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Stop()) })
	schema, err := c.Schema(t.Context())
	require.NoError(t, err)
	require.NoError(t, pgstore.Migrate(t.Context(), c.URL("seatbook_owner", cluster.Database, schema)))
	right := certificate(t, c.Dir, "server")
	wrong := certificate(t, t.TempDir(), "other")
	require.NoError(t, c.Give(right, filepath.Join(c.Dir, "server.key")))
	c.Set("listen_addresses="+address, "ssl=on", "ssl_cert_file="+right, "ssl_key_file="+filepath.Join(c.Dir, "server.key"))
	require.NoError(t, c.Restarted(t.Context()))
	url := "postgres://seatbook@" + address + "/seatbook?search_path=" + schema + "&sslmode=verify-full&sslrootcert="
	s := open(t, url+right)
	require.NoError(t, s.View(t.Context(), func(tx store.Tx) error { _, _, err := tx.Get("x"); return err }))
	conn, err := pgx.Connect(t.Context(), url+right)
	require.NoError(t, err)
	var ciphered int
	require.NoError(t, conn.QueryRow(t.Context(), "select count(*) from pg_stat_ssl where ssl").Scan(&ciphered))
	require.NoError(t, conn.Close(t.Context()))
	require.GreaterOrEqual(t, ciphered, 2, "the store's connection and this one")
	_, err = pgstore.Open(t.Context(), url+wrong)
	require.ErrorContains(t, err, "certificate")
}
