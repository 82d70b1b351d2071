internal import Foundation

/// A file of certificates that servers are believed by.
public enum CertificateFile {
    /// Why the file at `path` holds no certificate; nil when it does.
    public static func fault(_ path: String) -> String? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            return "cannot read \(path): there is no such file"
        }
        if isFolder.boolValue { return "cannot read \(path): it is a directory" }
        guard let data = FileManager.default.contents(atPath: path) else {
            return "cannot read \(path): its permissions forbid it"
        }
        let mark = Data("-----BEGIN CERTIFICATE-----".utf8)
        return data.range(of: mark) == nil ? "\(path) holds no certificate in PEM form" : nil
    }
}
