/* models/variants/variants.c - the table of variants. */
#include <config.h>

#include "models/variants/variant.h"

#include "base/nearest.h"
#include "base/problem.h"
#include "models/weights/weights.h"

#include <string.h>

/* clang-format off */
const struct variant *const variants[] = {
	&variant_teacher,
	&variant_student,
	&variant_student_feature,
	&variant_student_relation,
	&variant_student_angle,
	&variant_student_hard,
	&variant_pruned_channel,
	&variant_int8,
	&variant_int8_qat,
	&variant_l1,
	&variant_finetuned,
	&variant_augmented,
	&variant_federated,
	&variant_federated_dp,
	&variant_bag_of_words,
	&variant_bf16,
	&variant_lowrank_svd,
	&variant_lowrank_cp,
	&variant_codebook,
	&variant_pruned_magnitude,
	&variant_pruned_activation,
	&variant_pruned_gradient,
	&variant_early_exit_softmax,
	&variant_early_exit_entropy,
	&variant_student_pruned_int8,
	&variant_lowrank_svd_int8,
	&variant_pruned_channel_int8,
	&variant_early_exit_softmax_int8,
	&variant_asymmetric,
	&variant_mixed,
	&variant_cascade,
	&variant_rules,
	&variant_hashed_linear,
	NULL,
};
/* clang-format on */

struct train_job variant_train_job(const struct build *build, const float *teacher)
{
	return (struct train_job){ .how = &build->training,
				   .data = build->data,
				   .teacher = teacher,
				   .seed = build->seed,
				   .progress = build->progress,
				   .exchange = build->exchange };
}

struct weights *variant_train(struct build *build, struct weights *weights,
			      const struct train_job *job, struct problem *why)
{
	if (weights && train(weights, job, &build->loss, why) == 0)
		return weights;
	weights_free(weights);
	return NULL;
}

const struct lacking *variant_lacking(const struct variant *variant,
				      const struct source *source)
{
	return variant->lacking ? variant->lacking(source) : NULL;
}

struct variant_setting variant_setting(const struct variant *variant, enum task task)
{
	if (task == TASK_MIRROR)
		return variant->mirror;
	return (struct variant_setting){ variant->cpu_s, variant->training,
					 variant->level };
}

const struct variant *variant_find(const char *name, struct problem *why)
{
	const char *names[64];
	size_t n = 0;
	for (; variants[n] && n < sizeof(names) / sizeof(names[0]); n++) {
		names[n] = variants[n]->name;
		if (strcmp(names[n], name) == 0)
			return variants[n];
	}
	const char *near = nearest_name(name, names, n);
	problem_what(why, "unknown variant '%s'", name);
	if (near)
		problem_why(why, "did you mean '%s'?", near);
	problem_todo(why, "'joulecart models list' names those there are");
	why->kind = PROBLEM_USAGE;
	return NULL;
}
