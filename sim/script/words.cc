#include "sim/script/words.h"

namespace brokerlab {
namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t';
}

}  // namespace

void Words::skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) {
        ++at_;
    }
}

std::string_view Words::peek() const {
    std::size_t end = at_;
    while (end < text_.size() && !is_space(text_[end])) {
        ++end;
    }
    return text_.substr(at_, end - at_);
}

std::string_view Words::take() {
    const std::string_view word = peek();
    at_ += word.size();
    skip_spaces();
    return word;
}

bool Words::take_if(std::string_view word) {
    if (peek() != word) {
        return false;
    }
    take();
    return true;
}

std::string_view Words::take_rest() {
    std::string_view rest = text_.substr(at_);
    at_ = text_.size();
    while (!rest.empty() && is_space(rest.back())) {
        rest.remove_suffix(1);
    }
    return rest;
}

}  // namespace brokerlab
