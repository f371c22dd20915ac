# Where CMAKE_UNITY_BUILD is set, several sources are compiled as one: half the time of a build goes
# into reading the same headers again.  A name in an unnamed namespace then meets those of its
# neighbours, so it has to be unique in its folder; presets without CMAKE_UNITY_BUILD (clang, tidy)
# see that every source includes what it needs.

# Joins the sources of a target folder by folder, at most `most` at a time.
function(h2assay_join_by_folder target most)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    if(IS_ABSOLUTE "${source}")  # generated: there is nothing yet to join
      continue()
    endif()
    cmake_path(GET source PARENT_PATH folder)
    string(MAKE_C_IDENTIFIER "in_${folder}" folder)
    math(EXPR ${folder} "${${folder}} + 1")
    math(EXPR batch "(${${folder}} - 1) / ${most}")
    set_property(SOURCE ${source} PROPERTY UNITY_GROUP "${folder}_${batch}")
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
endfunction()
