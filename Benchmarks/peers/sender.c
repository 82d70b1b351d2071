// A TLS 1.3 WebSocket server for one client: upgrades it and sends stamped messages of 300 B at a
// steady pace, `burst` of them in one record.
//
//     sender CERTIFICATE KEY RECORDS GAP-NANOSECONDS BURST CORE
//
// Prints its port and a newline when it listens.
#include "peer.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

static void upgrade(SSL *ssl) {
    char request[8192], answer[512], text[128];
    size_t length = 0;
    do {
        int n = SSL_read(ssl, request + length, (int)(sizeof request - 1 - length));
        if (n <= 0) peer_fail("sender: the client left before its upgrade");
        length += (size_t)n;
        request[length] = 0;
    } while (!strstr(request, "\r\n\r\n"));
    const char *key = strcasestr(request, "sec-websocket-key:");
    if (!key) peer_fail("sender: no WebSocket key");
    key += strlen("sec-websocket-key:");
    while (*key == ' ') key++;
    snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    unsigned char digest[EVP_MAX_MD_SIZE], accept[64];
    unsigned size = 0;
    EVP_Digest(text, strlen(text), digest, &size, EVP_sha1(), NULL);
    EVP_EncodeBlock(accept, digest, (int)size);
    int n = snprintf(answer, sizeof answer,
                     "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accept);
    if (SSL_write(ssl, answer, n) != n) peer_fail("sender: cannot answer the upgrade");
}

static void send_all(SSL *ssl, long records, uint64_t gap, int burst) {
    enum { FRAME = PEER_MESSAGE + 4 };
    static unsigned char record[64 * FRAME];
    for (int i = 0; i < burst; i++) {
        unsigned char *frame = record + i * FRAME;
        memset(frame, 'a', FRAME);
        frame[0] = 0x81;
        frame[1] = 126;
        frame[2] = PEER_MESSAGE >> 8;
        frame[3] = PEER_MESSAGE & 255;
    }
    uint64_t due = peer_now(CLOCK_MONOTONIC) + 200000000;
    for (long i = 0; i < records; i++, due += gap) {
        while (peer_now(CLOCK_MONOTONIC) < due) {}
        if (i + 1 == records) record[(burst - 1) * FRAME + 4 + PEER_STAMP] = PEER_LAST;
        uint64_t stamp = peer_now(CLOCK_MONOTONIC);
        for (int j = 0; j < burst; j++) {
            uint64_t rest = stamp;
            for (int k = PEER_STAMP - 1; k >= 0; k--, rest /= 10)
                record[j * FRAME + 4 + k] = (unsigned char)('0' + rest % 10);
        }
        if (SSL_write(ssl, record, burst * FRAME) <= 0) peer_fail("sender: the client left");
    }
}

int main(int argc, char **argv) {
    if (argc != 7) peer_fail("usage: sender CERTIFICATE KEY RECORDS GAP-NS BURST CORE");
    int burst = atoi(argv[5]);
    if (burst < 1 || burst > 50) peer_fail("sender: a burst is 1 to 50 messages");
    peer_pin(atoi(argv[6]));
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    if (SSL_CTX_use_certificate_chain_file(context, argv[1]) != 1
        || SSL_CTX_use_PrivateKey_file(context, argv[2], SSL_FILETYPE_PEM) != 1)
        peer_fail("sender: cannot use the certificate");

    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1)
        || getsockname(listener, (struct sockaddr *)&address, &size))
        peer_fail("sender: cannot listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    alarm(60);
    int fd = accept(listener, NULL, NULL);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    SSL *ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) != 1) peer_fail("sender: the handshake failed");
    upgrade(ssl);
    send_all(ssl, atol(argv[3]), strtoull(argv[4], NULL, 10), burst);
    // Close, and wait for the client's end.
    SSL_write(ssl, "\x88\x02\x03\xe8", 4);
    struct timeval patience = {2, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char rest[256];
    while (SSL_read(ssl, rest, sizeof rest) > 0) {}
    return 0;
}
