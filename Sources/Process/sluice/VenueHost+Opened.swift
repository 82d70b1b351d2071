import LoopbackVenue

extension VenueHost {
    /// A venue that listens; what is wrong is said on stderr and ends the command: 2 when the
    /// configuration or a recording is at fault, 3 when the system is.
    static func opened(_ configuration: LoopbackVenueConfiguration) throws -> VenueHost {
        do {
            return try VenueHost(configuration)
        } catch {
            throw CommandEnd(error is LoopbackVenueError ? .usage : .system, "\(error)")
        }
    }
}
