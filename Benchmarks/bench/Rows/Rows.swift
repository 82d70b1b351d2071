/// Every row, module by module.
enum Rows {
    static func all(_ feed: FeedInput) -> [Row] {
        ground() + book(feed) + feedBook(feed) + decode(feed) + binaryDecode() + transport()
            + engine(feed) + orders() + journal() + wireToOrder(feed) + sweeps() + lines()
    }
}

/// Folds a value into a hash: FNV-1a over 64-bit words.
@inline(__always)
func fold(_ hash: UInt64, _ value: UInt64) -> UInt64 { (hash ^ value) &* 0x100_0000_01b3 }
