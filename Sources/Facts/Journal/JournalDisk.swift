internal import CLinux
internal import Glibc

/// The calls a journal makes of the file system. Tests put their own in, to fail when they like.
public struct JournalDisk: Sendable {
    /// Makes a new file for writing and reading; the descriptor, or minus the error number.
    public var create: @Sendable (_ path: String) -> Int32
    /// Makes room for so many bytes; 0 or the error number.
    public var reserve: @Sendable (_ descriptor: Int32, _ bytes: Int) -> Int32
    /// Writes at an offset; the bytes written, or minus the error number.
    public var write:
        @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int
    /// Waits until what was written survives a loss of power; 0 or the error number.
    public var sync: @Sendable (_ descriptor: Int32) -> Int32
    /// The bytes of an open file to which `path` still leads, or minus the error number: ENOENT
    /// where it leads to another file, or to none.
    public var look: @Sendable (_ descriptor: Int32, _ path: String) -> Int

    /// The real ones.
    public static let system = JournalDisk(
        create: { path in
            let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
            return descriptor >= 0 ? descriptor : -errno
        },
        reserve: { descriptor, bytes in sluice_reserve_file(descriptor, Int64(bytes)) },
        write: { descriptor, bytes, offset in
            while true {
                let count = pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
                if count >= 0 { return count }
                if errno != EINTR { return -Int(errno) }
            }
        },
        sync: { descriptor in
            while true {
                if fdatasync(descriptor) == 0 { return 0 }
                if errno != EINTR { return errno }
            }
        },
        look: { descriptor, path in
            var named = stat()
            var held = stat()
            guard stat(path, &named) == 0, fstat(descriptor, &held) == 0 else { return -Int(errno) }
            let isSame = named.st_ino == held.st_ino && named.st_dev == held.st_dev
            return isSame ? Int(held.st_size) : -Int(ENOENT)
        }
    )
}
