public import ConcordEncoding

/// The names and letters of members on screens and in reports; no two are alike.
///
/// Two devices that are offline may give out one letter, and anyone may take anyone's name. So if two
/// members have one letter, the later in the log is shown with letter and digit (`B2`, and their draft
/// numbers as `B2-07`); a name that is not unique is shown with its letter, and if that does not help,
/// with the beginning of the key. Every list, screen and report uses this value, so a person has one
/// name everywhere, on every device with the same log. A draft number means one finding, even if other
/// findings have it too.
///
/// Stored data never changes: labels are computed when somebody looks.
public struct MemberLabels: Hashable, Sendable {
    /// What labels are made of.
    public struct Person: Hashable, Sendable {
        /// The member's record id.
        public let id: WireText
        /// The person's own name.
        public let name: WireText?
        /// The letter of their draft numbers.
        public let letter: WireText?
        /// The key of one of their devices, in base64url.
        public let key: WireText?

        /// A member of the engagement.
        public init(id: WireText, name: WireText?, letter: WireText?, key: WireText?) {
            self.id = id
            self.name = name
            self.letter = letter
            self.key = key
        }
    }

    private struct Label: Hashable {
        var name: WireText
        var letter: WireText?
        var givenLetter: WireText?
        /// Whether it is another name or letter than the record holds.
        var differs = false
    }

    private var labels: [WireText: Label] = [:]

    /// Labels of members in the order in which they joined.
    public init(_ people: [Person]) {
        let letters = Self.letters(of: people)
        var uses: [Likeness: Int] = [:]
        for person in people { uses[Likeness(Self.name(of: person)), default: 0] += 1 }
        var taken: Set<Likeness> = []
        for (person, letter) in zip(people, letters) {
            var name = Self.name(of: person)
            if uses[Likeness(name), default: 0] > 1, let letter { name = "\(name) (\(letter))" }
            if !taken.insert(Likeness(name)).inserted
                || letter == nil && uses[Likeness(name), default: 0] > 1
            {
                name = "\(name) (\(String((person.key ?? person.id).string.prefix(8))))"
                taken.insert(Likeness(name))
            }
            var label = Label(name: name, letter: letter, givenLetter: person.letter)
            label.differs = person.name != nil && name != person.name || letter != person.letter
            labels[person.id] = label
        }
    }

    /// The member's name; nil for a person who is not a member.
    public func name(of member: WireText) -> WireText? { labels[member]?.name }

    /// The letter of the member's draft numbers, as it is shown; nil if there is none.
    public func letter(of member: WireText) -> WireText? { labels[member]?.letter }

    /// A draft number as it is shown, given who raised the finding: `B-07` of the second member with the
    /// letter B is `B2-07`.
    public func number(_ draftNumber: WireText, raisedBy member: WireText?) -> WireText {
        guard let member, let label = labels[member], let given = label.givenLetter,
            let shown = label.letter, given != shown, draftNumber.hasPrefix("\(given)-")
        else { return draftNumber }
        return WireText(decoding: Array(shown.utf8) + draftNumber.utf8.dropFirst(given.utf8.count))
    }

    /// The draft numbers, as devices gave them, that can be shown like this one: a part of the findings is
    /// labelled right if all that bear one of these are known.
    ///
    /// None for what does not look like a number: it is shown with the end of its finding's id in any case.
    package func givenNumbers(shownLike number: WireText) -> [WireText] {
        guard Self.isPlainNumber(number) else { return [] }
        let others = labels.values.compactMap { label -> WireText? in
            guard let given = label.givenLetter, let shown = label.letter, given != shown,
                number.string.lowercased().hasPrefix("\(shown)-".lowercased())
            else { return nil }
            return WireText(
                decoding: Array(given.utf8) + number.utf8.dropFirst(shown.utf8.count)
            )
        }
        return [number] + others
    }

    /// A state document with the labels of members and draft numbers in place of the stored ones.
    ///
    /// - Parameter rivals: findings outside the document that may have the same number as one in it, with
    ///   their numbers and who raised them.
    public func labelling(_ state: JSONObject, beside rivals: JSONObject = [:]) -> JSONObject {
        var people: [WireText: [WireText: JSON]] = [:]
        for (member, label) in labels where label.differs {
            people[member] = ["name": .string(label.name)]
            let letter = label.letter.map { JSON.string($0) }
            people[member]?["letter"] = letter ?? (label.givenLetter == nil ? nil : .null)
        }
        var findings = state[Schema.finding.name]?.objectValue ?? [:]
        for (id, rival) in rivals where findings[id] == nil { findings[id] = rival }
        let numbers = numbers(of: findings)
            .mapValues { ["draftNumber" as WireText: JSON.string($0)] }
        var state = state
        Self.set(people, at: Schema.member.name, in: &state)
        Self.set(numbers, at: Schema.finding.name, in: &state)
        return state
    }

