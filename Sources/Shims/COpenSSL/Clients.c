// What a client expects of its peer beyond a trusted chain and the right name (a pinned key), and
// what a client context remembers of peers it has met (sessions, so that a reconnect is shorter).
#include "COpenSSL.h"
#include "Expected.h"

#include <string.h>

enum { REMEMBERED = 16 };

struct expected {
    char host[256];
    uint8_t pin[SLUICE_PIN_BYTES];
    int is_pinned;
};

// The latest sessions of all peers, in a ring; a slot whose session was used up is empty.
struct memory {
    struct {
        struct expected peer;
        SSL_SESSION *session;
    } sessions[REMEMBERED];
    unsigned next;
};

static int expected_index;
static int memory_index;

static void free_expected(void *parent, void *pointer, CRYPTO_EX_DATA *data, int index, long number,
                          void *argument) {
    (void)parent, (void)data, (void)index, (void)number, (void)argument;
    OPENSSL_free(pointer);
}

static void free_memory(void *parent, void *pointer, CRYPTO_EX_DATA *data, int index, long number,
                        void *argument) {
    (void)parent, (void)data, (void)index, (void)number, (void)argument;
    struct memory *memory = pointer;
    if (!memory) return;
    for (int i = 0; i < REMEMBERED; i++) SSL_SESSION_free(memory->sessions[i].session);
    OPENSSL_free(memory);
}

__attribute__((constructor)) static void make_indices(void) {
    expected_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, free_expected);
    memory_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, free_memory);
}

static int same_peer(const struct expected *a, const struct expected *b) {
    return a->is_pinned == b->is_pinned && strcmp(a->host, b->host) == 0 &&
           memcmp(a->pin, b->pin, SLUICE_PIN_BYTES) == 0;
}

// Called when the peer hands out a session: in TLS 1.3 with each ticket after the handshake.
static int on_session(SSL *ssl, SSL_SESSION *session) {
    const struct expected *peer = SSL_get_ex_data(ssl, expected_index);
    struct memory *memory = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), memory_index);
    if (!peer || !memory || !SSL_SESSION_is_resumable(session)) return 0;
    unsigned at = memory->next++ % REMEMBERED;
    SSL_SESSION_free(memory->sessions[at].session);
    memory->sessions[at].peer = *peer;
    memory->sessions[at].session = session;
    return 1;
}

static void resume(SSL *ssl, struct memory *memory, const struct expected *peer) {
    // The latest first.
    for (unsigned back = 1; back <= REMEMBERED; back++) {
        unsigned at = (memory->next + REMEMBERED - back) % REMEMBERED;
        SSL_SESSION *session = memory->sessions[at].session;
        if (!session || !same_peer(&memory->sessions[at].peer, peer)) continue;
        int isUsable = SSL_SESSION_is_resumable(session);
        if (isUsable) SSL_set_session(ssl, session);
        // A TLS 1.3 ticket is for one use: by a second one, connections could be linked.
        if (!isUsable || SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION) {
            SSL_SESSION_free(session);
            memory->sessions[at].session = NULL;
        }
        if (isUsable) return;
    }
}

static int has_key(X509 *certificate, const uint8_t *pin) {
    unsigned char *spki = NULL;
    int count = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &spki);
    if (count <= 0) return 0;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    int made = EVP_Digest(spki, (size_t)count, digest, &length, EVP_sha256(), NULL);
    OPENSSL_free(spki);
    return made == 1 && length == SLUICE_PIN_BYTES && memcmp(digest, pin, length) == 0;
}

static int on_verify(int ok, X509_STORE_CTX *store) {
    if (!ok || X509_STORE_CTX_get_error_depth(store) != 0) return ok;
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    const struct expected *peer = SSL_get_ex_data(ssl, expected_index);
    if (!peer->is_pinned || has_key(X509_STORE_CTX_get_current_cert(store), peer->pin)) return 1;
    X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

int sluice_tls_remember(SSL_CTX *context) {
    struct memory *memory = OPENSSL_zalloc(sizeof *memory);
    if (!memory) return 0;
    if (SSL_CTX_set_ex_data(context, memory_index, memory) != 1) {
        OPENSSL_free(memory);
        return 0;
    }
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, on_session);
    return 1;
}

int sluice_tls_expect(SSL *ssl, const char *host, const uint8_t *pin) {
    struct memory *memory = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), memory_index);
    struct expected *peer = OPENSSL_zalloc(sizeof *peer);
    size_t length = strlen(host);
    if (!peer || !memory || length >= sizeof peer->host ||
        SSL_set_ex_data(ssl, expected_index, peer) != 1) {
        OPENSSL_free(peer);
        return 0;
    }
    memcpy(peer->host, host, length);
    if (pin) {
        memcpy(peer->pin, pin, SLUICE_PIN_BYTES);
        peer->is_pinned = 1;
    }
    SSL_set_verify(ssl, SSL_VERIFY_PEER, on_verify);
    resume(ssl, memory, peer);
    return 1;
}

void sluice_tls_free(SSL *ssl) {
    // OpenSSL would forget the session of a stream that ended without close_notify. That is just
    // the one a reconnect wants; a session that failed is marked already.
    if (SSL_is_init_finished(ssl)) SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    // Set only here: at each read it would wipe the record on the hot thread.
    SSL_set_options(ssl, SSL_OP_CLEANSE_PLAINTEXT);
    SSL_free(ssl);
}
