extension BinaryInteger {
    /// The number with what it counts: "1 fill", "2 fills".
    ///
    /// - Parameter many: the plural, where it is not the singular with an s.
    public func counted(_ one: String, _ many: String? = nil) -> String {
        "\(self) " + (self == 1 ? one : many ?? one + "s")
    }
}
