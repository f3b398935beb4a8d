// What C can do on this machine: receivers that block, receive, and do as little with a message as their name says.
//   limit udp|recv|tcp|tls count|parse|memchr PORT [CERT KEY]
// udp is recvmmsg, 64 datagrams at a time; recv is one recv for each; tcp is read; tls is SSL_read with read-ahead.
// count counts messages; parse reads each as parse.h says, memchr too and splits the columns by memchr.
// SIGTERM ends it and prints MESSAGES DENIED MATCHES REPEATS SUM.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "parse.h"

enum { BATCH = 64, SLOT = 8192, BUFFER = 128 << 10, RECEIVE_BUFFER = 32 << 20 };

typedef void handler(const char *, const char *);

static volatile sig_atomic_t ended;

static void fail(const char *what) { perror(what); exit(1); }
static void end(int signal) { (void)signal; ended = 1; }

static int listen_on(int type, int port) {
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int s = socket(AF_INET, type, 0), size = RECEIVE_BUFFER, one = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (type == SOCK_DGRAM && setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (bind(s, (void *)&at, sizeof at) < 0) fail("bind");
    if (type == SOCK_STREAM && listen(s, 16) < 0) fail("listen");
    return s;
}

static void receive_batches(int s, handler *handle) {
    static struct mmsghdr headers[BATCH];
    static struct iovec parts[BATCH];
    static struct sockaddr_in6 names[BATCH];
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){ malloc(SLOT), SLOT };
        headers[i].msg_hdr = (struct msghdr){ .msg_name = &names[i], .msg_iov = &parts[i], .msg_iovlen = 1 };
    }
    while (!ended) {
        for (int i = 0; i < BATCH; i++) headers[i].msg_hdr.msg_namelen = sizeof names[i];
        int n = recvmmsg(s, headers, BATCH, MSG_WAITFORONE, NULL);
        if (n < 0 && errno != EINTR) fail("recvmmsg");
        for (int i = 0; i < n; i++)
            handle(parts[i].iov_base, (char *)parts[i].iov_base + headers[i].msg_len);
    }
}

static void receive_datagrams(int s, handler *handle) {
    static char buffer[SLOT];
    struct sockaddr_in6 name;
    while (!ended) {
        socklen_t size = sizeof name;
        ssize_t n = recvfrom(s, buffer, SLOT, 0, (void *)&name, &size);
        if (n < 0 && errno != EINTR) fail("recvfrom");
        if (n >= 0) handle(buffer, buffer + n);
    }
}

static void receive_stream(int s, SSL *tls, handler *handle) {
    static char buffer[BUFFER];
    size_t have = 0;
    for (;;) {
        ssize_t n = tls ? SSL_read(tls, buffer + have, BUFFER - have) : read(s, buffer + have, BUFFER - have);
        if (n <= 0) return;
        char *p = buffer, *end = buffer + have + n, *lf;
        for (; (lf = memchr(p, '\n', end - p)); p = lf + 1) handle(p, lf);
        have = end - p;
        memmove(buffer, p, have);
    }
}

static SSL_CTX *context_of(const char *certificate, const char *key) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1
        || SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) fail("certificate");
    SSL_CTX_set_read_ahead(context, 1);
    return context;
}

static void accept_streams(int s, SSL_CTX *context, handler *handle) {
    while (!ended) {
        int client = accept(s, NULL, NULL);
        if (client < 0 && errno == EINTR) continue;
        if (client < 0) fail("accept");
        SSL *tls = context ? SSL_new(context) : NULL;
        if (tls) SSL_set_fd(tls, client);
        if (!tls || SSL_accept(tls) == 1) receive_stream(client, tls, handle);
        if (tls) SSL_free(tls);
        close(client);
    }
}

int main(int argc, char **argv) {
    if (argc < 4) return fprintf(stderr, "limit udp|recv|tcp|tls count|parse|memchr PORT [CERT KEY]\n"), 2;
    const char *wire = argv[1];
    handler *handle = !strcmp(argv[2], "parse") ? parse : !strcmp(argv[2], "memchr") ? parse_by_memchr : count;
    int is_datagram = !strcmp(wire, "udp") || !strcmp(wire, "recv");
    struct sigaction on_end = { .sa_handler = end };   // without SA_RESTART: whoever blocks comes back
    sigaction(SIGTERM, &on_end, NULL);
    int s = listen_on(is_datagram ? SOCK_DGRAM : SOCK_STREAM, atoi(argv[3]));
    if (!strcmp(wire, "udp")) receive_batches(s, handle);
    else if (!strcmp(wire, "recv")) receive_datagrams(s, handle);
    else accept_streams(s, strcmp(wire, "tls") || argc < 6 ? NULL : context_of(argv[4], argv[5]), handle);
    printf("%ld %ld %ld %ld %lu\n", done.messages, done.denied, done.matches, done.repeats, (unsigned long)done.sum);
    return 0;
}
