// A shared object that is no adapter.

extern "C" int h2assay_is_not_here();

extern "C" int h2assay_is_not_here() { return 0; }
