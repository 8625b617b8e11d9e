/// What the walk of a stretch leaves behind for finding what touches.
///
/// A class, since it is asked from many places, and copying it would cost more than what is asked.
final class TextStretch {
    let range: Range<Int>
    let ancestry: TextAncestry
    let twins: TextTwins
    /// What is known of each event of the range once it is walked.
    private var walked: [Walked]
    /// The items that splices inserted, event by event, in the order of the walk.
    private(set) var inserted: [(event: Int, items: Items)] = []
    /// The items that events deleted.
    private(set) var deleted: [(event: Int, items: Items)] = []
    /// What the current view leaves out, as long as it stays the same.
    private(set) var omitted: [Omission] = []
    /// What the view of each event left out; where there are twins.
    private(set) var omissions: [Int: [Omission]] = [:]
    /// How many of its first splices a twin shows that ranks before an event, as far as it was asked: by how many
    /// events are looked at, then by event.
    private(set) var shownByTwins: [Int: [Int: Int]] = [:]
    /// The view, and what of each chain was walked; where there are few chains.
    private(set) var view: TextView?
    /// The event that was walked last.
    private(set) var last = -1

    private struct Walked {
        /// Its number in the walk; -1 before it is walked.
        var number: Int32 = -1
        /// How long the text was that its author saw.
        var length = 0
        /// Which of the inserted items are its own.
        var inserted = 0..<0
    }

    init(_ events: [TextEvent], in range: Range<Int>) {
        self.range = range
        ancestry = TextAncestry(events, in: range)
        twins = TextTwins(events, in: range)
        walked = Array(repeating: Walked(), count: range.count)
        view = TextView(of: ancestry)
    }

    /// Notes an event as walked.
    func note(_ event: Int, number: Int, length: Int) {
        walked[event - range.lowerBound] = Walked(
            number: Int32(number),
            length: length,
            inserted: inserted.count..<inserted.count
        )
    }

    /// Notes how many of their first splices twins show that rank before some events, of the first `limit` events.
    func note(shownByTwins found: [Int: Int], before limit: Int) {
        shownByTwins[limit, default: [:]].merge(found) { _, new in new }
    }

    /// Notes what a splice of the event that is being walked has inserted.
    func noteInserted(_ items: Items, by event: Int) {
        inserted.append((event: event, items: items))
        let end = inserted.count
        let start = walked[event - range.lowerBound].inserted.lowerBound
        walked[event - range.lowerBound].inserted = start..<end
    }

    /// Notes what a splice of the event that is being walked has deleted.
    func noteDeleted(_ items: Items, by event: Int) {
        deleted.append((event: event, items: items))
    }

    /// Notes what the view of an event leaves out.
    func note(omissions wanted: [Omission], of event: Int) { omissions[event] = wanted }

    /// Notes what the walk's view leaves out now.
    func note(omitted wanted: [Omission]) { omitted = wanted }

    /// Moves the view to what the author of an event saw: which events it leaves and enters; nil where the walk
    /// finds that out by itself.
    func move(to event: Int, isNext: Bool) -> TextView.Moves? {
        isNext ? nil : view?.move(to: event, ancestry)
    }

    /// Notes that the walk has begun with an event.
    func noteBegun(_ event: Int, number: Int, isNext: Bool) {
        view?.append(number, for: event, ancestry, isNext: isNext)
        last = event
    }

    /// The number of an event in the walk; nil for one that is not walked, or stands before.
    func number(of event: Int) -> Int? {
        guard event >= range.lowerBound else { return nil }
        let number = walked[event - range.lowerBound].number
        return number < 0 ? nil : Int(number)
    }

    /// How long the text was that the author of an event saw; 0 before it is walked.
    func length(before event: Int) -> Int { walked[event - range.lowerBound].length }

    /// Corrects how long the walked events saw the text: its base was shorter than it was taken for.
    func shorten(by excess: Int) {
        for index in walked.indices where walked[index].number >= 0 {
            walked[index].length -= excess
        }
    }

    /// The items that the splices of an event inserted.
    func inserted(by event: Int) -> ArraySlice<(event: Int, items: Items)> {
        inserted[walked[event - range.lowerBound].inserted]
    }

    /// Items that were numbered together.
    struct Items: BitwiseCopyable {
        var id: Int
        var length: Int
        /// Which splice of its event inserted them.
        var splice: Int
    }

    /// Something seen that a view does not show.
    enum Omission: Hashable {
        /// All that an event did.
        case event(Int)
        /// What the first splices of an event inserted: an earlier twin shows it.
        case twin(Int, splices: Int)
    }
}
