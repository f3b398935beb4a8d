// What a sender's logs and a receiver that reads them have to agree on.
#include <stdint.h>
#include <time.h>

// What a receiver makes of a log that it has really read: the sum of what it has converted.
static uint64_t sum_of(uint32_t source, uint32_t destination, int ports, int protocol, time_t seconds) {
    return (uint64_t)source + destination + (uint64_t)ports + (uint64_t)protocol + (uint64_t)seconds;
}
