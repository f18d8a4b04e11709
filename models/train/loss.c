/* models/train/loss.c - see loss.h. */
#include <config.h>

#include "models/train/loss.h"

#include "models/kernels/softmax.h"

#include <math.h>
#include <stdbool.h>

float loss_cross_entropy(const float *logits, size_t n, size_t label, float weight,
			 float *d_logits)
{
	float p[SOFTMAX_MAX_CLASSES];
	softmax(logits, n, 1.0f, p);
	for (size_t i = 0; i < n; i++)
		d_logits[i] += weight * (p[i] - (i == label ? 1.0f : 0.0f));
	return -weight * logf(fmaxf(p[label], 1e-30f));
}

float loss_distill(const float *logits, const float *teacher, size_t n, float temperature,
		   float weight, float *d_logits)
{
	float p[SOFTMAX_MAX_CLASSES], q[SOFTMAX_MAX_CLASSES], divergence = 0.0f;
	softmax(logits, n, temperature, q);
	softmax(teacher, n, temperature, p);
	for (size_t i = 0; i < n; i++) {
		d_logits[i] += weight * temperature * (q[i] - p[i]);
		if (p[i] > 0.0f)
			divergence += p[i] * logf(p[i] / fmaxf(q[i], 1e-30f));
	}
	return weight * temperature * temperature * divergence;
}

static float dot(const float *restrict x, const float *restrict y, size_t n)
{
	float sum = 0.0f;
#pragma omp simd reduction(+ : sum)
	for (size_t i = 0; i < n; i++)
		sum += x[i] * y[i];
	return sum;
}

static void add_scaled(float *restrict into, const float *restrict x, size_t n,
		       float factor)
{
#pragma omp simd
	for (size_t i = 0; i < n; i++)
		into[i] += factor * x[i];
}

float loss_feature(const struct feature_loss *loss, const float *features,
		   float *d_features, float *d_map)
{
	size_t width = loss->width, wide = loss->wide;
	float square = dot(loss->target, loss->target, loss->n * wide), sum = 0.0f;
	float scale = loss->weight / fmaxf(square, 1e-30f);
	for (size_t b = 0; b < loss->n; b++) {
		const float *x = features + b * width;
		for (size_t i = 0; i < wide; i++) {
			const float *row = loss->map + i * width;
			float error = dot(row, x, width) - loss->target[b * wide + i];
			float slope = 2.0f * scale * error;
			sum += error * error;
			add_scaled(d_features + b * width, row, width, slope);
			add_scaled(d_map + i * width, x, width, slope);
		}
	}
	return scale * sum;
}

/* The distance of each pair i < j, at [i][j], and their mean. */
static float distances(const float *features, size_t n, size_t width,
		       float distance[LOSS_MAX_BATCH][LOSS_MAX_BATCH])
{
	double sum = 0.0;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++) {
			const float *x = features + i * width, *y = features + j * width;
			float square = 0.0f;
#pragma omp simd reduction(+ : square)
			for (size_t k = 0; k < width; k++)
				square += (x[k] - y[k]) * (x[k] - y[k]);
			distance[i][j] = sqrtf(square);
			sum += (double)distance[i][j];
		}
	return (float)(sum / ((double)n * (double)(n - 1) / 2.0));
}

static float huber(float x, float *slope)
{
	*slope = fminf(fmaxf(x, -1.0f), 1.0f);
	return fabsf(x) <= 1.0f ? 0.5f * x * x : fabsf(x) - 0.5f;
}

/* Gives x - y its share of a pair's slope, both ways. */
static void pull(const float *restrict x, const float *restrict y, float *restrict dx,
		 float *restrict dy, size_t n, float factor)
{
#pragma omp simd
	for (size_t i = 0; i < n; i++) {
		float part = factor * (x[i] - y[i]);
		dx[i] += part;
		dy[i] -= part;
	}
}

