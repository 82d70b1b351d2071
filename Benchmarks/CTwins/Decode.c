#include "CTwins.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LEVELS 2048

struct twin_decoder {
    char head[96], body[96];
    int head_count, body_count;
    int tick_decimals, lot_decimals;
    int price_whole, price_places;
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
    for (; i + 8 <= count; i += 8)
        if (load(a + i) != load(b + i)) return false;
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
    if (second == 0 || second == 8) return false;
    t->next += 8 + second;
    *out = (int64_t)(eight_digits(word) * powers[second] + digits(rest, second));
    return true;
}

static inline bool value_of(uint64_t digits, int count, uint64_t *out) {
    if (count > 8) return false;
    int shift = 64 - count * 8;
    uint64_t aligned = digits << (shift & 63);
    if (aligned >> (shift & 63) != digits) return false;
    *out = eight_digits(aligned);
    return true;
}

static inline bool take_point_decimal(
    text *t, int decimals, int whole, int places, uint64_t fraction, uint64_t *out) {
    int close = whole + 1 + places;
    if (places == 0 || t->next[close] != '"') return false;
    uint64_t whole_mask = ((uint64_t)1 << (whole * 8)) - 1;
    uint64_t fraction_mask = UINT64_MAX >> ((64 - places * 8) & 63);
    uint64_t whole_values = (load(t->next) ^ 0x3030303030303030u) & whole_mask;
    uint64_t fraction_values = (fraction ^ 0x3030303030303030u) & fraction_mask;
    if (decimals < 8 && fraction_values >> (decimals * 8)) return false;
    if (whole + decimals > 8) return false;
    t->next += close + 1;
    return value_of(whole_values | fraction_values << (whole * 8), whole + decimals, out);
}

static inline bool take_decimal(text *t, int decimals, uint64_t *out) {
    uint64_t word = load(t->next), marks = non_digits(word);
    int first = first_index(marks);
    bool is_point = t->next[first] == '.';
    int last = is_point ? first_index(marks & (marks - 1)) : first;
    if (last == 8) {
        if (first == 0 || first == 8 || decimals > 7 || t->next[first] != '.') return false;
        uint64_t fraction = load(t->next + first + 1);
        return take_point_decimal(
            t, decimals, first, first_index(non_digits(fraction)), fraction, out);
    }
    if (t->next[last] != '"' || first == 0 || (is_point && last == first + 1)) return false;
    t->next += last + 1;
    uint64_t whole_mask = ((uint64_t)1 << (first * 8)) - 1;
    uint64_t all_mask = ((uint64_t)1 << (last * 8)) - 1;
    uint64_t values = word ^ 0x3030303030303030u;
    uint64_t gathered = (values & whole_mask) | (((values & all_mask) >> 8) & ~whole_mask);
    return value_of(gathered, first + decimals, out);
}

__attribute__((noinline)) static bool learn_decimal(twin_decoder *d, text *t, uint64_t *out) {
    const uint8_t *start = t->next;
    if (!take_decimal(t, d->tick_decimals, out)) return false;
    int length = (int)(t->next - start) - 1, whole = 0;
    while (whole < length && start[whole] != '.') whole++;
    bool is_usual = whole < 8 && whole < length && d->tick_decimals < 8 && length - whole - 1 <= 8;
    d->price_whole = is_usual ? whole : 0;
    d->price_places = is_usual ? length - whole - 1 : 0;
    return true;
}

static inline bool take_price(twin_decoder *d, text *t, uint64_t *out) {
    int whole = d->price_whole, places = d->price_places;
    if (whole > 0 && t->next[whole] == '.' && t->next[whole + 1 + places] == '"') {
        uint64_t fraction = load(t->next + whole + 1);
        uint64_t whole_mask = ((uint64_t)1 << (whole * 8)) - 1;
        uint64_t fraction_mask = UINT64_MAX >> ((64 - places * 8) & 63);
        if (!(non_digits(load(t->next)) & whole_mask) && !(non_digits(fraction) & fraction_mask))
            return take_point_decimal(t, d->tick_decimals, whole, places, fraction, out);
    }
    return learn_decimal(d, t, out);
}

static inline int take_levels(twin_decoder *d, text *out, twin_change *levels) {
    if (take_byte(out, ']')) return 0;
    text t = *out;
    int count = 0;
    while (true) {
        uint64_t ticks, lots;
        if (count == LEVELS || t.next > t.end || !take_byte(&t, '[') || !take_byte(&t, '"')
            || !take_price(d, &t, &ticks) || !take_byte(&t, ',') || !take_byte(&t, '"')
            || !take_decimal(&t, d->lot_decimals, &lots) || !take_byte(&t, ']') || ticks == 0)
            return -1;
        levels[count++] = (twin_change){(int64_t)ticks, (int64_t)lots};
        if (take_byte(&t, ',')) continue;
        if (!take_byte(&t, ']') || t.next > t.end) return -1;
        *out = t;
        return count;
    }
}

static inline bool take_type_and_time(text *t, bool *is_snapshot, int64_t *ts) {
    *is_snapshot = false;
    if (TAKE(t, "\"type\":\"delta\",\"ts\":")) return take_integer(t, ts);
    if (TAKE(t, "\"type\":\"snapshot\",\"ts\":")) {
        *is_snapshot = true;
        return take_integer(t, ts);
    }
    if (!TAKE(t, "\"ts\":") || !take_integer(t, ts)) return false;
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
        || !TAKE(&t, "},\"cts\":") || !take_integer(&t, &out->cts) || !take_byte(&t, '}')
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
    d->tick_decimals = tick_decimals;
    d->lot_decimals = lot_decimals;
    return d;
}

void twin_decoder_free(twin_decoder *d) { free(d); }

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
