public import Orders
public import Units

/// What the venue lets the account ask for: a bucket for each operation of each product class, for
/// single orders and for those of batches, and one for all of them where they could exceed what an
/// address may ask.
///
/// It starts from the configured rates and comes down to what replies say; it never goes beyond
/// either. A function of the requests and replies it is told of and their times, so that a replay
/// holds back the same commands.
///
/// - Complexity: O(1) a request; never allocates after `init`.
public struct VenueBudget: ~Copyable {
    private static let operations = 3
    /// A literal, for the count of all cases would be made on the first use, on the hot path.
    private static let classes = 2

    private let buckets: UnsafeMutablePointer<RequestBucket>
    private let times: UnsafeMutablePointer<Int64>
    private let rates: VenueRates
    /// Whether the buckets together could spend more than an address may.
    private let keepsPool: Bool
    /// Cancels since the last `batch` that the batches' budget paid for, by product class.
    private let lent: UnsafeMutablePointer<Int>
    /// By operation: requests held back, and answers that there were too many.
    private let held: UnsafeMutablePointer<Int>
    /// By operation: whether its latest request was held back.
    private let isHeld: UnsafeMutablePointer<Bool>
    private let refused: UnsafeMutablePointer<Int>

    private static var count: Int { 2 * classes * operations + 1 }
    private static var pool: Int { count - 1 }

    /// Full budgets of `rates`.
    ///
    /// - Precondition: `rates.isPossible`.
    public init(_ rates: VenueRates) {
        precondition(rates.isPossible)
        precondition(ProductCategory.allCases.count == VenueBudget.classes)
        self.rates = rates
        var limits: [Int] = []
        for isBatch in [false, true] {
            for category in ProductCategory.allCases {
                for operation in [OrderOperation.place, .amend, .cancel] {
                    limits.append(VenueBudget.rate(rates, operation, category, isBatch))
                }
            }
        }
        let sum = limits.reduce(0, +)
        keepsPool = sum > Int(rates.pool)
        limits.append(keepsPool ? Int(rates.pool) : 1)
        times = .allocate(capacity: limits.reduce(0, +))
        buckets = .allocate(capacity: VenueBudget.count)
        var offset = 0
        for (i, limit) in limits.enumerated() {
            (buckets + i).initialize(to: RequestBucket(times + offset, capacity: limit))
            offset += limit
        }
        lent = .allocate(capacity: VenueBudget.classes)
        lent.initialize(repeating: 0, count: VenueBudget.classes)
        held = .allocate(capacity: VenueBudget.operations)
        held.initialize(repeating: 0, count: VenueBudget.operations)
        isHeld = .allocate(capacity: VenueBudget.operations)
        isHeld.initialize(repeating: false, count: VenueBudget.operations)
        refused = .allocate(capacity: VenueBudget.operations)
        refused.initialize(repeating: 0, count: VenueBudget.operations)
    }

    deinit {
        buckets.deallocate()
        times.deallocate()
        lent.deallocate()
        held.deallocate()
        isHeld.deallocate()
        refused.deallocate()
    }

    private static func rate(
        _ rates: VenueRates,
        _ operation: OrderOperation,
        _ category: ProductCategory,
        _ isBatch: Bool
    ) -> Int {
        switch (category, isBatch) {
        case (.spot, false): Int(operation == .amend ? rates.spotAmends : rates.spot)
        case (.spot, true): Int(rates.spotBatches)
        case (_, false): Int(rates.linear)
        case (_, true): Int(rates.linearBatches)
        }
    }

    @inline(__always)
    private static func index(
        _ operation: OrderOperation,
        _ category: ProductCategory,
        _ isBatch: Bool
    ) -> Int {
        (isBatch ? classes &* operations : 0) &+ Int(category.rawValue) &* operations
            &+ Int(operation.rawValue)
    }

    /// Whether a request may leave at `now`; spends what it costs if so. If not, it and those of
    /// its kind that follow count as held back once, until one may leave.
    ///
    /// A place or an amend leaves the pool's reserve alone. A cancel that its own bucket has no
    /// room for is paid for by the batches', where the venue takes them.
    @inline(__always)
    public mutating func take(
        _ operation: OrderOperation,
        _ category: ProductCategory,
        now: Nanoseconds
    ) -> Bool {
        let index = VenueBudget.index(operation, category, false)
        guard buckets[index].allows(1, now.count), poolAllows(operation, now.count) else {
            return takeElsewhere(operation, category, now.count)
        }
        buckets[index].take(now.count)
        if keepsPool { buckets[VenueBudget.pool].take(now.count) }
        isHeld[Int(operation.rawValue)] = false
        return true
    }

    @inline(__always)
    private mutating func poolAllows(_ operation: OrderOperation, _ now: Int64) -> Bool {
        if !keepsPool { return true }
        let reserve = operation == .cancel ? 0 : Int(rates.reserve)
        return buckets[VenueBudget.pool].allows(1 &+ reserve, now)
    }

