/* reports/html/section-reproduce.c - how to get every figure again, and on what it was got. */
#include <config.h>

#include "reports/figure/shell-word.h"
#include "reports/html/parts.h"

#include <jansson.h>
#include <string.h>

static const char *heading(const struct document *document)
{
	(void)document;
	return _("Every figure follows from one file");
}

/* A JSON array of arguments as a command line that can be pasted, whoever wrote it. */
static const char *command_text(struct document *document, const char *json)
{
	json_t *list = json_loads(json, 0, NULL);
	const char *text = "";
	size_t i;
	json_t *item;
	json_array_foreach(list, i, item)
	{
		const char *word = json_string_value(item);
		text = arena_format(document->arena, "%s%s%s", text, i ? " " : "",
				    shell_word(document->arena, word ? word : ""));
	}
	json_decref(list);
	return *text ? text : json;
}

/* A line a command. The line breaks are this page's own: one in a name is shown as a stand-in. */
static void code(struct document *document, const char *const *lines, size_t n_lines)
{
	html_open(document->html, "pre", "tabindex", "0", NULL);
	html_open(document->html, "code", NULL);
	for (size_t i = 0; i < n_lines; i++) {
		if (i > 0)
			html_line(document->html);
		html_text(document->html, lines[i]);
	}
	html_close(document->html);
	html_close(document->html);
	html_line(document->html);
}

static const char *cpu_text(struct document *document)
{
	const struct evidence_host *host = &document->evidence->host;
	const char *model = host->cpu_model ? host->cpu_model : _("unknown processor");
	if (host->n_packages == 0 || host->n_cores == 0 || host->n_threads == 0)
		return model;
	return arena_format(document->arena,
			    _("%s; packages: %lld, cores: %lld, threads: %lld"), model,
			    (long long)host->n_packages, (long long)host->n_cores,
			    (long long)host->n_threads);
}

static const char *system_text(struct document *document)
{
	const struct evidence_host *host = &document->evidence->host;
	return arena_format(document->arena, "%s, %s%s%s",
			    host->os ? host->os : _("unknown system"),
			    host->kernel ? host->kernel : _("unknown kernel"),
			    host->hypervisor ? _(", guest of ") : "",
			    host->hypervisor ? host->hypervisor : "");
}

static void seal_facts(struct document *document)
{
	const struct seal_words *words = &document->seal->standing.seal;
	part_fact(document, _("Database, by content"), document->seal->head);
	part_fact(document, _("Seal"), part_seal(document));
	if (*words->head)
		part_fact(document, _("Head of the seal"), words->head);
	if (*words->supersedes)
		part_fact(document, _("Supersedes"), words->supersedes);
}

static void facts(struct document *document)
{
	const struct evidence *evidence = document->evidence;
	const struct evidence_host *host = &evidence->host;
	html_open(document->html, "dl", "class", "facts", NULL);
	part_fact(document, _("Tool"),
		  arena_format(document->arena, "joulecart %s (%s)",
			       document->campaign->tool_version,
			       document->campaign->git_revision
				   ? document->campaign->git_revision
				   : _("revision not known")));
	part_fact(document, _("Campaign"), document->campaign->uuid);
	seal_facts(document);
	part_fact(document, _("Workload"), evidence->workload);
	part_fact(
	    document, _("Order of trials"),
	    evidence->seed < 0
		? _("as typed")
		: arena_format(document->arena, _("%lld blocks, shuffled by seed %lld"),
			       (long long)evidence->n_blocks, (long long)evidence->seed));
	part_fact(document, _("Processor"), cpu_text(document));
	part_fact(
	    document, _("Microarchitecture, microcode"),
	    arena_format(document->arena, "%s, %s",
			 host->microarchitecture ? host->microarchitecture : _("unknown"),
			 host->microcode ? host->microcode : _("unknown")));
	part_fact(document, _("Memory"),
		  host->memory_bytes ? arena_format(document->arena, "%.1f\u00a0GiB",
						    (double)host->memory_bytes / (1 << 30))
				     : NULL);
	part_fact(document, _("System"), system_text(document));
	part_fact(document, _("Frequency governor"), host->governor);
	part_fact(document, _("Clock"), host->clocksource);
	html_close(document->html);
	html_line(document->html);
}

static void write_section(struct document *document)
{
	struct arena *arena = document->arena;
	const char *path = document->path ? shell_path(arena, document->path) : "FILE.db";
	const char *const again[] = {
		arena_format(arena, "joulecart verify %s", path),
		arena_format(arena, "joulecart report %s", path),
		arena_format(
		    arena,
		    "joulecart report --format html --campaign %lld %s > report.html",
		    (long long)document->campaign->campaign_id, path),
		arena_format(arena, "sqlite3 -box %s 'select * from v_query'", path),
	};
	const char *const was_run[] = { arena_format(
	    arena, "joulecart %s",
	    command_text(document, document->campaign->command_line)) };
	part_paragraph(
	    document,
	    document->evidence->is_trimmed
		? _("The sums, the factors and the plan of the campaign are in one SQLite "
		    "file; raw readings were trimmed. With it, and without the machine:")
		: _("The raw readings, the factors and the plan of the campaign are in one "
		    "SQLite file. With it, and without the machine:"));
	code(document, again, sizeof(again) / sizeof(again[0]));
	part_paragraph(document, _("The campaign was run with:"));
	code(document, was_run, 1);
	facts(document);
}

const struct section section_reproduce = { "reproduce", N_("Reproduce"), heading,
					   write_section };
