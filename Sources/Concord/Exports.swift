// Who embeds Concord writes `import Concord` and nothing else: the values that its functions take and return
// come with it.
@_exported public import ConcordDiff
@_exported public import ConcordEncoding
@_exported public import ConcordMerge
@_exported public import ConcordModel
@_exported public import ConcordSync
