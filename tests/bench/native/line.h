// The log that everything is measured with: a TRAFFIC log of PAN-OS 10.1 behind a BSD header, always equally long.
#include "log.h"
#include <stdio.h>

enum { LINE_BYTES = 1024, SOURCE_PORT = 51007, PORT = 443, PROTOCOL = 6 };
static const uint32_t destination = 203u << 24 | 113 << 8 | 20;

// The source address of session n.
static uint32_t source_of(long n) {
    return 10u << 24 | (uint32_t)(100 + n / 10000 % 100) << 16 | (uint32_t)(100 + n / 100 % 100) << 8
        | (uint32_t)(100 + n % 100);
}

static uint64_t sum_of_line(long n, time_t now) {
    return sum_of(source_of(n), destination, SOURCE_PORT + PORT, PROTOCOL, now);
}

// A log of a session from source address number n, denied by the firewall or at its allowed end. Gives its length.
static int make_line(char *line, long n, time_t now, int denied) {
    char bsd[16], local[20], iso[40], zone[8];
    uint32_t source = source_of(n);
    struct tm t;
    localtime_r(&now, &t);
    strftime(bsd, sizeof bsd, "%b %e %H:%M:%S", &t);
    strftime(local, sizeof local, "%Y/%m/%d %H:%M:%S", &t);
    strftime(iso, sizeof iso, "%Y-%m-%dT%H:%M:%S", &t);
    strftime(zone, sizeof zone, "%z", &t);
    return snprintf(line, LINE_BYTES,
        "<14>%s edge-fw-1 1,%s,007951000012345,TRAFFIC,%s,2561,%s,%u.%u.%u.%u,203.0.113.20,0.0.0.0,0.0.0.0,"
        "branch-to-web,,,ssl,vsys1,inside,outside,ethernet1/1,ethernet1/2,offload,%s,40968,1,%d,%d,0,0,0x19,tcp,%s,"
        "1480,620,860,9,%s,0,any,0,81250,0x0,192.0.2.0-192.0.2.255,203.0.113.0-203.0.113.255,0,5,4,n/a,11,0,0,0,,"
        "edge-fw-1,from-policy,,,0,,0,,N/A,0,0,0,0,5d1f6a50-0c0e-4f6e-9a52-0d6d3b1c7e11,0,0,0,"
        ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"
        "%s.123%.3s:%s,,,encrypted-tunnel,networking,browser-based,4,\"used-by-malware,able-to-transfer-file\",,ssl,"
        "no,no",
        bsd, local, denied ? "deny" : "end", local, source >> 24, source >> 16 & 255, source >> 8 & 255, source & 255,
        local, SOURCE_PORT, PORT, denied ? "deny" : "allow", local, iso, zone, zone + 3);
}
