#include "Scan.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define SSE41 __attribute__((target("sse4.1")))
#define AVX2 __attribute__((target("avx2,bmi,bmi2")))

// One shape: a level's punctuation, and where its digits go. A cache line.
struct shape {
    // Bit for byte, what is no digit from the opening bracket to the closing one (32 bits, never
    // zero), and above them the decimals of both scales: other decimals, other shape.
    uint64_t key;
    // What must equal the pattern: the key, and zeros past the scale's decimals.
    uint32_t fixed;
    // Where the size begins.
    uint32_t size_at;
    uint8_t pattern[32];
    // Which bytes make the price's eight digits, counted from the price, then the size's.
    uint8_t gather[16];
} __attribute__((aligned(64)));

enum { SLOTS = 1024, PROBES = 8, PRICE_AT = 2 };

struct sluice_level_shapes {
    struct shape slots[SLOTS];
};
_Static_assert(sizeof(struct sluice_level_shapes) == SLUICE_LEVEL_SHAPES_BYTES, "as stated");

SLUICE_INLINE uint64_t slot(uint64_t key) { return (key * 0x9e3779b97f4a7c15u) >> 54; }

// The digits of the number at `from`, into eight bytes of `shape->gather`; where it ends, or 0
// when sixteen bytes or eight digits do not hold it.
static int learn_number(struct shape *shape, const uint8_t *p, int from, int decimals, int half) {
    int at = from, digit = half * 8;
    while (!(shape->key >> at & 1)) at++;
    const int whole = at - from;
    if (whole == 0 || whole + decimals > 8) return 0;
    digit += 8 - decimals - whole;
    for (int i = from; i < at; i++) shape->gather[digit++] = (uint8_t)(i - from);
    if (p[at] == '.') {
        const int point = at++;
        for (; !(shape->key >> at & 1); at++) {
            if (digit < half * 8 + 8) shape->gather[digit++] = (uint8_t)(at - from);
            else shape->fixed |= 1u << at;
        }
        if (at == point + 1) return 0;
    }
    return p[at] == '"' && at - from <= 16 ? at : 0;
}

// The shape of the level at `p` that ends at `last`; null when it cannot be one. A number too
// long for a shape is left to the plain reader.
__attribute__((noinline)) static const struct shape *learn(
    struct sluice_level_shapes *shapes, const uint8_t *p, int last, uint64_t key,
    struct sluice_level_scale scale) {
    const uint64_t home = slot(key);
    struct shape *room = &shapes->slots[home];
    for (uint32_t i = PROBES; i-- > 0;) {
        struct shape *s = &shapes->slots[(home + i) & (SLOTS - 1)];
        if (s->key == key) return s;
        if (s->key == 0) room = s;
    }
    struct shape shape = {.key = key, .fixed = (uint32_t)key};
    memset(shape.gather, 0x80, sizeof shape.gather);
    if (p[0] != '[' || p[1] != '"') return NULL;
    const int price_end = learn_number(&shape, p, PRICE_AT, (int)scale.price_decimals, 0);
    if (price_end == 0 || p[price_end + 1] != ',' || p[price_end + 2] != '"') return NULL;
    shape.size_at = (uint32_t)price_end + 3;
    const int size_end =
        learn_number(&shape, p, (int)shape.size_at, (int)scale.size_decimals, 1);
    if (size_end == 0 || size_end + 1 != last) return NULL;
    for (int i = 0; i <= last; i++) shape.pattern[i] = key >> i & 1 ? p[i] : '0';
    *room = shape;
    return room;
}

// A mark for each byte of 64 that closes a bracket, and for each that is no digit.
typedef void marks_fn(const uint8_t *p, uint64_t *brackets, uint64_t *others);

SSE41 SLUICE_INLINE void marks_sse41(const uint8_t *p, uint64_t *brackets, uint64_t *others) {
    *brackets = 0;
    *others = 0;
    for (int i = 0; i < 64; i += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(p + i));
        const __m128i values = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
        const __m128i capped = _mm_min_epu8(values, _mm_set1_epi8(9));
        const __m128i closing = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(']'));
        const __m128i digits = _mm_cmpeq_epi8(values, capped);
        *brackets |= (uint64_t)(uint32_t)_mm_movemask_epi8(closing) << i;
        *others |= (uint64_t)(uint16_t)~_mm_movemask_epi8(digits) << i;
    }
}

AVX2 SLUICE_INLINE void marks_avx2(const uint8_t *p, uint64_t *brackets, uint64_t *others) {
    *brackets = 0;
    *others = 0;
    for (int i = 0; i < 64; i += 32) {
        const __m256i bytes = _mm256_loadu_si256((const __m256i *)(p + i));
        const __m256i values = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
        const __m256i capped = _mm256_min_epu8(values, _mm256_set1_epi8(9));
        const __m256i closing = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(']'));
        const __m256i digits = _mm256_cmpeq_epi8(values, capped);
        *brackets |= (uint64_t)(uint32_t)_mm256_movemask_epi8(closing) << i;
        *others |= (uint64_t)~(uint32_t)_mm256_movemask_epi8(digits) << i;
    }
}

