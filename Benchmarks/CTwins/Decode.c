#include "CTwins.h"

#include "CScan.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LEVELS 2048

struct twin_decoder {
    char head[96], body[96];
    int head_count, body_count;
    int tick_decimals, lot_decimals;
    struct sluice_level_shapes *shapes;
    twin_change bids[LEVELS], asks[LEVELS];
};

typedef struct {
    const uint8_t *next, *end;
} text;

static inline uint64_t load(const uint8_t *from) {
    uint64_t word;
    memcpy(&word, from, 8);
    return word;
}

static inline uint32_t load4(const uint8_t *from) {
    uint32_t word;
    memcpy(&word, from, 4);
    return word;
}

static inline uint64_t non_digits(uint64_t word) {
    uint64_t x = word ^ 0x3030303030303030u;
    return ((x + 0x7676767676767676u) | x) & 0x8080808080808080u;
}

static inline int first_index(uint64_t marks) { return marks ? __builtin_ctzll(marks) >> 3 : 8; }

static inline uint64_t eight_digits(uint64_t word) {
    uint64_t value = word & 0x0f0f0f0f0f0f0f0fu;
    value = (value * 2561) >> 8;
    value = ((value & 0x00ff00ff00ff00ffu) * 6553601) >> 16;
    return ((value & 0x0000ffff0000ffffu) * 42949672960001u) >> 32;
}

static inline uint64_t digits(uint64_t word, int count) {
    return eight_digits(word << (64 - count * 8));
}

static const uint64_t powers[9] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

static inline bool is_same(const uint8_t *a, const uint8_t *b, int count) {
    int i = 0;
    for (; i + 8 < count; i += 8)
        if (load(a + i) != load(b + i)) return false;
    if (count >= 8) return load(a + count - 8) == load(b + count - 8);
    if (count >= 4) return load4(a) == load4(b) && load4(a + count - 4) == load4(b + count - 4);
    for (; i < count; i++)
        if (a[i] != b[i]) return false;
    return true;
}

static inline bool take(text *t, const char *other, int count) {
    if (!is_same(t->next, (const uint8_t *)other, count)) return false;
    t->next += count;
    return true;
}
#define TAKE(t, literal) take(t, literal, sizeof literal - 1)

static inline bool take_byte(text *t, uint8_t byte) {
    if (*t->next != byte) return false;
    t->next++;
    return true;
}

static inline bool take_integer(text *t, int64_t *out) {
    uint64_t word = load(t->next);
    int first = first_index(non_digits(word));
    if (first == 0 || (first > 1 && *t->next == '0')) return false;
    if (first < 8) {
        t->next += first;
        *out = (int64_t)digits(word, first);
        return true;
    }
    uint64_t rest = load(t->next + 8);
    int second = first_index(non_digits(rest));
    if (second == 8) return false;
    t->next += 8 + second;
    const uint64_t low = second > 0 ? digits(rest, second) : 0;
    *out = (int64_t)(eight_digits(word) * powers[second] + low);
    return true;
}

// A time of thirteen digits.
static inline bool take_milliseconds(text *t, int64_t *out) {
    uint64_t word = load(t->next), last = load(t->next + 5);
    if (non_digits(word) | non_digits(last) || *t->next == '0' || (uint8_t)(t->next[13] - '0') < 10)
        return false;
    t->next += 13;
    *out = (int64_t)(digits(word, 5) * 100000000 + eight_digits(last));
    return true;
}

static inline int take_levels(twin_decoder *d, text *t, twin_change *levels) {
    if (take_byte(t, ']')) return 0;
    const struct sluice_level_scale scale = {
        (uint32_t)d->tick_decimals, (uint32_t)d->lot_decimals};
    return (int)sluice_scan_levels(
        d->shapes, scale, &t->next, t->end, (struct sluice_level *)levels, LEVELS);
}

static inline bool take_type_and_time(text *t, bool *is_snapshot, int64_t *ts) {
    *is_snapshot = false;
    if (TAKE(t, "\"type\":\"delta\",\"ts\":")) return take_milliseconds(t, ts);
    if (TAKE(t, "\"type\":\"snapshot\",\"ts\":")) {
        *is_snapshot = true;
        return take_milliseconds(t, ts);
    }
    if (!TAKE(t, "\"ts\":") || !take_milliseconds(t, ts)) return false;
    if (TAKE(t, ",\"type\":\"delta\"")) return true;
    *is_snapshot = true;
    return TAKE(t, ",\"type\":\"snapshot\"");
}

typedef struct {
    bool is_snapshot;
    int bid_count, ask_count;
    int64_t ts, cts, u, seq;
} update;

__attribute__((noinline)) static bool decode(
    twin_decoder *d, const uint8_t *bytes, int64_t count, update *out) {
    const int64_t limit = INT64_MAX / 1000000;
    if (count < 112) return false;
    text t = {bytes, bytes + count};
    if (!take(&t, d->head, d->head_count) || !take_type_and_time(&t, &out->is_snapshot, &out->ts)
        || !take(&t, d->body, d->body_count) || t.next > t.end)
        return false;
    out->bid_count = take_levels(d, &t, d->bids);
    if (out->bid_count < 0 || !TAKE(&t, ",\"a\":[")) return false;
    out->ask_count = take_levels(d, &t, d->asks);
    if (out->ask_count < 0 || !TAKE(&t, ",\"u\":") || !take_integer(&t, &out->u) || t.next > t.end
        || !TAKE(&t, ",\"seq\":") || !take_integer(&t, &out->seq) || t.next > t.end
        || !TAKE(&t, "},\"cts\":") || !take_milliseconds(&t, &out->cts) || !take_byte(&t, '}')
        || t.next != t.end || out->ts >= limit || out->cts >= limit)
        return false;
    out->ts *= 1000000;
    out->cts *= 1000000;
    return true;
}

twin_decoder *twin_decoder_make(
    const char *head, const char *body, int tick_decimals, int lot_decimals) {
    twin_decoder *d = calloc(1, sizeof *d);
    d->head_count = (int)strlen(head);
    d->body_count = (int)strlen(body);
    if (d->head_count >= 96 || d->body_count >= 96) abort();
    memcpy(d->head, head, (size_t)d->head_count);
    memcpy(d->body, body, (size_t)d->body_count);
    d->shapes = aligned_alloc(64, SLUICE_LEVEL_SHAPES_BYTES);
    memset(d->shapes, 0, SLUICE_LEVEL_SHAPES_BYTES);
    d->tick_decimals = tick_decimals;
    d->lot_decimals = lot_decimals;
    return d;
}

void twin_decoder_free(twin_decoder *d) {
    free(d->shapes);
    free(d);
}

uint64_t twin_decoder_run(
    twin_decoder *d, const uint8_t *const *texts, const int64_t *lengths, int texts_count, int *at,
    int count) {
    uint64_t hash = 1;
    update u;
    for (int i = 0; i < count; i++) {
        int index = *at;
        *at = *at + 1 == texts_count ? 0 : *at + 1;
        if (!decode(d, texts[index], lengths[index], &u) || u.bid_count == 0 || u.ask_count == 0)
            return 0;
        hash = twin_fold(hash, (uint64_t)(d->bids[0].lots ^ d->asks[u.ask_count - 1].ticks));
    }
    return hash;
}