    /// The draft numbers that are shown otherwise than they were given, by finding.
    ///
    /// A number that several findings bear belongs to the one whose raiser has its letter, of these to
    /// the first; the others are shown with the end of their ids behind it. So is what only looks like a
    /// number, such as one with a letter of another script.
    private func numbers(of findings: JSONObject) -> [WireText: WireText] {
        var bearers: [Likeness: [(isOwn: Bool, id: WireText, number: WireText)]] = [:]
        var given: [WireText: WireText] = [:]
        for (id, finding) in findings {
            guard let number = finding["draftNumber"]?.stringValue else { continue }
            let raiser = finding["raisedBy"]?.stringValue
            let shown = self.number(number, raisedBy: raiser)
            let letter = raiser.flatMap { labels[$0]?.letter }
            let isOwn = letter.map { shown.hasPrefix("\($0)-") } ?? false
            given[id] = number
            bearers[Likeness(shown), default: []].append((isOwn, id, shown))
        }
        var numbers: [WireText: WireText] = [:]
        for bearers in bearers.values {
            let ranked = bearers.sorted { left, right in
                let plain = (Self.isPlainNumber(left.number), Self.isPlainNumber(right.number))
                if plain.0 != plain.1 { return plain.0 }
                return left.isOwn == right.isOwn ? left.id < right.id : left.isOwn
            }
            for (place, finding) in ranked.enumerated() {
                let shown: WireText =
                    place == 0 && Self.isPlainNumber(finding.number)
                    ? finding.number : "\(finding.number)/\(String(finding.id.string.suffix(6)))"
                if shown != given[finding.id] { numbers[finding.id] = shown }
            }
        }
        return numbers
    }

    /// Sets fields of the records of a kind that are there, all in one pass.
    private static func set(
        _ changes: [WireText: [WireText: JSON]],
        at kind: WireText,
        in state: inout JSONObject
    ) {
        guard !changes.isEmpty, let records = state[kind]?.objectValue else { return }
        state[kind] = .object(
            JSONObject(
                uniqueKeysWithValues: records.map { id, record in
                    guard let changed = changes[id], var fields = record.objectValue else {
                        return (id, record)
                    }
                    for (name, value) in changed { fields[name] = value }
                    return (id, .object(fields))
                }
            )
        )
    }

    /// The letters of all, each once: a later one gets the first digit that makes it another.
    private static func letters(of people: [Person]) -> [WireText?] {
        let plain = people.map { $0.letter.flatMap(plainLetter) }
        let given = Set(plain.compactMap { $0 }.map(Likeness.init))
        var taken: Set<Likeness> = []
        var next: [Likeness: Int] = [:]
        return plain.map { letter in
            guard let letter else { return nil }
            if taken.insert(Likeness(letter)).inserted { return letter }
            var digit = next[Likeness(letter)] ?? 2
            var numbered: WireText { "\(letter)\(digit)" }
            while given.contains(Likeness(numbered)) || taken.contains(Likeness(numbered)) {
                digit += 1
            }
            next[Likeness(letter)] = digit + 1
            taken.insert(Likeness(numbered))
            return numbered
        }
    }

    /// What a letter begins with that anybody can read and type: a capital and up to seven letters and
    /// digits of ASCII. Where several join by one invitation each chooses what follows its letter.
    private static func plainLetter(_ letter: WireText) -> WireText? {
        let plain = letter.utf8.prefix(while: isLetterOrDigit).prefix(8)
        guard let first = plain.first, isCapital(first) else { return nil }
        return WireText(decoding: Array(plain))
    }

    /// Whether it reads as a number of the form `B-07`, and as nothing else.
    private static func isPlainNumber(_ number: WireText) -> Bool {
        let letter = number.utf8.prefix(while: isLetterOrDigit)
        let digits = number.utf8.dropFirst(letter.count).dropFirst()
        return letter.first.map(isCapital) ?? false && letter.count <= 12
            && number.utf8.dropFirst(letter.count).first == UInt8(ascii: "-")
            && (1...10).contains(digits.count) && digits.allSatisfy(isDigit)
    }

    private static func isCapital(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isCapital(byte) || isDigit(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func name(of person: Person) -> WireText {
        guard let name = person.name, name.string.contains(where: { !$0.isWhitespace }) else {
            return person.id
        }
        return name
    }
}
