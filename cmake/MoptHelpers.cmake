# Helper functions of the mopt build. Every library and tool is declared with
# these, so that flags, install rules and the link against the shared libMLIR
# and libLLVM are stated once.

include(GNUInstallDirs)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

add_library(mopt_options INTERFACE)
target_include_directories(mopt_options INTERFACE
  $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include>
  $<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
# Headers of LLVM and MLIR are system headers: their warnings are not ours.
target_include_directories(mopt_options SYSTEM INTERFACE
  ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_compile_definitions(mopt_options INTERFACE ${LLVM_DEFINITIONS_LIST})
# Exceptions are off as in LLVM's package; RTTI is on as there. Contraction to
# fused multiply-add is off: the numeric contract fixes every rounding.
target_compile_options(mopt_options INTERFACE
  $<BUILD_INTERFACE:-fno-exceptions>
  $<BUILD_INTERFACE:-ffp-contract=off>
  $<BUILD_INTERFACE:-Wall>
  $<BUILD_INTERFACE:-Wextra>
  $<BUILD_INTERFACE:-Wno-unused-parameter>)
if(MOPT_WERROR)
  target_compile_options(mopt_options INTERFACE $<BUILD_INTERFACE:-Werror>)
endif()
if(MOPT_SANITIZE OR MOPT_BUILD_FUZZERS)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr,function
                      -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  if(MOPT_BUILD_FUZZERS)
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_link_options(-fuse-ld=lld)
endif()

install(TARGETS mopt_options EXPORT moptTargets)
set_property(GLOBAL PROPERTY MOPT_LIBRARIES "")

# mopt_add_library(NAME sources... [DEPENDS targets...] [LINK_LIBS libs...]
#                  [PRIVATE_LIBS libs...])
# A static library of mopt. DEPENDS names tablegen targets.
function(mopt_add_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK_LIBS;PRIVATE_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  add_library(mopt::${name} ALIAS ${name})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  # The MLIR and LLVM shared libraries are the only form that is ever linked.
  target_link_libraries(${name} PUBLIC mopt_options ${ARG_LINK_LIBS} MLIR LLVM)
  foreach(lib IN LISTS ARG_PRIVATE_LIBS)
    target_link_libraries(${name} PRIVATE ${lib})
  endforeach()
  add_dependencies(${name} mopt-headers)
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  set_property(GLOBAL APPEND PROPERTY MOPT_LIBRARIES ${name})
  install(TARGETS ${name} EXPORT moptTargets
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# mopt_add_tool(NAME sources... [LINK_LIBS libs...]): an installed executable.
function(mopt_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS})
  # LLVM's shared libraries lie outside the loader's path, so installed tools
  # look where they were linked from.
  set_target_properties(${name} PROPERTIES
    INSTALL_RPATH_USE_LINK_PATH ON
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

# mopt_add_unittest(NAME sources... [LINK_LIBS libs...]): a GoogleTest binary,
# run by check-mopt through ctest.
function(mopt_add_unittest name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} GTest::gtest_main)
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/unittests")
  target_compile_definitions(${name} PRIVATE
    MOPT_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_property(GLOBAL APPEND PROPERTY MOPT_UNITTESTS ${name})
endfunction()
