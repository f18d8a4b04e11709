/* tests/unit/cmocka.h - what cmocka 1.1 needs before it, and the shape of every unit test. */
#ifndef JOULECART_TEST_CMOCKA_H
#define JOULECART_TEST_CMOCKA_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
