/* models/federate/shop-message.h - what a federation and its shops say to each other, over a stream socket: a
 * head of fixed size, and behind it the weights, tensor after tensor as they lie in memory (both ends are one
 * machine's). Frozen ones, which both ends have, are not sent. */
#ifndef JOULECART_MODELS_SHOP_MESSAGE_H
#define JOULECART_MODELS_SHOP_MESSAGE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct weights;

enum shop_message_kind {
	SHOP_TRAIN = 1, /* to a shop: train these weights */
	SHOP_TRAINED,   /* from it: here they are */
	SHOP_FAILED,    /* from it: it could not, and why; no weights */
};

struct shop_head {
	uint32_t kind, round;
	uint64_t length; /* of the weights, in bytes */
	float loss;
	char why[108];
};

/* Of all tensors that are sent. */
uint64_t shop_message_length(const struct weights *weights);
/* Between the tensors and the bytes of a message, which has room for those that are sent. */
void shop_message_pack(const struct weights *weights, char *bytes);
void shop_message_unpack(const char *bytes, struct weights *weights);

/* What is wrong with a head that a shop sent in this round of a model of `length` bytes, or NULL. A shop is not
 * trusted: whatever it sends, nothing but these lengths is read. */
const char *shop_head_wrong(const struct shop_head *head, uint32_t round, uint64_t length);
/* Whether every number of what it sent is finite. */
bool shop_weights_finite(const struct weights *weights);

#endif
