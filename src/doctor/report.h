// SPDX-License-Identifier: Apache-2.0
// A diagnosis for people and programs: text for a terminal, JSON (docs/explain.schema.json), a page
// of HTML to mail to a colleague. Everything of the input is shown as text, never as markup or
// terminal control. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "doctor/doctor.h"
#include "doctor/words.h"

namespace hato::doctor {

struct TextLook {
  bool colours = false;
  unsigned columns = 80;
};

// The views over one diagnosis; Doctor::locate_words() before, so that evidence has its words.
std::string report_text(const Diagnosis& diagnosis, Lang lang, TextLook look);
std::string report_json(const Diagnosis& diagnosis, Lang lang);
std::string report_html(const Diagnosis& diagnosis, Lang lang, std::string_view original);

// One line of `hato explain --batch`: id is JSON as it came.
std::string report_line(const Diagnosis& diagnosis, std::string_view id);

// One cause whole.
std::string cause_text(const catalogue::Cause& cause, Lang lang, TextLook look);
std::string cause_json(const catalogue::Cause& cause, Lang lang);

}  // namespace hato::doctor
