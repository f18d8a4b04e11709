/* base/option-table.h - the options of a command as one table, from which they are parsed, --help is
 * printed and the completion files are made.
 *
 * A command has a struct of settings and a table whose rows say how each option is spelt, how its
 * text is read, and into which member of that struct the value goes:
 *
 *	static const struct option_row rows[] = {
 *		{ "output", 'o', "FILE", "joulecart.db", "database to add to",
 *		  OPTION_TEXT(struct run_options, path) },
 *		{ "queries", 0, "N", NULL, "COMMAND answered N queries",
 *		  OPTION_COUNT(struct run_options, queries, 1, 1e15) },
 *		{ OPTION_INCLUDE(measure_rows, struct run_options, campaign) },
 *		{ 0 },
 *	};
 *
 * Every table has -h and --help. Numbers are read by base/number.h. Texts are kept, not copied:
 * they are the words of argv. */
#ifndef JOULECART_OPTION_TABLE_H
#define JOULECART_OPTION_TABLE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct problem;

/* How the text of an option is read, and of which type the member is that takes it. */
enum option_kind {
	OPTION_KIND_END,
	OPTION_KIND_HEADING, /* no option: a line of --help above those that follow */
	OPTION_KIND_INCLUDE, /* no option: the rows of another table */
	OPTION_KIND_FLAG,    /* bool: true when given; takes no text */
	OPTION_KIND_TEXT,    /* const char *: any; with choices: one of those */
	OPTION_KIND_COUNT,   /* int64_t or uint64_t: a whole number from least to most */
	OPTION_KIND_REAL,    /* double: from least to most */
	OPTION_KIND_SHARE,   /* double: above 0 and below 1, as "2%" or "0.02" */
	OPTION_KIND_OWN,     /* whatever take makes of it */
};

/* What the text of an option, or an operand, names: for completion (base/completion.h). */
enum option_values {
	VALUES_UNKNOWN, /* an option's text called FILE, DIR or OUT.db names one */
	VALUES_FILES,
	VALUES_FOLDERS,
	VALUES_DATABASES,
	VALUES_COMMANDS,  /* a program, and then what that takes */
	VALUES_ZONES,     /* of the grid */
	VALUES_EVENTS,    /* of the processor */
	VALUES_VARIANTS,  /* of the bundled models */
	VALUES_CAMPAIGNS, /* numbers, of the database that is named */
	VALUES_LABELS,    /* variants, of the database that is named */
	VALUES_FACTORS,   /* keys of factors from outside */
};

/* May the option be set beforehand, in a file or the environment (profiler/config/config.h)? */
enum option_setting {
	SETTING_NONE,
	SETTING_ANY,  /* wherever settings are read from */
	SETTING_FILE, /* the same; the file of a folder may only name files below that */
	SETTING_OWN,  /* but not by the file of a folder, which may be a stranger's */
};

struct option_row {
	const char *name; /* after "--" */
	char letter;      /* after "-"; 0: none */
	const char
	    *argument; /* what --help calls its text, in brackets when it may be missing;
			       * NULL: takes none */
	const char
	    *fallback;    /* the text that holds when the option is not given: read first,
			       * and shown by --help; NULL: the member stays as it is */
	const char *help; /* NULL: an option that works and is not shown */
	enum option_kind kind;
	size_t where;       /* offset of the member in the struct of settings */
	double least, most; /* of a count or a real number */
	/* Reads text (NULL: none was given) into the member. 0, or -1: with a usage problem, or
	 * with *why untouched, which then becomes "invalid --name 'text': expected". */
	int (*take)(void *member, const char *text, struct problem *why);
	const char *also;    /* another name that works and is not shown */
	const char *choices; /* "text|json": the words that it may be */
	const char
	    *expected; /* what a number must be, for the message; NULL: by its range */
	const struct option_row *rows; /* of OPTION_KIND_INCLUDE */
	enum option_values values;
	enum option_setting setting;
};

