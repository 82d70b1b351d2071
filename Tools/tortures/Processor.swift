import Foundation

extension Duration {
    /// In seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}

/// What this process has used.
enum Processor {
    /// User and system time of this process and of those it waited for.
    static var seconds: Double {
        seconds(__rusage_who_t(RUSAGE_SELF.rawValue))
            + seconds(__rusage_who_t(RUSAGE_CHILDREN.rawValue))
    }

    private static func seconds(_ who: __rusage_who_t) -> Double {
        var usage = rusage()
        getrusage(who, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
