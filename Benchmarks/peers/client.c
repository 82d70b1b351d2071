// WebSocket clients in C on OpenSSL: the limit that others are held against.
//
//     client PORT CA-FILE (uring-spin|uring-block|read-spin|read-block) CORE
//
// `uring` receives by io_uring into provided buffers, over which a BIO of its own lies; `read` is
// SSL_read on the socket.
#include "peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <liburing.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/mman.h>
#include <sys/socket.h>

enum { BUFFERS = 256, BUFFER_BYTES = 16384, GROUP = 1, FRAMES = 1 << 18 };

static peer_tally tally;
static unsigned char frames[FRAMES];
static size_t frames_end;

// Takes whole frames; false after a close.
static int parse(void) {
    size_t at = 0;
    int open = 1;
    while (open && frames_end - at >= 2) {
        const unsigned char *frame = frames + at;
        size_t length = frame[1] & 127, head = 2;
        if (length == 126) {
            if (frames_end - at < 4) break;
            length = (size_t)frame[2] << 8 | frame[3];
            head = 4;
        } else if (length == 127) {
            peer_fail("client: the sender's frames are smaller");
        }
        if (frames_end - at < head + length) break;
        if ((frame[0] & 15) == 8) open = 0;
        if ((frame[0] & 15) == 1) peer_take(&tally, frame + head, length);
        at += head + length;
    }
    memmove(frames, frames + at, frames_end - at);
    frames_end -= at;
    return open;
}

// All that OpenSSL has; false after a close.
static int drain(SSL *ssl) {
    size_t n;
    while (SSL_read_ex(ssl, frames + frames_end, FRAMES - frames_end, &n)) {
        frames_end += n;
        if (!parse()) return 0;
    }
    int error = SSL_get_error(ssl, 0);
    if (error != SSL_ERROR_WANT_READ) peer_fail("client: the connection broke");
    return 1;
}

// A BIO over the buffer at hand.
static struct {
    const unsigned char *bytes;
    size_t length;
} chunk;

static int chunk_read(BIO *bio, char *to, size_t room, size_t *count) {
    BIO_clear_retry_flags(bio);
    if (chunk.length == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    *count = room < chunk.length ? room : chunk.length;
    memcpy(to, chunk.bytes, *count);
    chunk.bytes += *count;
    chunk.length -= *count;
    return 1;
}

static long chunk_control(BIO *bio, int command, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static int chunk_create(BIO *bio) {
    BIO_set_init(bio, 1);
    return 1;
}

static void over_chunks(SSL *ssl) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "chunk");
    BIO_meth_set_read_ex(method, chunk_read);
    BIO_meth_set_ctrl(method, chunk_control);
    BIO_meth_set_create(method, chunk_create);
    SSL_set0_rbio(ssl, BIO_new(method));
    SSL_set_read_ahead(ssl, 1);
}

static void arm(struct io_uring *ring, int fd) {
    struct io_uring_sqe *entry = io_uring_get_sqe(ring);
    io_uring_prep_recv_multishot(entry, fd, NULL, 0, 0);
    entry->flags |= IOSQE_BUFFER_SELECT;
    entry->buf_group = GROUP;
    io_uring_submit(ring);
}

static void by_uring(SSL *ssl, int fd, int spins) {
    struct io_uring ring;
    struct io_uring_params parameters = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE,
        .cq_entries = 4 * BUFFERS,
    };
    if (io_uring_queue_init_params(64, &ring, &parameters)) peer_fail("client: no io_uring");
    unsigned char *memory = aligned_alloc(4096, BUFFERS * BUFFER_BYTES);
    struct io_uring_buf_ring *buffers =
        mmap(NULL, BUFFERS * sizeof(struct io_uring_buf), PROT_READ | PROT_WRITE,
             MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    struct io_uring_buf_reg registration = {
        .ring_addr = (uint64_t)(uintptr_t)buffers, .ring_entries = BUFFERS, .bgid = GROUP};
    if (io_uring_register_buf_ring(&ring, &registration, 0)) peer_fail("client: no buffer ring");
    io_uring_buf_ring_init(buffers);
    for (int i = 0; i < BUFFERS; i++)
        io_uring_buf_ring_add(buffers, memory + i * BUFFER_BYTES, BUFFER_BYTES, (unsigned short)i,
                              io_uring_buf_ring_mask(BUFFERS), i);
    io_uring_buf_ring_advance(buffers, BUFFERS);
    over_chunks(ssl);
    arm(&ring, fd);
    for (int open = 1; open;) {
        struct io_uring_cqe *done;
        if (spins) {
            while (io_uring_peek_cqe(&ring, &done)) io_uring_get_events(&ring);
        } else {
            io_uring_submit_and_wait(&ring, 1);
        }
        while (open && !io_uring_peek_cqe(&ring, &done)) {
            int result = done->res;
            unsigned flags = done->flags;
            io_uring_cqe_seen(&ring, done);
            if (result <= 0 && result != -ENOBUFS) peer_fail("client: the connection broke");
            if (result > 0) {
                int id = (int)(flags >> IORING_CQE_BUFFER_SHIFT);
                chunk.bytes = memory + id * BUFFER_BYTES;
                chunk.length = (size_t)result;
                open = drain(ssl);
                io_uring_buf_ring_add(buffers, memory + id * BUFFER_BYTES, BUFFER_BYTES,
                                      (unsigned short)id, io_uring_buf_ring_mask(BUFFERS), 0);
                io_uring_buf_ring_advance(buffers, 1);
            }
            if (open && !(flags & IORING_CQE_F_MORE)) arm(&ring, fd);
        }
    }
}

static void by_read(SSL *ssl, int fd, int spins) {
    SSL_set_read_ahead(ssl, 1);
    if (spins) {
        fcntl(fd, F_SETFL, O_NONBLOCK);
        while (drain(ssl)) {}
        return;
    }
    size_t n;
    do {
        if (!SSL_read_ex(ssl, frames + frames_end, FRAMES - frames_end, &n))
            peer_fail("client: the connection broke");
        frames_end += n;
    } while (parse());
}

static SSL *opened(int fd, const char *authority) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (SSL_CTX_load_verify_locations(context, authority, NULL) != 1)
        peer_fail("client: cannot read the authority");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL *ssl = SSL_new(context);
    SSL_set_tlsext_host_name(ssl, "localhost");
    SSL_set1_host(ssl, "localhost");
    SSL_set_fd(ssl, fd);
    if (SSL_connect(ssl) != 1) peer_fail("client: the handshake failed");
    static const char request[] =
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    SSL_write(ssl, request, sizeof request - 1);
    char answer[4096] = {0};
    int n = SSL_read(ssl, answer, sizeof answer - 1);
    if (n <= 0 || !strstr(answer, " 101 ") || !strstr(answer, "\r\n\r\n"))
        peer_fail("client: no upgrade");
    return ssl;
}

int main(int argc, char **argv) {
    if (argc != 5) peer_fail("usage: client PORT CA-FILE MODE CORE");
    peer_pin(atoi(argv[4]));
    peer_start(&tally);
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(argv[1])),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) peer_fail("client: no sender");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    SSL *ssl = opened(fd, argv[2]);
    int spins = strstr(argv[3], "spin") != NULL;
    if (strncmp(argv[3], "uring", 5) == 0) by_uring(ssl, fd, spins);
    else by_read(ssl, fd, spins);
    peer_report(&tally);
    return 0;
}
