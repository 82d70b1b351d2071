import CLinux
import COpenSSL
import Foundation
import Telemetry
import Transport
import Units

/// What a host tells by calls instead of files.
public struct HostFacts: Sendable {
    /// One network card's settings, as ethtool shows them; nil where the driver does not say.
    public struct NetworkCard: Sendable {
        /// "eth0".
        public var name: String
        /// Receive buffers in use.
        public var ring: Int?
        /// Receive buffers it could use.
        public var ringLimit: Int?
        /// Microseconds the card waits for more packets before it interrupts.
        public var receiveDelayMicroseconds: Int?

        /// A card whose driver says nothing.
        public init(name: String) { self.name = name }
    }

    /// "6.1.0".
    public var kernel = ""
    /// "OpenSSL 3.0.17 1 Jul 2025".
    public var openssl = ""
    /// OpenSSL's version as a number: 0x30000000 and above for 3.0.
    public var opensslNumber: UInt = 0
    /// What a loop of this host's default would use.
    public var backend: Result<Backend, TransportError> = .failure(.ringUnavailable(0))
    /// Whether the processor promises a time stamp counter of one rate.
    public var isCounterInvariant = false
    /// How far the counter ran ahead of CLOCK_MONOTONIC over 200 ms, in parts in 10⁹.
    public var counterDriftPartsPerBillion: Int64 = 0
    /// Whether the kernel's clock is held by NTP or PTP.
    public var isClockDisciplined = false
    /// By how much the kernel's clock may be off.
    public var clockErrorMicroseconds = 0
    /// Open files allowed; nil for no limit.
    public var openFilesLimit: UInt64?
    /// Bytes that may be locked in memory; nil for no limit.
    public var lockedBytesLimit: UInt64?
    /// Whether random bytes can be had without waiting.
    public var hasRandomBytes = false
    /// Cards with hardware behind them.
    public var cards: [NetworkCard] = []

    /// Nothing known, and nothing good assumed.
    public init() {}

    /// This host's. Takes 0.3 s, most of it to watch the counter.
    public static func current(_ files: HostFiles = HostFiles()) -> HostFacts {
        var facts = HostFacts()
        facts.kernel = files.text("proc/sys/kernel/osrelease") ?? ""
        facts.openssl = String(cString: OpenSSL_version(OPENSSL_VERSION))
        facts.opensslNumber = UInt(OpenSSL_version_num())
        do {
            facts.backend = .success(try EventLoop(LoopConfiguration()).backend)
        } catch {
            facts.backend = .failure(error)
        }
        facts.isCounterInvariant = sluice_counter_is_invariant() != 0
        var clock = TickClock(calibratingFor: 100)
        usleep(200_000)
        facts.counterDriftPartsPerBillion = clock.recalibrate()
        var error = 0
        facts.isClockDisciplined = sluice_clock_discipline(&error) != 0
        facts.clockErrorMicroseconds = error
        facts.openFilesLimit = limit(RLIMIT_NOFILE)
        facts.lockedBytesLimit = limit(__rlimit_resource(rawValue: 8))
        var bytes = [UInt8](repeating: 0, count: 32)
        facts.hasRandomBytes = RAND_bytes(&bytes, 32) == 1
        facts.cards = files.names("sys/class/net").filter {
            files.exists("sys/class/net/\($0)/device")
        }.map(card)
        return facts
    }

    private static func limit(_ resource: __rlimit_resource) -> UInt64? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return 0 }
        return limit.rlim_cur == .max ? nil : UInt64(limit.rlim_cur)
    }

    private static func card(_ name: String) -> NetworkCard {
        var card = NetworkCard(name: name)
        var ring: UInt32 = 0
        var most: UInt32 = 0
        if sluice_card_ring(name, &ring, &most) == 0 {
            card.ring = Int(ring)
            card.ringLimit = Int(most)
        }
        var delay: UInt32 = 0
        if sluice_card_delay(name, &delay) == 0 { card.receiveDelayMicroseconds = Int(delay) }
        return card
    }
}
