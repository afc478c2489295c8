/* write(2) until all is written. A descriptor in non-blocking mode is waited for
 * with poll(2), so that a pipe that is full for a moment does not end a snapshot. */
#include "format/output.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

static enum hs_status fail_errno(struct hs_error *err, int number)
{
	hs_fail(err, HS_EIO, "cannot write: error %d", number);
	err->system_errno = number;
	return HS_EIO;
}

enum hs_status hs_output_write(struct hs_output *output, const uint8_t *bytes, size_t length,
			       struct hs_error *err)
{
	if (output->max_bytes && length > output->max_bytes - output->written)
		return hs_fail(err, HS_ELIMIT, "the snapshot would be larger than %llu bytes",
			       (unsigned long long)output->max_bytes);
	while (length > 0) {
		ssize_t count = write(output->fd, bytes, length);
		if (count > 0) {
			bytes += count;
			length -= (size_t)count;
			output->written += (uint64_t)count;
		} else if (count == 0) {
			return fail_errno(err, EIO);
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			struct pollfd ready = {.fd = output->fd, .events = POLLOUT};
			poll(&ready, 1, -1);
		} else if (errno != EINTR) {
			return fail_errno(err, errno);
		}
	}
	return HS_OK;
}
