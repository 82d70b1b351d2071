// Round trips of 64 B between two threads through two Boost spsc_queues, beside a raw ping-pong of
// one atomic each way in the same turns.
//
//     ring
#include "peer.h"

#include <algorithm>
#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <thread>
#include <vector>

namespace {

struct Message {
    uint64_t words[8];
};
using Queue = boost::lockfree::spsc_queue<Message, boost::lockfree::capacity<64>>;

constexpr int turns = 31, trips = 20000;
Queue there, back;
alignas(128) std::atomic<uint64_t> ping{0};
alignas(128) std::atomic<uint64_t> pong{0};

void echo() {
    Message message;
    uint64_t next = 0;
    for (int turn = 0; turn < turns; turn++) {
        for (int i = 0; i < trips; i++) {
            while (!there.pop(message)) {}
            // So that the answer is not what was sent.
            message.words[0]++;
            while (!back.push(message)) {}
        }
        for (int i = 0; i < trips; i++) {
            next++;
            while (ping.load(std::memory_order_acquire) != next) {}
            pong.store(next, std::memory_order_release);
        }
    }
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

int main() {
    std::thread partner(echo);
    std::vector<double> queues, atomics;
    Message message{{0, 1, 2, 3, 4, 5, 6, 7}};
    uint64_t next = 0, hash = 1;
    for (int turn = 0; turn < turns; turn++) {
        uint64_t start = peer_now(CLOCK_MONOTONIC);
        for (int i = 0; i < trips; i++) {
            message.words[0] = (uint64_t)i;
            while (!there.push(message)) {}
            while (!back.pop(message)) {}
            hash = peer_fold(hash, message.words[0] + message.words[6]);
        }
        queues.push_back((double)(peer_now(CLOCK_MONOTONIC) - start) / trips);
        start = peer_now(CLOCK_MONOTONIC);
        for (int i = 0; i < trips; i++) {
            ping.store(++next, std::memory_order_release);
            while (pong.load(std::memory_order_acquire) != next) {}
        }
        atomics.push_back((double)(peer_now(CLOCK_MONOTONIC) - start) / trips);
    }
    partner.join();
    printf("{\"name\":\"Boost spsc_queue\",\"of\":\"ring.roundtrip\",\"p50\":%.2f,\"hash\":\"%llx\"}\n",
           median(queues), (unsigned long long)hash);
    printf("{\"name\":\"raw ping-pong (C++)\",\"of\":\"ring.pingpong\",\"p50\":%.2f,\"hash\":\"\"}\n",
           median(atomics));
}
