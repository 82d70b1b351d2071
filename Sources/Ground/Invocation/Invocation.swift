import CLinux

/// How the process was started.
public enum Invocation {
    /// The words behind its name.
    ///
    /// As they were handed to `main`: the language's own list is searched for in front of the
    /// environment, and is empty where a library that was loaded first has moved that.
    public static let arguments = (0..<sluice_argument_count()).dropFirst()
        .map { String(cString: sluice_argument($0)) }
}
