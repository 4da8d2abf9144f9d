# Runs a program and compares its exit status and both outputs with what is expected.
#
#   cmake -DEXIT=2 -DSTDOUT=REGEX -DSTDERR=REGEX -P expect.cmake -- PROGRAM [ARGS...]
#
# An output without a regular expression must be empty.
set(command)
set(behind_dashes FALSE)
foreach(i RANGE 1 ${CMAKE_ARGC})
  if(behind_dashes AND i LESS CMAKE_ARGC)
    list(APPEND command "${CMAKE_ARGV${i}}")
  elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
    set(behind_dashes TRUE)
  endif()
endforeach()

execute_process(COMMAND ${command}
  RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE err)

set(wrong)
if(NOT status EQUAL EXIT)
  list(APPEND wrong "exit status ${status} instead of ${EXIT}")
endif()
if("${STDOUT}" STREQUAL "" AND NOT out STREQUAL "")
  list(APPEND wrong "standard output is not empty")
elseif(NOT out MATCHES "${STDOUT}")
  list(APPEND wrong "standard output does not match '${STDOUT}'")
endif()
if("${STDERR}" STREQUAL "" AND NOT err STREQUAL "")
  list(APPEND wrong "standard error is not empty")
elseif(NOT err MATCHES "${STDERR}")
  list(APPEND wrong "standard error does not match '${STDERR}'")
endif()
if(wrong)
  list(JOIN wrong "\n  " text)
  message(FATAL_ERROR "  ${text}\n--- standard output\n${out}\n--- standard error\n${err}")
endif()
