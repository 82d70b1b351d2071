import Transport

@testable import LoopbackVenue

extension VenueIdentity {
    /// What a server needs to be believed by those who trust `caFile`.
    var server: ServerIdentity {
        ServerIdentity(certificate: certificates.certificate, key: certificates.key)
    }
}
