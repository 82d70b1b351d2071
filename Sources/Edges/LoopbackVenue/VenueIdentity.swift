/// Who a loopback venue is to its clients: a certificate authority of its own, and what it signed.
///
/// Several venues of one process may share one, which saves making keys for each. Its files go with
/// the last that holds it.
public final class VenueIdentity: Sendable {
    /// PEM file of the authority that clients must trust.
    public var caFile: String { certificates.authority }

    let certificates: VenueCertificates
    private let directory: PrivateDirectory

    /// Makes keys and certificates in a private directory.
    ///
    /// - Throws: `LoopbackVenueError.certificates`.
    public init() throws(LoopbackVenueError) {
        directory = try PrivateDirectory()
        certificates = try VenueCertificates(in: directory)
    }

    /// Removes the files. Once is enough; more often does nothing.
    func remove() { directory.remove() }
}
