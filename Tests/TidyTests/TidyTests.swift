import Foundation
import Testing

/// The house rules that a compiler does not check, read from the source tree.
@Suite("Tidy", .timeLimit(.minutes(10)))
struct TidyTests {
    private struct Source {
        /// Path from the package's root: "Sources/Ground/Units/Side.swift".
        var path: String
        var text: String
        var lines: [String]
    }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every file of the tree, read once for all tests.
    private static let tree = ["Sources", "Tests", "Benchmarks"].flatMap { folder -> [Source] in
        let base = root.appendingPathComponent(folder)
        let found = FileManager.default.enumerator(atPath: base.path)?.allObjects ?? []
        return found.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted()
            .compactMap { name in
                let text = try? String(
                    contentsOf: base.appendingPathComponent(name),
                    encoding: .utf8
                )
                return text.map {
                    Source(
                        path: "\(folder)/\(name)",
                        text: $0,
                        lines: $0.components(separatedBy: "\n")
                    )
                }
            }
    }

    private static func sources(under folders: [String]) -> [Source] {
        tree.filter { source in folders.contains { source.path.hasPrefix($0 + "/") } }
    }

    private static func text(_ path: String) -> String? {
        try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The modules each module's manifest entry names, by its folder.
    private static func layers() throws -> [String: (name: String, names: Set<String>)] {
        let manifest = try #require(text("Package.swift"))
        let entry = try Regex(
            #"module\(\s*"(\w+)",\s*"([\w/]+)"(?:,\s*\[([^\]]*)\])?"#,
            as: (Substring, Substring, Substring, Substring?).self
        )
        var layers: [String: (name: String, names: Set<String>)] = [:]
        for match in manifest.matches(of: entry) {
            let (_, name, folder, list) = match.output
            let names = (list ?? "").split(separator: "\"").filter { $0.allSatisfy(\.isLetter) }
            layers["Sources/\(folder)/"] = (String(name), Set(names.map(String.init)))
        }
        return layers
    }

    private static func imported(_ line: String) -> String? {
        guard strstr(line, "import ") != nil else { return nil }
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index <= 2, words.count > index + 1,
            words[..<index].allSatisfy({
                ["public", "internal", "package", "@preconcurrency"].contains($0)
            })
        else { return nil }
        let name = words[index + 1]
        return String(["struct", "class", "enum", "func"].contains(name) ? words[index + 2] : name)
            .components(separatedBy: ".")[0]
    }

    private static let system: Set<String> = ["Glibc", "Synchronization", "Foundation"]

    /// The floors, lowest first: a module may name only modules of its own floor or lower ones.
    private static let floors = [
        "Shims", "Ground", "Facts", "Decisions", "Edges", "Process",
    ]

    @Test("every test stands in a suite, and every suite has a time limit")
    func timeLimits() {
        for source in TidyTests.sources(under: ["Tests"]) {
            let lines = source.lines.map { $0.trimmingCharacters(in: .whitespaces) }
            let suites = lines.indices.filter { lines[$0].hasPrefix("@Suite") }
            if lines.contains(where: { $0.hasPrefix("@Test") }) {
                #expect(!suites.isEmpty, "\(source.path): tests without a suite")
            }
            for start in suites {
                let traits = lines[start...].prefix {
                    !$0.contains("struct ") && !$0.contains("class ")
                }
                #expect(
                    traits.contains { $0.contains(".timeLimit(") },
                    "\(source.path):\(start + 1) has no time limit"
                )
            }
        }
    }

