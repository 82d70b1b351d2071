internal import CLinux

/// The cores that this process may use.
public enum HostCore {
    /// Why a thread cannot be pinned to `core`; nil when it can.
    public static func fault(_ core: Int) -> String? {
        let usable = (0..<1_024).filter { sluice_may_use_core(Int32($0)) != 0 }
        guard let last = usable.last, !usable.contains(core) else { return nil }
        let isRow = usable.count == last - usable[0] + 1
        let names =
            isRow && usable.count > 2
            ? "\(usable[0]) to \(last)" : usable.map(String.init).joined(separator: ", ")
        return "this process may use the cores \(names)"
    }
}
