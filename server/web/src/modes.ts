// The arena's modes, as people call them.

export function modeName(mode: string | undefined): string {
  if (mode === "duels_a") return "Duel, one multiplier";
  if (mode === "duels_b") return "Duel, own multipliers";
  return "Classic";
}
