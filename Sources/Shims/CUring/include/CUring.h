// liburing, with the inlines and macros that Swift cannot see.
#pragma once
#include <liburing.h>
