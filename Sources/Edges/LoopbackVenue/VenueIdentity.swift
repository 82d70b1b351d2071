internal import Glibc

/// Who a loopback venue is to its clients: a certificate authority of its own, and what it signed.
///
/// Several venues of one process may share one, which saves making keys for each. Its files go with
/// the last that holds it, or are kept in a folder, so that clients trust the venue that comes
/// after this one.
public final class VenueIdentity: Sendable {
    /// PEM file of the authority that clients must trust.
    public var caFile: String { certificates.authority }

    let certificates: VenueCertificates
    /// Where they go with it; nil where they are kept.
    private let directory: PrivateDirectory?

    /// Makes keys and certificates in a private directory.
    ///
    /// - Throws: `LoopbackVenueError.certificates`.
    public init() throws(LoopbackVenueError) {
        let directory = try PrivateDirectory()
        self.directory = directory
        certificates = try VenueCertificates(in: directory)
    }

    /// The keys and certificates that are kept in `folder`, which is made for this user alone where
    /// it is missing; they too, and where they are good for less than a day.
    ///
    /// - Throws: `LoopbackVenueError.certificates`.
    public init(keptIn folder: String) throws(LoopbackVenueError) {
        if mkdir(folder, 0o700) != 0, errno != EEXIST {
            throw .certificates(step: "making \(folder): \(String(cString: strerror(errno)))")
        }
        directory = nil
        certificates = try VenueCertificates(keptIn: folder)
    }

    /// Removes files that are not kept. Once is enough; more often does nothing.
    func remove() { directory?.remove() }
}
