// The hot loops once more, in C: the same work on the same input with the same hash, so that a
// Swift/C ratio says what the language costs and a differing hash that the work is not the same.
// Plain C as a careful programmer writes it, baseline flags like ours.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// FNV-1a over 64-bit words, as in the rows.
static inline uint64_t twin_fold(uint64_t hash, uint64_t value) {
    return (hash ^ value) * 0x100000001b3u;
}

// Order book: the dense circular ladder with an overflow.

typedef struct {
    int64_t ticks, lots;
} twin_change;

/// A depth message with all that ours carries.
typedef struct {
    uint16_t instrument;
    uint8_t is_snapshot;
    int32_t depth;
    int64_t sequence, cross_sequence, published_at, matched_at;
    const twin_change *bids;
    int64_t bid_count;
    const twin_change *asks;
    int64_t ask_count;
} twin_depth;

/// Best bid and ask with their lots; zero where there is none.
typedef struct {
    int64_t bid, bid_lots, ask, ask_lots;
} twin_bbo;

typedef struct twin_book twin_book;
twin_book *twin_book_make(int64_t window, int overflow_capacity);
void twin_book_free(twin_book *);
/// Applies one message with every check and counter of ours; the result's number is ours too.
int twin_book_apply(twin_book *, const twin_depth *);
twin_bbo twin_book_bbo(const twin_book *);
/// Applies `count` messages from `*at`, round and round, reading the best bid and ask after each.
uint64_t twin_book_run(twin_book *, const twin_depth *, int messages, int *at, int count);

// Depth decoder: one topic's texts matched whole, the levels by the same scanner (CScan), everything
// validated. What differs is the language around the scanner, and that ours looks its topic up.

typedef struct twin_decoder twin_decoder;
twin_decoder *twin_decoder_make(const char *head, const char *body, int tick_decimals, int lot_decimals);
void twin_decoder_free(twin_decoder *);
/// Decodes `count` messages from `*at`, round and round; 0 when one has another shape.
uint64_t twin_decoder_run(
    twin_decoder *, const uint8_t *const *texts, const int64_t *lengths, int texts_count, int *at,
    int count);

// Ring of one producer and one consumer: the sequence number inside the slot.

typedef struct twin_ring twin_ring;
twin_ring *twin_ring_make(int capacity);
void twin_ring_free(twin_ring *);
/// Sends `count` messages there and waits for each to come back.
uint64_t twin_ring_roundtrips(twin_ring *there, twin_ring *back, int count);
/// Sends back what comes.
void twin_ring_echo(twin_ring *there, twin_ring *back, int count);

// Histogram: 32 buckets to each doubling.

typedef struct twin_histogram twin_histogram;
twin_histogram *twin_histogram_make(void);
void twin_histogram_free(twin_histogram *);
/// Records `count` of `values`, round and round; `mask + 1` is a power of two.
uint64_t twin_histogram_run(twin_histogram *, const uint64_t *values, int mask, int count);

// Seqlock of 64 bytes.

typedef struct twin_seqlock twin_seqlock;
twin_seqlock *twin_seqlock_make(void);
void twin_seqlock_free(twin_seqlock *);
uint64_t twin_seqlock_store(twin_seqlock *, int count);
uint64_t twin_seqlock_load(twin_seqlock *, int count);