struct option_table {
	const char *command; /* as typed after "joulecart": "models train" */
	const char *usage; /* all of --help before the options: forms, purpose, examples */
	const struct option_row *rows; /* the last is { 0 } */
	const char *notes;     /* what --help says after the options; NULL: nothing */
	bool ends_at_operand;  /* options after the first operand are the operand's */
	bool takes_no_operand; /* a word that is no option is refused */
	enum option_values operands[3]; /* what each names; the last goes for the rest */
	const char *forms; /* "begin|end": the words that the first one may be */
};

/* The kind and the place of a member, for a row: they do not compile for another type. */
#define OPTION_MEMBER(type, structure, member)                                             \
	(offsetof(structure, member) +                                                     \
	 0 * sizeof(struct {                                                               \
		 int unused;                                                               \
		 _Static_assert(__builtin_types_compatible_p(                              \
				    __typeof__(((structure *)0)->member), type) ||         \
				    (__builtin_types_compatible_p(type, int64_t) &&        \
				     __builtin_types_compatible_p(                         \
					 __typeof__(((structure *)0)->member), uint64_t)), \
				"the member is of another type");                          \
	 }))
#define OPTION_FLAG(structure, member) \
	.kind = OPTION_KIND_FLAG, .where = OPTION_MEMBER(bool, structure, member)
#define OPTION_TEXT(structure, member) \
	.kind = OPTION_KIND_TEXT, .where = OPTION_MEMBER(const char *, structure, member)
#define OPTION_COUNT(structure, member, from, to)                                      \
	.kind = OPTION_KIND_COUNT, .where = OPTION_MEMBER(int64_t, structure, member), \
	.least = from, .most = to
#define OPTION_REAL(structure, member, from, to)                                     \
	.kind = OPTION_KIND_REAL, .where = OPTION_MEMBER(double, structure, member), \
	.least = from, .most = to
#define OPTION_SHARE(structure, member) \
	.kind = OPTION_KIND_SHARE, .where = OPTION_MEMBER(double, structure, member)
#define OPTION_OWN(structure, member, reader) \
	.kind = OPTION_KIND_OWN, .where = offsetof(structure, member), .take = reader
#define OPTION_INCLUDE(table, structure, member) \
	.kind = OPTION_KIND_INCLUDE, .where = offsetof(structure, member), .rows = table
/* The same where the other table is of this very struct. */
#define OPTION_INCLUDE_ALL(table) .kind = OPTION_KIND_INCLUDE, .rows = table
#define OPTION_HEADING(text)      .kind = OPTION_KIND_HEADING, .help = text

/* No count is larger: a double holds each whole number up to here. */
#define OPTION_COUNT_MOST 1e15

/* Puts the fallbacks into settings, then what argv[1..argc) says; operands move behind the options.
 * Returns the index of the first operand (argc where the table takes none), 0 when --help was among the options and has been
 * printed, or -1 with a usage problem. */
int options_parse(const struct option_table *table, int argc, char **argv, void *settings,
		  struct problem *why);

/* Reads text as the row says into settings. 0, or -1 with a usage problem. */
int option_set(const struct option_row *row, const char *text, void *settings,
	       struct problem *why);

/* "COMMAND needs a FILE.db", for a missing or superfluous operand. Returns -1. */
int options_operand_problem(const struct option_table *table, const char *expected,
			    struct problem *why);

/* "invalid --name 'text': expected", a usage problem. Returns -1. */
int options_invalid(const char *name, const char *text, const char *expected,
		    struct problem *why);

/* Prints what --help prints. */
void options_help(const struct option_table *table, FILE *out);

/* Prints a line for each option, tab-separated: command, name, letter, name of its text, fallback,
 * choices, other name, and what --help says of it. What is empty is "-". */
void options_list(const struct option_table *table, FILE *out);

/* The rows with those that they include, in order. Writes at most n; returns how many there are. */
size_t options_flatten(const struct option_row *rows, struct option_row *flat, size_t n);

#endif
