// `import Concord` is enough for a program that embeds it: the values that its functions take and return come
// with it (`docs/embedding.md`).
@_exported public import ConcordAudit
@_exported public import ConcordDiff
@_exported public import ConcordEncoding
@_exported public import ConcordMerge
@_exported public import ConcordModel
@_exported public import ConcordStorage
@_exported public import ConcordSync
