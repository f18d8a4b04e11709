/* reports/profile/function-notes.c - see function-notes.h. */
#include <config.h>

#include "reports/profile/function-notes.h"

#include "reports/figure/column-text.h"
#include "reports/figure/format.h"

#include <math.h>
#include <string.h>

static const char *coverage_words(const struct function_group *group, struct arena *arena)
{
	double coverage = function_coverage(group);
	const char *whole = strcmp(group->event, "cycles") == 0 ? "cycles" : "CPU time";
	if (isnan(coverage))
		return arena_format(arena, "an unknown part of its %s (none was counted)",
				    whole);
	return arena_format(arena, "%s %% of its %s", format_share(coverage, 1, arena),
			    whole);
}

const char *const *function_heads(const struct function_group *group, struct arena *arena)
{
	const char **heads = arena_room(arena, 4 * sizeof(*heads));
	const struct figure total = { .is_known = true, .provenance = group->provenance };
	heads[0] = arena_format(arena, "%s (%s), campaign %lld: %zu trial%s; %s",
				shown_text(group->variant, arena),
				shown_text(group->job, arena),
				(long long)group->campaign_id, group->n_trials,
				group->n_trials == 1 ? "" : "s", format_provenance(total));
	if (group->phase) {
		heads[1] = arena_format(
		    arena,
		    "Within the phase '%s': %.0f stack%s, %.0f a second of CPU time; %.0f "
		    "record%s of the whole run %s lost, or without a time.",
		    shown_text(group->phase, arena), group->n, group->n == 1 ? "" : "s",
		    group->hz, group->n_lost, group->n_lost == 1 ? "" : "s",
		    group->n_lost == 1 ? "was" : "were");
		return heads;
	}
	heads[1] = arena_format(
	    arena,
	    "%.0f stack%s, %.0f a second of CPU time, that stand%s for %s; %.0f record%s "
	    "lost. Taking and naming them cost joulecart %s CPU s.",
	    group->n, group->n == 1 ? "" : "s", group->hz, group->n == 1 ? "s" : "",
	    coverage_words(group, arena), group->n_lost,
	    group->n_lost == 1 ? " was" : "s were",
	    format_digits(group->own_cpu_s, 2, arena));
	return heads;
}

const char *const *function_notes(const struct function_group *group,
				  struct function_part rest, size_t n_rest,
				  struct arena *arena)
{
	const char **notes = arena_room(arena, 8 * sizeof(*notes));
	size_t n = 0;
	if (n_rest > 0)
		notes[n++] = arena_format(
		    arena, "--format csv lists the other %zu function%s (%.0f sample%s).",
		    n_rest, n_rest == 1 ? "" : "s", rest.n, rest.n == 1 ? "" : "s");
	notes[n++] = "Joules follow CPU time from one step of the energy counter to the "
		     "next: functions that take turns faster than that have the mean "
		     "power of them all. Outside: what was drawn while the program had no "
		     "processor, and CPU time that was not sampled.";
	if (group->rhythm_error > 0)
		notes[n++] = arena_format(
		    arena,
		    "The program repeats itself, and the samples keep step with it: shares "
		    "have a standard error of %s %% on top of that of counting, which the "
		    "intervals hold. Another rate (--profile=HZ) may not keep step.",
		    format_digits(100 * group->rhythm_error, 2, arena));
	if (group->n_lost > 0)
		notes[n++] = "Records are lost where stacks come faster than joulecart "
			     "takes them, or where more of them differ than it keeps. The "
			     "intervals hold whichever functions the lost ones were of.";
	if (!group->has_kernel)
		notes[n++] = "The kernel's part was not allowed to be sampled, and is "
			     "outside (sudo sysctl kernel.perf_event_paranoid=1).";
	if (group->n_cut > 0 && group->stack_bytes > 0)
		notes[n++] = arena_format(
		    arena,
		    "%.0f stack%s not followed to the outermost function: longer than the "
		    "%.0f bytes that were kept (--stacks dwarf,BYTES), of code without "
		    "unwinding information, or beyond what joulecart keeps (512 MiB) and "
		    "follows (in 60 s of CPU time), of which a lower rate (--profile=HZ) "
		    "needs less. The total joules of what called there are too low.",
		    group->n_cut, group->n_cut == 1 ? " was" : "s were",
		    group->stack_bytes);
	else if (group->n_cut > 0)
		notes[n++] = arena_format(
		    arena,
		    "%.0f stack%s deeper than the kernel follows them "
		    "(kernel.perf_event_max_stack): the total joules of what called there "
		    "are too low.",
		    group->n_cut, group->n_cut == 1 ? " was" : "s were");
	return notes;
}