    @Test("a file imports only what its module's manifest entry names")
    func imports() throws {
        let layers = try TidyTests.layers()
        #expect(layers.count > 10)
        for source in TidyTests.sources(under: ["Sources"]) {
            guard let layer = layers.first(where: { source.path.hasPrefix($0.key) })?.value else {
                continue
            }
            for name in source.lines.compactMap(TidyTests.imported) {
                #expect(
                    layer.names.contains(name) || TidyTests.system.contains(name),
                    "\(source.path) imports \(name), which \(layer.name) does not name"
                )
            }
        }
    }

    @Test("a module names only modules of its own floor or a lower one")
    func floors() throws {
        let layers = try TidyTests.layers()
        var floor: [String: Int] = [:]
        for shim in ["CLinux", "CLadder", "CScan", "CUring", "COpenSSL", "CZlib"] {
            floor[shim] = 0
        }
        for (folder, layer) in layers {
            let part = folder.components(separatedBy: "/")[1]
            floor[layer.name] = TidyTests.floors.firstIndex(of: part)
        }
        for (_, layer) in layers {
            for name in layer.names {
                let own = try #require(floor[layer.name])
                #expect(try #require(floor[name], "\(name)") <= own, "\(layer.name) names \(name)")
            }
        }
    }

    @Test("the hot modules and what they stand on know no Foundation")
    func foundation() {
        for source in TidyTests.sources(
            under: [
                "Sources/Ground", "Sources/Facts", "Sources/Decisions", "Sources/Edges/Venues",
                "Sources/Edges/Transport",
            ]
        ) {
            #expect(
                !source.lines.contains { TidyTests.imported($0)?.hasPrefix("Foundation") == true },
                "\(source.path)"
            )
        }
    }

    @Test("a file holds one idea: at most 450 lines in Sources")
    func length() {
        for source in TidyTests.sources(under: ["Sources"]) {
            #expect(source.lines.count <= 450, "\(source.path): \(source.lines.count) lines")
        }
    }

    /// Texts may be wider: a protocol's messages are kept as the venue sends them.
    @Test("no line of code or comment is wider than 100 columns")
    func width() {
        for source in TidyTests.sources(under: ["Sources", "Tests", "Benchmarks"]) {
            for (number, line) in source.lines.enumerated()
            where line.utf8.count > 100 && line.count > 100 {
                if line.contains("\"") || line.hasSuffix("\\") { continue }
                Issue.record("\(source.path):\(number + 1) is \(line.count) wide")
            }
        }
    }

    @Test("nothing is left to do, and nothing is commented out")
    func leftovers() {
        // Spelled apart, so that this file passes its own test.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
        for source in TidyTests.tree where words.contains(where: { strstr(source.text, $0) != nil })
        {
            for (number, line) in source.lines.enumerated() {
                let isLeft = words.contains { word in
                    line.components(separatedBy: CharacterSet.letters.inverted).contains(word)
                }
                #expect(!isLeft, "\(source.path):\(number + 1)")
            }
        }
    }

    @Test("no generic of a hot module has package access, which costs ten times its work")
    func packageGenerics() {
        for source in TidyTests.sources(
            under: ["Sources/Ground", "Sources/Facts", "Sources/Decisions", "Sources/Edges"]
        ) {
            for (number, line) in source.lines.enumerated() {
                let words = line.trimmingCharacters(in: .whitespaces)
                let isGeneric =
                    words.hasPrefix("package ")
                    && words.prefix { $0 != "(" && $0 != ":" && $0 != "{" }.contains("<")
                    && !words.contains("operator") && !words.contains("func <")
                #expect(!isGeneric, "\(source.path):\(number + 1)")
            }
        }
    }

    private static var documents: [String] {
        let docs = root.appendingPathComponent("docs")
        let found = FileManager.default.enumerator(atPath: docs.path)?.allObjects ?? []
        return ["README.md", "ARCHITECTURE.md"]
            + found.compactMap { $0 as? String }.filter { $0.hasSuffix(".md") }.sorted()
            .map { "docs/" + $0 }
    }

    @Test("README and ARCHITECTURE are short: what is long has a document of its own")
    func briefness() throws {
        for (name, most) in [("README.md", 12_000), ("ARCHITECTURE.md", 16_000)] {
            let size = try #require(TidyTests.text(name)).utf8.count
            #expect(size <= most, "\(name): \(size) bytes")
        }
    }

    @Test("a document's prose is at most 100 columns wide")
    func proseWidth() throws {
        for name in TidyTests.documents
        where !name.hasPrefix("docs/") || name.hasPrefix("docs/decisions/") {
            var isCode = false
            for (number, line) in try #require(TidyTests.text(name)).split(
                separator: "\n",
                omittingEmptySubsequences: false
            ).enumerated() {
                if line.hasPrefix("```") { isCode.toggle() }
                if isCode || line.hasPrefix("|") || line.contains("](") { continue }
                #expect(line.count <= 100, "\(name):\(number + 1) is \(line.count) wide")
            }
        }
    }

    @Test("a decision that ARCHITECTURE lists has its section, and every section is listed")
    func decisions() throws {
        let architecture = try #require(TidyTests.text("ARCHITECTURE.md"))
        let row = try Regex(
            #"(?m)^\| (.+) \| \[([a-z-]+)\] \|$"#,
            as: (Substring, Substring, Substring).self
        )
        var listed: Set<String> = []
        for match in architecture.matches(of: row) {
            listed.insert("docs/decisions/\(match.output.2).md: \(match.output.1)")
        }
        var written: Set<String> = []
        for name in TidyTests.documents where name.hasPrefix("docs/decisions/") {
            for line in try #require(TidyTests.text(name)).split(separator: "\n")
            where line.hasPrefix("### ") {
                written.insert("\(name): \(line.dropFirst(4))")
            }
        }
        #expect(listed.count > 40 && listed == written, "\(listed.symmetricDifference(written))")
    }

    @Test("every command of Tools that the README names exists and can be run")
    func tools() throws {
        guard let readme = TidyTests.text("README.md") else { return }
        let name = try Regex(#"Tools/([a-z][a-z-]*)"#, as: (Substring, Substring).self)
        for match in readme.matches(of: name) {
            let path = TidyTests.root.appendingPathComponent("Tools/\(match.output.1)").path
            #expect(FileManager.default.isExecutableFile(atPath: path), "\(match.output.0)")
        }
    }

    @Test("every sub-command that the README names is one of sluice's")
    func subcommands() throws {
        guard let readme = TidyTests.text("README.md") else { return }
        let name = try Regex(#"\bsluice ([a-z]{4,})\b(?! engine)"#, as: (Substring, Substring).self)
        let all = TidyTests.sources(under: ["Sources/Process/sluice"]).flatMap(\.lines)
            .joined(separator: "\n")
        // Only what stands in code: in backquotes or on a shell line.
        for line in readme.components(separatedBy: "\n")
        where line.contains("swift run") || line.contains("`sluice ") {
            for match in line.matches(of: name) {
                #expect(all.contains("commandName: \"\(match.output.1)\""), "\(match.output.0)")
            }
        }
    }
}
