import ConcordDiff
import ConcordEncoding
import ConcordMerge
import ConcordStorage
import ConcordSync
import ConcordTesting

extension Simulation {
    private var serverTime: Timestamp { Timestamp(milliseconds: 1_780_315_200_000) }

    // MARK: Over the network.

    func beginSync(_ device: SimulatedDevice) throws {
        guard let engagement else { return }
        var session = try device.newSession(of: engagement)
        let action = session.start()
        device.session = session
        try carryOut(action, of: device)
    }

    /// One message arrives, or does not.
    func deliver() throws {
        guard let message = network.next(&random) else { return }
        let device = devices[message.device]
        switch message.content {
        case .request(let bytes):
            do {
                let request = try SyncRequest(wireBytes: bytes)
                network.answer(message, try answer(to: request, of: device).wireBytes)
            } catch is MessageError {
                tell("    a request was cut off")
            }
        case .response(let bytes):
            guard device.exchange == message.exchange else { return }
            do {
                let response = try SyncResponse(wireBytes: bytes)
                try proceed(device) { $0.received(response) }
            } catch is MessageError {
                try proceed(device) { $0.failed(SyncFailure(.timeout, "cut off")) }
            }
        case .failure:
            guard device.exchange == message.exchange else { return }
            try proceed(device) { $0.failed(SyncFailure(.timeout, "lost")) }
        }
    }

    private func proceed(
        _ device: SimulatedDevice,
        _ body: (inout SyncSession) -> SyncAction
    ) throws {
        guard var session = device.session else { return }
        device.exchange = nil
        let action = body(&session)
        device.session = session
        try carryOut(action, of: device)
    }

    private func answer(
        to request: SyncRequest,
        of device: SimulatedDevice
    ) throws -> SyncResponse {
        switch try server.received(request, now: serverTime) {
        case .success(let response):
            try tellArrivals(request, response)
            return response
        case .failure(let refused):
            throw Violation("\(device.name): the server refuses a request: \(refused.refusal)")
        }
    }

    private func tellArrivals(_ request: SyncRequest, _ response: SyncResponse) throws {
        for (envelope, verdict) in zip(request.envelopes, response.verdicts) {
            guard case .accepted(let position) = verdict else { continue }
            let reference = try UnverifiedDiff(envelope: envelope).reference
            let name = devices.first { $0.author == reference.author }?.name ?? ""
            tell("    the log's entry \(position) is \(reference.seq) of \(name)")
        }
    }

    /// Carries out what a session asks for, until it waits for the network or has ended.
    private func carryOut(_ first: SyncAction, of device: SimulatedDevice) throws {
        var action = first
        while var session = device.session {
            switch action {
            case .load(let ids): action = session.loaded(try device.envelopes(of: ids))
            case .send(let request):
                guard let place = devices.firstIndex(where: { $0 === device }) else { return }
                device.session = session
                device.exchange = network.request(request.wireBytes, from: place)
                return
            case .takeIn(let delivery):
                if random.oneIn(25) { return try device.restart() }
                try takeIn(delivery, device)
                if random.oneIn(25) { return try device.restart() }
                action = session.stored()
            case .identify, .goBack, .finished, .stopped, .refused:
                return try end(action, of: device)
            }
            device.session = session
        }
    }

    private func takeIn(_ delivery: SyncDelivery, _ device: SimulatedDevice) throws {
        tell(
            "    \(device.name) takes in \(delivery.from)..<\(delivery.from + delivery.entries.count)"
        )
        if let problem = try device.takeIn(delivery) {
            throw Violation("\(device.name), taking the log in: \(problem)")
        }
        for item in delivery.verdicts {
            guard case .refused(let code, let detail) = item.verdict else { continue }
            if code == "not-a-member" || code == "invitation-expired" { continue }
            throw Violation("\(device.name): the server refuses \(item.id): \(code) \(detail)")
        }
    }

    private func end(_ action: SyncAction, of device: SimulatedDevice) throws {
        device.session = nil
        device.exchange = nil
        switch action {
        case .finished: device.mustSync = false
        case .refused(let refusal, _):
            throw Violation("\(device.name): an honest server is refused: \(refusal)")
        case .identify, .goBack:
            throw Violation("\(device.name): an honest server's log has parted")
        case .load, .send, .takeIn, .stopped: break
        }
    }

    // MARK: At once.

    /// A whole sync over a perfect network.
    func syncAtOnce(_ device: SimulatedDevice) throws {
        guard let engagement else { return }
        device.exchange = nil
        var session = try device.newSession(of: engagement)
        var action = session.start()
        while true {
            switch action {
            case .load(let ids): action = session.loaded(try device.envelopes(of: ids))
            case .send(let request):
                action = session.received(try answer(to: request, of: device))
            case .takeIn(let delivery):
                try takeIn(delivery, device)
                action = session.stored()
            case .identify, .goBack, .finished, .stopped, .refused:
                return try end(action, of: device)
            }
        }
    }

    // MARK: By hand.

    /// Diffs travel from one replica to another on a stick: those whose authors the receiver's log
    /// knows, some of them or all, in the order in which they were made.
    func carryBundle(from giver: SimulatedDevice, to taker: SimulatedDevice) throws {
        guard giver !== taker else { return }
        var lines: [UnverifiedDiff] = []
        try giver.store.read { reader in
            try reader.log { line in
                lines.append(try UnverifiedDiff(envelope: line.envelope, mayBeErased: true))
            }
        }
        let joined = try loggedAuthors(of: taker)
        let skipped = random.below(3)
        var held: Set<DiffID> = []
        try taker.store.read { reader in
            for diff in registry.all where try reader.diff(diff.diff.id) != nil {
                held.insert(diff.diff.id)
            }
        }
        var bundle: [UnverifiedDiff] = []
        for diff in lines where joined.contains(diff.head.author) {
            guard diff.head.parents.allSatisfy(held.contains) else { continue }
            // What is left of an erased one is proven by the log alone.
            if held.contains(diff.id) || diff.isErased { continue }
            if skipped == 0, random.oneIn(4) { continue }
            held.insert(diff.id)
            bundle.append(diff)
        }
        if bundle.isEmpty { return }
        tell("    carries \(bundle.count) diffs to \(taker.name)")
        let verified = try ChainVerification.verify(bundle, with: verifier)
        for result in try taker.store.takeIn(pending: verified) {
            guard case .refused(let error) = result else { continue }
            throw Violation("\(taker.name): a bundle's diff is refused: \(error)")
        }
        if random.oneIn(4) { try checkRebuild(of: taker) }
    }

    /// The authors whose join, or whose naming in the first diff, a replica has in its log.
    private func loggedAuthors(of device: SimulatedDevice) throws -> Set<Author> {
        guard let engagement, let server = server.membership(of: engagement) else { return [] }
        return try device.store.read { reader in
            var authors: Set<Author> = []
            for author in server.devices.keys {
                let path = CellPath(kind: "device", record: author.text)
                let isLogged = try reader.history(of: path).contains { write in
                    write.position != nil && write.effect.counts
                        && (write.write.author == author || write.diff == engagement)
                }
                if isLogged { authors.insert(author) }
            }
            return authors
        }
    }
}
