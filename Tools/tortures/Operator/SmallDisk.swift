import Foundation

/// A file system with little room: memory mounted where that is allowed (root), else nothing.
final class SmallDisk {
    let path: String

    /// Mounts `kilobytes` at `path`; nil where that is not allowed.
    init?(_ path: String, kilobytes: Int) {
        self.path = path
        guard mkdir(path, 0o700) == 0 else { return nil }
        guard mount("sluice", path, "tmpfs", 0, "size=\(kilobytes)k,mode=700") == 0 else {
            rmdir(path)
            return nil
        }
    }

    deinit {
        _ = umount2(path, Int32(MNT_DETACH))
        rmdir(path)
    }

    /// Takes all room but so many pages.
    func fill(leaving pages: Int = 0) {
        let filler = open("\(path)/filler", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard filler >= 0 else { return }
        defer { close(filler) }
        let page = [UInt8](repeating: 0, count: 4_096)
        var size = 0
        while write(filler, page, page.count) == page.count { size += page.count }
        ftruncate(filler, off_t(max(0, size - pages * page.count)))
    }

    /// Whether there can be one: whether this process may mount.
    static func isAllowed(_ folder: String) -> Bool {
        SmallDisk("\(folder)/sluice-disk-\(getpid())", kilobytes: 64) != nil
    }
}
