/* models/weights/safetensors.h - weights to and from a file in the safetensors format.
 *
 * The format (huggingface/safetensors): 8 bytes little-endian n, n bytes of a JSON object in
 * UTF-8, then the tensors' bytes, little-endian, C order. Each tensor names its dtype, shape
 * and [begin, end) from the end of the header; together they cover the rest of the file
 * without holes or overlap. "__metadata__" holds strings only. */
#ifndef JOULECART_MODELS_SAFETENSORS_H
#define JOULECART_MODELS_SAFETENSORS_H

struct problem;
struct weights;

/* Reads strictly; an error names the file, the offset and what was expected there. When the
 * record holds a "crc32", the tensors must match it. NULL with *why filled. */
struct weights *safetensors_load(const char *path, struct problem *why);

/* Writes beside the file and renames, so that a reader finds the old file or the new one,
 * whole. Sets the record's "crc32". The same weights give the same bytes. */
int safetensors_save(struct weights *weights, const char *path, struct problem *why);

#endif
