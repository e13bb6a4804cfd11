/* For programs that misuse a model: counts calls that return another code than they should. */
#ifndef EXPECT_H
#define EXPECT_H

#include <stdio.h>

static int failures;

static void expect(const char *what, int code, int wanted) {
  if (code == wanted)
    return;
  printf("%s: returned %d, wanted %d\n", what, code, wanted);
  ++failures;
}

#endif
