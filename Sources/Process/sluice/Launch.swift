import Glibc

/// What the process does first: it takes from its parent, its shell and the language's runtime what
/// could end it, or hold it up, with orders open.
enum Launch {
    /// Those of stdin, stdout and stderr that were closed, and lead to `/dev/null` since.
    ///
    /// Else the next socket or journal would be one of them, and what is printed would go there.
    static let missingDescriptors: Set<Int32> = {
        var missing: Set<Int32> = []
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
            missing.insert(descriptor)
            // The lowest free number is the one that is missing.
            if open("/dev/null", O_RDWR) != descriptor { _exit(70) }
        }
        return missing
    }()

    /// Whether SIGHUP was ignored at the start: `nohup` asks to outlive the terminal.
    static let ignoresHangUp = isIgnored(SIGHUP)

    /// A crash ends the process at once. The runtime's own handler would stop every thread and look
    /// at them for half a minute, with the sockets and the journal's lock held.
    private static let crashes = [
        SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSYS, SIGQUIT,
    ]

    /// Before anything else, on the only thread.
    static func prepare() {
        _ = missingDescriptors
        _ = ignoresHangUp
        for crash in crashes where !(crash == SIGQUIT && isIgnored(SIGQUIT)) {
            signal(crash, SIG_DFL)
        }
        // A reader that went away and a file that may not grow are errors of the call they meet.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        // What a parent has blocked would be neither a stop nor an end. A signal that asks for an
        // end waits until the command is known: it may have a better one than the system's.
        var ending = Interrupts.ending
        pthread_sigmask(SIG_SETMASK, &ending, nil)
        Terminal.start()
    }

    /// Lets signals end the process, as the system does it by itself.
    static func letSignalsEnd() {
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return action.__sigaction_handler.sa_handler.map { unsafeBitCast($0, to: Int.self) } == 1
    }
}
