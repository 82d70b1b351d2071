// Decodes the messages of `decode.json.N` with simdjson and with RapidJSON to the integers that our
// decoder gives: ticks and lots of every level, and the update's numbers and times.
//
//     decode FOLDER
//
// One line of JSON for each library and size: nanoseconds a message, median of the repeats, and the
// hash of every level, which must be the one in expected.json.
#include "peer.h"

#include <algorithm>
#include <fstream>
#include <rapidjson/reader.h>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Level {
    int64_t ticks, lots;
};

struct Update {
    bool snapshot = false;
    int64_t sent = 0, matched = 0, sequence = 0, cross = 0;
    std::vector<Level> sides[2];

    void clear() { sides[0].clear(), sides[1].clear(); }
};

/// A decimal with at most `digits` places as an integer of its last place; false when it is none.
inline bool units(std::string_view text, int digits, int64_t &value) {
    int64_t sum = 0;
    int places = -1;
    for (char c : text) {
        if (c == '.') {
            if (places >= 0) return false;
            places = 0;
            continue;
        }
        if (c < '0' || c > '9') return false;
        if (places == digits) {
            if (c != '0') return false;
            continue;
        }
        sum = sum * 10 + (c - '0');
        if (places >= 0) places++;
    }
    for (places = std::max(places, 0); places < digits; places++) sum *= 10;
    value = sum;
    return !text.empty();
}

constexpr int price_digits = 1, quantity_digits = 3;

class Simdjson {
    simdjson::ondemand::parser parser;

    static bool side(simdjson::ondemand::object &data, const char *key, std::vector<Level> &out) {
        simdjson::ondemand::array levels;
        if (data[key].get_array().get(levels)) return false;
        for (auto level : levels) {
            Level made{};
            int i = 0;
            for (auto field : level) {
                std::string_view text;
                if (field.get_string().get(text)) return false;
                if (!(i == 0 ? units(text, price_digits, made.ticks)
                             : units(text, quantity_digits, made.lots)))
                    return false;
                i++;
            }
            if (i != 2) return false;
            out.push_back(made);
        }
        return true;
    }

public:
    bool decode(const simdjson::padded_string &text, Update &update) {
        simdjson::ondemand::document document;
        std::string_view topic, type;
        simdjson::ondemand::object data;
        update.clear();
        if (parser.iterate(text).get(document)) return false;
        if (document["topic"].get_string().get(topic) || topic != "orderbook.50.BTCUSDT") return false;
        if (document["type"].get_string().get(type)) return false;
        update.snapshot = type == "snapshot";
        if (document["ts"].get_int64().get(update.sent)) return false;
        if (document["data"].get_object().get(data)) return false;
        if (!side(data, "b", update.sides[0]) || !side(data, "a", update.sides[1])) return false;
        if (data["u"].get_int64().get(update.sequence)) return false;
        if (data["seq"].get_int64().get(update.cross)) return false;
        return !document["cts"].get_int64().get(update.matched);
    }
};

/// SAX: no tree is built.
class RapidJSON : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, RapidJSON> {
    enum Field { other, topic, type, ts, cts, u, seq, bids, asks };
    rapidjson::Reader reader;
    Update *update = nullptr;
    Field field = other;
    int depth = 0, item = 0;
    Level level{};

public:
    bool Default() { return true; }
    bool Key(const char *text, rapidjson::SizeType length, bool) {
        std::string_view key(text, length);
        field = key == "b" ? bids : key == "a" ? asks : key == "u" ? u : key == "seq" ? seq
              : key == "ts" ? ts : key == "cts" ? cts : key == "type" ? type
              : key == "topic" ? topic : other;
        return true;
    }
    bool String(const char *text, rapidjson::SizeType length, bool) {
        std::string_view value(text, length);
        if (field == topic) return value == "orderbook.50.BTCUSDT";
        if (field == type) update->snapshot = value == "snapshot";
        if (depth != 2) return true;
        return item++ == 0 ? units(value, price_digits, level.ticks)
                           : units(value, quantity_digits, level.lots);
    }
    bool number(int64_t value) {
        switch (field) {
        case ts: update->sent = value; break;
        case cts: update->matched = value; break;
        case u: update->sequence = value; break;
        case seq: update->cross = value; break;
        default: break;
        }
        return true;
    }
    bool Int(int value) { return number(value); }
    bool Uint(unsigned value) { return number(value); }
    bool Int64(int64_t value) { return number(value); }
    bool Uint64(uint64_t value) { return number((int64_t)value); }
    bool StartArray() {
        depth++;
        item = 0;
        return true;
    }
    bool EndArray(rapidjson::SizeType) {
        if (depth-- != 2) return true;
        update->sides[field == asks].push_back(level);
        return item == 2;
    }

    bool decode(const simdjson::padded_string &text, Update &to) {
        update = &to;
        to.clear();
        depth = 0;
        rapidjson::StringStream stream(text.data());
        return !reader.Parse(stream, *this).IsError();
    }
};

template <class Decoder>
void run(const char *name, int levels, const std::vector<simdjson::padded_string> &texts) {
    Decoder decoder;
    Update update;
    uint64_t hash = 1;
    static volatile uint64_t kept;
    for (auto &text : texts) {
        if (!decoder.decode(text, update)) peer_fail("decode: a message was refused");
        for (auto &side : update.sides)
            for (auto &level : side)
                hash = peer_fold(peer_fold(hash, (uint64_t)level.ticks), (uint64_t)level.lots);
    }
    const int count = levels == 3 ? 20000 : levels == 20 ? 5000 : 500;
    std::vector<double> repeats;
    for (int turn = 0; turn < 31; turn++) {
        uint64_t start = peer_now(CLOCK_MONOTONIC);
        for (int i = 0; i < count; i++) {
            if (!decoder.decode(texts[(size_t)i & 63], update)) peer_fail("decode: refused");
            kept = (uint64_t)(update.sides[0][0].lots ^ update.sides[1].back().ticks);
        }
        repeats.push_back((double)(peer_now(CLOCK_MONOTONIC) - start) / count);
    }
    std::sort(repeats.begin(), repeats.end());
    printf("{\"name\":\"%s\",\"of\":\"decode.json.%d\",\"p50\":%.2f,\"hash\":\"%llx\"}\n",
           name, levels, repeats[repeats.size() / 2], (unsigned long long)hash);
}

}  // namespace

int main(int argc, char **argv) {
    if (argc != 2) peer_fail("usage: decode FOLDER");
    for (int levels : {3, 20, 200}) {
        std::ifstream file(std::string(argv[1]) + "/decode." + std::to_string(levels) + ".ndjson");
        std::vector<simdjson::padded_string> texts;
        for (std::string line; std::getline(file, line);) texts.emplace_back(line);
        if (texts.size() != 64) peer_fail("decode: bench --export writes 64 messages a file");
        // The kernel of its first stage is chosen at start; the second is as -march has it.
        std::string simd = "simdjson (" + simdjson::get_active_implementation()->name() + ")";
        run<Simdjson>(simd.c_str(), levels, texts);
        run<RapidJSON>("RapidJSON SAX", levels, texts);
    }
}
