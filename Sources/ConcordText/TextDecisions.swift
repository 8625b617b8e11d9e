// Which concurrent events decide differently.
//
// A person who resolves a text names what they were shown. Two people who name one and the same write at the
// same time have decided about the same thing, wherever in the text that shows: one keeps what the merge had
// made, the other takes one candidate, and no character tells that these exclude each other. So such events
// touch, unless they have the same result. In a long row, as everywhere, the events are listed and not the
// pairs.

extension TextTouch {
    /// Finds which events of a row decide differently about the same write.
    func findDecisions(
        _ members: TextRows.Row,
        isLong: Bool,
        of row: Int,
        _ rows: TextRows,
        _ stretch: TextStretch
    ) {
        let deciding = members.events.filter { !events[$0].names.isEmpty }
        guard deciding.count > 1 else { return }
        if isLong {
            for list in eventsNamingTheSame(deciding) {
                let idle = Set(list.filter { events[$0].isIdle })
                found.note(TextRegion(deciding: list, idle: idle, stretch))
            }
            return
        }
        for (place, second) in deciding.enumerated() where second >= known {
            let names = Set(events[second].names)
            for first in deciding[..<place]
            where stretch.ancestry.areConcurrent(first, second)
                && decideDifferently(first, second, names) && !stretch.twins.areSame(first, second)
            {
                found.note(TextPair(first, second))
            }
        }
    }

    /// Whether two events name one write, and not both leave the text as it is.
    func decideDifferently(_ first: Int, _ second: Int) -> Bool {
        decideDifferently(first, second, Set(events[second].names))
    }

    private func decideDifferently(_ first: Int, _ second: Int, _ names: Set<Int>) -> Bool {
        !(events[first].isIdle && events[second].isIdle)
            && !names.isDisjoint(with: events[first].names)
    }

    /// For each write that several name, those that do; where several writes are named by the same, once.
    private func eventsNamingTheSame(_ deciding: [Int]) -> Set<[Int]> {
        var naming: [Int: [Int]] = [:]
        for event in deciding {
            for name in Set(events[event].names) { naming[name, default: []].append(event) }
        }
        return Set(naming.values.filter { $0.count > 1 })
    }
}

extension TextEvent {
    /// Whether it leaves the text as its author had it.
    var isIdle: Bool { splices.allSatisfy { $0.delete == 0 && $0.insert.isEmpty } }
}
