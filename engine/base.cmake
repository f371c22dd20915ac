# target_sources(h2assay_engine PRIVATE …) and the HPACK tests.
