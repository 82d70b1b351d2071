/// The one account of the loopback venue. No secret: the venue listens on 127.0.0.1 alone.
public enum LoopbackCredentials {
    /// The API key it accepts.
    public static let key = "loopback"
    /// The secret that signatures are checked with.
    public static let secret = "loopback-secret"
}
