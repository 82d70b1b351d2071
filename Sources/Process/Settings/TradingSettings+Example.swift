extension TradingSettings {
    /// A settings file with every key, as `sluice check --example` prints it.
    public static let example = """
        # Sluice's settings. Check them without connecting: sluice check --config FILE

        [venue]
        # live, testnet, demo (paper) or loopback (started with `sluice venue`).
        environment = "loopback"
        # Loopback only: put in the port and the ca that `sluice venue` prints.
        port = 4433
        ca = "/tmp/sluice-venue/ca.pem"
        # Regional hosts, where the account's are not the default ones.
        # rest_host = "api.bybit.nl"
        # stream_host = "stream.bybit.tr"
        # The public keys that the hosts must prove to have: SHA-256 in base64. A host that changes
        # its key cannot be reached until the pin is changed.
        # rest_pin = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        # stream_pin = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        # How orders go: over the order socket, or by REST, which is all that demo offers.
        # orders = "rest"

        [credentials]
        # The API key comes from SLUICE_API_KEY with SLUICE_API_SECRET, or from this file, which
        # only its owner may read (chmod 600): key = "…" and secret = "…", or key = "…" and
        # private_key = "FILE" for an RSA key pair.
        # file = "/etc/sluice/credentials.toml"

        [market]
        # Levels a side of the book to follow: 1, 50, 200 or 1000.
        depth = 50
        # Connections that bring the same market data, the first message wins: 1 to 8. On a real
        # venue, 2.
        lines = 1

        [account]
        # Take fills from the venue's quicker stream as well; fees come with the other one.
        fast_fills = false
        # Disconnect protection, for accounts that the venue offers it to: when all account
        # connections are gone for so long, 3 to 300 s, the venue cancels everything.
        # dcp = "10s"
        # How long the account or order connection may be away before the parent stops: 1s to 1h.
        # Nothing new leaves meanwhile.
        link_patience = "60s"
        # How long a start is tried again while the venue cannot be reached, is asked too often or
        # restarts: 1ms to 1h.
        start_patience = "30s"
        # How often the venue is asked for all it knows, besides what is in doubt: 1s to 10m.
        reconcile_interval = "10s"

        [journal]
        # Where sessions are recorded. On any venue but loopback it must be stated here or by
        # --journal, and durable: no order leaves before its record survives a loss of power.
        # directory = "/var/lib/sluice/journals"
        # sync = "durable"

        [limits]
        # Largest child, in the base coin. Default: the venue's own maximum.
        # max_child = "2.5"
        # Largest child's value, in whole units of the quote coin.
        max_child_notional = 1000000
        # Largest parent, in the base coin and in the quote coin at its arrival price. With
        # environment "live" one of them must be stated.
        # max_parent = "100"
        # max_parent_notional = 10000000
        # Largest position, long or short, with everything in flight, in the base coin.
        # max_position = "50"
        # All positions together: their value in the quote coin, and as a multiple of the equity.
        # max_gross_exposure = 20000000
        # max_leverage = "3"
        # How near the mid may come to the liquidation price.
        min_liquidation_distance = "5%"
        # The account's loss in a day of UTC, in the quote coin, beyond which trading halts. What
        # was lost since 00:00 UTC before a session counts; the venue is asked for it.
        # max_daily_loss = 50000
        # How far, in the direction that can hurt, a price may lie from the mid and from the mark.
        price_band = "1%"
        mark_band = "5%"
        # Oldest book, mark price and word of the account stream that may be traded on, and how
        # well the venue's clock must be known. The account stream is pinged every 2 seconds. The
        # ranges: 100ms to 1m, 1s to 10m, 3s to 1m, 1ms to 5s. A book that nothing confirmed for 2s
        # and an account stream silent for 5s count as lost anyway: more changes nothing.
        max_book_age = "2s"
        max_mark_age = "10s"
        max_private_age = "5s"
        max_clock_error = "500ms"
        # Messages a fill, once 10,000 were sent.
        # max_messages_per_fill = 500
        # The account's tier at the venue, by which it counts requests: none, vip1 to vip3, pro1 to
        # pro6, mm1 to mm3. What replies say of it can only lower it.
        tier = "none"
        # Whether the venue takes several orders in one message; demo trading does not.
        batches = true
        # Requests in any one second, for each of place, amend and cancel, by the desk's own rule.
        # Default: as many as the venue takes.
        # requests_per_second = 5

        [thread]
        # spin: lowest latency, one core for itself. block: sleeps until something happens.
        wait = "block"
        # The core that the hot thread is pinned to.
        # core = 3
        # How long it may stand still before another takes its orders off: 500ms to 1m.
        stall_patience = "3s"

        """
}
