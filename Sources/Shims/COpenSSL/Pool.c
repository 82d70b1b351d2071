// A pool for the small structures OpenSSL 3.0 allocates and frees for each record (a WPACKET_SUB of
// 40 bytes, six times a decrypted record): without it every message would enter malloc.
//
// Blocks of up to 256 bytes go to a free list of the thread that frees them and never back to the
// system; anything larger is malloc's. Installed before main, because OpenSSL takes its memory
// functions only until its first allocation.
#include "COpenSSL.h"

#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SLUICE_SANITIZED 1
#endif
#endif

#ifndef SLUICE_SANITIZED

enum { CLASSES = 4, GRAIN = 64 };

// 16 bytes, so that what follows keeps malloc's alignment.
typedef union header {
    struct {
        union header *next;
        size_t size;
    } block;
    max_align_t alignment;
} header;

static __thread header *pool[CLASSES];

// The free list for `size` bytes, or CLASSES when it is malloc's.
static size_t class_of(size_t size) { return size == 0 ? 0 : (size - 1) / GRAIN; }

static void *pool_malloc(size_t size, const char *file, int line) {
    (void)file;
    (void)line;
    if (size == 0) return NULL;
    size_t class = class_of(size);
    header *block;
    if (class < CLASSES && pool[class]) {
        block = pool[class];
        pool[class] = block->block.next;
    } else {
        size_t room = class < CLASSES ? (class + 1) * GRAIN : size;
        if (room > SIZE_MAX - sizeof(header)) return NULL;
        block = malloc(sizeof(header) + room);
        if (!block) return NULL;
    }
    block->block.size = size;
    return block + 1;
}

static void pool_free(void *pointer, const char *file, int line) {
    (void)file;
    (void)line;
    if (!pointer) return;
    header *block = (header *)pointer - 1;
    size_t class = class_of(block->block.size);
    if (class >= CLASSES) {
        free(block);
        return;
    }
    block->block.next = pool[class];
    pool[class] = block;
}

static void *pool_realloc(void *pointer, size_t size, const char *file, int line) {
    if (!pointer) return pool_malloc(size, file, line);
    if (size == 0) {
        pool_free(pointer, file, line);
        return NULL;
    }
    size_t old = ((header *)pointer - 1)->block.size;
    void *fresh = pool_malloc(size, file, line);
    if (!fresh) return NULL;
    memcpy(fresh, pointer, old < size ? old : size);
    pool_free(pointer, file, line);
    return fresh;
}

static int installed;

// 101: before the constructor that makes the BIO method, which allocates.
__attribute__((constructor(101))) static void install(void) {
    installed = CRYPTO_set_mem_functions(pool_malloc, pool_realloc, pool_free);
}

int sluice_openssl_pool_installed(void) { return installed; }
#else
int sluice_openssl_pool_installed(void) { return 0; }
#endif
