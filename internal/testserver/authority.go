package testserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"net/http"
	"testing"
	"time"
)

// Authority is a certificate authority for test servers.
type Authority struct{ certificate tls.Certificate }

// NewAuthority creates an authority with a new key.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	return &Authority{issue(t, nil, func(c *x509.Certificate) {
		c.Subject = pkix.Name{CommonName: "authority of the tests"}
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage = true, true, x509.KeyUsageCertSign
	})}
}

// Server returns the TLS configuration of a server on 127.0.0.1. It applies changes to the certificate, then signs it.
func (a *Authority) Server(t testing.TB, changes ...func(*x509.Certificate)) *tls.Config {
	t.Helper()
	return &tls.Config{Certificates: []tls.Certificate{issue(t, a, changes...)}}
}

// Transport returns a transport that trusts the authority, supports HTTP/2, and accepts up to 64 KiB of header.
func (a *Authority) Transport(t testing.TB) *http.Transport {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(a.certificate.Leaf)
	transport := &http.Transport{
		TLSClientConfig:        &tls.Config{RootCAs: roots},
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: 64 << 10,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// issue creates a certificate that the issuer signs; without an issuer, it signs itself.
func issue(t testing.TB, issuer *Authority, changes ...func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	certificate := &x509.Certificate{
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:   time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	for _, change := range changes {
		change(certificate)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	parent, signer := certificate, any(key)
	if issuer != nil {
		parent, signer = issuer.certificate.Leaf, issuer.certificate.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, certificate, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}
