/* schema/gate/printable.h - text of a file in a message: what it is called, never what it does. */
#ifndef JOULECART_PRINTABLE_H
#define JOULECART_PRINTABLE_H

/* Every byte that is not a visible ASCII character or a space becomes '?': for names and keys in
 * messages, which go to terminals, to JSON and to pages. Returns text. */
static inline char *printable(char *text)
{
	for (char *c = text; *c; c++)
		*c = *c >= ' ' && *c <= '~' ? *c : '?';
	return text;
}

#endif
