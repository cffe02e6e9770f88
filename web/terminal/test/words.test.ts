import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "../src/words.ts";

/** Every string of a catalogue, with placeholders for what is filled in. */
function strings(words: object): [string, string][] {
  return Object.entries(words).flatMap(([name, word]): [string, string][] => {
    if (typeof word === "string") return [[name, word]];
    if (typeof word === "function") return [[name, String(word("12,50\u00a0€"))]];
    return strings(word as object);
  });
}

test("both_languages_say_the_same_things", () => {
  const names = (words: object) => strings(words).map(([name]) => name);
  assert.deepEqual(names(catalogue.en), names(catalogue.fr));
});

test("no_string_is_empty_or_has_an_emoji", () => {
  for (const [name, word] of [...strings(catalogue.fr), ...strings(catalogue.en)]) {
    assert.notEqual(word.trim(), "", name);
    assert.doesNotMatch(word, /\p{Extended_Pictographic}/u, name);
  }
});

test("french_keeps_its_typography", () => {
  for (const [name, word] of strings(catalogue.fr)) {
    assert.doesNotMatch(word, /[^\u202f][;!?»]/, `${name}: U+202F before ; ! ? »`);
    assert.doesNotMatch(word, /[^\u00a0]:/, `${name}: U+00A0 before the colon`);
    assert.doesNotMatch(word, /«[^\u202f]/, `${name}: U+202F after «`);
    assert.doesNotMatch(word, /'/, `${name}: the typographic apostrophe`);
    assert.doesNotMatch(word, /\d (chiffres|minutes)/, `${name}: U+00A0 after a number`);
  }
});

test("english_uses_the_typographic_apostrophe_and_no_french_spaces", () => {
  for (const [name, word] of strings(catalogue.en)) {
    assert.doesNotMatch(word, /'|\u202f|\s[;:!?]/, name);
  }
});

test("the_merchant_is_addressed_formally", () => {
  for (const [name, word] of strings(catalogue.fr)) {
    assert.doesNotMatch(word, /\b(tu|ton|ta|tes|toi)\b/i, name);
  }
});
