internal import Units

extension Nanoseconds {
    /// Whole seconds, for a sentence.
    var wholeSeconds: Int { Int(inSeconds.rounded()) }
}
