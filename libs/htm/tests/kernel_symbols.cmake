# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
#
# A weak function in an object that is compiled for a newer instruction set may become the whole program's copy, which
# then dies on an older processor. Fails if OBJECTS define any; NM is the tool that lists symbols.
execute_process(COMMAND ${NM} --defined-only ${OBJECTS} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]*KernelsE?\n" tables "${symbols}")
list(LENGTH tables count)
if(count EQUAL 0)
  message(FATAL_ERROR "no kernel table among the symbols of ${OBJECTS}")
endif()
string(REGEX MATCHALL "[^\n]* [WVuw] [^\n]*" weak "${symbols}")
if(weak)
  message(FATAL_ERROR "weak symbols: ${weak}")
endif()