// Both numbers at once: eight digits each, gathered, then added up in pairs.
SSE41 SLUICE_INLINE __m128i convert(const uint8_t *p, const struct shape *shape) {
    const __m128i zeros = _mm_set1_epi8('0');
    const __m128i gather = _mm_load_si128((const __m128i *)shape->gather);
    const __m128i price = _mm_loadu_si128((const __m128i *)(p + PRICE_AT));
    const __m128i size = _mm_loadu_si128((const __m128i *)(p + shape->size_at));
    const __m128i prices = _mm_shuffle_epi8(_mm_sub_epi8(price, zeros), gather);
    const __m128i sizes = _mm_shuffle_epi8(_mm_sub_epi8(size, zeros), gather);
    __m128i sums = _mm_blend_epi16(prices, sizes, 0xf0);
    sums = _mm_maddubs_epi16(sums, _mm_set1_epi16(1 << 8 | 10));
    sums = _mm_madd_epi16(sums, _mm_set1_epi32(1 << 16 | 100));
    sums = _mm_packus_epi32(sums, sums);
    sums = _mm_madd_epi16(sums, _mm_set1_epi32(1 << 16 | 10000));
    return _mm_cvtepu32_epi64(sums);
}

// Whether the level at `p` has the shape's punctuation, and zeros where it has to.
typedef bool fits_fn(const uint8_t *p, const struct shape *shape);

SSE41 SLUICE_INLINE bool fits_sse41(const uint8_t *p, const struct shape *shape) {
    uint32_t same = 0;
    for (int i = 0; i < 32; i += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(p + i));
        const __m128i pattern = _mm_load_si128((const __m128i *)(shape->pattern + i));
        same |= (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, pattern)) << i;
    }
    return (~same & shape->fixed) == 0;
}

AVX2 SLUICE_INLINE bool fits_avx2(const uint8_t *p, const struct shape *shape) {
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)p);
    const __m256i pattern = _mm256_load_si256((const __m256i *)shape->pattern);
    const uint32_t same = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, pattern));
    return (~same & shape->fixed) == 0;
}

// The scan, compiled for each level by its callers below: what they pass is inlined too.
SSE41 SLUICE_INLINE int64_t scan(
    struct sluice_level_shapes *shapes, struct sluice_level_scale scale, const uint8_t **next,
    const uint8_t *end, struct sluice_level *levels, int64_t capacity, marks_fn *marks,
    fits_fn *fits) {
    const uint64_t scale_key = (uint64_t)(scale.price_decimals << 8 | scale.size_decimals) << 32;
    const uint8_t *p = *next;
    __m128i noughts = _mm_setzero_si128();
    int64_t count = 0;
    while (p < end) {
        uint64_t brackets, others;
        marks(p, &brackets, &others);
        // The levels that end within these 64 bytes; their marks are shifted down as they go.
        for (bool is_first = true;; is_first = false) {
            const int last = brackets ? __builtin_ctzll(brackets) : 64;
            if (last >= 32 && !is_first) break;
            if (count == capacity) return -1;
            const struct shape *shape = NULL;
            if (last < 32) {
                const uint64_t key = (others & (brackets ^ (brackets - 1))) | scale_key;
                shape = &shapes->slots[slot(key)];
                if (SLUICE_UNLIKELY(shape->key != key)) shape = learn(shapes, p, last, key, scale);
            }
            const uint8_t *behind = p + last + 1;
            if (SLUICE_UNLIKELY(shape == NULL)) {
                behind = sluice_plain_level(p, end, scale, levels + count);
                if (!behind || behind >= end) return -1;
            } else {
                if (behind >= end || !fits(p, shape)) return -1;
                const __m128i level = convert(p, shape);
                noughts =
                    _mm_or_si128(noughts, _mm_cmpeq_epi32(level, _mm_setzero_si128()));
                _mm_storeu_si128((__m128i *)(levels + count), level);
            }
            count++;
            if (*behind != ',') {
                // The lowest 32 bits are the price's: none was zero.
                if (*behind != ']' || _mm_cvtsi128_si32(noughts) != 0) return -1;
                *next = behind + 1;
                return count;
            }
            p = behind + 1;
            if (SLUICE_UNLIKELY(shape == NULL)) break;
            brackets = brackets >> last >> 2;
            others = others >> last >> 2;
        }
    }
    return -1;
}

SSE41 int64_t sluice_scan_sse41(
    struct sluice_level_shapes *shapes, struct sluice_level_scale scale, const uint8_t **next,
    const uint8_t *end, struct sluice_level *levels, int64_t capacity) {
    return scan(shapes, scale, next, end, levels, capacity, marks_sse41, fits_sse41);
}

AVX2 int64_t sluice_scan_avx2(
    struct sluice_level_shapes *shapes, struct sluice_level_scale scale, const uint8_t **next,
    const uint8_t *end, struct sluice_level *levels, int64_t capacity) {
    return scan(shapes, scale, next, end, levels, capacity, marks_avx2, fits_avx2);
}
#endif
