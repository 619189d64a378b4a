"""Records of invented people, shipped with the package for `gentian demo` and the tests."""