float loss_relation(const struct relation_loss *loss, const float *features,
		    float *d_features)
{
	const float tiny = 1e-12f; /* equal features have a distance without a slope */
	float own[LOSS_MAX_BATCH][LOSS_MAX_BATCH], wanted[LOSS_MAX_BATCH][LOSS_MAX_BATCH];
	float slope[LOSS_MAX_BATCH][LOSS_MAX_BATCH], sum = 0.0f, through_mean = 0.0f;
	size_t n = loss->n, width = loss->width;
	float mean = fmaxf(distances(features, n, width, own), tiny);
	float teachers = fmaxf(distances(loss->target, n, loss->wide, wanted), tiny);
	const size_t n_pairs = n * (n - 1) / 2;
	float pairs = (float)n_pairs;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++) {
			float ratio = own[i][j] / mean;
			sum += huber(ratio - wanted[i][j] / teachers, &slope[i][j]);
			through_mean += slope[i][j] * ratio / pairs;
		}
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++) {
			float factor = loss->weight / pairs * (slope[i][j] - through_mean) /
				       (mean * fmaxf(own[i][j], tiny));
			pull(features + i * width, features + j * width,
			     d_features + i * width, d_features + j * width, width, factor);
		}
	return loss->weight * sum / pairs;
}

/* Of n features: their inner products, and the distance of each two. */
struct corners {
	float product[LOSS_MAX_BATCH][LOSS_MAX_BATCH];
	float distance[LOSS_MAX_BATCH][LOSS_MAX_BATCH];
};

static void corners_of(const float *features, size_t n, size_t width,
		       struct corners *corners)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			corners->product[i][j] = corners->product[j][i] = dot(
			    features + i * width, features + j * width, width);
	distances(features, n, width, corners->distance);
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			corners->distance[j][i] = corners->distance[i][j];
}

/* Of the angle at `at` between i and k; false where there is none. */
static bool cosine_of(const struct corners *corners, size_t at, size_t i, size_t k,
		      float *cosine)
{
	const float tiny = 1e-6f;
	float sides = corners->distance[at][i] * corners->distance[at][k];
	if (sides <= tiny)
		return false;
	*cosine = (corners->product[i][k] - corners->product[at][i] -
		   corners->product[at][k] + corners->product[at][at]) /
		  sides;
	return true;
}

/* The gradient on each feature is a sum of all features, by these factors. */
typedef float shares[LOSS_MAX_BATCH][LOSS_MAX_BATCH];

/* What moves feature i by `factor` times (from - at), and `at` by as much the other way. */
static void share(shares of, size_t i, size_t from, size_t at, float factor)
{
	of[i][from] += factor;
	of[i][at] -= factor;
	of[at][from] -= factor;
	of[at][at] += factor;
}

/* The cosine's slope: of (i - at)(k - at) / (|i - at| |k - at|), times how the loss depends on it. */
static void share_corner(shares of, const struct corners *corners, const size_t corner[3],
			 float cosine, float slope)
{
	size_t at = corner[0], i = corner[1], k = corner[2];
	float to_i = corners->distance[at][i], to_k = corners->distance[at][k];
	share(of, i, k, at, slope / (to_i * to_k));
	share(of, k, i, at, slope / (to_i * to_k));
	share(of, i, i, at, -slope * cosine / (to_i * to_i));
	share(of, k, k, at, -slope * cosine / (to_k * to_k));
}

float loss_angle(const struct relation_loss *loss, const float *features, float *d_features)
{
	struct corners own, wanted;
	shares of = { { 0 } };
	size_t n = loss->n, width = loss->width;
	const size_t n_corners = n * (n - 1) * (n - 2) / 2;
	float each = loss->weight / (float)n_corners, sum = 0.0f;
	corners_of(features, n, width, &own);
	corners_of(loss->target, n, loss->wide, &wanted);
	for (size_t at = 0; at < n; at++)
		for (size_t i = 0; i < n; i++)
			for (size_t k = i + 1; k < n; k++) {
				float has, wants, slope;
				if (i == at || k == at ||
				    !cosine_of(&own, at, i, k, &has) ||
				    !cosine_of(&wanted, at, i, k, &wants))
					continue;
				sum += huber(has - wants, &slope);
				share_corner(of, &own, (size_t[]){ at, i, k }, has,
					     each * slope);
			}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			add_scaled(d_features + i * width, features + j * width, width,
				   of[i][j]);
	return each * sum;
}
