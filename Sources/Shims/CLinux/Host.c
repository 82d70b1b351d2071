#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <unistd.h>

int sluice_clock_discipline(long *error) {
    struct timex state = {.modes = 0};
    int rc = adjtimex(&state);
    *error = state.maxerror;
    return rc >= 0 && rc != TIME_ERROR && !(state.status & STA_UNSYNC);
}

static int ask(const char *name, void *question) {
    struct ifreq request = {.ifr_data = question};
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return errno;
    int error = ioctl(descriptor, SIOCETHTOOL, &request) == 0 ? 0 : errno;
    close(descriptor);
    return error;
}

int sluice_card_ring(const char *name, uint32_t *used, uint32_t *most) {
    struct ethtool_ringparam ring = {.cmd = ETHTOOL_GRINGPARAM};
    int error = ask(name, &ring);
    *used = ring.rx_pending;
    *most = ring.rx_max_pending;
    return error;
}

int sluice_card_delay(const char *name, uint32_t *microseconds) {
    struct ethtool_coalesce coalescing = {.cmd = ETHTOOL_GCOALESCE};
    int error = ask(name, &coalescing);
    *microseconds = coalescing.rx_coalesce_usecs;
    return error;
}
