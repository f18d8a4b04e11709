/* Text of unknown origin: guarded, given back, shown. */
#include <config.h>

#include "base/text.h"

#include "base/text-stream.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	int line;
	const char *bytes, *shown;
	bool is_plain;
} cases[] = {
	{ __LINE__, "", "", true },
	{ __LINE__, "int8 (4-bit)", "int8 (4-bit)", true },
	{ __LINE__, "模型 µ e\u0301 👩\u200d🔬", "模型 µ e\u0301 👩\u200d🔬", true },
	{ __LINE__, "a\033[2Jb", "a␛[2Jb", false },
	{ __LINE__, "a\nb\tc\177", "a␊b␉c␡", false },
	{ __LINE__, "caf\xe9", "caf\ufffd", false },
	{ __LINE__, "\xc0\xaf\xed\xa0\x80", "\ufffd\ufffd\ufffd\ufffd\ufffd", false },
	{ __LINE__, "\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd", false },
	{ __LINE__, "\xe2\x82", "\ufffd\ufffd", false },
	{ __LINE__, "\u202egpj.exe", "\ufffdgpj.exe", false },
	{ __LINE__, "a\u200bb\ufeff\u2028", "a\ufffdb\ufffd\ufffd", false },
	{ __LINE__,
	  "\xc2\x9b"
	  "2J",
	  "\ufffd2J", false },
	{ __LINE__, "\uffff\U0001fffe", "\ufffd\ufffd\ufffd\ufffd\ufffd", false },
	/* what stands for other characters cannot be had by writing it */
	{ __LINE__, "\U000f001b", "\ufffd\ufffd\ufffd\ufffd", false },
	{ __LINE__, "\U0010ff00", "\ufffd\ufffd\ufffd\ufffd", false },
};
enum { N_CASES = sizeof(cases) / sizeof(cases[0]) };

static void guarded_text_is_plain_to_see_and_becomes_its_bytes_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_CASES; i++) {
		char guarded[256], shown[1024], bytes[256], seen[256];
		size_t n = strlen(cases[i].bytes);
		size_t length = text_guard(cases[i].bytes, n, guarded);
		text_shown(guarded, length, shown);
		text_shown(cases[i].bytes, n, seen);
		if (strcmp(shown, cases[i].shown) != 0 ||
		    text_unguard(guarded, bytes) != n ||
		    memcmp(bytes, cases[i].bytes, n) != 0 || strlen(guarded) != length ||
		    text_is_plain(cases[i].bytes, n) != cases[i].is_plain)
			fail_msg("line %d: '%s'", cases[i].line, shown);
		if (cases[i].is_plain)
			assert_string_equal(guarded, cases[i].bytes);
	}
}

static void any_bytes_come_back(void **state)
{
	(void)state;
	srand(1);
	for (int i = 0; i < 20000; i++) {
		char in[24], guarded[TEXT_GROWTH * sizeof(in) + 1], out[sizeof(guarded)];
		char shown[TEXT_GROWTH * sizeof(guarded)];
		size_t n = (size_t)rand() % sizeof(in);
		for (size_t k = 0; k < n; k++)
			in[k] =
			    (char)(rand() % 3
				       ? rand()
				       : "\xf0\xf3\xf4\xb0\x8f\xbf\xc2\x9b"[rand() % 8]);
		size_t length = text_guard(in, n, guarded);
		assert_int_equal(text_unguard(guarded, out), n);
		assert_memory_equal(out, in, n);
		assert_true(text_is_plain(shown, text_shown(guarded, length, shown)));
	}
}

static void a_nul_is_kept(void **state)
{
	(void)state;
	char guarded[64], bytes[64];
	text_guard("a\0b", 3, guarded);
	assert_int_equal(text_unguard(guarded, bytes), 3);
	assert_memory_equal(bytes, "a\0b", 4);
}

static void a_line_is_cut_between_characters(void **state)
{
	(void)state;
	char out[6];
	assert_string_equal(text_line("ab\ncdef", out, sizeof(out)), "ab␊");
	assert_string_equal(text_line("µµµ", out, sizeof(out)), "µµ");
	assert_string_equal(text_line("", out, 1), "");
}

/* What leaves a stream to which the pieces are written one by one. */
static const char *streamed(const char *text, size_t piece, bool is_ascii)
{
	static char out[512];
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	FILE *stream = text_stream(ends[1], true, is_ascii);
	assert_non_null(stream);
	setvbuf(stream, NULL, _IONBF, 0);
	for (size_t left = strlen(text); left > 0;) {
		size_t n = left < piece ? left : piece;
		assert_int_equal(fwrite(text, 1, n, stream), n);
		text += n;
		left -= n;
	}
	assert_int_equal(fclose(stream), 0);
	ssize_t n = read(ends[0], out, sizeof(out) - 1);
	out[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	return out;
}

static void a_stream_lets_out_what_can_be_seen(void **state)
{
	(void)state;
	static const struct {
		const char *in, *out;
	} through[] = {
		{ "plain\r\n\ttext µ\n", "plain\r\n\ttext µ\n" },
		{ "\033[1mbold\033[0m", "\033[1mbold\033[0m" },
		{ "\033[2J\033]0;own\a", "␛[2J␛]0;own␇" },
		{ "\033[1", "␛[1" },
		{ "\033[11111111111111111111111111111m",
		  "␛[11111111111111111111111111111m" },
		{ "caf\xe9 \xe2\x82", "caf\ufffd \ufffd\ufffd" },
		{ "a\u202eb", "a\ufffdb" },
		{ "\U000f001b\U0010ffe9", "␛\ufffd" },
		{ "::error::x\n  ::error::x\na ::b\n:",
		  ": :error::x\n  : :error::x\na ::b\n:" },
		{ "##[error]x\r##[y]\n# #[", "# #[error]x\r# #[y]\n# #[" },
		{ "a ##[error]x ###[y]\n#a # b##c##",
		  "a # #[error]x ## #[y]\n#a # b##c##" },
		{ "a ##vso[task.setvariable]x\n##vso[y ##vs ##",
		  "a # #vso[task.setvariable]x\n# #vso[y ##vs ##" },
		{ "\u00a0\u3000::error::x\n\u2009a::b",
		  "\u00a0\u3000: :error::x\n\u2009a::b" },
		{ TEXT_COMMAND "error::x\n::\n", "::error::x\n: :\n" },
	};
	for (size_t i = 0; i < sizeof(through) / sizeof(through[0]); i++)
		for (size_t piece = 1; piece < 40; piece++)
			assert_string_equal(streamed(through[i].in, piece, false),
					    through[i].out);
	assert_string_equal(streamed("±5 % − é\xe9", 3, true), "+/-5 % - ??");
}

static void a_stream_says_when_nothing_can_be_written(void **state)
{
	(void)state;
	FILE *stream = text_stream(-1, false, false);
	fputs("text", stream);
	assert_int_not_equal(fflush(stream), 0);
	assert_true(ferror(stream));
	fclose(stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guarded_text_is_plain_to_see_and_becomes_its_bytes_again),
		cmocka_unit_test(any_bytes_come_back),
		cmocka_unit_test(a_nul_is_kept),
		cmocka_unit_test(a_line_is_cut_between_characters),
		cmocka_unit_test(a_stream_lets_out_what_can_be_seen),
		cmocka_unit_test(a_stream_says_when_nothing_can_be_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
