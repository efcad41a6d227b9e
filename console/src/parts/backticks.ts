interface Piece {
  piece: string;
  isCode: boolean;
}

/** A text cut at its pairs of backticks; one that has no partner stays as it is. */
export function piecesOf(text: string): Piece[] {
  return text
    .split(/`([^`]+)`/)
    .map((piece, index) => ({ piece, isCode: index % 2 === 1 }))
    .filter(({ piece }) => piece !== "");
}
