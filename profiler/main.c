/* profiler/main.c - the table of subcommands, nothing else. */
#include <config.h>

#include "profiler/command.h"

#include <stdio.h>

int main(void)
{
	puts(PACKAGE_STRING);
	return EXIT_OK;
}
