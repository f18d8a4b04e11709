/* base/socket-bytes.h - so many bytes over a stream socket that blocks: all of them, or a failure. */
#ifndef JOULECART_SOCKET_BYTES_H
#define JOULECART_SOCKET_BYTES_H
#include <stdbool.h>
#include <stddef.h>

/* False: the stream ended before (errno is 0 then), or the system failed (errno). */
bool socket_receive_all(int fd, void *bytes, size_t n);

/* False, with errno: the other end is gone (EPIPE, without a signal), or the system failed. */
bool socket_send_all(int fd, const void *bytes, size_t n);

#endif
