/* reports/gate/gate-parse.c - limits as people write them. */
#include <config.h>

#include "base/problem.h"
#include "reports/gate/gate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int invalid(const char *option, const char *text, const char *reason,
		   const char *todo, struct problem *why)
{
	problem_what(why, "invalid %s '%s'", option, text);
	why->kind = PROBLEM_USAGE;
	problem_why(why, "%s", reason);
	return problem_todo(why, "%s", todo);
}

/* The factor of a unit with an SI prefix ("mJ" of "J"); 0: it is not that unit. */
static double factor_of(const char *unit, const char *of)
{
	static const struct {
		const char *prefix;
		double factor;
	} prefixes[] = { { "", 1 },     { "n", 1e-9 }, { "u", 1e-6 }, { "µ", 1e-6 },
			 { "m", 1e-3 }, { "k", 1e3 },  { "M", 1e6 } };
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t length = strlen(prefixes[i].prefix);
		if (strncmp(unit, prefixes[i].prefix, length) == 0 &&
		    strcmp(unit + length, of) == 0)
			return prefixes[i].factor;
	}
	return 0;
}

static int gate_syntax(const char *text, struct problem *why)
{
	return invalid("--fail-if", text, "a limit is QUANTITY > LIMIT or QUANTITY < LIMIT",
		       "as 'j_per_query > +5%' or 'top1 < -0.5'", why);
}

/* What follows the number: nothing, '%', or a unit. */
static int set_limit(struct gate *gate, const char *number, const char *text,
		     struct problem *why)
{
	static const char *const units[] = { "J", "g", "s" };
	char *end;
	double factor = 1;
	gate->limit = strtod(number, &end);
	if (end == number || !isfinite(gate->limit))
		return gate_syntax(text, why);
	if (strcmp(end, "%") == 0) {
		gate->kind = GATE_RELATIVE;
		gate->limit /= 100;
		return 0;
	}
	gate->kind = *number == '+' || *number == '-' ? GATE_DIFFERENCE : GATE_ABSOLUTE;
	for (size_t i = 0; *end && i < sizeof(units) / sizeof(units[0]); i++) {
		factor = factor_of(end, units[i]);
		if (factor > 0)
			break;
	}
	gate->limit *= factor;
	return factor > 0 && isfinite(gate->limit) ? 0 : gate_syntax(text, why);
}

int gate_parse(const char *text, struct gate *gate, struct arena *arena,
	       struct problem *why)
{
	size_t length = strcspn(text, "<> ");
	const char *sign = text + length + strspn(text + length, " ");
	if (length == 0 || (*sign != '<' && *sign != '>'))
		return gate_syntax(text, why);
	*gate = (struct gate){
		.text = arena_string(arena, text),
		.quantity = arena_format(arena, "%.*s", (int)length, text),
		.is_upper = *sign == '>',
	};
	sign++;
	return set_limit(gate, sign + strspn(sign, " "), text, why);
}

int gate_parse_budget(const char *text, struct gate *gate, struct arena *arena,
		      struct problem *why)
{
	char *unit;
	double limit = strtod(text, &unit);
	const char *slash = strchr(unit, '/');
	bool is_query = slash && strcmp(slash, "/query") == 0;
	const char *of = arena_format(
	    arena, "%.*s", (int)(is_query ? (size_t)(slash - unit) : strlen(unit)), unit);
	double joules = factor_of(of, "J"), grams = factor_of(of, "gCO2e");
	limit *= joules > 0 ? joules : grams;
	if (unit == text || !(limit > 0) || !isfinite(limit))
		return invalid("--budget", text,
			       unit != text && !*unit
				   ? "unit missing"
				   : "an amount with its unit is expected",
			       "write 16mJ/query, 16J or 2gCO2e", why);
	*gate = (struct gate){
		.text = arena_string(arena, text),
		.quantity = arena_format(arena, "%s_per_%s", joules > 0 ? "j" : "g",
					 is_query ? "query" : "run"),
		.is_upper = true,
		.limit = limit,
		.is_budget = true,
	};
	return 0;
}
