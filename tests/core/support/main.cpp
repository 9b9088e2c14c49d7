// The entry point of every test program. Catch2 spends most of its compile time here, so it is compiled once.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
