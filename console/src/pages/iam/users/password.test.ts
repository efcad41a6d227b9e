import { expect, test } from "vitest";
import { generatedPassword } from "./password";

test("a password has every kind of character, and begins with a letter", () => {
  for (let count = 0; count < 200; count += 1) {
    const password = generatedPassword();
    expect(password).toHaveLength(24);
    for (const kind of [/^[a-zA-Z]/, /[a-z]/, /[A-Z]/, /\d/, /[!@#$%^*()_+=-]/]) expect(password).toMatch(kind);
  }
});

test("no two are alike", () => {
  expect(new Set(Array.from({ length: 100 }, () => generatedPassword())).size).toBe(100);
});
