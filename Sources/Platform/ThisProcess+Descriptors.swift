import CPlatform

extension ThisProcess {
    /// Lets this process open as many descriptors as the system allows it, and says how many.
    package static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        guard platform_descriptor_limit(&limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        guard platform_set_descriptor_limit(&limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur)
    }
}
