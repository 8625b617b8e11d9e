/// Why the demo cannot go on: what failed, and what to do next.
struct DemoFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
