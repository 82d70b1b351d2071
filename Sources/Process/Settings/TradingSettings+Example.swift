extension TradingSettings {
    /// A settings file with every key, as `sluice check --example` prints it.
    public static let example = """
        # Sluice's settings. Check them without connecting: sluice check --config FILE

        [venue]
        # live, testnet, demo (paper) or loopback (started with `sluice venue`).
        environment = "loopback"
        # Loopback only: what `sluice venue` prints.
        port = 4433
        ca = "/tmp/sluice-venue/ca.pem"
        # Regional hosts, where the account's are not the default ones.
        # rest_host = "api.bybit.nl"
        # stream_host = "stream.bybit.tr"

        [credentials]
        # The API key comes from SLUICE_API_KEY with SLUICE_API_SECRET, or from this file, which
        # only its owner may read (chmod 600): key = "…" and secret = "…", or key = "…" and
        # private_key = "FILE" for an RSA key pair.
        # file = "/etc/sluice/credentials.toml"

        [market]
        # Levels a side of the book to follow: 1, 50, 200 or 1000.
        depth = 50

        [limits]
        # Largest child, in the base coin. Default: the venue's own maximum.
        # max_child = "2.5"
        # Largest child's value, in whole units of the quote coin.
        max_child_notional = 1000000
        # How far from the mid, in the direction that can hurt, a price may lie.
        price_band = "1%"
        # Requests in any one second, for each of place, amend and cancel.
        requests_per_second = 100

        [thread]
        # spin: lowest latency, one core for itself. block: sleeps until something happens.
        wait = "block"
        # The core that the hot thread is pinned to.
        # core = 3

        """
}
