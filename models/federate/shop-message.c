/* models/federate/shop-message.c - see shop-message.h. */
#include <config.h>

#include "models/federate/shop-message.h"

#include "models/weights/weights.h"

#include <math.h>
#include <string.h>

static size_t sent_bytes(const struct weight *weight)
{
	return weight->is_frozen ? 0 : weight_bytes(weight);
}

uint64_t shop_message_length(const struct weights *weights)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < weights->n; i++)
		bytes += sent_bytes(&weights->items[i]);
	return bytes;
}

void shop_message_pack(const struct weights *weights, char *bytes)
{
	for (size_t i = 0; i < weights->n; i++) {
		memcpy(bytes, weights->items[i].data, sent_bytes(&weights->items[i]));
		bytes += sent_bytes(&weights->items[i]);
	}
}

void shop_message_unpack(const char *bytes, struct weights *weights)
{
	for (size_t i = 0; i < weights->n; i++) {
		memcpy(weights->items[i].data, bytes, sent_bytes(&weights->items[i]));
		bytes += sent_bytes(&weights->items[i]);
	}
}

const char *shop_head_wrong(const struct shop_head *head, uint32_t round, uint64_t length)
{
	if (head->kind == SHOP_FAILED && head->length == 0)
		return memchr(head->why, '\0', sizeof(head->why)) ? NULL
								  : "its reason has no end";
	if (head->kind != SHOP_TRAINED)
		return "it sent a message of an unknown kind";
	if (head->round != round)
		return "it answered for another round";
	if (head->length != length)
		return "it sent a model of another size";
	if (!isfinite(head->loss))
		return "its loss is not finite";
	return NULL;
}

bool shop_weights_finite(const struct weights *weights)
{
	for (size_t i = 0; i < weights->n; i++) {
		const float *x = weights->items[i].data;
		for (size_t j = 0; j < weight_count(&weights->items[i]); j++)
			if (!isfinite(x[j]))
				return false;
	}
	return true;
}
