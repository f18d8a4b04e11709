/* tests/fuzz/profile-target.h - a profile of another program, that energy is added to. */
#ifndef JOULECART_PROFILE_TARGET_H
#define JOULECART_PROFILE_TARGET_H
#include <stddef.h>

void take_profile(const char *text, size_t size);

#endif
