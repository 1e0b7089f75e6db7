# SPDX-License-Identifier: Apache-2.0
# What is installed, and the Debian package: cmake --build --preset release --target deb
include(GNUInstallDirs)
set(made ${CMAKE_BINARY_DIR}/package)

# Files that the program makes of its own tables: a command's words, and where they go.
set(outputs)
function(made_by_hato file folder)
  add_custom_command(OUTPUT ${made}/${file}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${made}
    COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C $<TARGET_FILE:hato> ${ARGN} > ${made}/${file}.new
    COMMAND ${CMAKE_COMMAND} -E rename ${made}/${file}.new ${made}/${file}
    DEPENDS hato VERBATIM)
  set(outputs ${outputs} ${made}/${file} PARENT_SCOPE)
  string(REGEX REPLACE "^ja[.]" "" name ${file})
  install(FILES ${made}/${file} DESTINATION ${folder} RENAME ${name} COMPONENT hato)
endfunction()
made_by_hato(hato.1 ${CMAKE_INSTALL_MANDIR}/man1 man)
made_by_hato(ja.hato.1 ${CMAKE_INSTALL_MANDIR}/ja/man1 man --lang ja)
made_by_hato(hato ${CMAKE_INSTALL_DATADIR}/bash-completion/completions completion bash)
made_by_hato(_hato ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions completion zsh)
made_by_hato(hato.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d completion fish)
add_custom_target(package_files DEPENDS ${outputs})

install(TARGETS hato RUNTIME COMPONENT hato)
install(FILES dist/hato.service DESTINATION lib/systemd/system COMPONENT hato)
install(FILES dist/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT hato)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hato)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "mail server that tells you why")
set(CPACK_PACKAGE_DESCRIPTION "One program is the whole mail system of a domain, and a doctor that explains
mail errors of any server or client in English and Japanese.")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The Hato authors <hato@localhost>")
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, dns-root-data")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${CMAKE_SOURCE_DIR}/dist/debian/postinst;${CMAKE_SOURCE_DIR}/dist/debian/prerm;${CMAKE_SOURCE_DIR}/dist/debian/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};hato;hato;/")
set(CPACK_COMPONENTS_ALL hato)
set(CPACK_OUTPUT_FILE_PREFIX ${made})
set(CPACK_VERBATIM_VARIABLES ON)
include(CPack)

add_custom_target(deb
  COMMAND ${CMAKE_CPACK_COMMAND} --config ${CMAKE_BINARY_DIR}/CPackConfig.cmake
  WORKING_DIRECTORY ${made} DEPENDS hato package_files)
