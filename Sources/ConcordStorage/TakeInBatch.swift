/// How many entries of the log one transaction stores.
///
/// An interruption loses a transaction, so one that took long is followed by a smaller one, and one that took
/// little time by a much larger one: its commit then costs little for each entry, while other processes need
/// not wait long. But a transaction may also cost something for all that was there before it (a text with many
/// open candidates is merged as a whole). So one that follows a slow one is no smaller than half of what is
/// stored already, and their number grows with the logarithm of that. What is held in memory may then be half
/// of the log. For the same reason what does not fit into one transaction begins with a part as small as it may
/// be.
struct TakeInBatch {
    /// The most that a transaction stores after a quick one.
    static let most = 8192
    /// The fewest, however long they take.
    static let fewest = 256
    /// What takes longer than this is too long.
    private static let slow = Duration.seconds(1)
    /// What takes less than this could be more.
    private static let quick = Duration.milliseconds(250)

    /// How many the next one stores.
    private(set) var count: Int
    /// Whether everything comes in together.
    private let isWhole: Bool

    /// Begins with the first one: all that come, or what leaves a full one behind it, and then at least so many that
    /// one which is eight times as large takes in the rest.
    ///
    /// - Parameters:
    ///   - all: How many there are.
    ///   - most: The most that the first one takes in.
    ///   - isWhole: Whether nothing may be cut between them.
    init(of all: Int, most: Int = Self.most, isWhole: Bool = false) {
        count = isWhole || all <= most ? all : min(max(all - most, (all + 8) / 9), most)
        self.isWhole = isWhole
    }

    /// Notes how long the last one took, and how many are in by now.
    mutating func adapt(to taken: Duration, takenIn: Int) {
        guard !isWhole else { return }
        if taken > Self.slow {
            count = max(count / 2, takenIn / 2, Self.fewest)
        } else {
            count = max(count, min(takenIn, Self.most))
        }
        if taken < Self.quick { count = min(count * 8, Self.most) }
    }
}
