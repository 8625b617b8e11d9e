// What Swift cannot call in SQLite itself: functions with a variable number of arguments.
//
// sqlite3.h is not included, since GRDB's module for SQLite includes it already and two modules that own
// one header confuse the compiler; the one function that is needed is declared again, as it stands there.

#ifndef CONCORD_CSQLITE_SHIM_H
#define CONCORD_CSQLITE_SHIM_H

struct sqlite3;
int sqlite3_db_config(struct sqlite3 *, int op, ...);

/// Switches off the checkpoint that SQLite makes when the last connection closes
/// (`SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE`, 1006): it would happen outside of our lock.
///
/// Returns a result code of SQLite.
static inline int concord_sqlite_no_checkpoint_on_close(void *connection) {
    return sqlite3_db_config((struct sqlite3 *)connection, 1006, 1, (int *)0);
}

#endif
