internal import Orders

extension BybitReturnCode {
    /// The venue's page of return codes, and the codes of its gateway: may the order, or what was
    /// asked about it, exist after this answer, what does the answer call for, may another try of
    /// what is no order go better, and what happened.
    ///
    /// A refusal for the rate is certain: such a request is turned away before the order service
    /// has seen it. 110017 is also said while another order speaks for all that is held, so it
    /// makes us wait until the position has been asked for.
    public static let table: [Row] = [
        Row(
            -1,
            .none,
            .retry,
            "the request came outside its time window: synchronise this host's clock",
            .passes
        ),
        Row(0, .done, .none, "done"),
        Row(
            403,
            .none,
            .pauseRequests,
            "more requests than the venue takes of this address",
            .passes
        ),
        Row(429, .none, .pauseRequests, "more requests than the venue takes", .passes),
        Row(
            10_000,
            .open,
            .reconcile,
            "the venue took too long, or has trouble of its own",
            .passes
        ),
        Row(10_001, .none, .stopParent, "a field of the request is not what the venue takes"),
        Row(
            10_002,
            .none,
            .retry,
            "the request came outside its time window: synchronise this host's clock",
            .passes
        ),
        Row(
            10_003,
            .none,
            .fatal,
            "the API key is not known here: mistyped, deleted, or of live, testnet, demo another"
        ),
        Row(10_004, .none, .fatal, "the signature is wrong: the secret does not belong to the key"),
        Row(
            10_005,
            .none,
            .fatal,
            "the API key lacks the permission for this: allow it to read and to trade",
            .stands
        ),
        Row(
            10_006,
            .none,
            .pauseOperation,
            "more requests of this kind than the account's rate allows",
            .passes
        ),
        Row(10_007, .none, .fatal, "the venue does not accept the account's login", .barsKey),
        Row(10_008, .none, .fatal, "the account is banned", .barsKey),
        Row(10_009, .none, .fatal, "this host's address is banned", .barsKey),
        Row(
            10_010,
            .none,
            .fatal,
            "the API key may not be used from this host's address",
            .barsKey
        ),
        Row(10_014, .open, .reconcile, "the venue saw the request before", .passes),
        Row(10_016, .open, .reconcile, "the venue has trouble of its own, or restarts", .passes),
        Row(10_017, .none, .fatal, "the venue has no such service"),
        Row(
            10_018,
            .none,
            .pauseRequests,
            "more requests than the venue takes of this address",
            .passes
        ),
        Row(10_019, .open, .reconcile, "the connection is about to end", .passes),
        Row(10_024, .none, .fatal, "the venue's rules do not let this account do that", .stands),
        Row(10_027, .none, .fatal, "the account may not trade", .stands),
        Row(10_028, .none, .fatal, "the account must be a unified trading account", .stands),
        Row(10_029, .none, .stopParent, "the API key may not trade this symbol", .stands),
        Row(
            10_403,
            .none,
            .pauseRequests,
            "more requests than the venue takes of this address",
            .passes
        ),
        Row(10_404, .none, .fatal, "the venue knows no such operation or category"),
        Row(10_429, .none, .pauseRequests, "more requests than the venue can take", .passes),
        Row(20_001, .none, .retry, "the connection has logged in before", .passes),
        Row(
            20_003,
            .none,
            .pauseRequests,
            "more requests than the venue takes in this session",
            .passes
        ),
        Row(20_006, .open, .reconcile, "the venue saw the request before", .passes),
        Row(30_208, .none, .clamp, "the price is above the highest buy that the venue takes"),
        Row(30_209, .none, .clamp, "the price is below the lowest sell that the venue takes"),
        Row(33_004, .none, .fatal, "the API key has expired: make another", .barsKey),
        Row(34_040, .none, .none, "nothing would change"),
        Row(110_001, .gone, .reconcile, "the venue knows no such order"),
        Row(110_003, .none, .clamp, "the price is outside what the venue takes now"),
        Row(110_004, .none, .stopParent, "the wallet has too little"),
        Row(
            110_005,
            .none,
            .pauseInstrument,
            "the position is being liquidated or reduced by the venue"
        ),
        Row(110_006, .none, .stopParent, "the position needs more margin than there is"),
        Row(110_007, .none, .stopParent, "the balance is too small for the order"),
        Row(110_008, .gone, .reconcile, "the order has ended"),
        Row(110_009, .none, .slowDown, "too many conditional orders are open"),
        Row(110_010, .gone, .reconcile, "the order was cancelled before"),
        Row(110_011, .none, .stopParent, "the order would lead to a liquidation"),
        Row(110_012, .none, .stopParent, "the balance is too small for the order"),
        Row(110_013, .none, .reduce, "the risk limit does not allow the order"),
        Row(
            110_017,
            .none,
            .slowDown,
            "nothing is left of the position that the order could reduce"
        ),
        Row(110_020, .none, .slowDown, "too many orders are open (500)"),
        Row(110_021, .none, .pauseInstrument, "the open interest is at its limit"),
        Row(110_022, .none, .pauseInstrument, "no position may grow now"),
        Row(110_023, .none, .pauseInstrument, "only orders that reduce a position are taken"),
        Row(110_024, .none, .fatal, "the position mode cannot be changed while a position is open"),
        Row(110_025, .none, .fatal, "the position mode is as it was"),
        Row(110_026, .none, .none, "the margin mode is as it was"),
        Row(110_027, .none, .none, "the margin is as it was"),
        Row(110_028, .none, .fatal, "the position mode cannot be changed while orders are open"),
        Row(110_030, .taken, .retry, "the order's id is taken"),
        Row(110_031, .none, .reduce, "the position would exceed its risk limit"),
        Row(110_032, .none, .fatal, "the order is not a possible one"),
        Row(110_040, .none, .stopParent, "the order would lead to a liquidation"),
        Row(110_042, .none, .pauseInstrument, "the contract is about to be delivered"),
        Row(110_043, .none, .none, "the leverage is as it was"),
        Row(110_044, .none, .stopParent, "the margin is too small for the order"),
        Row(110_045, .none, .stopParent, "the wallet has too little"),
        Row(110_046, .none, .stopParent, "the liquidation price is too near"),
        Row(110_051, .none, .stopParent, "the balance does not cover the lowest price"),
        Row(110_052, .none, .stopParent, "the balance is too small for the order"),
        Row(110_053, .none, .stopParent, "the balance does not cover the price"),
        Row(110_064, .none, .none, "the new quantity is not more than what is filled"),
        Row(110_066, .none, .pauseInstrument, "trading is not allowed now"),
        Row(110_072, .taken, .retry, "the order's name is taken"),
        Row(110_074, .none, .pauseInstrument, "the contract is not live"),
        Row(110_079, .none, .retry, "the order is being processed"),
        Row(110_085, .none, .reduce, "the risk limit does not allow the order"),
        Row(110_086, .none, .reduce, "the risk limit does not allow the order at this leverage"),
        Row(110_089, .none, .reduce, "the leverage is too high for the order"),
        Row(110_090, .none, .reduce, "the position would exceed what the leverage allows"),
        Row(110_092, .none, .fatal, "the trigger price is on the wrong side"),
        Row(110_093, .none, .fatal, "the trigger price is on the wrong side"),
        Row(110_094, .none, .enlarge, "the order's value is below the venue's minimum"),
        Row(110_095, .none, .retry, "a call auction takes no such order"),
        Row(110_098, .none, .retry, "a call auction takes no such order now"),
        Row(110_103, .none, .retry, "only post-only orders are taken at this stage"),
        Row(110_108, .none, .fatal, "the slippage tolerance is out of its range"),
        Row(110_109, .none, .fatal, "the slippage tolerance is out of its range"),
        Row(110_118, .none, .retry, "no price for a market order: too little is on the book"),
        Row(110_119, .none, .fatal, "such orders are not permitted for this account"),
        Row(110_120, .none, .clamp, "the price is below what the venue takes now"),
        Row(110_121, .none, .clamp, "the price is above what the venue takes now"),
        Row(170_001, .open, .reconcile, "the venue has trouble of its own", .passes),
        Row(
            170_005,
            .none,
            .pauseRequests,
            "more orders than the venue takes in this time",
            .passes
        ),
        Row(170_007, .open, .reconcile, "the venue took too long", .passes),
        Row(170_032, .open, .reconcile, "the venue has trouble of its own", .passes),
        Row(170_033, .none, .stopParent, "the balance is too small for the order"),
        Row(170_115, .none, .fatal, "the terms of the order are not known"),
        Row(170_116, .none, .fatal, "the type of the order is not known"),
        Row(170_117, .none, .fatal, "the side of the order is not known"),
        Row(170_121, .none, .fatal, "the symbol is not known"),
        Row(170_124, .none, .reduce, "the quantity is too large"),
        Row(170_130, .none, .fatal, "a field of the request is not what the venue takes"),
        Row(170_131, .none, .stopParent, "the balance is too small for the order"),
        Row(170_132, .none, .clamp, "the price is too high"),
        Row(170_133, .none, .clamp, "the price is too low"),
        Row(170_134, .none, .fatal, "the price has more decimals than the venue takes"),
        Row(170_136, .none, .enlarge, "the quantity is below the venue's minimum"),
        Row(170_137, .none, .fatal, "the quantity has more decimals than the venue takes"),
        Row(170_139, .gone, .reconcile, "the order is filled"),
        Row(170_140, .none, .enlarge, "the order's value is below the venue's minimum"),
        Row(170_141, .taken, .retry, "the order's name is taken"),
        Row(170_142, .gone, .reconcile, "the order was cancelled before"),
        Row(170_143, .gone, .reconcile, "the order is not on the book"),
        Row(170_144, .none, .retry, "the order is locked"),
        Row(170_145, .none, .retry, "the order cannot be cancelled now"),
        Row(170_146, .open, .reconcile, "the creation of the order took too long"),
        Row(170_147, .open, .reconcile, "the cancel of the order took too long"),
        Row(170_148, .none, .fatal, "the price has more decimals than the venue takes"),
        Row(170_151, .none, .pauseInstrument, "the pair does not trade now"),
        Row(170_157, .none, .stopParent, "the pair may not be traded through the API"),
        Row(170_159, .none, .retry, "market orders are not taken yet"),
        Row(170_190, .gone, .reconcile, "the cancel has been done"),
        Row(170_191, .none, .retry, "the venue asks to try again later"),
        Row(170_192, .none, .clamp, "the price is above what the venue takes now"),
        Row(170_193, .none, .clamp, "the price of the buy is too high"),
        Row(170_194, .none, .clamp, "the price of the sell is too low"),
        Row(170_210, .none, .stopParent, "the venue refused the order and gave no reason"),
        Row(170_212, .none, .retry, "the cancel is being processed"),
        Row(170_213, .gone, .reconcile, "the venue knows no such order"),
        Row(170_217, .none, .retry, "only post-only orders are taken now"),
        Row(170_218, .none, .retry, "the post-only order would have traded at once"),
        Row(170_222, .none, .slowDown, "too many requests in this time"),
        Row(170_310, .open, .reconcile, "the change of the order took too long"),
        Row(170_311, .none, .none, "the order cannot be changed"),
        Row(170_312, .none, .none, "orders of this kind cannot be changed"),
        Row(170_313, .none, .none, "the new quantity is less than what is filled"),
        Row(170_341, .none, .reduce, "the quantity is too large"),
        Row(170_355, .none, .fatal, "such orders are not permitted for this account"),
        Row(170_371, .none, .clamp, "the price is outside the band"),
        Row(170_372, .none, .clamp, "the price is outside the band"),
        Row(170_381, .none, .reduce, "the quantity is above what an order may have"),
        Row(170_382, .none, .reduce, "the quantity is above what an order may have"),
        Row(170_810, .none, .slowDown, "too many orders are open (500)"),
        Row(500_000, .open, .reconcile, "the venue has trouble of its own", .passes),
    ]
}

extension BybitReturnCode.Row {
    fileprivate init(
        _ code: Int32,
        _ effect: BybitReturnCode.Effect,
        _ remedy: OrderRemedy,
        _ meaning: StaticString,
        _ standing: BybitReturnCode.Standing = .doubtful
    ) {
        self.code = code
        self.effect = effect
        self.remedy = remedy
        self.standing = standing
        self.meaning = meaning
    }
}
