import ArgumentParser
import Concord
import ConcordAudit
import ConcordEncoding

/// `concord news`.
struct NewsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "news",
        abstract: "Show what others did since you last read the news, and what waits for you.",
        discussion: """
            For each person, one sentence with what their saves did; then the findings of yours \
            that were made drafts again, and what waits for you. News is whatever came in since \
            you last gave --mark-read on this device, and before the first time since this device \
            joined. Edits without effect are counted, not told.

            Examples:
              concord news
              concord news --mark-read
              concord news --all
            """
    )

    @Flag(help: "Everything that others ever did.")
    var all = false
    @Flag(help: "Mark everything that is here as read.")
    var markRead = false
    @OptionGroup var options: EngagementOptions

    func run() throws {
        let replica = try markRead ? options.open() : options.openForReading()
        // What comes in meanwhile is not marked as read.
        let mark = try replica.newsMark()
        let view = try AuditView(replica)
        let news = try replica.news(since: all ? NewsMark.beginning : nil)
        try options.output.show(
            NewsPage(news: NewsView(news: news, view: view), waiting: try WaitingView(view))
        )
        if markRead { try replica.markNewsRead(to: mark) }
    }
}

/// The news and what waits.
private struct NewsPage: View {
    let news: NewsView
    let waiting: WaitingView

    var json: JSON {
        var object = news.json.objectValue ?? [:]
        object["waiting"] = .object(waiting.json)
        return .object(object)
    }

    var lines: [Shown] {
        let told = news.lines
        let waits = waiting.lines
        let nothing: [Shown] = ["Nobody has saved anything since you last read the news."]
        return (told.isEmpty ? nothing : told) + (waits.isEmpty ? [] : [""] + waits)
    }
}
