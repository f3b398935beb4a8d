// Sends log lines as fast as asked, or as fast as it can.
//   sender udp|tcp|tls PORT COUNT [-d DISTINCT] [-k DENIED_PERCENT] [-r PER_SECOND] [-b MESSAGES_PER_WRITE] [-g]
//     [-f FIRST]
// A write is one sendmmsg of datagrams (-g: one send with UDP segmentation offload), one TCP write, one TLS record.
// Prints how many were sent, in how many seconds, how many of them were of denied sessions, and the sum of what a
// receiver reads in them.
#define _GNU_SOURCE
#include "line.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static long count, distinct = 1, first;
static int denied_percent = 100, batch = 28, offload, is_stream;
static double rate, began;
static char *text;      // all lines, one after the other
static int length;      // of each
static time_t made;     // the time in all of them
static volatile sig_atomic_t ended;

static void fail(const char *what) { perror(what); exit(1); }
static void end(int signal) { (void)signal; ended = 1; }

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

// Waits until message number `sent` is due.
static void pace(long sent) {
    if (rate <= 0) return;
    double left;
    while ((left = began + sent / rate - now()) > 0 && !ended) {
        if (left < 60e-6) continue;
        struct timespec t = { (time_t)(left - 40e-6), (long)((left - 40e-6 - (time_t)(left - 40e-6)) * 1e9) };
        nanosleep(&t, NULL);
    }
}

static int is_denied(long i) { return i % 100 < denied_percent; }
static long session_of(long i) { return first + i % distinct; }

// At least one whole write of them, so that every write is one contiguous piece.
static long make_lines(void) {
    char line[LINE_BYTES + 1];
    made = time(NULL);
    length = make_line(line, 0, made, 1) + is_stream;
    long lines = (distinct + batch - 1) / batch * batch;
    while (denied_percent < 100 && lines < 100 * batch) lines *= 2;
    text = malloc((size_t)lines * length);
    for (long i = 0; i < lines; i++) {
        make_line(line, session_of(i), made, is_denied(i));
        if (is_stream) line[length - 1] = '\n';
        memcpy(text + (size_t)i * length, line, length);
    }
    return lines;
}

static int open_socket(int type, int port) {
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int s = socket(AF_INET, type, 0), one = 1;
    if (s < 0 || connect(s, (void *)&to, sizeof to) < 0) fail("connect");
    if (type == SOCK_STREAM) setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (offload && setsockopt(s, IPPROTO_UDP, UDP_SEGMENT, &length, sizeof length) < 0) fail("UDP_SEGMENT");
    return s;
}

static void send_datagrams(int s, char *from) {
    struct mmsghdr messages[64] = { 0 };
    struct iovec parts[64];
    if (offload) {
        while (send(s, from, (size_t)batch * length, 0) < 0)
            if (errno != ECONNREFUSED && errno != ENOBUFS && errno != EINTR) fail("send");
        return;
    }
    for (int i = 0; i < batch; i++) {
        parts[i] = (struct iovec){ from + (size_t)i * length, length };
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    for (int done = 0; done < batch;) {
        int n = sendmmsg(s, messages + done, batch - done, 0);
        if (n < 0 && errno != ECONNREFUSED && errno != ENOBUFS && errno != EINTR) fail("sendmmsg");
        if (n > 0) done += n;
    }
}

static void send_stream(int s, SSL *tls, const char *from) {
    for (size_t done = 0, all = (size_t)batch * length; done < all;) {
        ssize_t n = tls ? SSL_write(tls, from + done, all - done) : write(s, from + done, all - done);
        if (n <= 0) fail("write");
        done += n;
    }
}

static SSL *handshake(int s) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *tls = SSL_new(context);
    SSL_set_fd(tls, s);
    if (SSL_connect(tls) != 1) fail("tls");
    return tls;
}

// Closing with something unread would send a reset and lose what is on its way: wait until the receiver has read all.
static void finish(int s, SSL *tls) {
    char rest[512];
    if (tls) SSL_shutdown(tls);
    shutdown(s, SHUT_WR);
    while (read(s, rest, sizeof rest) > 0) { }
}

int main(int argc, char **argv) {
    if (argc < 4) return fprintf(stderr, "sender udp|tcp|tls PORT COUNT [options], see sender.c\n"), 2;
    int is_tls = !strcmp(argv[1], "tls"), option;
    is_stream = strcmp(argv[1], "udp") != 0;
    count = atol(argv[3]);
    optind = 4;
    while ((option = getopt(argc, argv, "d:k:r:b:gf:")) != -1)
        switch (option) {
            case 'd': distinct = atol(optarg); break;
            case 'k': denied_percent = atoi(optarg); break;
            case 'r': rate = atof(optarg); break;
            case 'b': batch = atoi(optarg); break;
            case 'g': offload = 1; break;
            case 'f': first = atol(optarg); break;
            default: return 2;
        }
    if (distinct < 1 || batch < 1 || (!is_stream && batch > 64)) return fprintf(stderr, "sender: out of range\n"), 2;
    signal(SIGTERM, end);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, 1000);
    long lines = make_lines(), sent = 0, denied = 0, line = 0;
    uint64_t sum = 0;
    int s = open_socket(is_stream ? SOCK_STREAM : SOCK_DGRAM, atoi(argv[2]));
    SSL *tls = is_tls ? handshake(s) : NULL;
    began = now();
    for (; sent < count && !ended; sent += batch, line = (line + batch) % lines) {
        pace(sent);
        if (is_stream) send_stream(s, tls, text + (size_t)line * length);
        else send_datagrams(s, text + (size_t)line * length);
        for (int i = 0; i < batch; i++) {
            denied += is_denied(line + i);
            sum += sum_of_line(session_of(line + i), made);
        }
    }
    if (is_stream) finish(s, tls);
    printf("%ld %.6f %ld %lu\n", sent, now() - began, denied, (unsigned long)sum);
    return 0;
}
