#include "CLinux.h"

static int count;
static char **words;

// glibc hands constructors what it hands to main.
__attribute__((constructor)) static void remember(int argc, char **argv) {
    count = argc;
    words = argv;
}

int sluice_argument_count(void) { return count; }

const char *sluice_argument(int index) { return words[index]; }
