/* reports/whatif/whatif-model.h - what whatif computes, before it is printed. */
#ifndef JOULECART_WHATIF_MODEL_H
#define JOULECART_WHATIF_MODEL_H
#include "reports/campaign/hourly.h"
#include "reports/campaign/summary.h"
#include "reports/figure/arena.h"
#include "reports/figure/figure.h"
#include "reports/render/query-table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct problem;
struct standing;

/* Columns of a table that may still be read. */
enum { WHATIF_MAX_ZONES = 12 };

/* What is to be other than stored; 0 and NULL leave it as it is. */
struct whatif_options {
	const char *path;                    /* of the database, for messages */
	int64_t campaign_id;                 /* 0: all */
	const char *zones[WHATIF_MAX_ZONES]; /* keys of table factor */
	const char *asked; /* those zones as they were asked for; NULL: none */
	size_t n_zones;
	double g_per_kwh;
	double pue, psu, life_years, share;
	double te_kg;
	double per_year; /* queries a year: adds the footprint of a year */
	bool hours; /* imported intensities at the run's own clock, not the annual one */
	bool allow_gaps;
	const char *method; /* of hourly intensities; NULL: average */
	const char
	    *device; /* key of factor(kind = 'device'): the query on it beside the cloud */
	double
	    device_j; /* joules that a query takes there; 0: as many as stored, assumed */
	double bytes; /* that a query sends and gets over the network */
	bool sensitivity;     /* also how far each input by itself moves the grams */
	enum table_form form; /* TABLE_TEXT or TABLE_JSON */
	const struct standing *standing; /* of the file; NULL: not to be said */
};

/* One way to account: what v_account says of a campaign, or that with changes. */
struct whatif_case {
	const char *label; /* "stored", "what if", or a zone */
	const char *zone, *scope;
	double g_per_kwh; /* annual */
	double pue, psu;  /* psu 0: its loss is excluded */
	bool is_assumed;  /* zone or PUE are */
	double te_kg;     /* 0: embodied carbon is excluded */
	double life_years, share;
	const struct hourly_series *series; /* NULL: the annual figure serves */
};

/* One variant doing one job, in each of the cases. */
struct whatif_row {
	const char *variant, *job;
	bool is_per_query;
	struct figure energy_j; /* per query, or per run */
	double reserved_s;      /* of the device, for that: SCI's TiR */
	/* of each case, by v_figure: */
	const struct figure *o_g;    /* E * I */
	const struct figure *m_g;    /* embodied */
	const struct figure *grams;  /* O + M; O alone where M is not known */
	const struct figure *kwh;    /* at the meter of the data centre */
	const struct hourly *hourly; /* of each case; energy 0: the annual figure served */
};

struct whatif {
	const struct model_campaign *campaign;
	const struct whatif_case *cases; /* [0] is as stored */
	size_t n_cases;
	const struct whatif_row *rows;
	size_t n_rows;
	bool is_per_query;
};

/* Everything of one campaign; lives in the arena. -1 with *why. */
int whatif_read(sqlite3 *db, const struct whatif_options *options,
		const struct model_campaign *campaign, struct arena *arena,
		struct whatif *whatif, struct problem *why);

#endif
