/** A password that nobody thought of. */

const KINDS = ["abcdefghijkmnopqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!@#$%^*()_+-="];
const LENGTH = 24;

/** At least one character of each kind that a password policy can ask for; a letter first, for spreadsheets' sake. */
export function generatedPassword(random: (below: number) => number = secureRandom): string {
  const all = KINDS.join("");
  const pick = (from: string) => from.charAt(random(from.length));
  for (;;) {
    const password = pick((KINDS[0] ?? "") + (KINDS[1] ?? "")) + Array.from({ length: LENGTH - 1 }, () => pick(all)).join("");
    if (KINDS.every((kind) => Array.from(password).some((letter) => kind.includes(letter)))) return password;
  }
}

function secureRandom(below: number): number {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return number % below; // of four billion: no letter is likelier by more than a millionth of a percent
}