    @inline(never)
    private mutating func takeElsewhere(
        _ operation: OrderOperation,
        _ category: ProductCategory,
        _ now: Int64
    ) -> Bool {
        let index = VenueBudget.index(operation, category, true)
        guard operation == .cancel, batchSize(category) > 0, buckets[index].allows(1, now),
            poolAllows(operation, now)
        else {
            // It is asked for again at every event until it may leave: that is one.
            if !isHeld[Int(operation.rawValue)] { held[Int(operation.rawValue)] &+= 1 }
            isHeld[Int(operation.rawValue)] = true
            return false
        }
        buckets[index].take(now)
        if keepsPool { buckets[VenueBudget.pool].take(now) }
        lent[Int(category.rawValue)] &+= 1
        isHeld[Int(operation.rawValue)] = false
        return true
    }

    /// Enters a request that has left already, whatever is left of its budget.
    public mutating func enter(
        _ operation: OrderOperation,
        _ category: ProductCategory,
        now: Nanoseconds
    ) {
        let single = VenueBudget.index(operation, category, false)
        let batched = VenueBudget.index(operation, category, true)
        // Beyond the singles' budget it can only have been a cancel that left in a batch.
        let wasBatched = operation == .cancel && !buckets[single].allows(1, now.count)
        buckets[wasBatched ? batched : single].take(now.count)
        if keepsPool { buckets[VenueBudget.pool].take(now.count) }
    }

    /// Orders that one batch may hold; 0 where the venue takes none.
    public func batchSize(_ category: ProductCategory) -> Int {
        Int(category == .linear ? rates.linearBatch : rates.spotBatch)
    }

    /// How many of the `count` requests taken at `now` leave in batches. Two or more do, as far as
    /// the batches' budget goes, which pays for them; what single requests have paid for it gets
    /// back.
    public mutating func batch(
        _ operation: OrderOperation,
        _ category: ProductCategory,
        count: Int,
        now: Nanoseconds
    ) -> Int {
        // What the batches have paid for leaves with them.
        let paid = operation == .cancel ? lent[Int(category.rawValue)] : 0
        if operation == .cancel { lent[Int(category.rawValue)] = 0 }
        guard count >= 2, batchSize(category) > 0 else { return paid }
        let single = VenueBudget.index(operation, category, false)
        let batched = VenueBudget.index(operation, category, true)
        let moved = buckets[batched].allowed(of: count &- paid, now.count)
        if paid &+ moved < 2 { return paid }
        buckets[single].giveBack(moved)
        for _ in 0..<moved { buckets[batched].take(now.count) }
        return paid &+ moved
    }

    /// Heeds the reply to a request that left at `requestedAt`.
    public mutating func heed(
        _ reply: OrderReply,
        _ category: ProductCategory,
        requestedAt: Nanoseconds,
        now: Nanoseconds
    ) {
        heed(
            reply.operation,
            category,
            reply.budget,
            reply.remedy,
            requestedAt: requestedAt,
            now: now
        )
        if reply.outcome == .accepted {
            let index = VenueBudget.index(reply.operation, category, reply.budget.isBatch)
            buckets[index].relax()
        }
    }

    @inline(__always)
    private mutating func heed(
        _ operation: OrderOperation,
        _ category: ProductCategory,
        _ budget: BudgetReading,
        _ remedy: OrderRemedy,
        requestedAt: Nanoseconds,
        now: Nanoseconds
    ) {
        let index = VenueBudget.index(operation, category, budget.isBatch)
        buckets[index].read(
            limit: Int(budget.limit),
            left: Int(budget.left),
            requestedAt: requestedAt.count
        )
        let resetsIn = budget.resetsIn.count
        switch remedy {
        case .pauseOperation:
            refused[Int(operation.rawValue)] &+= 1
            buckets[index].pause(resetsIn: resetsIn, now.count)
        case .pauseRequests:
            refused[Int(operation.rawValue)] &+= 1
            for i in 0..<VenueBudget.pool { buckets[i].pause(resetsIn: resetsIn, now.count) }
        default:
            break
        }
    }

    /// Counts a request that left without being asked for here, and heeds its answer. What the
    /// venue did not take for its rate it has not counted.
    public mutating func enter(
        _ request: OutsideRequest,
        _ category: ProductCategory,
        now: Nanoseconds
    ) {
        // Time stamps of a damaged record must not reach beyond what is known.
        let sentAt = min(max(0, request.sentAt.count), now.count)
        if request.remedy == .none {
            buckets[VenueBudget.index(request.operation, category, false)].enter(sentAt)
            if keepsPool { buckets[VenueBudget.pool].enter(sentAt) }
        }
        heed(
            request.operation,
            category,
            request.budget,
            request.remedy,
            requestedAt: Nanoseconds(sentAt),
            now: now
        )
    }

    /// How often requests of `operation` were held back: spells, not looks.
    public func heldBack(_ operation: OrderOperation) -> Int { held[Int(operation.rawValue)] }

    /// How often the venue answered a request of `operation` that there were too many.
    public func tooMany(_ operation: OrderOperation) -> Int { refused[Int(operation.rawValue)] }

    /// Until when the venue takes no single request of `operation`, as it has said; zero for never.
    public func pausedUntil(
        _ operation: OrderOperation,
        _ category: ProductCategory
    ) -> Nanoseconds {
        let index = VenueBudget.index(operation, category, false)
        return Nanoseconds(max(0, buckets[index].pausedUntil))
    }

    /// Requests a second that are kept to: what is configured, or less where the venue said so.
    public func limit(
        _ operation: OrderOperation,
        _ category: ProductCategory,
        isBatch: Bool = false
    ) -> Int {
        buckets[VenueBudget.index(operation, category, isBatch)].limit
    }
}
