# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
#
# The flags of every target. Contraction is off and no fast-math flag is ever set: the same records give the same bytes
# on any compiler and CPU.
add_library(cortado_flags INTERFACE)
target_compile_options(cortado_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast -Wcast-qual
  -ffp-contract=off -fno-omit-frame-pointer)
# g++ 12 warns of overlaps in std::string's operator+ that cannot be (GCC bug 105651, mended in 13).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(cortado_flags INTERFACE -Wno-restrict)
endif()
if(CORTADO_WERROR)
  target_compile_options(cortado_flags INTERFACE -Werror)
endif()
if(CORTADO_SANITIZE)
  add_compile_options(-fsanitize=${CORTADO_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CORTADO_SANITIZE})
endif()
if(CORTADO_SANITIZE MATCHES "thread")
  add_library(cortado_c11_threads STATIC "${PROJECT_SOURCE_DIR}/cmake/c11_threads.c")
  link_libraries(cortado_c11_threads)
  # Only a library asks for them.
  foreach(function thrd_create thrd_join mtx_init mtx_lock cnd_init)
    add_link_options(-Wl,-u,${function})
  endforeach()
endif()
target_link_libraries(cortado_flags INTERFACE Threads::Threads)
