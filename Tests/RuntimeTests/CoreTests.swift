import CLinux
import Foundation
import Glibc
import Testing

@Suite("Cores", .timeLimit(.minutes(3)))
struct CoreTests {
    /// The cores the calling thread may run on.
    private static func cores() -> Set<Int> {
        let status = try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        var cores: Set<Int> = []
        for part in line?.split(separator: "\t").last?.split(separator: ",") ?? [] {
            let ends = part.split(separator: "-").compactMap { Int($0) }
            if let first = ends.first, let last = ends.last { cores.formUnion(first...last) }
        }
        return cores
    }

    @Test("a thread made by a pinned one can leave its core to it")
    func leave() async {
        await withCheckedContinuation { done in
            // A thread of its own: the test's must not stay pinned.
            Thread.detachNewThread {
                let before = CoreTests.cores()
                if let core = before.min(), before.count > 1 {
                    #expect(sluice_pin_to_core(Int32(core)) == 0)
                    #expect(CoreTests.cores() == [core])
                    #expect(sluice_leave_core() == 0)
                    #expect(CoreTests.cores() == before.subtracting([core]))
                }
                // What is not pinned stays as it is.
                let free = CoreTests.cores()
                if free.count > 1 {
                    #expect(sluice_leave_core() == 0)
                    #expect(CoreTests.cores() == free)
                }
                done.resume()
            }
        }
    }
}
