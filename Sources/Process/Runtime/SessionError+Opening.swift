internal import Transport
internal import Venues

/// What went wrong on the way to the venue: at which step, and whether it may pass by itself.
extension SessionError {
    /// The operator wanted to stop before there was anything to stop.
    static var stoppedAtStart: SessionError {
        .stopped("stopped before the first order: nothing was sent")
    }

    /// A connection to `name` that could not even be begun.
    init(opening name: String, _ error: TransportError) {
        switch error {
        case .identity(let path, let why):
            self = .usage("cannot use \(path) as the venue's certificate authority: \(why)")
        case .plainText, .badAddress, .configuration:
            self = .usage("\(name): \(error)")
        case .unresolved(host: _, let why) where why != Resolver.silence:
            self = .denied("\(name): \(error)")
        case .unresolved, .ringUnavailable, .system, .tableFull:
            self = .venue("\(name): \(error)")
        }
    }

    /// A connection to `name` that ended while it was being opened.
    init(opening name: String, _ reason: CloseReason, at stage: OpeningStage) {
        let text = stage.name.map { "\(name): \($0): \(reason)" } ?? "\(name): \(reason)"
        self = reason.mayPass ? .venue(text) : .denied(text)
    }

    /// An answer that is no success, to the question `what`.
    init(refusal answer: RESTAnswer, _ what: String) {
        if let code = answer.code, code != 0 {
            self.init(code: code, what)
            return
        }
        switch answer.status {
        case 408, 429, 500...599:
            self = .venue("\(what): HTTP status \(answer.status)")
        case 401:
            self = .denied("\(what): the venue refused the key or signature (HTTP status 401)")
        case 403:
            self = .turnedAway(
                "\(what): the venue turned this address away (HTTP status 403): too many requests "
                    + "came from it, then wait ten minutes; or it is not served where it is"
            )
        default:
            self = .denied("\(what): HTTP status \(answer.status)")
        }
    }

    /// A refusal of the request `what` by the venue's return code.
    ///
    /// - Parameter code: 0 where the venue named none.
    init(code: Int64, message: String = "", _ what: String) {
        if code == 0 {
            self = .denied("\(what): the venue refused it, and named no code")
            return
        }
        let told = message.isEmpty ? "code \(code)" : "code \(code), \"\(message)\""
        let meaning = BybitReturnCode.meaning(code)
        let text = meaning.map { "\(what): \($0) (\(told))" } ?? "\(what): refused (\(told))"
        self = BybitReturnCode.standing(code) == .passes ? .venue(text) : .denied(text)
    }
}

extension OpeningStage {
    /// The step as a person knows it; nil for the first, of which the reason tells all.
    fileprivate var name: String? {
        switch self {
        case .connecting: nil
        case .securing: "the TLS handshake"
        case .upgrading: "the WebSocket's upgrade"
        case .open: "the open connection"
        }
    }

    /// What did not happen in time.
    var silence: String {
        switch self {
        case .connecting: "cannot connect: TCP was not answered"
        case .securing: "connected, but the TLS handshake was not answered"
        case .upgrading: "TLS is up, but the WebSocket's upgrade was not answered"
        case .open: "connected, but there was no answer"
        }
    }
}

extension CloseReason {
    /// Whether the next try may go better: a host that is down comes back, a certificate that is
    /// refused is refused again.
    var mayPass: Bool {
        switch self {
        case .peerClosed, .truncated, .ended, .refused, .broken, .timedOut, .sendBufferFull, .local:
            true
        case .tls(let failure): failure.mayPass
        case .upgradeRefused(let status), .turnedAway(let status):
            status == 408 || status == 429 || status >= 500
        case .redirected, .frames, .http, .wrongAccept, .tooLarge, .badUpgrade: false
        }
    }
}

extension TLSFailure {
    fileprivate var mayPass: Bool {
        switch cause {
        case .refusedByPeer, .other: true
        case .expired, .notYetValid, .wrongHost, .selfSigned, .unknownAuthority, .weakKey,
            .weakSignature, .wrongPin, .otherCertificateFault, .oldProtocol, .notTLS:
            false
        }
    }
}
