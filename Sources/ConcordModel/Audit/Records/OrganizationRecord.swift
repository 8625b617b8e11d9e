public import ConcordEncoding

/// The audited organization, with its sites and units.
public struct OrganizationRecord: Hashable, Sendable, Identifiable {
    /// One of its sites.
    public struct Site: Hashable, Sendable, Identifiable {
        /// The id that scopes and slots name it by.
        public let id: WireText
        /// What people call it.
        public let name: WireText
    }

    /// A part of it.
    public struct Unit: Hashable, Sendable, Identifiable {
        /// The id that scopes, slots and findings name it by.
        public let id: WireText
        /// What people call it.
        public let name: WireText
        /// How many people work in it.
        public let people: Int?
    }

    /// The record's id.
    public let id: WireText
    /// Its name.
    public let name: WireText?
    /// Its sites.
    public let sites: [Site]
    /// Its units.
    public let units: [Unit]
    /// The people that count for the audit time, by standard.
    public let effectivePersonnel: [WireText: Int]

    init(_ record: RecordFields) {
        id = record.id
        name = record.text("name")
        sites = record.objects("sites").compactMap { object in
            let site = RecordFields(id: "", fields: object)
            return site.text("id").map { Site(id: $0, name: site.text("name") ?? $0) }
        }
        units = record.objects("units").compactMap { object in
            let unit = RecordFields(id: "", fields: object)
            return unit.text("id").map {
                Unit(id: $0, name: unit.text("name") ?? $0, people: unit.integer("people"))
            }
        }
        var personnel: [WireText: Int] = [:]
        for (standard, people) in record.fields["effectivePersonnel"]?.objectValue ?? JSONObject() {
            personnel[standard] = people.integerValue.flatMap { Int(exactly: $0) }
        }
        effectivePersonnel = personnel
    }

    /// What people call a unit; the id itself if the organization does not list it.
    public func unitName(_ id: WireText) -> WireText {
        units.first { $0.id == id }?.name ?? id
    }

    /// What people call a site; the id itself if the organization does not list it.
    public func siteName(_ id: WireText) -> WireText {
        sites.first { $0.id == id }?.name ?? id
    }
}
