internal import Glibc

/// Why a journal cannot be written or read, in words a person can act on.
public enum JournalError: Error, Hashable, Sendable {
    /// The directory that journals were looked for in cannot be looked into.
    case unlisted(path: String, errno: Int32)
    /// A system call failed while reading.
    case system(call: String, path: String, errno: Int32)
    /// A segment cannot be made.
    case unwritable(path: String, reason: String, errno: Int32)
    /// The file is no journal segment, or its header is damaged.
    case notAJournal(path: String, reason: String)
    /// A format this build does not read.
    case unknownVersion(path: String, version: UInt32)
    /// No journal lies there.
    case noJournal(path: String)
    /// A whole record that makes no sense: another program wrote it.
    case unreadable(path: String, offset: Int, number: UInt64, reason: String)
    /// A setting that cannot be worked with.
    case configuration(String)
}

extension JournalError: CustomStringConvertible {
    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .unlisted(let path, ENOENT):
            "\(path) does not exist"
        case .unlisted(let path, let number):
            "\(path) cannot be looked into: \(String(cString: strerror(number)))"
        case .system(let call, let path, let number):
            "\(path): \(call): \(String(cString: strerror(number)))"
        case .unwritable(let path, let reason, let number):
            "\(path): \(reason): \(JournalError.words(number))"
        case .notAJournal(let path, let reason):
            "\(path) is no journal of Sluice: \(reason)"
        case .unknownVersion(let path, let version):
            "\(path) is written in journal format \(version); this build reads format "
                + "\(JournalFormat.version): use the build that recorded it"
        case .noJournal(let path):
            "\(path) holds no journal (sluice-…-00000.journal)"
        case .unreadable(let path, let offset, let number, let reason):
            "\(path): record \(number) at byte \(offset) is whole but makes no sense: \(reason)"
        case .configuration(let text):
            text
        }
    }

    /// The system's words for an error number, and what to do where that is known.
    public static func words(_ number: Int32) -> String {
        let text = String(cString: strerror(number))
        switch number {
        case ENOENT: return text + "; make the directory first"
        case EACCES, EROFS, EPERM: return text + "; choose a directory that can be written to"
        case ENOSPC, EDQUOT: return text + "; make room, or take smaller segments"
        case EFBIG: return text + "; raise the file size limit (ulimit -f)"
        default: return text
        }
    }
}
