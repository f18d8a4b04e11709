/* schema/store/campaign-claim.c - see campaign-claim.h. */
#include <config.h>

#include "schema/store/campaign-claim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

/* SQLite's locks are at 1 GiB, and no database is larger than 281 TB, which is below 2^49. */
static const int64_t first_byte = INT64_C(1) << 50, most_campaigns = INT64_C(1) << 50;

static bool is_taken(int fd, int64_t campaign_id, short type)
{
	/* of the open file, not of the process: SQLite closing its own does not end it */
	struct flock lock = { .l_type = type,
			      .l_whence = SEEK_SET,
			      .l_start = first_byte + campaign_id % most_campaigns,
			      .l_len = 1 };
	return fcntl(fd, F_OFD_SETLK, &lock) != 0 && (errno == EAGAIN || errno == EACCES);
}

bool campaign_is_claimed(int fd, int64_t campaign_id)
{
	return is_taken(fd, campaign_id, F_WRLCK);
}

bool campaign_is_growing(int fd, int64_t campaign_id)
{
	return is_taken(fd, campaign_id, F_RDLCK);
}
