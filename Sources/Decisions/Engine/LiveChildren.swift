/// The numbers of a parent's children that are not settled: a handful at most, in place.
///
/// What a parent opens itself is held to `own`; the rest is for orders found after a crash.
struct LiveChildren: BitwiseCopyable {
    static let own = 8
    static let capacity = 24
    private var numbers: InlineArray<24, UInt32> = .init(repeating: 0)
    private(set) var count = 0

    var isFull: Bool { count >= LiveChildren.own }
    var hasRoom: Bool { count < LiveChildren.capacity }
    var isEmpty: Bool { count == 0 }

    subscript(index: Int) -> Int { Int(numbers[index]) }

    mutating func append(_ number: UInt32) {
        precondition(count < LiveChildren.capacity)
        numbers[count] = number
        count &+= 1
    }

    mutating func remove(at index: Int) {
        count &-= 1
        numbers[index] = numbers[count]
    }

    func contains(_ number: Int) -> Bool {
        for i in 0..<count where numbers[i] == UInt32(truncatingIfNeeded: number) { return true }
        return false
    }
}
