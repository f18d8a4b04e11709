/* models/data/data-file.h - a user's own queries, in the form that 'joulecart models data --json'
 * prints: one JSON object a line.
 *
 *   split     "train", "validation" or "test"
 *   text      1 to QUERY_SIZE - 1 bytes
 *   class     0 to N_CLASSES - 1; or category and facet by their names
 *   shopper   object: skin, concern, budget, last_category, last_facet, older_category by
 *             name, age_band from 0; id, which may be left out
 *   wants     object: price, skin, ingredient, finish by name; left out: as the shopper's
 *             profile has it
 *   taught    the class that training sees; left out: the class
 *   cold      whether the class is a cold-start one; left out: whether the file's training
 *             queries have fewer than a tenth of the mean class's
 *   template  a number; may be left out
 *
 * Other members are ignored. */
#ifndef JOULECART_MODELS_DATA_FILE_H
#define JOULECART_MODELS_DATA_FILE_H
#include "models/data/task.h"

struct problem;

/* Where queries come from: the grammar, a file, or of the mirror its generator. */
struct source {
	enum task task;
	const char *path; /* NULL: they are generated */
	uint32_t crc32;   /* zlib's, of the file */
};

/* Opens and checksums the file. 0, or -1 with *why filled. */
int source_file(struct source *source, const char *path, struct problem *why);

/* The first n queries of a split; fewer where a file has fewer, but at least one. The seed is
 * the grammar's. 0, or -1 with *why filled, which names the file's line. Free with
 * dataset_free(). */
int source_queries(const struct source *source, uint64_t seed, enum split split, size_t n,
		   struct dataset *data, struct problem *why);

/* Training queries of the cold-start classes alone, at most so many of each, where training is
 * to learn these from few: generated ones beyond those of the training split, or those that a
 * file has. 0, or -1 with *why filled: there are none. */
int source_shots(const struct source *source, uint64_t seed, size_t per_class,
		 struct dataset *data, struct problem *why);

extern const char *const split_names[N_SPLITS];

#endif
