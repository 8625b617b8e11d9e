import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection that its address has too many of, and one that sends the head of a request too slowly.
///
/// The time for a head counts from the opening of the connection, or from the end of the answer before. So it is also the
/// longest silence between two requests, and a sender who trickles bytes for ever wins nothing by it. The body has a limit
/// of its own (`BodyPace`).
final class ConnectionGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let count: ConnectionCount
    private let headTime: TimeAmount
    private var address: String?
    private var deadline: Scheduled<Void>?
    /// Whether the address has as many connections as it may have already.
    private var isTooMuch = false
    /// How many requests have begun whose answers are not written yet.
    private var underWay = 0

    init(_ count: ConnectionCount, headTime: Duration) {
        self.count = count
        self.headTime = TimeAmount(headTime)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if let address = context.remoteAddress?.ipAddress {
            self.address = address
            isTooMuch = !count.opened(from: address)
        }
        waitForHead(context)
    }

    func channelActive(context: ChannelHandlerContext) {
        if isTooMuch { return refuse(context) }
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) {
            underWay += 1
            deadline?.cancel()
            deadline = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            underWay -= 1
            // A sender may have begun the next one already.
            if underWay <= 0 { waitForHead(context) }
        }
        context.write(data, promise: promise)
    }

    private func waitForHead(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: headTime) { channel.close(promise: nil) }
    }

    /// Says why, and closes.
    private func refuse(_ context: ChannelHandlerContext) {
        let head = HTTPResponse(
            status: .serviceUnavailable,
            headerFields: [.retryAfter: "30", .connection: "close", .contentLength: "0"]
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(promise: nil)
    }

    private func end() {
        deadline?.cancel()
        deadline = nil
        if let address { count.closed(from: address) }
        address = nil
    }
}
