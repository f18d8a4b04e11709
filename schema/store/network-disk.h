/* schema/store/network-disk.h - whether a file lies on a file system that several machines have.
 *
 * SQLite's log (WAL) needs memory that all who have the file open share, which processes of one machine have and
 * those of several have not (https://sqlite.org/wal.html, "All processes using a database must be on the same
 * host"). There a database is written with a rollback journal, and by the processes of one machine. */
#ifndef JOULECART_NETWORK_DISK_H
#define JOULECART_NETWORK_DISK_H

/* The name of the network file system that path is on, or where there is no such file its folder; NULL: none, or
 * not known. The caller owns nothing. */
const char *network_disk(const char *path);

#endif
