extension Host {
    /// Versions of what Sluice stands on.
    func libraries() -> [Finding] { [kernel(), openssl(), liburing()] }

    private func kernel() -> Finding {
        let item = "library.kernel"
        let parts = facts.kernel.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        guard parts.count == 2 else { return .unknown(item, facts.kernel) }
        if (parts[0], parts[1]) >= (6, 1) { return .fine(item, facts.kernel) }
        return .advice(item, facts.kernel, "io_uring needs Linux 6.1 or later as used here")
    }

    private func openssl() -> Finding {
        let item = "library.openssl"
        if facts.opensslNumber >= 0x3000_0000 { return .fine(item, facts.openssl) }
        return .failed(item, facts.openssl, "install OpenSSL 3.0 or later")
    }

    private func liburing() -> Finding {
        let item = "library.liburing"
        // The mapped file's name ends in the version: liburing.so.2.3.
        let line = files.text("proc/self/maps")?.split(separator: "\n").first {
            $0.contains("liburing.so")
        }
        guard let name = line?.split(separator: "/").last else {
            return .unknown(item, "linked in, or not to be seen")
        }
        return .fine(item, String(name))
    }
}
