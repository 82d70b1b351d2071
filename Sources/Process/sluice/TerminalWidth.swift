import Glibc

extension Terminal {
    /// Columns of the terminal that `descriptor` is; 80 when it is none, or does not say.
    static func width(of descriptor: Int32) -> Int {
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : 80
    }
}
