/* profiler/campaign/compare-commands.c - see compare-commands.h. */
#include <config.h>

#include "profiler/campaign/compare-commands.h"

#include "base/problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The placeholder of which parameter begins there? NULL: of none. */
static const struct substitution *placeholder(const char *text,
					      const struct substitution *all, size_t n_all)
{
	for (size_t i = 0; i < n_all && text[0] == '{'; i++) {
		size_t length = strlen(all[i].name);
		if (strncmp(text + 1, all[i].name, length) == 0 && text[1 + length] == '}')
			return &all[i];
	}
	return NULL;
}

/* The word with each {NAME} replaced by its value; malloc'ed. */
static char *substituted(const char *word, const struct substitution *all, size_t n_all)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	while (*word) {
		const struct substitution *one = placeholder(word, all, n_all);
		if (one) {
			fwrite(one->value, 1, one->length, out);
			word += strlen(one->name) + 2;
		} else {
			fputc(*word++, out);
		}
	}
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static int needs_shell(const char *word)
{
	return strpbrk(word, " \t\n|&;<>()$`\\\"'*?[#~=%") != NULL;
}

/* Words as one text, for people. */
static char *joined(char *const *argv, size_t n)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%s", i ? " " : "", argv[i]);
	if (fclose(out) != 0 || !text) {
		free(text);
		return NULL;
	}
	for (char *c = text; *c; c++) /* a name is one line */
		*c = (char)((unsigned char)*c < ' ' ? ' ' : *c);
	return text;
}

static void free_words(char **words)
{
	for (char **word = words; word && *word; word++)
		free(*word);
	free(words);
}

/* The words with their parameters' values, NULL-terminated. NULL: memory ran out. */
static char **words_for(char *const *words, size_t n, const struct substitution *all,
			size_t n_all)
{
	char **copy = calloc(n + 1, sizeof(*copy));
	if (!copy)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		copy[i] = substituted(words[i], all, n_all);
		if (copy[i])
			continue;
		free_words(copy);
		return NULL;
	}
	return copy;
}

/* What is executed: the words, which it takes over, or a shell with them. NULL: memory ran out. */
static char **argv_of(char **words, size_t n)
{
	if (n != 1 || !needs_shell(words[0]))
		return words;
	char **argv = calloc(4, sizeof(*argv));
	char *shell = strdup("sh"), *option = strdup("-c");
	if (argv && shell && option) {
		argv[0] = shell;
		argv[1] = option;
		argv[2] = words[0];
		free(words);
		return argv;
	}
	free(argv);
	free(shell);
	free(option);
	free_words(words);
	return NULL;
}

static int no_room(struct problem *why)
{
	problem_what(why, "cannot compare");
	why->kind = PROBLEM_USAGE;
	return problem_refuse(why, "compare them in two campaigns", "more than %d commands",
			      COMMANDS_MOST);
}

static int no_memory(struct problem *why)
{
	problem_what(why, "cannot compare");
	return problem_why(why, "out of memory");
}

/* Takes over the words. */
static int add_words(struct command_list *list, char **words, size_t n, struct problem *why)
{
	struct compare_command *command = &list->commands[list->n];
	if (list->n == COMMANDS_MOST) {
		free_words(words);
		return no_room(why);
	}
	command->name = joined(words, n);
	command->argv = argv_of(words, n);
	list->n++;
	return command->name && command->argv ? 0 : no_memory(why);
}

/* One command, once for each value of the parameter. */
static int add_command(struct command_list *list, char *const *words, size_t n,
		       struct parameter parameter, struct problem *why)
{
	const char *value = parameter.name ? parameter.values : "";
	do {
		size_t length = strcspn(value, ",");
		const struct substitution one = { parameter.name, value, length };
		char **copy = words_for(words, n, &one, parameter.name ? 1 : 0);
		if (!copy)
			return no_memory(why);
		if (add_words(list, copy, n, why) != 0)
			return -1;
		value += length;
	} while (*value++ == ',');
	return 0;
}

/* "sleep 1" and "sleep 1 (2)": a second thing with the same text is another thing. */
static void number_equals(struct command_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		for (size_t j = i + 1, same = 1; j < list->n; j++) {
			if (!list->commands[j].name || !list->commands[i].name ||
			    strcmp(list->commands[i].name, list->commands[j].name) != 0)
				continue;
			char *name = NULL;
			if (asprintf(&name, "%s (%zu)", list->commands[j].name, ++same) < 0)
				return;
			free(list->commands[j].name);
			list->commands[j].name = name;
		}
}

static void give_names(struct command_list *list, const char *const *names, size_t n_names)
{
	for (size_t i = 0; i < n_names && i < list->n; i++) {
		free(list->commands[i].name);
		list->commands[i].name = strdup(names[i]);
	}
}

int commands_read(struct command_list *list, char **words, size_t n,
		  struct parameter parameter, const char *const *names, size_t n_names,
		  struct problem *why)
{
	*list = (struct command_list){ 0 };
	for (size_t begin = 0, end; begin <= n; begin = end + 1) {
		for (end = begin; end < n && strcmp(words[end], "--") != 0;)
			end++;
		if (end == begin) {
			problem_what(why, "cannot compare");
			why->kind = PROBLEM_USAGE;
			problem_why(why, "a command after '--' is empty");
			return problem_todo(why, "joulecart compare -- 'A' -- 'B'");
		}
		if (add_command(list, words + begin, end - begin, parameter, why) != 0)
			return -1;
	}
	give_names(list, names, n_names);
	number_equals(list);
	return 0;
}

char **command_with(char *const *words, size_t n, const struct substitution *all,
		    size_t n_all)
{
	char **copy = words_for(words, n, all, n_all);
	return copy ? argv_of(copy, n) : NULL;
}

bool command_takes(char *const *words, size_t n, const char *name)
{
	const struct substitution one = { .name = name };
	for (size_t i = 0; i < n; i++)
		for (const char *at = words[i]; *at; at++)
			if (placeholder(at, &one, 1))
				return true;
	return false;
}

void command_free(char **argv)
{
	free_words(argv);
}

void commands_free(struct command_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->commands[i].name);
		free_words(list->commands[i].argv);
	}
	list->n = 0;
}
