#include "CTwins.h"

// Apart from the book, as ours is in a module of its own: both are called, neither is inlined.
uint64_t twin_book_run(twin_book *b, const twin_depth *depths, int messages, int *at, int count) {
    uint64_t hash = 1;
    for (int i = 0; i < count; i++) {
        hash = twin_fold(hash, (uint64_t)twin_book_apply(b, depths + *at));
        *at = *at + 1 == messages ? 0 : *at + 1;
        twin_bbo quote = twin_book_bbo(b);
        hash = twin_fold(hash, (uint64_t)(quote.bid_lots ^ quote.ask));
    }
    return hash;
}
