/* schema/store/campaign-claim.h - one process alone adds trials to a campaign.
 *
 * The claim is a lock on one byte of the database, far behind all that SQLite locks or stores: it leaves no file
 * behind, and the kernel ends it with the process, however that ends. Closing any descriptor of a file
 * ends the locks that SQLite has on it in this process, so the descriptor must stay open until SQLite
 * has closed the file: the store keeps it (store_claim_campaign()). */
#ifndef JOULECART_CAMPAIGN_CLAIM_H
#define JOULECART_CAMPAIGN_CLAIM_H
#include <stdbool.h>
#include <stdint.h>

/* Whether another process has the campaign; else fd, of the database, holds it from now on. Where the file system
 * has no locks nobody is found. */
bool campaign_is_claimed(int fd, int64_t campaign_id);

/* Whether another process adds to the campaign; else nobody may begin to, as long as fd is open: for who copies
 * it, of whom there may be several. fd need only be open to be read. */
bool campaign_is_growing(int fd, int64_t campaign_id);

#endif
