import Foundation
import Transport
import Units

/// A client's connection and the one behind it, with what is being done to them.
final class MiddlemanPair {
    let client: ConnectionID
    let upstream: ConnectionID
    var isOpen = false
    var waiting: [[UInt8]] = []
    var isFrozen = false
    var isMute = false
    var dropsNext = false
    var doublesNext = false
    var corruptsNext = false
    var garblesNext = false
    /// What the next message of which topic is spoiled after.
    var spoils: (topic: String, piece: String)?
    var hidesBook = false
    /// At which word of the client's it is cut, and whether the venue gets that message.
    var cut: (word: String, passes: Bool)?
    var awaitsRestart = false
    var delay = Nanoseconds.zero
    private(set) var bookTopic = ""
    /// Messages of the book that came from the venue.
    private(set) var bookMessages = 0
    /// What is taken off the venue's update ids.
    private var base: Int64 = 0

    init(client: ConnectionID, upstream: ConnectionID) {
        self.client = client
        self.upstream = upstream
    }

    /// Learns the book's topic, and that it was subscribed to.
    func noteRequest(_ text: [UInt8]) {
        let words = String(decoding: text, as: UTF8.self)
        guard words.contains(#""op":"subscribe""#), let at = words.range(of: "orderbook.") else {
            return
        }
        bookTopic = String(words[at.lowerBound...].prefix { $0 != "\"" })
        isMute = false
    }

    /// What the client gets of one of the venue's messages.
    func pass(_ text: [UInt8]) -> [[UInt8]] {
        if isFrozen { return [] }
        if garblesNext {
            garblesNext = false
            return [Array(text.dropLast(text.count / 3))]
        }
        let words = String(decoding: text, as: UTF8.self)
        if let spoils, words.hasPrefix(#"{"topic":"\#(spoils.topic)"#) {
            self.spoils = nil
            return [Array(words.replacing(spoils.piece, with: spoils.piece + "?").utf8)]
        }
        guard words.hasPrefix(#"{"topic":"orderbook"#) else { return [text] }
        if hidesBook { return [] }
        bookMessages += 1
        if isMute { return [] }
        let isSnapshot = words.contains(#""type":"snapshot""#)
        guard let at = words.range(of: #","u":"#) else { return [text] }
        let digits = words[at.upperBound...].prefix { $0.isNumber }
        if awaitsRestart {
            guard isSnapshot, let u = Int64(digits) else { return [] }
            awaitsRestart = false
            base = u - 1
        }
        if !isSnapshot {
            if dropsNext {
                dropsNext = false
                return []
            }
            if corruptsNext {
                corruptsNext = false
                return [Array(text.dropLast(text.count / 3))]
            }
        }
        var told = text
        if base > 0, let u = Int64(digits) {
            let head = words[..<at.upperBound]
            let tail = words[digits.endIndex...]
            told = Array("\(head)\(u - base)\(tail)".utf8)
        }
        if doublesNext, !isSnapshot {
            doublesNext = false
            return [told, told]
        }
        return [told]
    }
}
