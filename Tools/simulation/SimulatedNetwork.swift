import ConcordTesting

/// Messages on their way: any may be lost, repeated, overtaken, late or cut off.
struct SimulatedNetwork {
    /// What travels.
    enum Content {
        case request([UInt8])
        case response([UInt8])
        /// The connection breaks.
        case failure
    }

    /// One message.
    struct Message {
        /// The device that asks, or asked, by its place among all devices.
        var device: Int
        /// Which request of that device.
        var exchange: Int
        var content: Content
    }

    private(set) var messages: [Message] = []
    private var exchanges = 0

    /// Sends a request; answers the number by which its answer is known.
    mutating func request(_ bytes: [UInt8], from device: Int) -> Int {
        exchanges += 1
        messages.append(Message(device: device, exchange: exchanges, content: .request(bytes)))
        return exchanges
    }

    mutating func answer(_ message: Message, _ bytes: [UInt8]) {
        messages.append(
            Message(
                device: message.device,
                exchange: message.exchange,
                content: .response(bytes)
            )
        )
    }

    /// Whatever is on the way is lost.
    mutating func cut() { messages.removeAll() }

    /// Takes one message out, whole or not, and says what became of it; nil if none arrives.
    mutating func next(_ random: inout SeededGenerator) -> Message? {
        guard !messages.isEmpty else { return nil }
        let index = random.below(messages.count)
        var message = messages[index]
        switch random.below(20) {
        case 0, 1:
            // Lost: a person who waits gives up after some time.
            messages.remove(at: index)
            guard random.oneIn(2) else { return nil }
            message.content = .failure
        case 2: break  // Repeated: it arrives now and again later.
        case 3:
            messages.remove(at: index)
            switch message.content {
            case .request(let bytes):
                message.content = .request(Array(bytes.prefix(random.below(bytes.count))))
            case .response(let bytes):
                message.content = .response(Array(bytes.prefix(random.below(bytes.count))))
            case .failure: break
            }
        default: messages.remove(at: index)
        }
        return message
    }
}
