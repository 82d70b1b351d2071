import Transport

@testable import LoopbackVenue

extension VenueIdentity {
    /// What a server needs to be believed by whoever trusts `caFile`.
    var server: ServerIdentity {
        ServerIdentity(certificate: certificates.certificate, key: certificates.key)
    }
}
