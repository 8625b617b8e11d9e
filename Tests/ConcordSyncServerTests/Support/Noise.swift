/// A text that gzip does not make much shorter, the same for each seed.
func noise(_ seed: Int, _ length: Int) -> String {
    var state = UInt64(seed) &+ 88_172_645_463_325_252
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
    let bytes = (0..<length).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return letters[Int(state >> 58)]
    }
    return String(decoding: bytes, as: UTF8.self)
}
