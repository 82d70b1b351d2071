internal import Algos

/// The memory of the profiles that a replayed engine's plans point to.
struct ProfileMemory: ~Copyable {
    private var profiles: [VolumeProfile] = []

    init() {}

    deinit { for profile in profiles { profile.deallocate() } }

    mutating func append(_ profile: VolumeProfile) { profiles.append(profile) }

    /// Lets them live on: the engine does.
    mutating func keep() { profiles = [] }
}
