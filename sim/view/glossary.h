// Glossary: Kafka's nouns and configurations in one or two sentences, for whoever hovers over one.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace brokerlab {

struct GlossaryEntry {
    std::string_view word;        ///< "high watermark"
    std::string_view short_form;  ///< "HW"; empty when there is none
    std::string_view meaning;     ///< whole sentences
};

[[nodiscard]] std::span<const GlossaryEntry> glossary();
/// By word or short form, in any case, in the singular or plural.
[[nodiscard]] const GlossaryEntry* find_noun(std::string_view word);

/// A stretch of text that is a noun of the glossary.
struct NounAt {
    std::size_t begin = 0;
    std::size_t end = 0;
    const GlossaryEntry* entry = nullptr;
};
/// The nouns of a sentence, longest first match, in order.
[[nodiscard]] std::vector<NounAt> nouns_in(std::string_view text);

}  // namespace brokerlab
