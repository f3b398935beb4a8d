// What C can do on this machine: receivers that block, receive, and do as little with a message as their name says.
//   limit udp PORT            recvmmsg, 64 at a time; only counts
//   limit tcp PORT            read; splits each line into its fields and reads addresses, ports, protocol and action
//   limit tls PORT CERT KEY   SSL_read with read-ahead; only counts lines
// udp+parse and tls+parse do with each line what tcp does.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 64, SLOT = 8192, BUFFER = 128 << 10, FIELDS = 192, RECEIVE_BUFFER = 32 << 20 };

static long messages, denied;
static volatile uint32_t addresses_read;   // so that no compiler leaves the reading out

static void fail(const char *what) { perror(what); exit(1); }

static int listen_on(int type, int port) {
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int s = socket(AF_INET, type, 0), size = RECEIVE_BUFFER, one = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (type == SOCK_DGRAM && setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (bind(s, (void *)&at, sizeof at) < 0) fail("bind");
    if (type == SOCK_STREAM && listen(s, 16) < 0) fail("listen");
    return s;
}

static int read_address(const char *text, const char *end, uint32_t *address) {
    uint32_t value = 0, part = 0;
    int dots = 0;
    for (; text < end; text++)
        if (*text == '.') value = value << 8 | part, part = 0, dots++;
        else if (*text < '0' || *text > '9' || (part = part * 10 + *text - '0') > 255) return 0;
    *address = value << 8 | part;
    return dots == 3;
}

static int read_number(const char *text, const char *end) {
    int value = 0;
    for (; text < end; text++) value = value * 10 + *text - '0';
    return value;
}

static void parse(const char *line, const char *end) {
    const char *at[FIELDS + 1];
    int fields = 0;
    at[0] = line;
    for (const char *p = line; fields < FIELDS && p < end;) {
        const char *comma = *p == '"' ? memchr(p + 1, '"', end - p - 1) : NULL;
        comma = memchr(comma ? comma : p, ',', end - (comma ? comma : p));
        p = comma ? comma + 1 : end + 1;
        at[++fields] = p;
    }
    uint32_t addresses[4];
    if (fields < 31 || at[4] - at[3] != 8 || memcmp(at[3], "TRAFFIC", 7)) return;
    for (int i = 0; i < 4; i++)
        if (!read_address(at[7 + i], at[8 + i] - 1, &addresses[i])) return;
    addresses_read = addresses[0] ^ addresses[1] ^ addresses[2] ^ addresses[3];
    for (int i = 24; i < 28; i++)
        if (read_number(at[i], at[i + 1] - 1) > 65535) return;
    if (at[30] - at[29] != 4 || memcmp(at[29], "tcp", 3)) return;
    denied += at[31] - at[30] == 5 && !memcmp(at[30], "deny", 4);
}

static void count(const char *line, const char *end) { (void)line; (void)end; }

static void receive_datagrams(int s, void (*handle)(const char *, const char *)) {
    static struct mmsghdr headers[BATCH];
    static struct iovec parts[BATCH];
    static struct sockaddr_in6 names[BATCH];
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){ malloc(SLOT), SLOT };
        headers[i].msg_hdr = (struct msghdr){ .msg_name = &names[i], .msg_iov = &parts[i], .msg_iovlen = 1 };
    }
    for (;;) {
        for (int i = 0; i < BATCH; i++) headers[i].msg_hdr.msg_namelen = sizeof names[i];
        int n = recvmmsg(s, headers, BATCH, MSG_WAITFORONE, NULL);
        if (n < 0) fail("recvmmsg");
        for (int i = 0; i < n; i++) handle(parts[i].iov_base, (char *)parts[i].iov_base + headers[i].msg_len);
        messages += n;
    }
}

static void receive_stream(int s, SSL *tls, void (*handle)(const char *, const char *)) {
    static char buffer[BUFFER];
    size_t have = 0;
    for (;;) {
        ssize_t n = tls ? SSL_read(tls, buffer + have, BUFFER - have) : read(s, buffer + have, BUFFER - have);
        if (n <= 0) return;
        char *p = buffer, *end = buffer + have + n, *lf;
        for (; (lf = memchr(p, '\n', end - p)); p = lf + 1, messages++) handle(p, lf);
        have = end - p;
        memmove(buffer, p, have);
    }
}

int main(int argc, char **argv) {
    if (argc < 3) return fprintf(stderr, "limit udp|udp+parse|tcp|tls|tls+parse PORT [CERT KEY]\n"), 2;
    int is_udp = !strncmp(argv[1], "udp", 3);
    void (*handle)(const char *, const char *) = strstr(argv[1], "+parse") || !strcmp(argv[1], "tcp") ? parse : count;
    int s = listen_on(is_udp ? SOCK_DGRAM : SOCK_STREAM, atoi(argv[2]));
    if (is_udp) receive_datagrams(s, handle);
    SSL_CTX *context = NULL;
    if (!strncmp(argv[1], "tls", 3)) {
        context = SSL_CTX_new(TLS_server_method());
        if (SSL_CTX_use_certificate_chain_file(context, argv[3]) != 1
            || SSL_CTX_use_PrivateKey_file(context, argv[4], SSL_FILETYPE_PEM) != 1) fail("certificate");
        SSL_CTX_set_read_ahead(context, 1);
    }
    for (;;) {
        int client = accept(s, NULL, NULL);
        if (client < 0) fail("accept");
        SSL *tls = context ? SSL_new(context) : NULL;
        if (tls) SSL_set_fd(tls, client);
        if (!tls || SSL_accept(tls) == 1) receive_stream(client, tls, handle);
        if (tls) SSL_free(tls);
        close(client);
    }
}
