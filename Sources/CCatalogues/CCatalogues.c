#include "CCatalogues.h"

// `#embed` is C23, and a Clang extension in the older C mode that packages are built in. The build
// takes warnings for errors, so that one extension is allowed here by name.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char audit_time[] = {
#embed "data/audit-time.json"
};
static const unsigned char correspondence[] = {
#embed "data/correspondence.json"
};
static const unsigned char correspondence_2015_2018_2022[] = {
#embed "data/correspondence-2015-2018-2022.json"
};
static const unsigned char iso_9001_2008[] = {
#embed "data/iso-9001-2008.json"
};
static const unsigned char iso_9001_2015[] = {
#embed "data/iso-9001-2015.json"
};
static const unsigned char iso_iec_20000_1_2011[] = {
#embed "data/iso-iec-20000-1-2011.json"
};
static const unsigned char iso_iec_20000_1_2018[] = {
#embed "data/iso-iec-20000-1-2018.json"
};
static const unsigned char iso_iec_27001_2022[] = {
#embed "data/iso-iec-27001-2022.json"
};
static const unsigned char published_unrelated_clauses[] = {
#embed "data/published-unrelated-clauses.json"
};
static const unsigned char terms[] = {
#embed "data/terms.json"
};

#pragma clang diagnostic pop

struct file {
    const char *name;
    const unsigned char *bytes;
    size_t length;
};

static const struct file files[] = {
    {"audit-time", audit_time, sizeof audit_time},
    {"correspondence", correspondence, sizeof correspondence},
    {"correspondence-2015-2018-2022", correspondence_2015_2018_2022,
     sizeof correspondence_2015_2018_2022},
    {"iso-9001-2008", iso_9001_2008, sizeof iso_9001_2008},
    {"iso-9001-2015", iso_9001_2015, sizeof iso_9001_2015},
    {"iso-iec-20000-1-2011", iso_iec_20000_1_2011, sizeof iso_iec_20000_1_2011},
    {"iso-iec-20000-1-2018", iso_iec_20000_1_2018, sizeof iso_iec_20000_1_2018},
    {"iso-iec-27001-2022", iso_iec_27001_2022, sizeof iso_iec_27001_2022},
    {"published-unrelated-clauses", published_unrelated_clauses,
     sizeof published_unrelated_clauses},
    {"terms", terms, sizeof terms},
};

static const size_t file_count = sizeof files / sizeof files[0];

size_t ccatalogues_count(void) { return file_count; }

const char *ccatalogues_name(size_t index) {
    return index < file_count ? files[index].name : NULL;
}

const unsigned char *ccatalogues_bytes(size_t index) {
    return index < file_count ? files[index].bytes : NULL;
}

size_t ccatalogues_length(size_t index) {
    return index < file_count ? files[index].length : 0;
}
