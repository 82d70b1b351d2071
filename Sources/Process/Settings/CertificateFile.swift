/// A file of certificates that servers are believed by.
public enum CertificateFile {
    /// Why the file at `path` holds no certificate; nil when it does.
    public static func fault(_ path: String) -> String? {
        do throws(TextFileError) {
            let file = try TextFile(path)
            return file.text.contains("-----BEGIN CERTIFICATE-----")
                ? nil : "\(path) holds no certificate in PEM form"
        } catch {
            return "\(path) \(error)"
        }
    }
}
