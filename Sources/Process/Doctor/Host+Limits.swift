extension Host {
    /// What the kernel lets this process have.
    func limits() -> [Finding] { [io(), openFiles(), lockedMemory(), randomness()] }

    private func io() -> Finding {
        let item = "limits.io"
        switch facts.backend {
        case .success(let backend) where backend.kind == .uring:
            return .fine(item, backend.description)
        case .success(let backend):
            if backend.reason == .asked { return .fine(item, backend.description) }
            return .advice(
                item,
                backend.description,
                "sysctl kernel.io_uring_disabled=0, Linux 6.1 or later, and a container profile "
                    + "that allows io_uring_setup, io_uring_enter and io_uring_register"
            )
        case .failure(let error):
            return .failed(item, "\(error)", "no event loop can be made with the default sizes")
        }
    }

    private func openFiles() -> Finding {
        let item = "limits.open_files"
        guard let limit = facts.openFilesLimit else { return .fine(item, "unlimited") }
        if limit >= 1_024 { return .fine(item, "\(limit)") }
        let advice = "ulimit -n 4096, or LimitNOFILE=4096 in the service's unit"
        // Eight connections, a listener, the ring, the journal and the standard streams.
        return limit < 64
            ? .failed(item, "\(limit)", advice) : .advice(item, "\(limit)", advice)
    }

    private func lockedMemory() -> Finding {
        let item = "limits.locked_memory"
        guard let limit = facts.lockedBytesLimit else { return .fine(item, "unlimited") }
        if limit >= 64 << 20 { return .fine(item, "\(limit >> 20) MiB") }
        return .advice(
            item,
            "\(limit >> 10) KiB",
            "LimitMEMLOCK=infinity in the service's unit: kernels before 5.12 charge rings to it"
        )
    }

    private func randomness() -> Finding {
        let item = "limits.entropy"
        guard facts.hasRandomBytes else {
            return .failed(item, "no random bytes", "TLS needs them: see getrandom(2)")
        }
        let bits = files.number("proc/sys/kernel/random/entropy_avail")
        return .fine(item, bits.map { "\($0) bits" } ?? "random bytes at once")
    }
}
