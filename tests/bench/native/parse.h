// What a C program makes of a log that reads it as we do: every column split, addresses, ports, protocol and time
// converted, the rule's columns compared, and the matches remembered so that a repeat is known.
#include "log.h"
#include <stdlib.h>
#include <string.h>

enum {
    COLUMNS = 192, TYPE = 3, SOURCE = 7, TARGET = 8, FROM_PORT = 24, TO_PORT = 25, NAT_FROM = 26, NAT_TO = 27,
    TRANSPORT = 29, ACTION = 30, STAMP = 102, REMEMBERED = 1 << 18, WINDOW = 60
};

// A match as the rule for denied traffic makes it, and when it was last denied. Never denied where seconds are 0.
struct match { uint32_t source, destination; int port, protocol; int64_t seconds; };

struct work { long messages, denied, matches, repeats; uint64_t sum; };

struct columns { const char *at[COLUMNS + 1]; int count; };

static struct work done;
static struct match remembered[REMEMBERED];

static int length_of(const struct columns *c, int i) { return (int)(c->at[i + 1] - 1 - c->at[i]); }

static int is_text(const struct columns *c, int i, const char *text, int length) {
    return length_of(c, i) == length && !memcmp(c->at[i], text, length);
}

// Behind the header: the last word before the first comma is the first column.
static const char *begin_of_csv(const char *line, const char *end) {
    const char *comma = memchr(line, ',', end - line), *space;
    if (!comma) return NULL;
    return (space = memrchr(line, ' ', comma - line)) ? space + 1 : line;
}

// A comma within quotes separates nothing. One look at every byte: with short columns the faster way.
static void split_in_one_pass(const char *line, const char *end, struct columns *c) {
    c->at[0] = line;
    c->count = 0;
    for (const char *p = line; p < end && c->count < COLUMNS - 1; p++)
        if (*p == ',') c->at[++c->count] = p + 1;
        else if (*p == '"' && p == c->at[c->count] && !(p = memchr(p + 1, '"', end - p - 1))) break;
    c->at[++c->count] = end + 1;
}

// The usual way: one memchr for each column.
static void split_by_memchr(const char *line, const char *end, struct columns *c) {
    c->at[0] = line;
    c->count = 0;
    for (const char *p = line; c->count < COLUMNS && p < end;) {
        const char *comma = *p == '"' ? memchr(p + 1, '"', end - p - 1) : NULL;
        comma = memchr(comma ? comma : p, ',', end - (comma ? comma : p));
        p = comma ? comma + 1 : end + 1;
        c->at[++c->count] = p;
    }
}

static int read_number(const char *text, int length, int *number) {
    *number = 0;
    if (length < 1 || length > 9) return 0;
    for (int i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') return 0;
        *number = *number * 10 + text[i] - '0';
    }
    return 1;
}

static int read_address(const struct columns *c, int i, uint32_t *address) {
    uint32_t value = 0, part = 0;
    int dots = 0;
    for (const char *p = c->at[i], *end = p + length_of(c, i); p < end; p++)
        if (*p == '.') value = value << 8 | part, part = 0, dots++;
        else if (*p < '0' || *p > '9' || (part = part * 10 + *p - '0') > 255) return 0;
    *address = value << 8 | part;
    return dots == 3;
}

static int read_port(const struct columns *c, int i, int *port) {
    return read_number(c->at[i], length_of(c, i), port) && *port <= 65535;
}

static int read_protocol(const struct columns *c, int *protocol) {
    *protocol = is_text(c, TRANSPORT, "tcp", 3) ? 6 : is_text(c, TRANSPORT, "udp", 3) ? 17
        : is_text(c, TRANSPORT, "icmp", 4) ? 1 : 0;
    return *protocol != 0;
}

// Days since 1970 of a date in the Gregorian calendar, with years that begin in March.
static int64_t days_of(int year, int month, int day) {
    year -= month < 3;
    int days = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return 365L * year + year / 4 - year / 100 + year / 400 + days - 719468;
}

// Such as 2026-11-28T13:00:00.123+01:00, in seconds since 1970.
static int read_stamp(const struct columns *c, int64_t *seconds) {
    const char *text = c->at[STAMP];
    int year, month, day, hour, minute, second, hours, minutes;
    if (length_of(c, STAMP) != 29 || (text[23] != '+' && text[23] != '-')) return 0;
    if (!read_number(text, 4, &year) || !read_number(text + 5, 2, &month) || !read_number(text + 8, 2, &day)
        || !read_number(text + 11, 2, &hour) || !read_number(text + 14, 2, &minute)
        || !read_number(text + 17, 2, &second) || !read_number(text + 24, 2, &hours)
        || !read_number(text + 27, 2, &minutes)) return 0;
    int offset = (hours * 60 + minutes) * (text[23] == '-' ? -60 : 60);
    *seconds = days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
    return 1;
}

static int contains(const struct columns *c, int i, const char *text, int length) {
    return memmem(c->at[i], length_of(c, i), text, length) != NULL;
}

// As the shipped rule says it: traffic that was denied, dropped or reset.
static int is_denied_traffic(const struct columns *c) {
    return is_text(c, TYPE, "TRAFFIC", 7)
        && (contains(c, ACTION, "deny", 4) || contains(c, ACTION, "drop", 4) || contains(c, ACTION, "reset", 5));
}

// One look at memory for a match that is known.
static void remember(const struct match *m) {
    uint64_t hash = ((uint64_t)m->source << 32 | m->destination) ^ ((uint64_t)m->port << 40 | (uint64_t)m->protocol);
    size_t i = (hash * 0x9e3779b97f4a7c15u) >> 46;
    for (;; i = (i + 1) % REMEMBERED) {
        struct match *slot = &remembered[i];
        if (slot->seconds && (slot->source != m->source || slot->destination != m->destination
            || slot->port != m->port || slot->protocol != m->protocol)) continue;
        if (!slot->seconds && ++done.matches == REMEMBERED) abort();
        done.repeats += slot->seconds && m->seconds - slot->seconds < WINDOW;
        *slot = *m;
        return;
    }
}

static inline void read_log(
    const char *line, const char *end, void (*split)(const char *, const char *, struct columns *)) {
    struct columns c;
    struct match m;
    int from, nat_from, nat_to;
    done.messages++;
    if (!(line = begin_of_csv(line, end))) return;
    split(line, end, &c);
    if (c.count <= STAMP || !read_address(&c, SOURCE, &m.source) || !read_address(&c, TARGET, &m.destination)
        || !read_port(&c, FROM_PORT, &from) || !read_port(&c, TO_PORT, &m.port)
        || !read_port(&c, NAT_FROM, &nat_from) || !read_port(&c, NAT_TO, &nat_to)
        || !read_protocol(&c, &m.protocol) || !read_stamp(&c, &m.seconds)) return;
    done.sum += sum_of(m.source, m.destination, from + m.port + nat_from + nat_to, m.protocol, m.seconds);
    if (!is_denied_traffic(&c)) return;
    done.denied++;
    remember(&m);
}

static void parse(const char *line, const char *end) { read_log(line, end, split_in_one_pass); }
static void parse_by_memchr(const char *line, const char *end) { read_log(line, end, split_by_memchr); }
static void count(const char *line, const char *end) { (void)line; (void)end; done.messages++; }
