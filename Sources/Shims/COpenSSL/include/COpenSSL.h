// OpenSSL 3.0, with the function-like macros that Swift cannot import, and one BIO.
//
// The BIO reads from a ciphertext chunk where it lies and writes to a buffer of fixed size, so a
// TLS session touches no socket. Its callbacks are C: Swift closures cost 26 to 52 ticks more.
#pragma once
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdint.h>

/// What the BIO reads from and writes to. Owned by the session, at a fixed address.
struct sluice_tls_pipe {
    const uint8_t *input;
    size_t input_count;
    uint8_t *output;
    size_t output_count;
    size_t output_capacity;
    /// Set when a write did not fit; the session is then beyond repair.
    int output_overflowed;
};

/// A BIO over `pipe`; NULL when out of memory. The SSL that is given it frees it.
BIO *sluice_tls_bio(struct sluice_tls_pipe *pipe);

/// A context for clients that trust `authorities` (a PEM file; NULL: the system's), TLS 1.2 or
/// later, no renegotiation, no compression. NULL with the reason in OpenSSL's error queue.
SSL_CTX *sluice_tls_client_context(const char *authorities);

/// A context for servers with a PEM certificate chain and key. NULL with the reason queued.
SSL_CTX *sluice_tls_server_context(const char *certificate, const char *key);

/// SHA-256 of a SubjectPublicKeyInfo.
enum { SLUICE_PIN_BYTES = 32 };

/// A client session that sends SNI for, and verifies, `host`: a DNS name or an IP literal. With a
/// `pin` the host's own key must have that digest. It resumes a session that the context remembers
/// of the same host and pin.
SSL *sluice_tls_client(SSL_CTX *context, const char *host, const uint8_t *pin,
                       struct sluice_tls_pipe *pipe);

/// A server session.
SSL *sluice_tls_server(SSL_CTX *context, struct sluice_tls_pipe *pipe);

/// Frees a session and wipes what it decrypted last.
void sluice_tls_free(SSL *ssl);

/// Whether stale errors of this thread would be taken for this session's; clears them.
static inline void sluice_tls_clear_errors(void) {
    if (ERR_peek_error() != 0) ERR_clear_error();
}

/// Whether OpenSSL's small per-record structures come from a pool instead of malloc.
int sluice_openssl_pool_installed(void);

// Certificates of the loopback venue: key generation is variadic, and an extension needs a context
// that is set up by macros.
#include <openssl/pem.h>

static inline EVP_PKEY *sluice_ec_keygen(void) { return EVP_EC_gen("P-256"); }

static inline EVP_PKEY *sluice_rsa_keygen(size_t bits) { return EVP_RSA_gen(bits); }

static inline int sluice_mbstring_utf8(void) { return MBSTRING_UTF8; }

static inline int sluice_x509_extend(X509 *cert, X509 *issuer, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    if (!extension) return 0;
    int added = X509_add_ext(cert, extension, -1);
    X509_EXTENSION_free(extension);
    return added;
}
