#include <openssl/pem.h>
#include <sys/stat.h>
#include "COpenSSL.h"
#include "Expected.h"

#include <arpa/inet.h>
#include <string.h>

static int pipe_read(BIO *bio, char *to, size_t capacity, size_t *count) {
    struct sluice_tls_pipe *pipe = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (pipe->input_count == 0) {
        BIO_set_retry_read(bio);
        *count = 0;
        return 0;
    }
    size_t n = pipe->input_count < capacity ? pipe->input_count : capacity;
    memcpy(to, pipe->input, n);
    pipe->input += n;
    pipe->input_count -= n;
    *count = n;
    return 1;
}

static int pipe_write(BIO *bio, const char *from, size_t count, size_t *written) {
    struct sluice_tls_pipe *pipe = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (count > pipe->output_capacity - pipe->output_count) {
        pipe->output_overflowed = 1;
        *written = 0;
        return 0;
    }
    memcpy(pipe->output + pipe->output_count, from, count);
    pipe->output_count += count;
    *written = count;
    return 1;
}

static long pipe_ctrl(BIO *bio, int command, long number, void *pointer) {
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static int pipe_create(BIO *bio) {
    BIO_set_init(bio, 1);
    return 1;
}

static BIO_METHOD *pipe_method;

__attribute__((constructor)) static void make_pipe_method(void) {
    pipe_method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sluice");
    BIO_meth_set_read_ex(pipe_method, pipe_read);
    BIO_meth_set_write_ex(pipe_method, pipe_write);
    BIO_meth_set_ctrl(pipe_method, pipe_ctrl);
    BIO_meth_set_create(pipe_method, pipe_create);
}

BIO *sluice_tls_bio(struct sluice_tls_pipe *pipe) {
    BIO *bio = BIO_new(pipe_method);
    if (bio) BIO_set_data(bio, pipe);
    return bio;
}

static SSL_CTX *context(const SSL_METHOD *method) {
    SSL_CTX *context = SSL_CTX_new(method);
    if (!context) return NULL;
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_read_ahead(context, 1);
    // 112 bits: RSA keys from 2,048 bits, no SHA-1 signatures, whatever the system's default is.
    SSL_CTX_set_security_level(context, 2);
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
        SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
                                          "TLS_CHACHA20_POLY1305_SHA256") != 1) {
        SSL_CTX_free(context);
        return NULL;
    }
    return context;
}

SSL_CTX *sluice_tls_client_context(const char *authorities) {
    ERR_clear_error();
    SSL_CTX *made = context(TLS_client_method());
    if (!made) return NULL;
    SSL_CTX_set_verify(made, SSL_VERIFY_PEER, NULL);
    static const unsigned char http1[] = "\x08http/1.1";
    SSL_CTX_set_alpn_protos(made, http1, sizeof http1 - 1);
    struct stat status;
    /* A pipe in its place would be waited for. */
    if (authorities && stat(authorities, &status) == 0 && !S_ISREG(status.st_mode)) {
        ERR_raise(ERR_LIB_PEM, PEM_R_NO_START_LINE);
        SSL_CTX_free(made);
        return NULL;
    }
    int trusted = authorities ? SSL_CTX_load_verify_file(made, authorities)
                              : SSL_CTX_set_default_verify_paths(made);
    if (trusted != 1 || !sluice_tls_remember(made)) {
        SSL_CTX_free(made);
        return NULL;
    }
    return made;
}

SSL_CTX *sluice_tls_server_context(const char *certificate, const char *key) {
    ERR_clear_error();
    SSL_CTX *made = context(TLS_server_method());
    if (!made) return NULL;
    if (SSL_CTX_use_certificate_chain_file(made, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(made, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(made) != 1) {
        SSL_CTX_free(made);
        return NULL;
    }
    return made;
}

static SSL *session(SSL_CTX *context, struct sluice_tls_pipe *pipe) {
    SSL *ssl = SSL_new(context);
    if (!ssl) return NULL;
    BIO *bio = sluice_tls_bio(pipe);
    if (!bio) {
        SSL_free(ssl);
        return NULL;
    }
    SSL_set_bio(ssl, bio, bio);
    return ssl;
}

SSL *sluice_tls_client(SSL_CTX *context, const char *host, const uint8_t *pin,
                       struct sluice_tls_pipe *pipe) {
    SSL *ssl = session(context, pipe);
    if (!ssl) return NULL;
    unsigned char address[sizeof(struct in6_addr)];
    int is_literal = inet_pton(AF_INET, host, address) == 1 ||
                     inet_pton(AF_INET6, host, address) == 1;
    X509_VERIFY_PARAM *parameters = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    int ok = is_literal ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host)
                        : SSL_set_tlsext_host_name(ssl, host) && SSL_set1_host(ssl, host);
    if (!ok || !sluice_tls_expect(ssl, host, pin)) {
        SSL_free(ssl);
        return NULL;
    }
    SSL_set_connect_state(ssl);
    return ssl;
}

SSL *sluice_tls_server(SSL_CTX *context, struct sluice_tls_pipe *pipe) {
    SSL *ssl = session(context, pipe);
    if (ssl) SSL_set_accept_state(ssl);
    return ssl;
}
